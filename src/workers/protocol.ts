/** The messages between a pool and its workers. */
import { type ErrorRecord, fromErrorRecord, toErrorRecord, WasmetaError } from '../core/errors.ts';
import type { ModuleAddress } from '../jobs/modules.ts';
import type { Job, JobResult } from '../jobs/table.ts';
import type { PostedAssets } from '../platform/assets.ts';

/** Errors travel as data: comlink would drop their `code` and `details`. */
type Reply<T> = { ok: true; value: T } | { ok: false; error: ErrorRecord };

/** What a worker posts while it works on a job; comlink passes it by, since it has no id. */
export const lifeSign = 'alive';

/** The one object that a worker exposes. */
export interface WorkerApi {
  /** Makes the worker's runner. `lifeLock`: the web lock that the worker shall hold for life. */
  init(assets: PostedAssets, lifeLock: string | null): Promise<Reply<null>>;
  /** `modules`: users' environments that the job may name. */
  run(job: Job, modules: readonly ModuleAddress[]): Promise<Reply<JobResult>>;
  ping(): Promise<Reply<null>>;
}

export async function replyTo<T>(work: () => Promise<T>, where: Record<string, unknown> = {}): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: cloneable(toErrorRecord(nameTrap(error, where))) };
  }
}

/** Gives a trap of WebAssembly the code `E_WASM_TRAP`. After a trap the instance must not be used again. */
export function nameTrap(error: unknown, where: Record<string, unknown>): unknown {
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  return new WasmetaError('E_WASM_TRAP', `WebAssembly trapped: ${error.message}`, { ...where, reason: error.message }, error);
}

/** Whether a worker's answer is one; a worker that posts anything else is as good as lost. */
export function isReply(answer: unknown): boolean {
  if (answer === null || typeof answer !== 'object') return false;
  const { ok, error } = answer as { ok?: unknown; error?: Partial<ErrorRecord> };
  if (ok === true) return 'value' in answer;
  return ok === false && typeof error?.message === 'string' && typeof error.details === 'object' && error.details !== null;
}

/** An answer, or the error that it carries. */
export function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw fromErrorRecord(reply.error);
}

/** Details are for readers and may hold values that cannot be posted, such as a function or a proxy. Such a value is sent as text. */
function cloneable(record: ErrorRecord): ErrorRecord {
  const details: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record.details)) {
    try {
      details[key] = structuredClone(value);
    } catch {
      details[key] = String(value);
    }
  }
  return { ...record, details };
}
