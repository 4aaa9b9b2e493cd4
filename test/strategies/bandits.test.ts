/** Strategies for bandits against exact values: limits are 4.5 standard errors (false alarm 7e-6 a case). */
import { expect, test } from 'vitest';
import { mean, standardError } from '../../src/core/statistics.ts';
import { bayesOptimalBandit, bayesOptimalPlay } from '../../src/strategies/bernoulli-bandit.ts';
import { gittinsIndices } from '../../src/strategies/gittins.ts';
import { strategiesOf } from '../../src/strategies/registry.ts';
import { totals } from './totals.ts';

const ten = { id: 'Bandit-v0' } as const;

test.each([5, 10])('Bayes-optimal play of %i arms earns its value', async (arms) => {
  const all = await totals({ ...ten, arms }, 'bayes-optimal', {}, 20_000);
  expect(Math.abs(mean(all) - bayesOptimalBandit(arms, 10))).toBeLessThan(4.5 * standardError(all));
});

test('no strategy beats the Bayes-optimal value or is worse than chance; ε = 1 is chance', async () => {
  const optimum = bayesOptimalBandit(5, 10);
  const names = Object.keys(strategiesOf('Bandit-v0'));
  expect(names).toHaveLength(7);
  for (const name of names) {
    const all = await totals(ten, name, {}, 5000);
    expect(mean(all)).toBeLessThan(optimum + 4.5 * standardError(all));
    expect(mean(all)).toBeGreaterThan(5.5);
  }
  const chance = await totals(ten, 'epsilon-greedy', { epsilon: 1 }, 5000);
  expect(Math.abs(mean(chance) - 5)).toBeLessThan(4.5 * standardError(chance));
});

test('rewards that are no counts are counted as they are: told each arm’s probability, greedy keeps the best of those it tried', async () => {
  const all = await totals({ ...ten, arms: 2, reward: 'expected', episodes: 50 }, 'greedy', {}, 500);
  expect(mean(all)).toBeGreaterThan(25);
  expect(all.some((total) => total % 1 !== 0)).toBe(true);
});

// Gittins, Glazebrook and Weber 2011, table 8.4, for γ = 0.9: rows s + 1, columns m − s + 1.
test.each<[s: number, m: number, index: number]>([
  [0, 0, 0.7029],
  [1, 1, 0.8001],
  [0, 1, 0.5001],
  [2, 2, 0.8452],
])('the Gittins index of %i in %i pulls, γ = 0.9, is the printed %f', (s, m, index) => {
  expect(Math.abs(gittinsIndices(5, 0.9)(s, m) - index)).toBeLessThan(2e-4);
});

test('the Gittins index is the sure reward at which stopping and going on are worth the same, by bisection over plain recursion', () => {
  const gamma = 0.5;
  const value = (s: number, m: number, sure: number, left: number): number => {
    const p = (s + 1) / (m + 2);
    if (left === 0) return Math.max(sure, p) / (1 - gamma);
    const on = p * (1 + gamma * value(s + 1, m + 1, sure, left - 1)) + (1 - p) * gamma * value(s, m + 1, sure, left - 1);
    return Math.max(sure / (1 - gamma), on);
  };
  for (const [s, m] of [
    [0, 0],
    [1, 2],
    [3, 4],
  ]) {
    let [low, high] = [0, 1];
    while (high - low > 1e-6) {
      const sure = (low + high) / 2;
      if (value(s, m, sure, 14) > sure / (1 - gamma) + 1e-12) low = sure;
      else high = sure;
    }
    expect(Math.abs(gittinsIndices(5, gamma)(s, m) - low)).toBeLessThan(1e-4);
  }
});

test('the best arm of what was seen: the proven one of two, a new one after a failure', () => {
  const play = bayesOptimalPlay(2, 3);
  expect(play.best([0, 1], [0, 1])).toBe(1);
  expect(play.best([0, 0], [1, 0])).toBe(1);
});
