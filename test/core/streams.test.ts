/** The table of streams of random numbers: each has a key of its own in every split, and WebAssembly knows the same ones. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { purposeOf, split, stream } from '../../src/core/philox.ts';

test('no two streams share a key, in one split or in two', () => {
  const purposes = Object.values(split).flatMap((of) => Object.values(stream).map((from) => purposeOf(of, from)));
  expect(new Set(purposes).size).toBe(purposes.length);
});

test('those that WebAssembly draws from are the same there', () => {
  const source = readFileSync(new URL('../../assembly/batch.ts', import.meta.url), 'utf8');
  const there = [...source.matchAll(/const STREAM_(\w+): u32 = (\d+);/g)].map(([, name, value]) => [name.toLowerCase(), Number(value)]);
  expect(Object.fromEntries(there)).toEqual({ task: stream.task, start: stream.start, policy: stream.policy, noise: stream.noise });
});
