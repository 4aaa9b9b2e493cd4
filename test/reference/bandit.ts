/** Bandit-v0 in plain TypeScript, one environment. Twin of assembly/envs/bandit.ts, written from the law. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import type { ConfigOf, Coordinates, Move, ReferenceEnv } from './env.ts';

export function referenceBandit(config: ConfigOf<{ arms: number }>): ReferenceEnv {
  let p: readonly number[] = [];
  let at: Coordinates = { seed: 0, split: 0, task: 0, episode: 0 };
  let elapsed = 0;
  return {
    sampleTask(seed, split, task) {
      return Array.from({ length: config.arms }, (_, arm) =>
        toUniform(philox(seed, 16 * split + stream.task, task, 0, 0, Math.floor(arm / 4))[arm % 4]),
      );
    },
    start(task, coordinates) {
      p = task;
      at = coordinates;
      elapsed = 0;
    },
    observe() {
      return config.context ? [1, ...p] : [1];
    },
    move([arm]): Move {
      const u = toUniform(philox(at.seed, 16 * at.split + stream.noise, at.task, at.episode, elapsed, 0)[0]);
      elapsed++;
      const paid = u < p[arm] ? 1 : 0;
      const [reward, trainingReward] = [config.reward, config.trainingReward].map((kind) => (kind === 'expected' ? p[arm] : paid));
      return { reward, trainingReward, terminated: false, margin: Math.abs(u - p[arm]) };
    },
    best() {
      return [p.indexOf(Math.max(...p))];
    },
  };
}

export { referenceBandit as reference };
