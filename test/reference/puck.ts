/**
 * Puck-v0 in plain TypeScript, one table, f64. Twin of assembly/envs/puck.ts, written from docs/envs/puck-physics.md: between events everything moves with
 * constant acceleration, and the time of each event is a root of a polynomial.
 */
import { philox, stream } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Move, ReferenceEnv, Traits } from './env.ts';
import { rootsWithin, valueAt } from './polynomial.ts';

type Pair = [number, number];
const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1];
const minus = (a: readonly number[], b: readonly number[]): Pair => [a[0] - b[0], a[1] - b[1]];
const times = (k: number, a: readonly number[]): Pair => [k * a[0], k * a[1]];
const plus = (a: readonly number[], b: readonly number[]): Pair => [a[0] + b[0], a[1] + b[1]];
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

const value = constantsOf('puck');
const R = value.puckRadius + value.malletRadius;
const puckEdge: Pair = [value.length / 2 - value.puckRadius, value.width / 2 - value.puckRadius];
const malletLow: Pair = [-value.length / 2 + value.malletRadius, -value.width / 2 + value.malletRadius];
const malletHigh: Pair = [-value.malletRadius, value.width / 2 - value.malletRadius];
const puckShare = value.malletMass / (value.malletMass + value.puckMass);

export interface TableState {
  puck: Pair;
  velocity: Pair;
  mallet: Pair;
  malletVelocity: Pair;
  struck: boolean;
}

interface Event {
  readonly time: number;
  happen(): void;
}

/** What a step did besides moving. */
export interface Happened {
  events: number;
  /** Speeds of approach of mallet and puck. */
  impacts: number[];
  /** How many times rounding errors grew; infinite where rounding decides whether the mallet has met an edge at which it turned. */
  growth: number;
}

/** Moves the table by `time` seconds under an acceleration of the mallet. */
export function slide(s: TableState, push: readonly number[], time: number, mu = value.friction): Happened {
  const slowing = mu * value.gravity;
  const happened: Happened = { events: 0, impacts: [], growth: 1 };
  let pause = 0;
  for (let rest = time; rest > 0; ) {
    const speed = Math.hypot(...s.velocity);
    const drag: Pair = speed > 0 ? times(-slowing / speed, s.velocity) : [0, 0];
    const pull = push.map((a, i) => (restsAtEdge(s, i, a) ? 0 : a)) as Pair;
    const events: Event[] = [];
    if (speed > 0) {
      const halt = () => {
        s.velocity = [0, 0];
      };
      events.push({ time: speed / slowing, happen: halt });
    }
    for (const i of [0, 1]) {
      const cushion = Math.sign(s.velocity[i]) * puckEdge[i];
      events.push(
        ...crossing(s.puck[i] - cushion, s.velocity[i], drag[i], cushion, rest).map((time) => ({
          time,
          happen: () => {
            if (Math.abs(s.velocity[i]) >= value.slow) pause = 0;
            bounce(s, i, cushion);
          },
        })),
      );
      for (const edge of [malletLow[i], malletHigh[i]])
        events.push(
          ...crossing(s.mallet[i] - edge, s.malletVelocity[i], pull[i], edge === malletHigh[i] ? 1 : -1, rest).map((time) => ({
            time,
            happen: () => {
              happened.growth *= 1 + (0.02 * Math.abs(push[i])) / Math.abs(s.malletVelocity[i]); // of its time: an error in place/speed
              if (Math.abs(s.malletVelocity[i]) >= value.slow) pause = 0;
              s.mallet[i] = edge;
              s.malletVelocity[i] = 0;
            },
          })),
        );
    }
    const meeting = contact(s, minus(drag, pull), pause, rest);
    if (meeting !== null) events.push({ time: meeting, happen: () => (pause = impact(s, happened)) });
    const next = events.filter(({ time }) => time < rest).sort((a, b) => a.time - b.time)[0];
    const t = next?.time ?? rest;
    if ([0, 1].some((i) => turnsAtEdge(s, i, pull[i], t))) happened.growth = Infinity;
    s.puck = plus(s.puck, plus(times(t, s.velocity), times((t * t) / 2, drag)));
    s.mallet = plus(s.mallet, plus(times(t, s.malletVelocity), times((t * t) / 2, pull)));
    s.velocity = plus(s.velocity, times(t, drag));
    s.malletVelocity = plus(s.malletVelocity, times(t, pull));
    rest -= t;
    pause -= t;
    if (next === undefined) break;
    next.happen();
    if (++happened.events > 10_000) throw new Error('more events than any step can have');
  }
  return happened;
}

function restsAtEdge(s: TableState, i: number, a: number): boolean {
  return s.malletVelocity[i] === 0 && ((s.mallet[i] >= malletHigh[i] && a > 0) || (s.mallet[i] <= malletLow[i] && a < 0));
}

