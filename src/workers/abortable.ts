/** Stops long work from outside: `rl2.train(options, abortable(executor, signal))`, and so for every call that takes an executor. */
import { callable, fail } from '../core/checks.ts';
import { type Executor, mustRunJobs } from './executor.ts';

/**
 * The executor with a signal: once it is aborted, every `run` rejects with the signal's reason, jobs that wait are dropped, and a job that is being done ends unheard.
 * The executor itself stays open, and closing the abortable one closes it.
 */
export function abortable(executor: Executor, signal: AbortSignal): Executor {
  mustRunJobs(executor);
  callable('executor.close', executor.close);
  if (!(signal instanceof AbortSignal)) fail('signal', 'an AbortSignal', signal);
  return {
    workers: executor.workers,
    run: (jobs) => executor.run(jobs, signal),
    ...(executor.measured && { measured: () => executor.measured?.() ?? {} }),
    close: () => executor.close(),
    [Symbol.asyncDispose]: () => executor.close(),
  };
}

/** Rejects when the signal is aborted; `work` is then unheard. */
export function until<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
