/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Whoever does the jobs: a pool of workers (pool.ts) or this thread (inline.ts). An algorithm sees only this interface.
 */
import type { Job, ResultOf } from '../jobs/jobs.ts';

export interface Executor {
  /** How many jobs are done at the same time. Never decides how work is cut up: the config does. */
  readonly workers: number;
  /**
   * Does all jobs and gives their results in the order of the jobs. A job is a pure function of its data, so where and how often it is
   * done changes nothing. Rejects with the first job's error to arrive; this run's jobs that had not begun are dropped.
   */
  run<J extends Job>(jobs: readonly J[]): Promise<ResultOf<J>[]>;
  /** Ends it all; runs still pending reject with `E_CLOSED`. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
