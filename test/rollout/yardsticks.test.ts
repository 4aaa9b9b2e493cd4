/** Exact marks of the point mass, from the papers' laws: what the best play and standing still return. Limits are 4.5 standard errors (false alarm 7e-6) plus the rounding of the mark. */
import { describe, expect, test } from 'vitest';
import { mean, standardError } from '../../src/core/statistics.ts';
import type { PolicyShape } from '../../src/policies/policy.ts';
import { numParameters } from '../../src/policies/policy.ts';
import { play, playUnrecorded } from './play.ts';

const trials = 4096;

describe('the oracle returns', () => {
  test.each([
    ['pearl-semicircle', 13.377],
    ['pomdp-semicircle', 53.377],
    ['varibad-semicircle', 93.377],
  ])('%s: %f', (preset, best) => {
    const { returns } = playUnrecorded({ env: { id: 'PointMass-v0', preset, episodes: 1 }, policy: { kind: 'oracle' }, trials });
    expect(Math.abs(mean(returns) - best)).toBeLessThan(4.5 * standardError(returns) + 0.0005);
    expect(standardError(returns)).toBeLessThan(0.02);
  });

  test('maml-navigation: −0.507 with deviation 0.34', () => {
    const { returns } = playUnrecorded({ env: { id: 'PointMass-v0' }, policy: { kind: 'oracle' }, trials });
    expect(Math.abs(mean(returns) + 0.507)).toBeLessThan(4.5 * standardError(returns) + 0.0005);
    expect(Math.abs(standardError(returns) * Math.sqrt(trials) - 0.34)).toBeLessThan(0.02);
  });

  test('walking-direction: at least what a = ω earns, 1 − 0.01 a step, and at most √2 a step', () => {
    const { returns, config } = playUnrecorded({
      env: { id: 'PointMass-v0', preset: 'walking-direction', episodes: 1 },
      policy: { kind: 'oracle' },
      trials,
    });
    for (const value of returns) {
      expect(value).toBeGreaterThanOrEqual(config.horizon * 0.989);
      expect(value).toBeLessThan(config.horizon * Math.SQRT2);
    }
  });
});

describe('standing still returns', () => {
  const still = {
    policy: { kind: 'mlp', hidden: [4] },
    parameters: (s: PolicyShape) => new Float32Array(numParameters(s)),
    greedy: true,
  } as const;

  test('maml-navigation: −100 ‖g‖ on every task, −38.2 on average', () => {
    const { returns, tasks } = play({ env: { id: 'PointMass-v0' }, ...still, trials: 1024 });
    let arrived = 0;
    returns.forEach((value, n) => {
      const d = Math.hypot(tasks[2 * n], tasks[2 * n + 1]);
      if (Math.max(Math.abs(tasks[2 * n]), Math.abs(tasks[2 * n + 1])) < 0.01) arrived++;
      else expect(Math.abs(value + 100 * d)).toBeLessThan(1e-3);
    });
    expect(arrived).toBeLessThan(8);
    expect(Math.abs(mean(returns) + 38.2)).toBeLessThan(4.5 * standardError(returns) + 0.1);
  });

  test('the sparse semicircle: 0', () => {
    const { returns } = playUnrecorded({ env: { id: 'PointMass-v0', preset: 'pearl-semicircle' }, ...still, trials: 64 });
    expect(returns.every((value) => value === 0)).toBe(true);
  });
});

