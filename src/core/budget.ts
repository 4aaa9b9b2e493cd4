/** How long a training lasts: so many iterations, or environment steps if they are used up before. */
import { wholeNumber } from './schema.ts';

export const budgetFields = {
  iterations: wholeNumber(0, 10_000_000, 100),
  /** Environment steps after which training is over, and over which schedules then fall; 0: iterations alone decide. For tasks that end episodes early. */
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

/** 0 … 1: how much of the training is done. */
export function shareDone({ iterations, steps = 0 }: Budget, done: Progress): number {
  return Math.max(done.iteration / iterations, steps === 0 ? 0 : Math.min(1, done.steps / steps));
}

export function isDone({ iterations, steps = 0 }: Budget, done: Progress): boolean {
  return done.iteration >= iterations || (steps > 0 && done.steps >= steps);
}