function turnsAtEdge(s: TableState, i: number, a: number, end: number): boolean {
  const turn = -s.malletVelocity[i] / a;
  const place = s.mallet[i] + (s.malletVelocity[i] * turn) / 2;
  return turn > 0 && turn <= end && Math.min(Math.abs(place - malletLow[i]), Math.abs(place - malletHigh[i])) < 1e-6;
}

/** First time at which x + v t + ½ a t² leaves through 0 towards `side`; at most one. */
function crossing(x: number, v: number, a: number, side: number, end: number): number[] {
  const ahead = [Math.min(0, Math.sign(side) * x), Math.sign(side) * v, (Math.sign(side) * a) / 2];
  if (side === 0) return [];
  if (ahead[0] === 0 && ahead[1] > 0) return [0];
  const roots = rootsWithin(ahead, 0, end).filter((t) => ahead[1] + 2 * ahead[2] * t > 0);
  return roots.slice(0, 1);
}

/** First time after `pause` at which the discs touch and come nearer; null if there is none before `end`. */
function contact(s: TableState, a: Pair, pause: number, end: number): number | null {
  const d = minus(s.puck, s.mallet);
  const w = minus(s.velocity, s.malletVelocity);
  const square = [dot(d, d) - R * R, 2 * dot(d, w), dot(w, w) + dot(d, a), dot(w, a), dot(a, a) / 4];
  const from = Math.max(0, pause);
  if (from >= end) return null;
  const rate = (t: number) => valueAt([square[1], 2 * square[2], 3 * square[3], 4 * square[4]], t);
  if (valueAt(square, from) <= 1e-12 && rate(from) < 0) return from;
  return rootsWithin(square, from, end).find((t) => rate(t) < 0) ?? null;
}

function bounce(s: TableState, i: number, cushion: number): void {
  const speed = Math.abs(s.velocity[i]);
  s.puck[i] = cushion;
  s.velocity[i] *= speed < value.slow ? 0 : -value.cushionRestitution;
}

/** Returns how long not to look at the discs again. */
function impact(s: TableState, happened: Happened): number {
  const d = minus(s.puck, s.mallet);
  const n = times(1 / Math.hypot(...d), d);
  const w = minus(s.velocity, s.malletVelocity);
  const approach = -dot(w, n);
  const soft = approach < value.slow;
  const change = (1 + (soft ? 0 : value.malletRestitution)) * approach;
  s.velocity = plus(s.velocity, times(change * puckShare, n));
  s.malletVelocity = minus(s.malletVelocity, times(change * (1 - puckShare), n));
  const overlap = Math.max(0, R - Math.hypot(...d));
  s.mallet = minus(s.mallet, times(overlap, n)).map((x, i) => clip(x, malletLow[i], malletHigh[i])) as Pair;
  s.struck = true;
  happened.impacts.push(approach);
  happened.growth *= 1 + dot(w, w) / (2 * R * approach); // of the direction n: an error in place across, over R
  return soft ? value.pause : 0;
}

const layouts: Readonly<Record<string, { start: number[]; spread: number[]; mallet: number; target: number[] }>> = {
  'one-shot': { start: [-0.5, 0, 0], spread: [0.02, 0.02, 0], mallet: -0.75, target: [0.05, 0.5, 0.3] },
  'unknown-friction': { start: [-0.5, 0, 0], spread: [0.02, 0.02, 0], mallet: -0.75, target: [0.05, 0.5, 0.3] },
  rebound: { start: [0.01, 0, 0], spread: [0.01, 0.01, 0], mallet: -0.7, target: [-0.5, -0.1, 0.3] },
  moving: { start: [0.3, 0, -1.6], spread: [0.02, 0.02, 0.2], mallet: -0.75, target: [0.05, 0.5, 0.3] },
};

/** Upper 24 bits in [−1, 1). */
const plusMinus = (word: number) => (2 * (word >>> 8)) / 2 ** 24 - 1;

