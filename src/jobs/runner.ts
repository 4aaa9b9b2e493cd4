/**
 * Does jobs with the handlers that it was given, in a worker or on this thread. What handlers keep from one job to the next only saves time: a job whose
 * trials are not at hand plays them again, to the same bytes.
 */
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { Engine } from '../envs/engine.ts';
import type { Assets } from '../platform/assets.ts';
import type { JobContext } from './context.ts';
import { Kept } from './kept.ts';
import { Trials } from './trials.ts';

/** What every job has; table.ts tells the rest by its kind. */
interface AnyJob {
  readonly kind: string;
  readonly shard: number;
}

export interface JobRunner {
  run(job: AnyJob): Promise<unknown>;
  close(): void;
}

/** Makes handlers by the kind of job that each does. */
export type Work = (context: JobContext, assets: Assets) => Promise<object>;

export async function createRunner(assets: Assets, work: Work): Promise<JobRunner> {
  const stores: { clear(): void }[] = [];
  const engine = new Engine(assets.engine);
  const trials = new Trials(engine);
  stores.push(trials);
  const store = <T>(limit: number, free: (value: T) => void): Kept<T> => {
    const made = new Kept(limit, free);
    stores.push(made);
    return made;
  };
  const handlers = (await work({ engine, trials, store }, assets)) as Readonly<Record<string, (job: AnyJob) => unknown>>;
  const known = Object.keys(handlers);

  return {
    async run(job) {
      if (!known.includes(job.kind)) refuse(job.kind, known, assets);
      try {
        return await handlers[job.kind](job);
      } catch (error) {
        throw namingShard(error, job.shard);
      }
    },
    close() {
      for (const each of stores) clear(each);
    },
  };
}

function refuse(kind: string, known: readonly string[], { kernels }: Assets): never {
  const expected = `one of ${known.join(', ')}`;
  if (kernels !== null) fail('job.kind', expected, kind);
  throw new WasmetaError(
    'E_UNSUPPORTED',
    `"job.kind" expected ${expected}, got ${JSON.stringify(kind)}: this executor was made without a learner, so it computes no gradients`,
    { kind },
  );
}

/** An error about a NaN or infinity tells in which shard it was. */
function namingShard(error: unknown, shard: number): unknown {
  if (!(error instanceof WasmetaError) || error.code !== 'E_NOT_FINITE') return error;
  return new WasmetaError('E_NOT_FINITE', `shard ${shard}: ${error.message}`, { ...error.details, shard }, error);
}

/** After a trap the engine refuses every call, and all its memory goes with it; what others have kept is freed all the same. */
function clear(store: { clear(): void }): void {
  try {
    store.clear();
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code !== 'E_WASM_TRAP') throw error;
  }
}
