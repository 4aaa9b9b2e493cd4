/** One slot of a pool: starts a worker when it needs one, runs one job at a time, and replaces a worker that is lost. */
import { WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import { loadedModules } from '../jobs/modules.ts';
import type { Job, JobResult } from '../jobs/table.ts';
import { type Assets, asBytes, type PostedAssets } from '../platform/assets.ts';
import { newLifeLock, watchLifeLock } from '../platform/life-lock.ts';
import { type SpawnOptions, spawnImportingWorker, spawnWorker, type WorkerHandle, workerUrl } from '../platform/spawn.ts';
import { packBuffers } from './buffers.ts';
import { type Connection, connect, NoAnswer } from './call.ts';
import { unwrap } from './protocol.ts';

interface SlotOptions {
  spawn: SpawnOptions;
  assets: () => Promise<Assets>;
  deadlineMs: number;
  retries: number;
}

export interface SlotCounts {
  /** Workers started so far. */
  spawned: number;
  /** Jobs repeated because their worker was lost. */
  retried: number;
}

export class Slot {
  readonly counts: SlotCounts = { spawned: 0, retried: 0 };
  readonly #options: SlotOptions;
  #connection: Connection | null = null;
  #opening: Promise<Connection> | null = null;
  #handle: WorkerHandle | null = null;
  #endings = new Set<Promise<void>>();
  #imports = false;
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Starts the worker, if there is none, and waits until it is ready. */
  async ready(): Promise<void> {
    try {
      await this.#connected();
    } catch (error) {
      if (this.#closed) throw closedError();
      if (!(error instanceof NoAnswer)) throw error;
      throw new WasmetaError(error.code, `a worker did not start: ${error.message} (${this.#script()})`, { script: this.#script() });
    }
  }

  /** A lost or overdue worker is replaced and the job is repeated; the same data gives the same bytes. */
  async run(job: Job): Promise<JobResult> {
    const { deadlineMs, retries } = this.#options;
    const { packed } = packBuffers(job);
    const reasons: string[] = [];
    let silences = 0;
    for (let working = false; ; working = false) {
      try {
        const connection = await this.#connected();
        working = true;
        const reply = await connection.call((api) => api.run(packed, loadedModules()), deadlineMs).catch(refuseUnsendable(job));
        // A trapped instance is never used again. The job is not repeated, since it would trap again.
        if (!reply.ok && reply.error.code === 'E_WASM_TRAP') this.#discard();
        return unwrap(reply);
      } catch (error) {
        if (this.#closed) throw closedError();
        if (!(error instanceof NoAnswer)) throw error;
        this.#discard();
        reasons.push(error.message);
        // A job that shows no life twice will never; an endless loop in a user's environment would be as endless again.
        const overdue = error.code === 'E_DEADLINE' && working;
        const own = overdue ? loadedModules().map(({ name }) => name) : [];
        if (overdue) silences += 1;
        if (reasons.length > retries || own.length > 0 || silences > 1) throw giveUp(job, error, reasons, this.#script(), own);
        this.counts.retried += 1;
      }
    }
  }

  /** Ends the worker as a crash would. */
  kill(): void {
    void this.#handle?.terminate();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#discard();
    await Promise.all(this.#endings);
  }

  #connected(): Promise<Connection> {
    if (this.#opening !== null) return this.#opening;
    if (this.#connection !== null && !this.#connection.dead) return Promise.resolve(this.#connection);
    this.#discard();
    this.#opening = this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Starts a worker and sends it its assets. If the browser refuses the script itself, a worker that imports it is started instead. */
  async #open(): Promise<Connection> {
    const { spawn, assets } = this.#options;
    const loaded = await assets();
    if (this.#closed) throw closedError();
    if (this.#imports) return this.#start(spawnImportingWorker(spawn), loaded);
    try {
      return await this.#start(spawnOrNull(spawn), loaded);
    } catch (error) {
      const importing = error instanceof NoAnswer && error.code === 'E_WORKER_LOST' && !this.#closed ? spawnImportingWorker(spawn) : null;
      if (importing === null) throw error;
      const connection = await this.#start(importing, loaded);
      this.#imports = true;
      return connection;
    }
  }

  async #start(handle: WorkerHandle | null, assets: Assets): Promise<Connection> {
    if (handle === null) throw new NoAnswer('E_WORKER_LOST', 'the browser refuses to start it');
    const connection = connect(handle);
    this.#handle = handle;
    this.#connection = connection;
    this.counts.spawned += 1;
    try {
      const lifeLock = newLifeLock();
      const init = (posted: PostedAssets) => connection.call((api) => api.init(posted, lifeLock), this.#options.deadlineMs);
      const bytesIfUncloneable = (error: unknown) => {
        if (isUncloneable(error)) return init(asBytes(assets));
        throw error;
      };
      unwrap(await init(assets).catch(bytesIfUncloneable));
      if (lifeLock !== null) {
        const unwatch = watchLifeLock(lifeLock, () => handle.declareDead('the worker ended'));
        handle.onDeath(unwatch);
      }
      return connection;
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  #discard(): void {
    const ending = this.#connection?.close();
    this.#connection = null;
    this.#handle = null;
    if (ending === undefined) return;
    this.#endings.add(ending);
    void ending.finally(() => this.#endings.delete(ending));
  }

  #script(): string {
    const { learner, url, create } = this.#options.spawn;
    return create === undefined ? String(url ?? workerUrl(learner)) : 'a worker made by the caller';
  }
}

/** Browsers throw at once for a script from another origin. */
function spawnOrNull(options: SpawnOptions): WorkerHandle | null {
  try {
    return spawnWorker(options);
  } catch (error) {
    if (error instanceof Error && error.name === 'SecurityError') return null;
    throw error;
  }
}

const isUncloneable = (error: unknown): error is Error => error instanceof Error && error.name === 'DataCloneError';

/** A job that cannot be sent, because it holds a function for example, is an error of the caller and not of the worker. */
function refuseUnsendable(job: Job): (error: unknown) => never {
  return (error) => {
    if (isUncloneable(error))
      throw new WasmetaError(
        'E_ARGUMENT',
        `job "${job.kind}" of shard ${job.shard} must be plain data: ${error.message}`,
        { kind: job.kind },
        error,
      );
    throw error;
  };
}

function giveUp(job: Job, { code }: NoAnswer, reasons: string[], script: string, own: readonly string[]): WasmetaError {
  const { kind, shard } = job;
  const last = reasons[reasons.length - 1];
  const why = own.length > 0 ? `; it is not repeated, for a call of ${own.join(' or ')} may never come back` : '';
  const message = `job "${kind}" of shard ${shard} failed ${plural(reasons.length, 'time')}, the last because its worker was ${code === 'E_DEADLINE' ? 'overdue' : 'lost'}: ${last}${why} (${script})`;
  return new WasmetaError(code, message, { kind, shard, attempts: reasons.length, reasons, script });
}

export function closedError(): WasmetaError {
  return new WasmetaError('E_CLOSED', 'the executor is closed');
}
