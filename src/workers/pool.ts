/**
 * The local executor: a fixed number of workers, reached through comlink.
 *
 * A job always goes to worker `job.shard % workers`, because that worker may still hold the shard's trajectories. Workers take no jobs from each
 * other, nothing depends on which job ends first, and results come in the order of the jobs. A worker is started when it is first needed.
 */
import { boolean, fail, integer, number, onlyFields, record } from '../core/checks.ts';
import type { Job, JobResult, ResultOf } from '../jobs/table.ts';
import { checkWasmSources, loadAssets, type WasmSources } from '../platform/assets.ts';
import { cpuCount } from '../platform/runtime.ts';
import type { WorkerLike } from '../platform/spawn.ts';
import { until } from './abortable.ts';
import { checkJobs } from './check-jobs.ts';
import type { Executor } from './executor.ts';
import { closedError, Slot, type SlotCounts } from './slot.ts';

/** How many workers, what they load, and how long one may show no life. */
export interface PoolOptions {
  /** Number of workers; by default one for each processor. */
  workers?: number;
  /** Whether jobs need gradients. If not, workers are small and tfjs is never loaded. */
  learner?: boolean;
  /**
   * Longest time in ms without a sign of life of a worker that works or starts, and of a server that sends a .wasm file; may be Infinity. A job may take longer: what
   * works in steps shows life after each. Time in which the machine sleeps or this process is stopped does not count.
   */
  deadlineMs?: number;
  /** Number of times that a job is repeated after its worker was lost. An overdue job is repeated once, and not at all where environments of users are loaded: an endless loop would not end. */
  retries?: number;
  /** Node: largest heap of a worker in MiB; a worker that needs more is lost. Default: that of Node. */
  heapMb?: number;
  /** Makes a worker that runs the package's `./worker` (or `./rollout-worker`). */
  worker?: () => WorkerLike;
  /** Address of that script, if it is not beside this one. */
  workerUrl?: URL | string;
  /** Addresses of the .wasm files, if they are not beside this script. */
  wasm?: WasmSources;
}

/** An executor with workers of its own. */
export interface Pool extends Executor {
  /** Starts all workers now rather than with their first job. */
  ready(): Promise<void>;
  /** For tests and progress: totals since the pool was made. */
  counts(): SlotCounts;
  /** For tests: ends a worker as a crash would. A new worker repeats its job. */
  killWorker(index: number): void;
}

interface Task {
  job: Job;
  run: { dropped: boolean };
  resolve(result: JobResult): void;
  reject(error: unknown): void;
}

/**
 * Starts workers: in Node threads, in browsers Web Workers. Close it when you are done. A worker that dies or shows no life is replaced and its job done
 * again. Throws `E_ARGUMENT`.
 */
export function createPool(options: PoolOptions = {}): Pool {
  onlyFields('options', record('options', options), [
    'workers',
    'learner',
    'deadlineMs',
    'retries',
    'heapMb',
    'worker',
    'workerUrl',
    'wasm',
  ]);
  const { learner = true, deadlineMs = 120_000, retries = 3, heapMb, worker: create, workerUrl: url, wasm } = options;
  boolean('learner', learner);
  checkWasmSources(wasm);
  if (create !== undefined && typeof create !== 'function') fail('worker', 'a function that makes a worker', create);
  const workers = integer('workers', options.workers ?? cpuCount(), 1, 1024);
  integer('retries', retries, 0, 1000);
  if (deadlineMs !== Number.POSITIVE_INFINITY) number('deadlineMs', deadlineMs, 1);
  if (heapMb !== undefined) integer('heapMb', heapMb, 16);

  let loading: ReturnType<typeof loadAssets> | null = null;
  const closed = new AbortController();
  const assets = () => {
    loading ??= until(closed.signal, loadAssets({ learner, wasm, deadlineMs, signal: closed.signal })).catch((error) => {
      loading = null; // the next run tries again
      throw error;
    });
    return loading;
  };
  const lanes = Array.from({ length: workers }, (_, index) => ({
    slot: new Slot({ spawn: { learner, name: `wasmeta-${index}`, url, create, heapMb }, assets, deadlineMs, retries }),
    queue: [] as Task[],
    busy: false,
  }));
  const unsettled = new Set<Task>();
  let closing: Promise<void> | null = null;

  async function drain(lane: (typeof lanes)[number]): Promise<void> {
    if (lane.busy) return;
    lane.busy = true;
    for (let task = lane.queue.shift(); task !== undefined; task = lane.queue.shift()) {
      try {
        if (task.run.dropped) throw closedError(); // its run has failed, so its result is not needed
        task.resolve(await lane.slot.run(task.job));
      } catch (error) {
        task.reject(error);
      }
    }
    lane.busy = false;
  }

  function submit(job: Job, run: Task['run']): Promise<JobResult> {
    return new Promise((resolve, reject) => {
      const task: Task = {
        job,
        run,
        resolve(result) {
          unsettled.delete(task);
          resolve(result);
        },
        reject(error) {
          unsettled.delete(task);
          reject(error);
        },
      };
      unsettled.add(task);
      const lane = lanes[job.shard % workers];
      lane.queue.push(task);
      void drain(lane);
    });
  }

  return {
    workers,
    async run<J extends Job>(jobs: readonly J[], signal?: AbortSignal): Promise<ResultOf<J>[]> {
      signal?.throwIfAborted();
      if (closing !== null) throw closedError();
      checkJobs(jobs);
      const run = { dropped: false };
      try {
        return (await until(signal, Promise.all(jobs.map((job) => submit(job, run))))) as ResultOf<J>[];
      } catch (error) {
        run.dropped = true;
        throw error;
      }
    },
    async ready() {
      if (closing !== null) throw closedError();
      await Promise.all(lanes.map(({ slot }) => slot.ready()));
    },
    close() {
      closing ??= (async () => {
        closed.abort(closedError());
        const ended = Promise.all(lanes.map(({ slot }) => slot.close()));
        for (const task of [...unsettled]) {
          task.run.dropped = true;
          task.reject(closedError());
        }
        await ended;
      })();
      return closing;
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
    counts() {
      const total = { spawned: 0, retried: 0 };
      for (const { slot } of lanes) {
        total.spawned += slot.counts.spawned;
        total.retried += slot.counts.retried;
      }
      return total;
    },
    killWorker(index) {
      lanes[integer('index', index, 0, workers - 1)].slot.kill();
    },
  };
}
