/** Pools over fake-worker.ts, and jobs for them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { createPool, type Pool, type PoolOptions } from '../../src/workers/pool.ts';
import { EMPTY_MODULE } from './empty-module.ts';
import type { FakeJob } from './fake-worker.ts';

export interface FakeWorkerScript {
  url: URL;
  remove(): Promise<void>;
}

export async function bundleFakeWorker(): Promise<FakeWorkerScript> {
  const folder = await mkdtemp(join(tmpdir(), 'wasmeta-worker-'));
  const outfile = join(folder, 'fake-worker.mjs');
  const entry = fileURLToPath(new URL('./fake-worker.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    external: ['node:*'],
    mainFields: ['module', 'main'],
  });
  return { url: pathToFileURL(outfile), remove: () => rm(folder, { recursive: true }) };
}

/** A pool whose jobs and results have the types of the fake worker. */
export interface FakePool extends Omit<Pool, 'run'> {
  run(jobs: readonly FakeJob[]): Promise<unknown[]>;
}

export function fakePool(options: PoolOptions): FakePool {
  return createPool({ wasm: { engine: EMPTY_MODULE, kernels: EMPTY_MODULE, tfjs: EMPTY_MODULE }, ...options }) as never;
}

/** Shared by a job's attempts, so that only the first goes wrong. */
export function onceOnly(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

export function echoes(count: number): FakeJob[] {
  return Array.from({ length: count }, (_, shard) => ({ kind: 'echo', shard, value: new Float32Array([shard, 0.1 * shard]) }));
}
