/** Loads a user's environment for a command: in a worker first, so that a file that never comes to an end, or ends its thread, leaves an error and not a command that hangs. */
import { WasmetaError } from '../core/errors.ts';
import type { FamilySpec } from '../envs/spec.ts';
import { loadEnv } from '../envs/user/load-env.ts';
import { loadedModules } from '../envs/user/modules.ts';
import { urlOf } from '../platform/assets.ts';
import { createPool } from '../workers/pool.ts';

/** Longest time that the top level of a file may take. */
const loadDeadlineMs = 20_000;
/** Largest heap that it may take. */
const heapMb = 512;

/** Throws what `loadEnv` throws; also `E_ENV` with `details.rule` for a file that does not end within the deadline (`returns`), or whose worker died (`survives`). */
export async function loadSafely(source: URL | string, deadlineMs = loadDeadlineMs): Promise<FamilySpec> {
  const url = urlOf('module', source);
  if (!loadedModules().some((one) => one.url === url.href)) await tryInWorker(url, deadlineMs);
  return loadEnv(url);
}

async function tryInWorker(url: URL, deadlineMs: number): Promise<void> {
  const pool = createPool({ workers: 1, learner: false, deadlineMs, retries: 0, heapMb });
  try {
    await pool.ready(); // the deadline is the file's alone
    await pool.run([{ kind: 'load-env' as const, shard: 0, url: url.href }]);
  } catch (error) {
    if (!(error instanceof WasmetaError)) throw error;
    if (error.code === 'E_DEADLINE')
      throw new WasmetaError(
        'E_ENV',
        `${url.href} did not come to an end within ${deadlineMs / 1000} s when it was loaded: its top level (for WebAssembly "abi" and "spec") must not wait or loop`,
        { url: url.href, rule: 'returns' },
      );
    if (error.code === 'E_WORKER_LOST')
      throw new WasmetaError('E_ENV', `${url.href} ended the worker that loaded it: ${reasonOf(error)}`, {
        url: url.href,
        rule: 'survives',
      });
    throw error;
  } finally {
    await pool.close();
  }
}

function reasonOf({ message, details }: WasmetaError): string {
  const { reasons } = details as { reasons?: readonly string[] };
  return reasons?.at(-1) ?? message;
}
