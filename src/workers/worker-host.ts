/** The worker's side of a pool: makes one runner, and answers jobs with it. */
import { expose, transfer } from 'comlink';
import { onAlive } from '../core/alive.ts';
import { WasmetaError } from '../core/errors.ts';
import { loadModules } from '../jobs/modules.ts';
import type { JobRunner } from '../jobs/runner.ts';
import type { JobResult } from '../jobs/table.ts';
import { type Assets, compiled, type PostedAssets } from '../platform/assets.ts';
import { holdLifeLock } from '../platform/life-lock.ts';
import { now } from '../platform/runtime.ts';
import { workerScope } from '../platform/worker-scope.ts';
import { packBuffers } from './buffers.ts';
import { endpointOf } from './endpoint.ts';
import { lifeSign, replyTo, type WorkerApi } from './protocol.ts';

/** A busy worker posts a sign of life so often, at most. */
const lifeEveryMs = 100;

/**
 * Call once, at the top of a worker's script. A result's buffers are transferred, so a handler must not keep what it returns.
 */
export function hostWorker(makeRunner: (assets: Assets) => Promise<JobRunner>): void {
  let runner: JobRunner | null = null;
  const api: WorkerApi = Object.freeze({
    __proto__: null,
    init: (assets: PostedAssets, lifeLock: string | null) =>
      replyTo(async () => {
        if (lifeLock !== null) await holdLifeLock(lifeLock);
        runner = await makeRunner(await compiled(assets));
        return null;
      }),
    run: async (job, modules) => {
      const reply = await replyTo(
        async () => {
          if (runner === null) throw new WasmetaError('E_ARGUMENT', 'the worker got a job before its assets', { kind: job.kind });
          await loadModules(modules);
          return (await runner.run(job)) as JobResult;
        },
        { kind: job.kind, shard: job.shard },
      );
      const { packed, buffers } = packBuffers(reply);
      return transfer(packed, buffers);
    },
    ping: () => replyTo(async () => null),
  } satisfies WorkerApi & { __proto__: null });

  const scope = workerScope();
  scope.onMessageError(() => {
    throw new WasmetaError('E_WORKER_LOST', "a message to the worker can't be read");
  });
  expose(api, endpointOf(scope, isCall));
  let last = now();
  onAlive(() => {
    const time = now();
    if (time - last < lifeEveryMs) return;
    last = time;
    scope.post(lifeSign, []);
  });
}

/** comlink would also read, set and construct anything along any path; only calls of these three functions are accepted. */
function isCall(data: unknown): boolean {
  const { type, path } = (data ?? {}) as { type?: unknown; path?: unknown };
  if (type === 'RELEASE') return true;
  return type === 'APPLY' && Array.isArray(path) && path.length === 1 && ['init', 'run', 'ping'].includes(path[0]);
}
