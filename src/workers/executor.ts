/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The interface through which an algorithm runs its jobs. A pool of workers (pool.ts) and the calling thread (inline.ts) implement it.
 */
import { fail } from '../core/checks.ts';
import type { Job, ResultOf } from '../jobs/table.ts';

/** Who does the jobs: a pool of workers, the calling thread, or machines. It decides where, never what. */
export interface Executor {
  /** Number of jobs that run at the same time. It never decides how the work is divided into jobs; the config does. */
  readonly workers: number;
  /**
   * Runs all jobs and returns their results in the order of the jobs. A job is a pure function of its data, so the place where it runs and
   * the number of times that it runs change nothing. Rejects with the first error that arrives, or with the reason of
   * the signal; jobs of this call that have not begun are dropped then.
   */
  run<J extends Job>(jobs: readonly J[], signal?: AbortSignal): Promise<ResultOf<J>[]>;
  /** What it measures of itself since it was last asked, by metric (docs/metrics.md); logged with each iteration. Default: nothing. */
  measured?(): Readonly<Record<string, number>>;
  /** Closes the executor; pending calls of `run` reject with `E_CLOSED`. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Throws `E_ARGUMENT` for anything that can't run jobs: it is often forgotten. */
export function mustRunJobs(executor: unknown): void {
  const { run } = Object(executor) as Partial<Executor>;
  if (typeof run !== 'function') fail('executor', 'what createPool() or createInlineExecutor() makes', executor);
}
