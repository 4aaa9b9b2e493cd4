/**
 * PointMass-v0 in plain f64 TypeScript, one environment. Twin of assembly/envs/point-mass.ts, written from the law and not from that file:
 *   s' = s + 0.1 · clip(a, −1, 1), d = ‖s' − ω‖₂; everything sees s'.
 */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Move, ReferenceEnv, Seek, Traits } from './env.ts';

const { step, goalHalfWidth, reach, reachFar, arrival, radius, controlCost } = constantsOf('point-mass');
/** Goals of these presets are uniform in a square, of the others on an arc. */
const squares = new Map([
  ['maml-navigation', goalHalfWidth],
  ['reach', reach],
  ['reach-far', reachFar],
]);
const clip = (a: number) => Math.min(1, Math.max(-1, a));

export function referencePointMass(config: ConfigOf<{ tolerance: number }>): ReferenceEnv {
  const counts = ['x', 'y'].map((axis) => config.goal?.includes(axis) !== false);
  const navigation = config.preset === 'maml-navigation';
  const pays = [config.reward, config.trainingReward].includes('arrival');
  let position = [0, 0];
  let goal: readonly number[] = [0, 0];

  const rewardOf = (kind: string, d: number, a: readonly number[], arrived: boolean): number => {
    if (kind === 'dense') return -d;
    if (kind === 'sparse') return d <= config.tolerance ? 1 - d : 0;
    if (kind === 'tolerance') return d <= config.tolerance ? 1 : 0;
    if (kind === 'arrival') return arrived ? 1 : 0;
    return goal[0] * a[0] + goal[1] * a[1] - controlCost * (a[0] ** 2 + a[1] ** 2);
  };

  return {
    sampleTask(seed, split, task) {
      const [u, v] = philox(seed, 16 * split + stream.task, task, 0, 0, 0).map(toUniform);
      const width = squares.get(config.preset);
      if (width !== undefined) return [u, v].map((x) => width * (2 * x - 1));
      const angle = (config.preset === 'walking-direction' ? 2 : 1) * Math.PI * u;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    },
    start(task) {
      goal = task.map((x, i) => (counts[i] ? x : 0));
      position = [0, 0];
    },
    observe() {
      return config.context ? [...position, ...goal] : [...position];
    },
    move(action): Move {
      const a = [clip(action[0]), clip(action[1])];
      position = [position[0] + step * a[0], position[1] + step * a[1]];
      const away = position.map((x, i) => (counts[i] ? Math.abs(x - goal[i]) : 0));
      const d = Math.hypot(...away);
      const arrived = away.every((x) => x < arrival);
      return {
        reward: rewardOf(config.reward, d, a, arrived),
        trainingReward: rewardOf(config.trainingReward, d, a, arrived),
        terminated: navigation && arrived,
        margin: Math.min(Math.abs(d - config.tolerance), ...(navigation || pays ? away.map((x) => Math.abs(x - arrival)) : [])),
      };
    },
    best() {
      const scale = config.reward === 'direction' ? 2 * controlCost : step;
      return goal.map((w, i) => (counts[i] ? clip((config.reward === 'direction' ? w : w - position[i]) / scale) : 0));
    },
  };
}

export { referencePointMass as reference };

/** Straight for the goal; the environment clips. */
const seek: Seek = (observations, tasks, O) => tasks.map((goal, i) => (goal - observations[(i >> 1) * O + (i & 1)]) / step);

export const traits: Traits = { seek: ({ preset }) => (preset === 'maml-navigation' ? seek : null) };
