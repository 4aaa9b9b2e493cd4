/**
 * A machine: a process that takes jobs from its own BullMQ queue, does them in its workers and answers their drivers. It may come and go at any time. It runs
 * the package's code and the environments that were loaded before it started, and nothing that comes through Redis.
 */
import type { Job as QueuedJob } from 'bullmq';
import { integer, onlyFields, record } from '../core/checks.ts';
import { toErrorRecord, WasmetaError } from '../core/errors.ts';
import { builtin, cpuCount, now, pause } from '../platform/runtime.ts';
import { checkJobs } from '../workers/check-jobs.ts';
import { misfit, ownBuild } from './build.ts';
import { clearLost, clearMachine, keptFailedMs } from './clear.ts';
import { keysOf, prefix } from './keys.ts';
import { Lanes } from './lanes.ts';
import { type DriverRecord, driverFrom, jobFrom, type MachineRecord, type Outcome } from './messages.ts';
import { checkQueueName, commonDefaults, type QueueOptions } from './options.ts';
import { toBytes } from './packing.ts';
import { MissingPayloads, PayloadCache } from './payloads.ts';
import { checkAddress, loadClients, openStore } from './redis.ts';
import type { QueueJob } from './task.ts';
import { doTraining } from './training-job.ts';

export interface MachineOptions extends QueueOptions {
  /** Jobs that it does at the same time; by default one for each processor. */
  workers?: number;
  /** Largest heap of a worker in MiB; a worker that needs more is lost, and its job is done elsewhere. */
  heapMb?: number;
  /** What it is called; the host's name by default. Something is added that makes it unique. */
  name?: string;
  /** Is told what an operator should know. */
  say?: (text: string) => void;
}

export interface Machine {
  readonly id: string;
  /** Jobs done so far. */
  readonly done: number;
  /** Takes no more jobs, ends those that it has, and leaves nothing behind. `atOnce`: ends them unheard; other machines do them. */
  close(atOnce?: boolean): Promise<void>;
}

/** Kinds of jobs that load code by an address, which may come from anyone who can write to Redis. */
const loadingKinds = ['load-env'];
/** A driver that was seen alive is not asked for again so soon, ms. */
const driverKnownMs = 1000;

/** Joins a queue and takes jobs from then on. Throws `E_ARGUMENT`, `E_UNSUPPORTED` or `E_QUEUE`. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { workers, heapMb, name, say, queue, connection, deadlineMs, leaseMs, ttlMs, mostBytes } = settled(options);
  const { Worker } = await loadClients();
  const store = await openStore(connection, { deadlineMs, connectMs: 10_000 });
  const keys = keysOf(queue);
  const id = uniqueName(name);
  const build = ownBuild();
  const lanes = new Lanes(workers, { deadlineMs, retries: 1, ...(heapMb !== undefined && { heapMb }) });
  const payloads = new PayloadCache(store, keys, mostBytes);
  const drivers = new Map<string, { readonly at: number; readonly driver: Promise<DriverRecord | null> }>();
  const active = new Set<string>();
  let [done, leaving, told] = [0, false, ''];

  /** Says that it lives, and gives everything of its own a time to live. Throws `E_QUEUE`. */
  async function beat(): Promise<void> {
    const self: MachineRecord = { id, workers, build, active: [...active], leaving };
    const [, , , refusal] = await store.send([
      ['set', keys.machine(id), JSON.stringify(self), 'PX', leaseMs],
      ['sadd', keys.machines, id],
      ['pexpire', keys.machines, ttlMs],
      ['get', keys.refusal(id)],
      ...keys.engineAll(id).map((key) => ['pexpire', key, key === keys.engine(id, 'failed') ? keptFailedMs : ttlMs] as const),
    ]);
    if (typeof refusal === 'string' && refusal !== told) say(`a driver gives this machine no work: ${refusal}`);
    told = typeof refusal === 'string' ? refusal : '';
  }

  function driverOf(run: string): Promise<DriverRecord | null> {
    const known = drivers.get(run);
    if (known !== undefined && now() - known.at < driverKnownMs) return known.driver;
    const driver = store.send([['get', keys.driver(run)]]).then(([text]) => driverFrom(text));
    drivers.delete(run);
    drivers.set(run, { at: now(), driver });
    if (drivers.size > 64) drivers.delete(drivers.keys().next().value as string);
    return driver;
  }

  /** Does one job. What is returned or thrown is BullMQ's to note; the driver reads answers. */
  async function work({ id: jobId = '', data }: QueuedJob): Promise<void> {
    const message = jobFrom(data);
    const driver = await driverOf(message.run);
    if (driver === null) return; // its run has ended: nobody waits for an answer
    const start = now();
    active.add(jobId);
    try {
      await store.send([['pexpire', keys.engine(id, 'active'), ttlMs]]);
      const outcome = await outcomeOf(misfit(build, driver.build), async () => {
        const job = checked(await payloads.resolve(message));
        return lanes.use(`${message.run} ${job.kind === 'training' ? 'training' : 'shard'} ${job.shard}`, async (worker) =>
          job.kind === 'training' ? doTraining(job, worker) : (await worker.run([job]))[0],
        );
      });
      if (outcome === null) return; // closing: another machine does it
      const answers = keys.answers(message.run);
      const failed = outcome.kind === 'error' || outcome.kind === 'lost';
      await store.send([
        ['rpush', answers, toBytes({ id: jobId, machine: id, tookMs: now() - start, ...outcome })],
        ['pexpire', answers, ttlMs],
        ['sadd', keys.drivers, message.run], // whoever clears up finds the list by it, should the driver be gone
        ['pexpire', keys.drivers, ttlMs],
        ...(failed ? [['pexpire', keys.job(id, jobId), keptFailedMs] as const] : []),
      ]);
      done++;
      if (failed) throw new Error(outcome.error.message);
    } finally {
      active.delete(jobId);
    }
  }

  await beat();
  const worker = new Worker(keys.queueOf(id), work, {
    connection: store.client,
    prefix,
    concurrency: workers,
    lockDuration: leaseMs,
    stalledInterval: leaseMs,
    maxStalledCount: 1,
    runRetryDelay: 500,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 100 },
  });
  worker.on('error', ({ message }) => leaving || say(message));
  const beating = (async () => {
    while (!leaving) {
      await pause(leaseMs / 5);
      if (!leaving) await beat().catch(({ message }) => say(message));
    }
  })();

  async function leave(atOnce: boolean): Promise<void> {
    leaving = true;
    try {
      await beat().catch(({ message }) => say(message)); // drivers send no more
      if (atOnce) await lanes.close();
      await worker.close(atOnce);
      await lanes.close();
      await beating;
      await clearMachine(store, keys, id);
      await clearLost(store, keys); // the last to leave leaves nothing of others either
    } finally {
      store.close();
    }
  }

  let closing: Promise<void> | null = null;
  return {
    id,
    get done() {
      return done;
    },
    close(atOnce = false) {
      closing ??= leave(atOnce);
      return closing;
    },
  };
}

