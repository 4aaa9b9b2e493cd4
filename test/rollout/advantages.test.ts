/** GAE with every number written out, then over the ends of episodes and of trials. */
import { describe, expect, test } from 'vitest';
import { advantagesOf, countedRewards, rewardShape } from '../../src/rollout/advantages.ts';
import { play } from './play.ts';

/** Rewards as they are. */
const plain = { scale: 1, mean: 0 };
const F = (...values: number[]) => Float32Array.from(values);
const close = (actual: Float32Array, expected: number[]) =>
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 6);
  });

test('three steps by hand: r = 1 2 3, V = 0.5 1 1.5, γ = 0.9, λ = 0.5', () => {
  // δ₂ = 3 − 1.5 = 1.5                    A₂ = 1.5
  // δ₁ = 2 + 0.9 · 1.5 − 1 = 2.35         A₁ = 2.35 + 0.45 · 1.5 = 3.025
  // δ₀ = 1 + 0.9 · 1 − 0.5 = 1.4          A₀ = 1.4 + 0.45 · 3.025 = 2.76125
  const { advantages, targets } = advantagesOf(F(1, 2, 3), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, plain);
  close(advantages, [2.76125, 3.025, 1.5]);
  close(targets, [3.26125, 4.025, 3]);
});

test('rewards are scaled, values are not: c = 2 makes r = 2 4 6', () => {
  const scaled = advantagesOf(F(1, 2, 3), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, { scale: 2, mean: 0 });
  expect([...scaled.advantages]).toEqual([...advantagesOf(F(2, 4, 6), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, plain).advantages]);
});

test('rewards are centred before they are scaled: r̄ = 1, c = 2 makes r = 0 2 4', () => {
  const centred = advantagesOf(F(1, 2, 3), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, { scale: 2, mean: 1 });
  expect([...centred.advantages]).toEqual([...advantagesOf(F(0, 2, 4), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, plain).advantages]);
});

test('with λ = 1 the targets are discounted sums of rewards to the end of the trial: 1 + ½ (2 + ½ · 4) = 3', () => {
  close(advantagesOf(F(1, 2, 4), F(9, -7, 5), F(1, 1, 1), 1, 0.5, 1, plain).targets, [3, 4, 4]);
});

test('the value after the last step is discounted like any other: V = 0.5 1 1.5 | 2, γ = 0.9, λ = 0.5', () => {
  // δ₂ = 3 + 0.9 · 2 − 1.5 = 3.3         A₂ = 3.3
  // δ₁ = 2 + 0.9 · 1.5 − 1 = 2.35         A₁ = 2.35 + 0.45 · 3.3 = 3.835
  // δ₀ = 1 + 0.9 · 1 − 0.5 = 1.4          A₀ = 1.4 + 0.45 · 3.835 = 3.12575
  const { advantages, targets } = advantagesOf(F(1, 2, 3), F(0.5, 1, 1.5), F(1, 1, 1), 1, 0.9, 0.5, plain, F(2));
  close(advantages, [3.12575, 3.835, 3.3]);
  close(targets, [3.62575, 4.835, 4.8]);
});

test('each trial has its own value after its last step, wherever that is', () => {
  // Trial 1 ends after two steps: A₁ = 6 + 0.9 · 10 − 3 = 12; A₀ = 5 + 0.9 · 3 − 2 + 0.45 · 12 = 11.1. Trial 0 ended by the law.
  const { advantages } = advantagesOf(F(1, 5, 2, 6, 3, 1e9), F(0.5, 2, 1, 3, 1.5, 1e9), F(1, 1, 1, 1, 1, 0), 2, 0.9, 0.5, plain, F(0, 10));
  close(advantages, [2.76125, 11.1, 3.025, 12, 1.5, 0]);
});

test('two trials side by side do not mix, and the value after a trial that ended early is 0', () => {
  // Trial 0 runs three steps, trial 1 two; whatever stands in its masked third step must not matter.
  const { advantages, targets } = advantagesOf(F(1, 5, 2, 6, 3, 1e9), F(0.5, 2, 1, 3, 1.5, -1e9), F(1, 1, 1, 1, 1, 0), 2, 0.9, 0.5, plain);
  // Trial 1: A₁ = 6 − 3 = 3; A₀ = 5 + 0.9 · 3 − 2 + 0.45 · 3 = 7.05
  close(advantages, [2.76125, 7.05, 3.025, 3, 1.5, 0]);
  close(targets, [3.26125, 9.05, 4.025, 6, 3, 0]);
});

describe('over a recorded trial of three episodes', () => {
  const env = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 4, episodes: 3, trainingReward: 'dense' } as const;
  const { record } = play({ env, policy: { kind: 'gru', hidden: 8 }, trials: 2, seed: 3 });
  const { trainingRewards: r, values, valid, done, numTrials: N } = record;
  const [gamma, lambda] = [0.95, 0.9];
  const { advantages } = advantagesOf(r, values, valid, N, gamma, lambda, plain);

  /** Â in its closed form, Σ (γλ)^k δ_{t+k}, up to the end of the trial, or (mask) of the episode. */
  function closedForm(t: number, n: number, mask: boolean): number {
    let [sum, weight] = [0, 1];
    for (let k = t; k < 12; k++) {
      const at = k * N + n;
      const last = k === 11 || (mask && done[at] === 1);
      sum += weight * (r[at] + (last ? 0 : gamma * values[at + N]) - values[at]);
      if (last) break;
      weight *= gamma * lambda;
    }
    return sum;
  }

  test('the end of an episode masks nothing', () => {
    expect([3, 7, 11].every((t) => done[t * N] === 1)).toBe(true);
    for (let t = 0; t < 12; t++)
      for (let n = 0; n < N; n++) {
        expect(Math.abs(advantages[t * N + n] - closedForm(t, n, false))).toBeLessThan(1e-5);
        if (t < 8) expect(Math.abs(advantages[t * N + n] - closedForm(t, n, true))).toBeGreaterThan(1e-2);
      }
  });

  test('exploration episodes have their rewards set to 0 for the loss, and no others', () => {
    const counted = countedRewards(record, 1);
    expect(counted.subarray(0, 4 * N).every((x) => x === 0)).toBe(true);
    expect([...counted.subarray(4 * N)]).toEqual([...r.subarray(4 * N)]);
    expect(r.subarray(0, 4 * N).every((x) => x < 0)).toBe(true); // the record itself stays
    expect(countedRewards(record, 0)).toBe(record.trainingRewards);
    expect(countedRewards(record, 3).every((x) => x === 0)).toBe(true);
  });
});

describe('the scale of rewards', () => {
  /** Count, sum, sum of squares. */
  const told = (...values: number[]) => [values.length, values.reduce((a, b) => a + b, 0), values.reduce((a, b) => a + b * b, 0)];

  test('is 1/σ of the discounted rewards so far: 0 and 4 deviate by 2', () => {
    expect(rewardShape(told(0, 4))).toEqual({ scale: 0.5, mean: 0 });
    expect(rewardShape([...told(0, 4), 3])).toEqual({ scale: 0.5, mean: 3 });
  });

  test('is 1 before the first step, and while no reward has come', () => {
    expect(rewardShape([0, 0, 0])).toEqual({ scale: 1, mean: 0 });
    expect(rewardShape(told(0, 0, 0))).toEqual({ scale: 1, mean: 0 });
  });

  test('is 1 while all discounted rewards are the same but for rounding', () => {
    expect(rewardShape(told(...new Array(1000).fill(0.1)))).toEqual({ scale: 1, mean: 0 });
  });
});
