import { expect, it } from 'vitest';

// By address: the built files, as a page gets them from a development server.
const mainAddress = new URL('../../build/index.js', import.meta.url).href;
const inlineAddress = new URL('../../build/inline.js', import.meta.url).href;

it('the built package trains in a page of a development server, the same with workers and without', async () => {
  const { createPool, rl2, hashArrays } = (await import(/* @vite-ignore */ mainAddress)) as typeof import('../../src/index.ts');
  const { createInlineExecutor } = (await import(/* @vite-ignore */ inlineAddress)) as typeof import('../../src/inline.ts');
  const hashes: string[] = [];
  for (const executor of [createPool({ workers: 2 }), createInlineExecutor()]) {
    const options = { env: 'PointMass-v0', iterations: 1, tasks: 8, minibatches: 2 };
    for await (const { state } of rl2.train(options, executor)) hashes.push(hashArrays([state.parameters]));
    await executor.close();
  }
  expect(hashes).toHaveLength(2);
  expect(hashes[0]).toBe(hashes[1]);
});
