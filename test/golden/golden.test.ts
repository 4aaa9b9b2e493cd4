/**
 * Hashes of trajectories and of weights, committed: the same for any number of workers, without workers, and for the modules compiled for debugging.
 * test/browser/golden.test.ts holds Chromium to the same file. `UPDATE_GOLDEN=1 npx vitest run --project node test/golden` writes it anew: only for a
 * change that is meant to change results.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Executor } from '../../src/workers/executor.ts';
import { long } from '../long.ts';
import { hashes } from './cases.ts';

const file = new URL('./golden.json', import.meta.url);
const debug = { engine: 'build/wasm/wasmeta.debug.wasm', kernels: 'build/wasm/kernels.debug.wasm' };

async function hashesOf(executor: Executor): Promise<Record<string, string>> {
  try {
    return await hashes(api, executor);
  } finally {
    await executor.close();
  }
}

if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(await hashesOf(createInlineExecutor()), null, 2)}\n`);

describe('the golden hashes', () => {
  const golden = JSON.parse(readFileSync(file, 'utf8'));

  test('hold without workers', async () => expect(await hashesOf(createInlineExecutor())).toEqual(golden));

  // Two workers: in Chromium, and below with the modules for debugging.
  test.each(long ? [1, 2, 3, 5] : [1, 3, 5])('hold for %i workers', async (workers) => {
    expect(await hashesOf(api.createPool({ workers }))).toEqual(golden);
  });

  test('hold for the modules compiled for debugging', async () => {
    expect(await hashesOf(api.createPool({ workers: 2, wasm: debug }))).toEqual(golden);
  });
});
