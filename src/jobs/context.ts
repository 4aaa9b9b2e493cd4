/** What the handlers of jobs work with, and what they keep from one job to the next. */
import type { Engine } from '../envs/engine.ts';
import type { Tf } from '../tf/tf.ts';
import type { Kept } from './kept.ts';
import type { Trials } from './trials.ts';

export interface JobContext {
  readonly engine: Engine;
  readonly trials: Trials;
  /** A store that is emptied when the runner closes. */
  store<T>(limit: number, free: (value: T) => void): Kept<T>;
}

/** The context of handlers that compute gradients. */
export interface GradientContext extends JobContext {
  /** tfjs with our kernels. */
  readonly tf: Tf;
}
