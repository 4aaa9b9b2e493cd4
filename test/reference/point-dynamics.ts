/** PointDynamics-v0 in plain f64 TypeScript, one environment. Twin of assembly/envs/point-dynamics.ts, written from the law: complex numbers and a list of all actions. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { constantsOf } from './constants.ts';
import type { ConfigOf, Move, ReferenceEnv, Traits } from './env.ts';

const c = constantsOf('point-dynamics');
const clip = (a: number) => Math.min(1, Math.max(-1, a));
type Pair = readonly [number, number];
const plus = (a: Pair, b: Pair): Pair => [a[0] + b[0], a[1] + b[1]];
const times = (k: number, a: Pair): Pair => [k * a[0], k * a[1]];
/** As complex numbers. */
const product = (a: Pair, b: Pair): Pair => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

export function referencePointDynamics(config: ConfigOf<{ tolerance: number }>): ReferenceEnv {
  const has = (name: string) => config.preset === name || config.preset === 'mixed';
  let [place, goal]: Pair[] = [
    [0, 0],
    [0, 0],
  ];
  let task: readonly number[] = [];
  let actions: Pair[] = [];
  /** What an action does to the place. */
  const effect = (action: Pair): Pair => {
    const [turn, gain, , windX, windY] = task;
    const turned = product([Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)], action);
    return times(c.step, plus(times(gain, turned), [windX, windY]));
  };
  /** The action that acts `late` steps from now; before the first one there are none. */
  const underWay = (late: number): Pair => actions[actions.length - task[2] + late] ?? [0, 0];
  const distance = () => Math.hypot(goal[0] - place[0], goal[1] - place[1]);
  const rewardOf = (kind: string) => (kind === 'dense' ? -distance() : distance() <= config.tolerance ? 1 : 0);
  return {
    sampleTask(seed, split, id) {
      const draws = [0, 1].flatMap((draw) => philox(seed, 16 * split + stream.task, id, 0, 0, draw).map(toUniform));
      return [
        has('turned') ? draws[0] : 0,
        has('scaled') ? c.leastGain + (c.mostGain - c.leastGain) * draws[1] : 1,
        has('delayed') ? Math.floor((c.mostDelay + 1) * draws[2]) : 0,
        has('windy') ? c.wind * (2 * draws[3] - 1) : 0,
        has('windy') ? c.wind * (2 * draws[4] - 1) : 0,
      ];
    },
    start(given, { seed, split, task: id, episode }) {
      task = given;
      place = [0, 0];
      actions = [];
      const [u, v] = philox(seed, 16 * split + stream.start, id, episode, 0, 0).map(toUniform);
      goal = [c.goalHalfWidth * (2 * u - 1), c.goalHalfWidth * (2 * v - 1)];
    },
    observe: () => [...place, goal[0] - place[0], goal[1] - place[1], ...(config.context ? task : [])],
    move([ax, ay]): Move {
      actions.push([clip(ax), clip(ay)]);
      place = plus(place, effect(actions[actions.length - 1 - task[2]] ?? [0, 0]));
      return {
        reward: rewardOf(config.reward),
        trainingReward: rewardOf(config.trainingReward),
        terminated: false,
        margin: Math.abs(distance() - config.tolerance),
      };
    },
    best() {
      const [turn, gain, delay, windX, windY] = task;
      let then = place;
      for (let late = 0; late < delay; late++) then = plus(then, effect(underWay(late)));
      const way = plus(times(1 / c.step, plus(goal, times(-1, then))), [-windX, -windY]);
      const back = product([Math.cos(2 * Math.PI * turn), -Math.sin(2 * Math.PI * turn)], way);
      return times(1 / gain, back).map(clip);
    },
  };
}

export { referencePointDynamics as reference };

export const traits: Traits = { drawnStart: true, numTasks: ({ preset }) => (preset === 'delayed' ? c.mostDelay + 1 : Infinity) };
