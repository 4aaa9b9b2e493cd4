/** The length of a training: a number of iterations, or fewer if a number of environment steps is used up earlier. */
import { wholeNumber } from './schema.ts';

/** The two fields that say when a training ends, for learners of your own. */
export const budgetFields = {
  /** Iterations after which training ends. */
  iterations: wholeNumber(0, 10_000_000, 100),
  /** Environment steps after which training ends and over which schedules are annealed; 0: only iterations count. For families that end episodes early. */
  steps: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
};

interface Budget {
  readonly iterations: number;
  readonly steps?: number;
}

interface Progress {
  readonly iteration: number;
  /** Environment steps taken. */
  readonly steps: number;
}

/** The share of the training that is done, 0 … 1. */
export function shareDone({ iterations, steps = 0 }: Budget, done: Progress): number {
  return Math.max(done.iteration / iterations, steps === 0 ? 0 : Math.min(1, done.steps / steps));
}

export function isDone({ iterations, steps = 0 }: Budget, done: Progress): boolean {
  return done.iteration >= iterations || (steps > 0 && done.steps >= steps);
}
