/** Chromium gives the very hashes that Node gives: test/golden/golden.json. */
import { describe, expect, test } from 'vitest';
import type { Executor } from '../../src/workers/executor.ts';
import { hashes } from '../golden/cases.ts';
import golden from '../golden/golden.json' with { type: 'json' };

// By address, so that the files of the build are served as they are.
const load = (file: string) => import(/* @vite-ignore */ new URL(`../../build/${file}`, import.meta.url).href);

async function hashesOf(executor: Executor): Promise<Record<string, string>> {
  try {
    return await hashes(await load('index.js'), executor);
  } finally {
    await executor.close();
  }
}

describe('the golden hashes hold in Chromium', () => {
  test('for 2 workers', async () => expect(await hashesOf((await load('index.js')).createPool({ workers: 2 }))).toEqual(golden));
  test('without workers', async () => expect(await hashesOf((await load('inline.js')).createInlineExecutor())).toEqual(golden));
});