describe('on the grid', () => {
  const env = { id: 'GridNavi-v0', episodes: 1 } as const;
  /** d − 1 steps at −0.1 on the way, the others on the goal. */
  const knowing = (d: number) => 16 - d - 0.1 * (d - 1);

  test('the oracle earns what the distance of the goal allows, 11.071 on average over the 21 goals', () => {
    const { returns, tasks } = play({ env, policy: { kind: 'oracle' }, trials: 1024 });
    const best = new Map<string, number>();
    returns.forEach((value, n) => {
      const [x, y] = tasks.subarray(2 * n, 2 * n + 2);
      expect(Math.abs(value - knowing(x + y))).toBeLessThan(1e-5);
      best.set(`${x},${y}`, value);
    });
    expect(best.size).toBe(21);
    expect(mean([...best.values()])).toBeCloseTo(44.286 / 4, 3);
  });

  test('goals are uniform: each of 21 among 21 000 within 5 standard deviations of 1000 (false alarm 1e-5)', () => {
    const { tasks } = play({ env: { ...env, horizon: 1 }, policy: { kind: 'random' }, trials: 21_000 });
    const counts = new Map<string, number>();
    for (let n = 0; n < 21_000; n++) {
      const key = `${tasks[2 * n]},${tasks[2 * n + 1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(21);
    for (const near of ['0,0', '1,0', '0,1', '1,1']) expect(counts.has(near)).toBe(false);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  test('actions are remembered one-hot: a GRU reads 25 + 5 + 2 numbers', () => {
    const { record } = play({ env, policy: { kind: 'gru', hidden: 4 }, trials: 8 });
    expect(record.inputSize).toBe(32);
    const previous = record.inputs.slice(8 * 32 + 25, 8 * 32 + 30); // step 1 of trial 0
    expect(previous.reduce((a, b) => a + b)).toBe(1);
    expect(previous[record.actions[0]]).toBe(1);
  });
});

describe('on random MDPs of 10 states and 5 actions, 10 steps an episode', () => {
  const env = { id: 'TabularMdp-v0', episodes: 1 } as const;

  test('the oracle earns 21.78 ± 0.05', () => {
    const { returns } = playUnrecorded({ env, policy: { kind: 'oracle' }, trials });
    expect(Math.abs(mean(returns) - 21.78)).toBeLessThan(4.5 * Math.hypot(standardError(returns), 0.05));
    expect(standardError(returns)).toBeLessThan(0.08);
  });

  test('uniform play earns 10', () => {
    const { returns } = playUnrecorded({ env, policy: { kind: 'random' }, trials });
    expect(Math.abs(mean(returns) - 10)).toBeLessThan(4.5 * standardError(returns));
  });

  test('chances are of the simplex, mean rewards of N(1, 1) (each within 4.5 standard errors, false alarm 7e-6)', () => {
    const { tasks } = play({ env: { ...env, horizon: 1 }, policy: { kind: 'random' }, trials: 256 });
    const rewards: number[] = [];
    const squares: number[] = [];
    for (let n = 0; n < 256; n++) {
      const task = tasks.subarray(550 * n, 550 * (n + 1));
      for (let pair = 0; pair < 50; pair++) {
        const chances = task.subarray(10 * pair, 10 * pair + 10);
        expect(Math.abs(chances.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-6);
        squares.push(chances.reduce((sum, p) => sum + p * p, 0));
      }
      rewards.push(...task.subarray(500));
    }
    // E Σ p² = 2/(S + 1) for Dirichlet(1, …, 1).
    expect(Math.abs(mean(squares) - 2 / 11)).toBeLessThan(4.5 * standardError(squares));
    expect(Math.abs(mean(rewards) - 1)).toBeLessThan(4.5 * standardError(rewards));
    const variances = rewards.map((r) => (r - 1) ** 2);
    expect(Math.abs(mean(variances) - 1)).toBeLessThan(4.5 * standardError(variances));
  });
});

test('bandits: the oracle earns k/(k + 1) a pull', () => {
  for (const arms of [2, 5, 50]) {
    const { returns } = playUnrecorded({ env: { id: 'Bandit-v0', arms, episodes: 20 }, policy: { kind: 'oracle' }, trials });
    const totals = Array.from({ length: trials }, (_, n) => returns.subarray(20 * n, 20 * n + 20).reduce((a, b) => a + b));
    expect(Math.abs(mean(totals) - (20 * arms) / (arms + 1))).toBeLessThan(4.5 * standardError(totals));
  }
});
