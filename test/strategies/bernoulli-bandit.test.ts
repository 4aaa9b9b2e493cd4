/** The Bayes-optimal value of Bernoulli bandits against values known to the digit, and against cases that can be done by hand. */
import { expect, test } from 'vitest';
import { bayesOptimalBandit } from '../../src/strategies/bernoulli-bandit.ts';

test.each<[arms: number, pulls: number, value: number]>([
  [2, 10, 6.0218],
  [5, 10, 6.66],
  [10, 10, 6.714],
  [50, 10, 6.714],
  [5, 15, 10.4315],
])('%i arms, %i pulls: %f', (arms, pulls, value) => {
  expect(bayesOptimalBandit(arms, pulls).toFixed(4)).toBe(value.toFixed(4));
});

test('one arm pays half the pulls; nothing pays for none', () => {
  expect(bayesOptimalBandit(1, 13)).toBeCloseTo(6.5, 12);
  expect(bayesOptimalBandit(7, 0)).toBe(0);
});

test('two pulls of two arms: stay after a reward (2/3), leave after none (1/2)', () => {
  expect(bayesOptimalBandit(2, 2)).toBeCloseTo(0.5 * (1 + 2 / 3) + 0.5 * 0.5, 12);
});

test.each([
  [0, 3],
  [2.5, 3],
  [2, 21],
  [2, Number.NaN],
])('%s arms and %s pulls are refused', (arms, pulls) => {
  expect(() => bayesOptimalBandit(arms, pulls)).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
});
