/** GridNavi-v0 in plain TypeScript, one environment. Twin of assembly/envs/grid-navi.ts, written from the law: a list of goals, whole-number cells. */
import { philox, stream } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Move, ReferenceEnv } from './env.ts';

const value = constantsOf('grid-navi');
const moves = [
  [0, 0],
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
];

export function referenceGridNavi(config: ConfigOf<{ size: number }>): ReferenceEnv {
  const size = config.size;
  const cells = Array.from({ length: size * size }, (_, i) => [i % size, Math.floor(i / size)]);
  const goals = cells.filter(([x, y]) => x > 1 || y > 1);
  let at = [0, 0];
  const counts = ['x', 'y'].map((axis) => config.goal?.includes(axis) !== false);
  let goal: readonly number[] = goals[0];
  const rewardOf = (kind: string, found: boolean) => (found ? value.found : kind === 'search' ? value.elsewhere : 0);
  return {
    sampleTask(seed, split, task) {
      const [word] = philox(seed, 16 * split + stream.task, task, 0, 0, 0);
      return goals[Math.floor(((word >>> 8) * goals.length) / 2 ** 24)];
    },
    start(task) {
      goal = task;
      at = [0, 0];
    },
    observe() {
      const seen = cells.map(([x, y]) => Number(x === at[0] && y === at[1]));
      return config.context ? [...seen, ...goal.map((g, i) => (counts[i] ? g : 0))] : seen;
    },
    move([action]): Move {
      at = at.map((x, i) => Math.min(size - 1, Math.max(0, x + moves[action][i])));
      const found = at.every((x, i) => !counts[i] || x === goal[i]);
      return {
        reward: rewardOf(config.reward, found),
        trainingReward: rewardOf(config.trainingReward, found),
        terminated: false,
        margin: 1,
      };
    },
    best() {
      const [x, y] = goal.map((g, i) => (counts[i] ? Math.sign(g - at[i]) : 0));
      return [x !== 0 ? (x > 0 ? 2 : 4) : y !== 0 ? (y > 0 ? 1 : 3) : 0];
    },
  };
}

export { referenceGridNavi as reference };
