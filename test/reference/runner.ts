/** Runner-v0 and Hopper-v0 in plain TypeScript, one body, f64. Twin of assembly/envs/runner.ts, written from the law in src/envs/runner.ts. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { halfCheetah } from '../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../src/envs/bodies/hopper.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import type { Move, ReferenceEnv } from './env.ts';
import { advance, constraints, sizeOf } from './planar-body.ts';

const clip = (x: number, bound: number) => Math.min(bound, Math.max(-bound, x));
const aboveZero = (word: number) => ((word >>> 8) + 1) / 2 ** 24;
const normal = (first: number, second: number) => Math.sqrt(-2 * Math.log(aboveZero(first))) * Math.cos(2 * Math.PI * toUniform(second));

const laws = {
  'Runner-v0': { body: halfCheetah, held: 5, cost: 0.05, bonus: 0, place: 0.1, speed: 0.1, normal: true, origin: 0.7, seen: Infinity },
  'Hopper-v0': { body: hopperBody, held: 4, cost: 0.001, bonus: 1, place: 0.005, speed: 0.005, normal: false, origin: 0, seen: 10 },
} as const;
const fastest: Readonly<Record<string, number>> = { velocity: 2, 'velocity-3': 3, 'velocity-3-short': 3 };

export function referenceRunner(config: EnvConfig): ReferenceEnv {
  const law = laws[config.id as keyof typeof laws];
  const { body } = law;
  const n = sizeOf(body);
  let task = 0;
  let q: number[] = new Array(n).fill(0);
  let v: number[] = new Array(n).fill(0);
  return {
    sampleTask(seed, split, id) {
      const u = toUniform(philox(seed, 16 * split + stream.task, id, 0, 0, 0)[0]);
      return [config.preset in fastest ? fastest[config.preset] * u : u < 0.5 ? -1 : 1];
    },
    start([given], at) {
      const words = (kind: number, draw: number) => philox(at.seed, 16 * at.split + stream.start, at.task, at.episode, kind, draw);
      task = given;
      q = q.map((_, k) => law.place * (2 * toUniform(words(0, k >> 2)[k % 4]) - 1) + (k === 1 ? body.height : 0));
      v = v.map((_, k) => {
        if (!law.normal) return law.speed * (2 * toUniform(words(1, k >> 2)[k % 4]) - 1);
        const pair = words(1, k >> 1);
        return law.speed * normal(pair[2 * (k % 2)], pair[2 * (k % 2) + 1]);
      });
    },
    /** x is not observed and nothing depends on it. */
    resume(o) {
      q = [0, o[0] + law.origin, ...Array.from({ length: n - 2 }, (_, k) => o[k + 1])];
      v = v.map((_, k) => o[n - 1 + k]);
    },
    observe: () => [q[1] - law.origin, ...q.slice(2), ...v.map((x) => clip(x, law.seen)), ...(config.context ? [task] : [])],
    move(action): Move {
      const clipped = Array.from(action, (a) => clip(a, 1));
      const before = q[0];
      let touched = false;
      for (let t = 0; t < law.held; t++) {
        touched ||= constraints(body, q, v).length > 0;
        advance(body, q, v, clipped);
      }
      const speed = (q[0] - before) / (law.held * body.timeStep);
      const rest = law.bonus - law.cost * clipped.reduce((sum, a) => sum + a * a, 0);
      const rewards: Readonly<Record<string, number>> = { velocity: rest - Math.abs(speed - task), direction: rest + task * speed };
      const hops = config.id === 'Hopper-v0';
      const height = q[1] - 0.7;
      const pitch = 0.2 - Math.abs(q[2]);
      const inside = 100 - Math.max(...q.slice(2).map(Math.abs), ...v.map(Math.abs));
      return {
        reward: rewards[config.reward],
        trainingReward: rewards[config.trainingReward],
        terminated: hops && (height <= 0 || pitch <= 0 || inside <= 0),
        margin: hops ? Math.min(Math.abs(height), Math.abs(pitch), Math.abs(inside)) : 1,
        // Rounding of places, 6e-8 m, times the ground's stiffness; without it, rounding of speeds.
        amplifies: touched ? 100 : 1 + Math.max(...v.map(Math.abs)),
      };
    },
    best: () => {
      throw new Error('not known');
    },
  };
}
