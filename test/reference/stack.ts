/** Stack-v0 in plain f64 TypeScript, one environment: tasks, starts, rewards and the scripted player around the world of stack-world.ts. Twin of assembly/envs/stack.ts. */
import { philox, stream } from '../../src/core/philox.ts';
import type { ConfigOf, Move, ReferenceEnv, Traits } from './env.ts';
import { type Box, half, law, StackWorld } from './stack-world.ts';

const side = 2 * half;
const count: Readonly<Record<string, number>> = { place: 1, 'stack-2': 2, 'stack-3': 3 };
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));
const unit = (word: number) => (word >>> 8) / 2 ** 24;

/** All orders of 0 … n − 1, those that begin with smaller numbers first. */
function orders(n: number): number[][] {
  const of = (left: number[]): number[][] =>
    left.length === 0 ? [[]] : left.flatMap((first) => of(left.filter((k) => k !== first)).map((rest) => [first, ...rest]));
  return of(Array.from({ length: n }, (_, k) => k));
}

/** What is right in a world, its potentials, and how far it is from being judged otherwise. */
function judged(world: StackWorld, target: number, levels: readonly number[], tolerance: number) {
  const { boxes, gripper } = world;
  const margins: number[] = [];
  const atMost = (x: number, most: number) => {
    margins.push(Math.abs(x - most));
    return x <= most;
  };
  const heights = levels.map((level) => half + level * side);
  const right = boxes.map(({ x, z }, k) =>
    [atMost(Math.abs(x - target), tolerance), atMost(Math.abs(z - heights[k]), law.level)].every(Boolean),
  );
  const still = boxes
    .map(({ vx, vz, rate }) => atMost(Math.max(Math.abs(vx), Math.abs(vz), half * Math.abs(rate)), law.atRest))
    .every(Boolean);
  const open = atMost(-gripper.opening, -(half + law.released));
  let stage = 0;
  while (stage < boxes.length && right[levels.indexOf(stage)]) stage++;
  const all = stage === boxes.length;
  const opened = clip((gripper.opening - half) / (law.openingHigh - half), 0, 1);
  const margin = Math.min(...margins);
  if (all) return { done: still && open, dense: law.placed * stage, shaped: law.placed * stage + law.grip * opened, margin };
  const k = levels.indexOf(stage);
  const { x, z } = boxes[k];
  const across = Math.abs(x - target);
  const way = across + Math.abs(z - heights[k] - law.clearance * Math.min(1, across / side));
  const reach = Math.abs(gripper.x - x) + Math.abs(gripper.z + law.grasp - z);
  const dense = law.placed * stage - (law.away * way + law.reach * reach) / side;
  const near = Math.max(0, 1 - (2 * reach) / side);
  return { done: false, dense, shaped: dense + law.grip * near * (1 - opened), margin };
}

/** m, some ten times what single precision rounds a place by. */
const roundings = 3e-7;

/** What is observed of a world. */
function numbersOf({ boxes, gripper: { x, z, opening, vx, vz, rate } }: StackWorld): number[] {
  const places = [x, z, opening].map((q) => q / side);
  return [...places, vx, vz, rate, ...boxes.flatMap((b) => [(b.x - x) / side, (b.z - z) / side, b.angle, b.vx, b.vz, half * b.rate])];
}

