/** Actions as random numbers: their moments, and that they come from their coordinates. Seeds are fixed; each limit says how often chance alone would pass it. */
import { describe, expect, test } from 'vitest';
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import type { PolicyShape, PolicySpec } from '../../src/policies/policy.ts';
import { play, seeker } from './play.ts';

const env = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 50, episodes: 2 } as const;
const blank = (shape: PolicyShape) => new Float32Array((shape.inputSize + 1) * 8 + 8 * 2 + 2 + 2 + 9);

describe('a Gaussian policy with mean 0 and log σ 0', () => {
  const { record } = play({ env, policy: seeker, parameters: blank, trials: 256, seed: 4 });
  const z = Float64Array.from(record.actions);
  const n = z.length;
  const moment = (k: number, of = z) => of.reduce((sum, x) => sum + x ** k, 0) / of.length;

  test('has mean 0, variance 1, skewness 0 and kurtosis 3 (each within 4.5 σ: false alarm 7e-6 each)', () => {
    expect(n).toBe(256 * 100 * 2);
    expect(Math.abs(moment(1))).toBeLessThan(4.5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4.5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4.5 * Math.sqrt(96 / n));
  });

  test('reaches the tails: P(|z| > 3) = 0.0027 (within 4.5 σ: false alarm 7e-6)', () => {
    const p = 0.0026998;
    const share = z.reduce((sum, x) => sum + Number(Math.abs(x) > 3), 0) / n;
    expect(Math.abs(share - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n));
  });

  test('is independent between the axes, from step to step and from trial to trial (|ρ| < 4.5/√n: false alarm 7e-6 each)', () => {
    const N = record.numTrials;
    for (const lag of [1, 2, 2 * N]) {
      const pairs = Float64Array.from({ length: n - lag }, (_, i) => z[i] * z[i + lag]);
      const used = lag === 1 ? pairs.filter((_, i) => i % 2 === 0) : pairs;
      expect(Math.abs(moment(1, used))).toBeLessThan(4.5 / Math.sqrt(used.length));
    }
  });

  test('is Box and Muller of the words at (task, episode, step, 0)', () => {
    for (const [t, n, episode, step] of [
      [0, 0, 0, 0],
      [49, 17, 0, 49],
      [50, 255, 1, 0],
      [73, 100, 1, 23],
    ]) {
      const [u, v] = philox(4, stream.policy, n, episode, step, 0).map(toUniform);
      const radius = Math.sqrt(-2 * Math.log(u + 2 ** -24));
      const at = 2 * (t * record.numTrials + n);
      expect(Math.abs(record.actions[at] - radius * Math.cos(2 * Math.PI * v))).toBeLessThan(2e-6);
      expect(Math.abs(record.actions[at + 1] - radius * Math.sin(2 * Math.PI * v))).toBeLessThan(2e-6);
    }
  });
});

describe('random play', () => {
  const random: PolicySpec = { kind: 'random' };
  const { record } = play({ env, policy: random, trials: 256, seed: 4 });

  test('is uniform in [−1, 1): mean, variance and ends (4.5 σ: false alarm 7e-6 each)', () => {
    const a = record.actions;
    const n = a.length;
    const mean = a.reduce((sum, x) => sum + x, 0) / n;
    const variance = a.reduce((sum, x) => sum + x * x, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4.5 * Math.sqrt(1 / 3 / n));
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(4.5 * Math.sqrt(4 / 45 / n));
    const [low, high] = [Math.min(...a), Math.max(...a)];
    expect(low).toBeGreaterThanOrEqual(-1);
    expect(high).toBeLessThan(1);
    expect(low).toBeLessThan(-0.999);
    expect(high).toBeGreaterThan(0.999);
  });

  test('takes number k of an episode from word k mod 4 of (task, episode, ⌊k/4⌋, 0), exactly', () => {
    for (const [t, n] of [
      [0, 0],
      [1, 0],
      [2, 31],
      [49, 255],
      [50, 9],
      [77, 9],
    ]) {
      const [episode, step] = [Math.floor(t / 50), t % 50];
      for (let axis = 0; axis < 2; axis++) {
        const k = 2 * step + axis;
        const word = philox(4, stream.policy, n, episode, k >> 2, 0)[k & 3];
        expect(record.actions[2 * (t * record.numTrials + n) + axis]).toBe(2 * toUniform(word) - 1);
      }
    }
  });
});

test('a greedy policy acts by its mean, exactly', () => {
  const { record } = play({ env, policy: seeker, parameters: blank, trials: 5, greedy: true });
  expect(record.actions.every((a) => a === 0)).toBe(true);
});
