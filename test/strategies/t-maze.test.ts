/** TMaze-v0's exact optimum with memory, 1, and without, ½, by play. */
import { expect, test } from 'vitest';
import { mean, standardError } from '../../src/core/statistics.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import { bayesOptimum } from '../../src/strategies/optimum.ts';
import { totals } from './totals.ts';

test.each(['steps-10', 'steps-100', 'steps-1000'])(
  '%s: who remembers the cue earns 1 in every trial, the known optimum',
  async (preset) => {
    const all = await totals({ id: 'TMaze-v0', preset }, 'bayes-optimal', {}, 64);
    expect([...all]).toEqual(new Array(64).fill(1));
    expect(bayesOptimum(resolveEnv({ id: 'TMaze-v0', preset }))).toBe(1);
  },
);

test('who guesses earns ½ in the mean, within 4.5 standard errors (false alarm 7e-6)', async () => {
  const all = await totals({ id: 'TMaze-v0', preset: 'steps-10', episodes: 2 }, 'guess', {}, 4000);
  expect(Math.abs(mean(all) - 1)).toBeLessThan(4.5 * standardError(all));
});

test('a horizon that ends in the corridor leaves nothing to earn, and the optimum says so', () => {
  expect(bayesOptimum(resolveEnv({ id: 'TMaze-v0', preset: 'steps-10', length: 10 }))).toBe(0);
  expect(bayesOptimum(resolveEnv({ id: 'TMaze-v0', preset: 'steps-10', length: 10, horizon: 11, episodes: 3 }))).toBe(3);
});