export function referencePuck(config: ConfigOf<{ tolerance: number }>): ReferenceEnv {
  const layout = layouts[config.preset];
  let goal: Pair = [0, 0];
  const counts = ['puck x', 'puck y'].map((place) => config.goal?.includes(place) !== false);
  const hidesFriction = config.preset === 'unknown-friction';
  let mu = value.friction;
  let elapsed = 0;
  let s: TableState = { puck: [0, 0], velocity: [0, 0], mallet: [0, 0], malletVelocity: [0, 0], struck: false };
  const gap = () => Math.hypot(...minus(s.puck, s.mallet)) - R;
  const potential = () => (s.struck ? 0 : -value.potential * gap());
  return {
    sampleTask(seed, split, task) {
      const words = philox(seed, 16 * split + stream.task, task, 0, 0, 0);
      const [low, high, side] = layout.target;
      const target = [low + ((high - low) * (words[0] >>> 8)) / 2 ** 24, side * plusMinus(words[1])];
      const { leastFriction, mostFriction } = value;
      return hidesFriction ? [...target, leastFriction + ((mostFriction - leastFriction) * (words[2] >>> 8)) / 2 ** 24] : target;
    },
    start(task, at) {
      const words = philox(at.seed, 16 * at.split + stream.start, at.task, at.episode, 0, 0);
      const [x, y, across] = layout.spread.map((spread, i) => spread * plusMinus(words[i]));
      goal = [task[0], task[1]];
      mu = task[2] ?? value.friction;
      elapsed = 0;
      s = {
        puck: [layout.start[0] + x, layout.start[1] + y],
        velocity: [layout.start[2], across],
        mallet: [layout.mallet, 0],
        malletVelocity: [0, 0],
        struck: false,
      };
    },
    resume(o) {
      const puck = times(R, [o[0], o[1]]);
      s = { puck, velocity: [o[2], o[3]], mallet: plus(puck, times(R, [o[4], o[5]])), malletVelocity: [o[6], o[7]], struck: o[8] === 1 };
    },
    observe: () => [
      ...times(1 / R, s.puck),
      ...s.velocity,
      ...times(1 / R, minus(s.mallet, s.puck)),
      ...s.malletVelocity,
      Number(s.struck),
      ...(hidesFriction ? times(1 / R, goal) : []),
      ...(config.context ? [...goal.map((x, i) => (counts[i] ? x : 0)), ...(hidesFriction ? [mu] : [])] : []),
    ],
    move(action): Move {
      const before = potential();
      const full = value.force / value.malletMass;
      const { growth } = slide(s, [full * clip(action[0], -1, 1), full * clip(action[1], -1, 1)], value.step, mu);
      elapsed++;
      const d = Math.hypot(...minus(s.puck, goal).map((x, i) => (counts[i] ? x : 0)));
      const near = Number(s.struck && d <= config.tolerance);
      const rewards: Record<string, number> = {
        dense: potential() - before - (s.struck ? d : value.unstruck) / config.tolerance,
        tolerance: near,
        final: elapsed === config.horizon ? near : 0,
      };
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated: false,
        margin: Math.abs(d - config.tolerance),
        amplifies: growth,
        slope: config.reward === 'dense' ? 1 / config.tolerance + value.potential : 1,
      };
    },
    best: () => stroke(s, goal, config, mu * value.gravity),
  };
}

/** The scripted player: strikes a resting puck once, so that it stops on the target. */
function stroke(s: TableState, goal: Pair, config: ConfigOf<{ tolerance: number }>, slowing: number): number[] {
  const full = value.force / value.malletMass;
  const overCushion = config.preset === 'rebound';
  const way = minus(goal, s.puck);
  const slides = Math.hypot(...s.velocity) > 0;
  const act = (a: readonly number[]) => [...times(1 / full, a)];
  if (!slides && Math.hypot(...way) > 0.06) {
    const { n, launch } = overCushion ? overFarCushion(s.puck, goal, slowing) : straight(way, slowing);
    const place = minus(s.puck, times(R, n));
    const to = minus(place, s.mallet);
    if (place[0] <= malletHigh[0]) {
      const distance = dot(to, n);
      const along = dot(s.malletVelocity, n);
      const wanted = launch / ((1 + value.malletRestitution) * puckShare);
      const need = wanted ** 2 / (1.8 * full);
      if (along < wanted / 2 && distance < need - (along * Math.abs(along)) / (1.8 * full))
        return act(minus(times(100, minus(to, times(1.2 * need, n))), times(20, s.malletVelocity)));
      const tau = (2 * distance) / Math.max(wanted + along, 0.2 * wanted);
      const across = minus(minus(to, times(distance, n)), times(tau, minus(s.malletVelocity, times(along, n))));
      return act(plus(times((wanted - along) / tau, n), times(2 / Math.max(tau, value.step) ** 2, across)));
    }
  }
  const brake = times(-1 / value.step, s.malletVelocity);
  if (!slides || !overCushion) return act(brake);
  const aside = way[1] < 0 ? 0.4 : -0.4;
  return act([brake[0], 100 * (aside - s.mallet[1]) - 20 * s.malletVelocity[1]]);
}

function straight(way: Pair, slowing: number): { n: Pair; launch: number } {
  const D = Math.hypot(...way);
  return { n: times(1 / D, way), launch: Math.sqrt(2 * slowing * D) };
}

function overFarCushion(from: Pair, goal: Pair, slowing: number): { n: Pair; launch: number } {
  const e = value.cushionRestitution;
  const [there, back] = [puckEdge[0] - from[0], puckEdge[0] - goal[0]];
  const k = (goal[1] - from[1]) / (there + back / e);
  const after = Math.sqrt(2 * slowing * back * Math.hypot(1, k / e)) / Math.hypot(1, k / e);
  const before = (after / e) * Math.hypot(1, k);
  return { n: times(1 / Math.hypot(1, k), [1, k]), launch: Math.sqrt(before ** 2 + 2 * slowing * there * Math.hypot(1, k)) };
}

export { referencePuck as reference };

export const traits: Traits = { drawnStart: true };
