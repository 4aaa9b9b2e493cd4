/** The executor without workers: jobs one after the other on this thread. For debugging, for scripts, and where workers are not allowed. */
import { boolean, onlyFields, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { rolloutWork } from '../jobs/rollout-work.ts';
import { createRunner, type JobRunner } from '../jobs/runner.ts';
import type { Job, ResultOf } from '../jobs/table.ts';
import { checkWasmSources, loadAssets, type WasmSources } from '../platform/assets.ts';
import { until } from './abortable.ts';
import { checkJobs } from './check-jobs.ts';
import type { Executor } from './executor.ts';
import { nameTrap } from './protocol.ts';
import { closedError } from './slot.ts';

export interface InlineOptions {
  /** Whether jobs need gradients. Without, tfjs is never loaded. */
  learner?: boolean;
  /** Where the .wasm files are, if not beside this script. */
  wasm?: WasmSources;
}

export function createInlineExecutor(options: InlineOptions = {}): Executor {
  onlyFields('options', record('options', options), ['learner', 'wasm']);
  const { learner = true, wasm } = options;
  boolean('learner', learner);
  checkWasmSources(wasm);
  let runner: Promise<JobRunner> | null = null;
  let closed = false;
  const closing = new AbortController();
  // Runs queue up behind one another: the runner does one job at a time.
  let last: Promise<unknown> = Promise.resolve();

  async function open(): Promise<JobRunner> {
    const assets = await until(closing.signal, loadAssets({ learner, wasm, signal: closing.signal }));
    return createRunner(assets, learner ? (await import('../jobs/table.ts')).allWork : rolloutWork);
  }

  function discard(): void {
    runner?.then((opened) => opened.close()).catch(() => {}); // its error was reported to the caller that waited for it
    runner = null;
  }

  async function runAll(jobs: readonly Job[], signal?: AbortSignal): Promise<unknown[]> {
    const results: unknown[] = [];
    for (const job of jobs) {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      runner ??= open();
      try {
        results.push(await (await runner).run(job));
      } catch (error) {
        const named = nameTrap(error, { kind: job.kind, shard: job.shard });
        // A trapped instance is never stepped again, and a runner that did not open is tried again.
        if ((named instanceof WasmetaError && named.code === 'E_WASM_TRAP') || !(await opens(runner))) discard();
        throw named;
      }
    }
    if (closed) throw closedError();
    return results;
  }

  return {
    workers: 1,
    run<J extends Job>(jobs: readonly J[], signal?: AbortSignal): Promise<ResultOf<J>[]> {
      const run = last.then(() => runAll(checkJobs(jobs), signal)) as Promise<ResultOf<J>[]>;
      last = run.catch(() => {});
      return run;
    },
    async close() {
      closed = true;
      closing.abort(closedError());
      await last;
      discard();
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

function opens(runner: Promise<JobRunner>): Promise<boolean> {
  return runner.then(
    () => true,
    () => false,
  );
}
