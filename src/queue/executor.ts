/**
 * The executor on many machines: jobs go through BullMQ on Redis or Valkey to processes that `wasmeta work` started, and results come back in the order of the jobs.
 * A job is a pure function of its data, so it may be done anywhere, twice, or again: the first answer counts, and all answers are the same bytes.
 */
import { integer, onlyFields, record } from '../core/checks.ts';
import type { Job, ResultOf } from '../jobs/table.ts';
import { checkJobs } from '../workers/check-jobs.ts';
import type { Executor } from '../workers/executor.ts';
import { closedError } from '../workers/slot.ts';
import type { QueueCounts } from './counts.ts';
import { Driver } from './driver.ts';
import { keysOf, prefix } from './keys.ts';
import { Meter } from './meter.ts';
import { checkQueueName, commonDefaults, type QueueOptions } from './options.ts';
import { checkAddress, loadClients, openStore } from './redis.ts';
import type { TrainingJob, TrainingJobResult } from './training-job.ts';

export interface QueueExecutorOptions extends QueueOptions {
  /** Times that a job is sent before its run ends with an error. */
  tries?: number;
  /** Is told what an operator should know. */
  say?: (text: string) => void;
}

export interface QueueExecutor extends Executor {
  /** Connects to Redis now rather than with the first job. Throws `E_UNSUPPORTED` or `E_QUEUE`. */
  ready(): Promise<void>;
  counts(): QueueCounts;
  /** Has a machine do some iterations of a training by itself (remote-learner.ts). */
  train(job: TrainingJob): Promise<TrainingJobResult>;
}

/** Throws `E_ARGUMENT`. Nothing is connected or loaded before it is needed. */
export function createQueueExecutor(options: QueueExecutorOptions): QueueExecutor {
  const settings = settled(options);
  let opening: Promise<Driver> | null = null;
  let driver: Driver | null = null;
  let closed = false;
  const meter = new Meter(noCounts);

  async function opened(): Promise<Driver> {
    opening ??= open(settings).catch((error) => {
      opening = null; // the next run tries again
      throw error;
    });
    driver = await opening;
    return driver;
  }

  return {
    get workers() {
      return Math.max(1, driver?.counts().workers ?? 1);
    },
    async run<J extends Job>(jobs: readonly J[], signal?: AbortSignal): Promise<ResultOf<J>[]> {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      checkJobs(jobs);
      return (await (await opened()).run(jobs, signal)) as ResultOf<J>[];
    },
    async train(job) {
      if (closed) throw closedError();
      const [result] = await (await opened()).run([job]);
      return result as TrainingJobResult;
    },
    async ready() {
      if (closed) throw closedError();
      await opened();
    },
    counts: () => driver?.counts() ?? noCounts,
    measured: () => meter.measured(driver?.counts() ?? noCounts),
    async close() {
      closed = true;
      await (await opening?.catch(() => null))?.close();
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

function settled(options: QueueExecutorOptions) {
  onlyFields('options', record('options', options), ['connection', 'queue', 'deadlineMs', 'leaseMs', 'ttlMs', 'payloadMb', 'tries', 'say']);
  return {
    ...commonDefaults(options),
    connection: checkAddress(options.connection),
    queue: checkQueueName('queue', options.queue),
    tries: integer('tries', options.tries ?? 5, 1, 1000),
    say: options.say ?? (() => {}),
  };
}

const noCounts: QueueCounts = { machines: 0, workers: 0, jobs: 0, repeated: 0, doubled: 0, bytesSent: 0, bytesReceived: 0, workedMs: 0 };

async function open(settings: ReturnType<typeof settled>): Promise<Driver> {
  const { Queue: Engine } = await loadClients();
  const store = await openStore(settings.connection, { deadlineMs: settings.deadlineMs, connectMs: 10_000 });
  const keys = keysOf(settings.queue);
  const makeQueue = (name: string) => new Engine(name, { connection: store.client, prefix, skipMetasUpdate: true, skipVersionCheck: true });
  const driver = new Driver(settings, store, keys, makeQueue);
  try {
    await driver.start();
  } catch (error) {
    store.close();
    throw error;
  }
  return driver;
}
