/** GridNavi's Bayes-optimal walk: its value to the digit, its walk by the grid's rules, and what it earns when it is played. */
import { describe, expect, test } from 'vitest';
import { mean, standardError } from '../../src/core/statistics.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import { bayesOptimalWalk, type GridWalk } from '../../src/strategies/grid-walk.ts';
import { bayesOptimum } from '../../src/strategies/optimum.ts';
import { totals } from './totals.ts';

const grid = resolveEnv('GridNavi-v0');
const walk = bayesOptimalWalk(grid) as GridWalk;
const key = ([x, y]: readonly number[]) => `${x},${y}`;

test('its value is 4 and 11.071 three times, 37.214 in all', () => {
  expect(walk.returns.map((value) => value.toFixed(3))).toEqual(['4.000', '11.071', '11.071', '11.071']);
  expect(bayesOptimum(grid)?.toFixed(3)).toBe('37.214');
});

test('it moves one cell a step, on a new goal cell from the second step on, and leaves out what a straight way passes', () => {
  expect(walk.first).toHaveLength(15);
  walk.first.forEach(([x, y], i) => {
    const [px, py] = i === 0 ? [0, 0] : walk.first[i - 1];
    expect(Math.abs(x - px) + Math.abs(y - py)).toBe(1);
    if (i > 0) expect(x > 1 || y > 1).toBe(true);
  });
  expect(new Set([...walk.first.slice(1), ...walk.rest].map(key)).size).toBe(21);
  walk.rest.slice(1).forEach(([x, y], i) => {
    expect(x >= walk.rest[i][0] && y >= walk.rest[i][1]).toBe(true);
  });
});

test('played on 8000 tasks it earns that, within 4.5 standard errors (false alarm 7e-6)', async () => {
  const all = await totals({ id: 'GridNavi-v0' }, 'bayes-optimal', {}, 8000);
  expect(Math.abs(mean(all) - 37.2143)).toBeLessThan(4.5 * standardError(all));
});

describe('elsewhere', () => {
  test('one that sees every cell in its first episode: 3 × 3 cells, 6 steps', () => {
    // Goals are the cells 1 … 5 steps along the walk that follows (1, 0): each at its time, 6 − t + 1 on it and 0.1 for each step before.
    const small = bayesOptimalWalk(resolveEnv({ id: 'GridNavi-v0', size: 3, horizon: 6, episodes: 1 }));
    const byHand = [2, 3, 4, 5, 6].reduce((sum, t) => sum + (7 - t) - 0.1 * (t - 1), 0) / 5;
    expect(small?.returns[0]).toBeCloseTo(byHand, 6);
  });

  test('is not claimed where no walk attains the bound: 8 × 8 cells, or a task that is told', () => {
    expect(bayesOptimum(resolveEnv({ id: 'GridNavi-v0', size: 8 }))).toBeNull();
    expect(bayesOptimum(resolveEnv({ id: 'GridNavi-v0', context: true }))).toBeNull();
  });
});
