/** An executor that shows how far its longer calls are: meta-tests of thousands of tasks take minutes where every task adapts by gradient steps. */
import { setMaxListeners } from 'node:events';
import { clock } from '../core/wording.ts';
import type { Executor } from '../workers/executor.ts';
import { ProgressLine } from './progress-line.ts';

/** Calls that are over sooner show nothing, ms. */
const patience = 2000;

/** `label` says what is being done. Jobs and their results are those of `executor`; closing this one closes it. */
export function shownExecutor(executor: Executor, label: () => string, quiet = false): Executor {
  return {
    ...executor,
    async run(jobs, signal) {
      const line = new ProgressLine(quiet, Date.now() + patience);
      const start = Date.now();
      let done = 0;
      const stop = new AbortController();
      const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      setMaxListeners(0, either); // each job listens until it is done
      try {
        return await Promise.all(
          jobs.map(async (job) => {
            const [result] = await executor.run([job], either);
            done++;
            const left = ((Date.now() - start) / done) * (jobs.length - done);
            line.show([
              { text: label(), rank: 0 },
              { text: `${Math.round((100 * done) / jobs.length)} %`, rank: 0 },
              { text: `${clock(left / 1000)} left`, rank: 0 },
            ]);
            return result;
          }),
        );
      } catch (error) {
        stop.abort(); // what has not begun is not needed
        throw error;
      } finally {
        line.clear();
      }
    },
  };
}
