/** TMaze-v0 in plain TypeScript, one environment. Twin of assembly/envs/t-maze.ts, written from Memory-RL's tmaze.py: a map of free cells, and moves that are made where they lead to one. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Move, ReferenceEnv, Seek, Traits } from './env.ts';

const value = constantsOf('t-maze');
const actionMapping = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

export function referenceTMaze({ length, ...config }: ConfigOf<{ length: number }>): ReferenceEnv {
  let [x, y, timeStep, goal] = [0, 0, 0, 1];
  const isFree = (toX: number, toY: number) => (toY === 0 ? toX >= 0 && toX <= length : toX === length && Math.abs(toY) === 1);
  return {
    sampleTask: (seed, split, task) => [toUniform(philox(seed, 16 * split + stream.task, task, 0, 0, 0)[0]) < 0.5 ? -1 : 1],
    start(task) {
      [goal] = task;
      [x, y, timeStep] = [0, 0, 0];
    },
    observe() {
      const cue = timeStep === 0 ? goal : 0;
      const place = cue !== 0 ? 'cue' : y !== 0 ? 'arm' : x === length ? 'junction' : 'corridor';
      const seen = [cue > 0, cue < 0, place === 'corridor', place === 'junction', place === 'arm'].map(Number);
      return config.context ? [...seen, goal] : seen;
    },
    move([action]): Move {
      timeStep++;
      const [dx, dy] = actionMapping[action];
      if (isFree(x + dx, y + dy)) [x, y] = [x + dx, y + dy];
      const found = y === goal ? value.found : 0;
      const penalty = x < Math.min(timeStep, length) ? value.late / length : 0;
      const rewardOf = (kind: string) => (kind === 'pace' ? found - penalty : found);
      return { reward: rewardOf(config.reward), trainingReward: rewardOf(config.trainingReward), terminated: y !== 0, margin: 1 };
    },
    best: () => [x < length ? 0 : goal > 0 ? 1 : 3],
  };
}

export { referenceTMaze as reference };

/** To the junction, and there up. */
const walk: Seek = (observations, _, O) =>
  Float32Array.from({ length: observations.length / O }, (_, n) => (observations[n * O + 3] === 1 ? 1 : 0));

export const traits: Traits = { numTasks: () => 2, seek: () => walk };
