/**
 * Classic strategies on Bandit-v0 against numbers known from elsewhere: 20 000 trials of 10 pulls, 2 000 of 100, k = 5. Limits are 4.5 standard errors
 * (false alarm 7e-6 a case) plus the rounding of the number; those numbers' own errors are as small.
 */
import { expect, test } from 'vitest';
import { mean, standardError } from '../../src/core/statistics.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { type BanditStrategy, banditStrategies, playBandit } from '../../src/evaluation/oracles/bandit-strategies.ts';
import { bayesOptimalBandit } from '../../src/evaluation/oracles/bernoulli-bandit.ts';
import { release } from '../wasm/modules.ts';

const played = (strategy: BanditStrategy, pulls: number, trials: number, constant?: number, seed = 3) => {
  const env = new VectorEnv(release, resolveEnv({ id: 'Bandit-v0', episodes: pulls }), 500);
  const totals = playBandit(env, { strategy, constant, trials, seed });
  env.close();
  return totals;
};

test.each<[BanditStrategy, pulls: number, trials: number, constant: number | undefined, known: number]>([
  ['greedy', 10, 20_000, undefined, 6.56],
  ['ucb1', 10, 20_000, 0.1, 6.66],
  ['thompson', 10, 20_000, undefined, 5.85],
  ['ucb1', 100, 2000, 0.2, 78.33],
  ['thompson', 100, 2000, undefined, 74.98],
])('%s, %i pulls', (strategy, pulls, trials, constant, known) => {
  const totals = played(strategy, pulls, trials, constant);
  expect(Math.abs(mean(totals) - known)).toBeLessThan(4.5 * standardError(totals) + 0.005);
});

test('nobody beats the Bayes-optimal value, nor does worse than chance; ε = 1 is chance', () => {
  const optimum = bayesOptimalBandit(5, 10);
  for (const strategy of banditStrategies) {
    const totals = played(strategy, 10, 20_000);
    expect(mean(totals)).toBeLessThan(optimum + 4.5 * standardError(totals));
    expect(mean(totals)).toBeGreaterThan(5.5);
  }
  const chance = played('epsilon-greedy', 10, 20_000, 1);
  expect(Math.abs(mean(chance) - 5)).toBeLessThan(4.5 * standardError(chance));
});

test('the same seed gives the same totals, whatever the batch', () => {
  const wide = new VectorEnv(release, resolveEnv('Bandit-v0'), 60);
  const narrow = new VectorEnv(release, resolveEnv('Bandit-v0'), 20);
  const [a, b] = [wide, narrow].map((env) => playBandit(env, { strategy: 'thompson', trials: 60, seed: 8 }));
  expect(a).toEqual(b);
  expect(played('thompson', 10, 500, undefined, 4)).not.toEqual(played('thompson', 10, 500, undefined, 5));
});

test('another family is refused', () => {
  const env = new VectorEnv(release, resolveEnv('GridNavi-v0'), 4);
  expect(() => playBandit(env, { strategy: 'greedy', trials: 4, seed: 1 })).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
});
