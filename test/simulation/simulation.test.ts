/** Whole runs, disturbed at random: whatever happens, they end with the weights of an undisturbed run. More of them: node scripts/simulate.mjs. */
import { expect, test } from 'vitest';
import { keptSeeds } from './kept-seeds.ts';
import { type Fault, faults, simulate } from './simulate.ts';

test('200 disturbed runs end like undisturbed ones, lose no checkpoint, hang nowhere and throw typed errors alone', async () => {
  const met = new Set<Fault>();
  let attempts = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const story = await simulate(seed);
    for (const fault of story.faults) met.add(fault);
    attempts += story.attempts;
  }
  expect([...met].sort()).toEqual([...faults].sort());
  expect(attempts).toBeGreaterThan(600);
});

test.each(keptSeeds)('so does the run of seed %i: once, %s', async (seed) => {
  expect((await simulate(seed)).attempts).toBeGreaterThan(1);
});

test('a seed tells the same story each time', async () => {
  for (const seed of [3, 16, 79]) expect(await simulate(seed)).toEqual(await simulate(seed));
});
