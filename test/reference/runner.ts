/** Runner-v1, Hopper-v1 and Walker2d-v0 in plain TypeScript, one body, f64. Twin of assembly/envs/runner.ts, written from the law in src/envs/runner.ts. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import type { PlanarBody } from '../../src/envs/bodies/planar-body.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import { sourceBody } from './bodies.ts';
import { changedBody, changesOf } from './body-changes.ts';
import { constantsOf, presetsOf } from './constants.ts';
import type { Move, ReferenceEnv, Seek, Traits } from './env.ts';
import { advance, constraints, sizeOf } from './planar-body.ts';

const clip = (x: number, bound: number) => Math.min(bound, Math.max(-bound, x));
const aboveZero = (word: number) => ((word >>> 8) + 1) / 2 ** 24;
const normal = (first: number, second: number) => Math.sqrt(-2 * Math.log(aboveZero(first))) * Math.cos(2 * Math.PI * toUniform(second));

interface Law {
  readonly body: PlanarBody;
  /** Numbers of the table: time steps an action lasts, control cost, bonus, largest action charged, noise at the start, where an episode ends. */
  readonly c: Readonly<Record<string, number>>;
  readonly presets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Speeds start normal. */
  readonly normal: boolean;
  /** Heights are observed less this. */
  readonly origin: number;
}

const cheetah = sourceBody('half-cheetah');
const laws: Readonly<Record<string, Law>> = {
  'Runner-v1': { body: cheetah, c: constantsOf('runner'), presets: presetsOf('runner'), normal: true, origin: cheetah.height },
  'Hopper-v1': { body: sourceBody('hopper'), c: constantsOf('hopper-task'), presets: presetsOf('hopper-task'), normal: false, origin: 0 },
  'Walker2d-v0': {
    body: sourceBody('walker2d'),
    c: constantsOf('walker2d-task'),
    presets: presetsOf('walker2d-task'),
    normal: false,
    origin: 0,
  },
};

export function referenceRunner(config: EnvConfig): ReferenceEnv {
  const law = laws[config.id];
  const { c } = law;
  const { fastest, forward } = law.presets[config.preset];
  const changes = changesOf(law.body, config.preset);
  const seen = c.mostSpeedSeen ?? Infinity;
  let { body } = law;
  const n = sizeOf(body);
  let task = 0;
  let parameters: readonly number[] = [];
  let q: number[] = new Array(n).fill(0);
  let v: number[] = new Array(n).fill(0);
  return {
    sampleTask(seed, split, id) {
      const u = toUniform(philox(seed, 16 * split + stream.task, id, 0, 0, 0)[0]);
      const asked = fastest !== undefined ? fastest * u : forward === 1 ? 1 : u < 0.5 ? -1 : 1;
      const draws = (draw: number) => philox(seed, 16 * split + stream.task, id, 0, 0, draw).map(toUniform);
      return [asked, ...changes.draw(draws)];
    },
    start([given, ...numbers], at) {
      const words = (kind: number, draw: number) => philox(at.seed, 16 * at.split + stream.start, at.task, at.episode, kind, draw);
      task = given;
      parameters = numbers;
      body = changedBody(law.body, changes.of, numbers);
      q = q.map((_, k) => c.placeNoise * (2 * toUniform(words(0, k >> 2)[k % 4]) - 1) + (k === 1 ? body.height : 0));
      v = v.map((_, k) => {
        if (!law.normal) return c.speedNoise * (2 * toUniform(words(1, k >> 2)[k % 4]) - 1);
        const pair = words(1, k >> 1);
        return c.speedNoise * normal(pair[2 * (k % 2)], pair[2 * (k % 2) + 1]);
      });
    },
    /** x is not observed and nothing depends on it. */
    resume(o) {
      q = [0, o[0] + law.origin, ...Array.from({ length: n - 2 }, (_, k) => o[k + 1])];
      v = v.map((own, k) => (Math.abs(o[n - 1 + k]) < seen ? o[n - 1 + k] : own)); // a faster one is not seen
    },
    observe: () => [q[1] - law.origin, ...q.slice(2), ...v.map((x) => clip(x, seen)), ...(config.context ? [task, ...parameters] : [])],
    move(action): Move {
      const clipped = Array.from(action, (a) => clip(a, 1));
      const before = q[0];
      let touched = false;
      for (let t = 0; t < c.held; t++) {
        touched ||= constraints(body, q, v).length > 0;
        advance(body, q, v, clipped);
      }
      const speed = (q[0] - before) / (c.held * body.timeStep);
      const hops = c.leastHeight !== undefined;
      const height = q[1] - c.leastHeight;
      const pitch = c.mostPitch - Math.abs(q[2]);
      const tall = (c.mostHeight ?? Infinity) - q[1];
      const inside = (c.mostState ?? Infinity) - Math.max(...q.slice(2).map(Math.abs), ...v.map(Math.abs));
      const terminated = hops && (height <= 0 || tall <= 0 || pitch <= 0 || inside <= 0);
      const cost = c.cost * Array.from(action, (a) => clip(a, c.mostCharged)).reduce((sum, a) => sum + a * a, 0);
      const rest = (terminated ? 0 : c.bonus) - cost;
      const rewards: Readonly<Record<string, number>> = { velocity: rest - Math.abs(speed - task), direction: rest + task * speed };
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated,
        margin: hops ? Math.min(...[height, tall, pitch, inside].map(Math.abs)) : 1,
        // Rounding of places, 6e-8 m, times the ground's stiffness; without it, rounding of speeds.
        amplifies: (touched ? 100 : 1) + Math.max(...v.map(Math.abs)),
      };
    },
    best: () => {
      throw new Error('not known');
    },
  };
}

export { referenceRunner as reference };

/** Full force one way: a hopper or walker falls at once. */
const fall =
  (motors: number): Seek =>
  (observations, _, O) =>
    new Float32Array((observations.length / O) * motors).fill(-1);
const hops = ({ id }: EnvConfig) => laws[id].c.leastHeight !== undefined;

export const traits: Traits = {
  slow: true,
  drawnStart: true,
  numTasks: ({ preset }) => (preset.startsWith('direction') ? 2 : preset === 'gymnasium' ? 1 : preset === 'crippled' ? 5 : Infinity),
  kitHorizon: (config) => (hops(config) ? 10 : null),
  seek: (config) => (hops(config) ? fall(sizeOf(laws[config.id].body) - 3) : null),
};