/** What came of a job; null if the machine closed before it was done. */
async function outcomeOf(refusal: string | null, work: () => Promise<unknown>): Promise<Outcome | null> {
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  try {
    return { kind: 'result', result: await work() };
  } catch (error) {
    if (error instanceof MissingPayloads) return { kind: 'missing', hashes: error.hashes };
    const code = error instanceof WasmetaError ? error.code : null;
    if (code === 'E_CLOSED') return null;
    return { kind: code === 'E_WORKER_LOST' || code === 'E_DEADLINE' ? 'lost' : 'error', error: sendable(error) };
  }
}

/** Details are for readers; what cannot be sent is left out. */
function sendable(error: unknown) {
  const record = toErrorRecord(error);
  try {
    toBytes(record);
    return record;
  } catch {
    return { ...record, details: {} };
  }
}

/** Throws `E_ARGUMENT` or `E_UNSUPPORTED` for what a machine does not do. */
function checked(data: unknown): QueueJob {
  const [job] = checkJobs([data as QueueJob]);
  if (loadingKinds.includes(job.kind))
    throw new WasmetaError('E_UNSUPPORTED', `a machine does no job of kind "${job.kind}": it loads no code that comes through the queue`, {
      kind: job.kind,
    });
  return job;
}

function settled(options: MachineOptions) {
  onlyFields('options', record('options', options), [
    ...['connection', 'queue', 'deadlineMs', 'leaseMs', 'ttlMs', 'payloadMb'],
    ...['workers', 'heapMb', 'name', 'say'],
  ]);
  const common = commonDefaults(options);
  return {
    ...common,
    connection: checkAddress(options.connection),
    queue: checkQueueName('queue', options.queue),
    workers: integer('workers', options.workers ?? cpuCount(), 1, 1024),
    heapMb: options.heapMb === undefined ? undefined : integer('heapMb', options.heapMb, 16),
    name: checkQueueName(
      'name',
      options.name ??
        builtin('node:os')
          .hostname()
          .replaceAll(/[^\w-]/g, '-'),
    ),
    say: options.say ?? (() => {}),
  };
}

const uniqueName = (name: string) => `${name}-${process.pid}-${builtin('node:crypto').randomBytes(3).toString('hex')}`;