export function referenceStack(config: ConfigOf<{ tolerance: number }>): ReferenceEnv {
  const n = count[config.preset];
  const ordered = config.preset === 'stack-3';
  let task: readonly number[] = [];
  let elapsed = 0;
  let world = new StackWorld([], { x: 0, z: 0, opening: 0, vx: 0, vz: 0, rate: 0 });
  const levels = () => (ordered ? task.slice(1) : Array.from({ length: n }, (_, k) => k));
  const judge = () => judged(world, side * task[0], levels(), config.tolerance);
  return {
    sampleTask(seed, split, id) {
      const words = philox(seed, 16 * split + stream.task, id, 0, 0, 0);
      const target = (law.targetLow + (law.targetHigh - law.targetLow) * unit(words[0])) / side;
      return [target, ...(ordered ? orders(3)[Math.floor(6 * unit(words[1]))] : [])];
    },
    start(given, at) {
      const words = philox(at.seed, 16 * at.split + stream.start, at.task, at.episode, 0, 0);
      const room = law.startHigh - law.startLow - (n - 1) * law.startApart;
      const places = Array.from(words.slice(0, n), unit)
        .sort((a, b) => a - b)
        .map((u, place) => law.startLow + room * u + law.startApart * place);
      const all = orders(n);
      const boxAt = all[Math.floor(all.length * unit(words[3]))];
      task = given;
      elapsed = 0;
      const boxes = Array.from(boxAt, (_, k): Box => ({ x: places[boxAt.indexOf(k)], z: half, angle: 0, vx: 0, vz: 0, rate: 0 }));
      world = new StackWorld(boxes, { x: 0, z: law.startZ, opening: law.openingHigh, vx: 0, vz: 0, rate: 0 });
    },
    restore(state) {
      world = StackWorld.of(Array.from(state), n);
    },
    observe: () => [...numbersOf(world), ...(config.context ? task : [])],
    move(action): Move {
      const before = judge();
      const clipped = Array.from(action, (a) => clip(a, -1, 1));
      const nearby = [world.moved(roundings), world.moved(-roundings)];
      for (const one of [world, ...nearby]) one.step(clipped);
      elapsed++;
      const after = judge();
      const success = Number(after.done);
      const rewards: Record<string, number> = {
        dense: success + after.dense - before.dense,
        shaped: success + after.shaped - before.shaped,
        tolerance: success,
        final: elapsed === config.horizon ? success : 0,
      };
      const spread = Math.max(...nearby.flatMap((one) => numbersOf(one).map((x, i) => Math.abs(x - numbersOf(world)[i]))));
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated: false,
        margin: Math.min(before.margin, after.margin),
        // 1e-5 and what two worlds nearby end up away from this one: an impact or a choice between two faces makes much of little.
        amplifies: 1 + spread / 1e-5,
        slope: 30,
      };
    },
    best: () => play(world, side * task[0], levels(), config.tolerance),
  };
}

/** The scripted player. */
function play({ boxes, gripper: g }: StackWorld, target: number, levels: readonly number[], tolerance: number): number[] {
  const pull = (way: number, speed: number) => clip(20 * way - 1.2 * speed, -1, 1);
  const weight = (law.boxMass * law.gravity) / law.force;
  const act = (x: number, z: number, grip: number, load = 0) => [pull(x - g.x, g.vx), pull(z - g.z, g.vz) + load, grip];
  const above = Math.min(law.tipHigh, side * boxes.length + 0.02);
  const released = g.opening >= half + law.released;
  const wrong = (level: number) => {
    const { x, z } = boxes[levels.indexOf(level)];
    return Math.abs(x - target) > tolerance || Math.abs(z - half - level * side) > law.level;
  };
  const level = boxes.findIndex((_, k) => wrong(k));
  if (level < 0) return act(g.x, released ? above : g.z, -1);
  const box = boxes[levels.indexOf(level)];
  const goal = half + level * side;
  const off = box.x - g.x;
  const around = Math.abs(off) < 0.006 && g.z < box.z && g.z > box.z - side;
  if (around && g.opening < half + 0.001) {
    const lifted = box.z - 0.02 - (boxes.length > 1 && level === 0 ? goal + side : goal);
    if (Math.abs(box.x - target) < (lifted > -0.01 ? 0.3 : 0.8) * tolerance)
      return act(target - off, g.z - (box.z - goal) - 0.004, box.z - goal < 0.001 ? -1 : 1, weight);
    return act(lifted > -0.005 ? target - off : g.x, g.z - lifted, 1, weight);
  }
  const tips = box.z - law.grasp;
  if (Math.abs(off) < 0.01 && g.opening > half + 0.002 && g.z > tips + 0.004) return act(box.x, tips, -1);
  if (around && g.z < tips + 0.006) return act(box.x, tips, 1);
  if (!released || (g.z < box.z + half + 0.01 && Math.abs(off) > 0.01)) return act(g.x, released ? above : g.z, -1);
  return act(box.x, above, -1);
}

export { referenceStack as reference };

export const traits: Traits = { drawnStart: true, slow: true };
