/**
 * TMaze-v0's exact optimum. The cue tells the task before the first step, so that the best play without knowledge of the task is the oracle's: straight to the junction, then
 * into the arm that the cue named: return 1, where the horizon leaves room for L + 1 steps, else 0.
 * Without memory nothing that is seen at the junction depends on the task: each arm is right in half of the tasks, and no play earns more than ½.
 */

import type { EnvConfig } from '../envs/spec.ts';
import { lengthOf, sights } from '../envs/t-maze.ts';
import type { Strategy } from './strategy.ts';

/** Expected return of a trial of the best play. */
export const mazeOptimum = (env: EnvConfig): number => (env.horizon > lengthOf(env) ? env.episodes : 0);

const [right, up, , down] = [0, 1, 2, 3];
const junction = sights.indexOf('junction');
const cueUp = sights.indexOf('cue up');
const cueDown = sights.indexOf('cue down');

export const mazeStrategies: Readonly<Record<string, Strategy>> = {
  'bayes-optimal': {
    options: {},
    prepare: () => () => {
      let arm = up;
      return {
        act(seen) {
          if (seen === cueUp) arm = up;
          if (seen === cueDown) arm = down;
          return seen === junction ? arm : right;
        },
        learn() {},
      };
    },
  },
  /** The best that can be done without memory. */
  guess: {
    options: {},
    prepare: () => (uniform) => ({
      act: (seen) => (seen === junction ? (uniform() < 0.5 ? up : down) : right),
      learn() {},
    }),
  },
};
