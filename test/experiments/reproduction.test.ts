/** How the rows of several seeds become one, and how far it is from what was published. */
import { describe, expect, test } from 'vitest';
import { overTasks } from '../../src/core/estimates.ts';
import { aboveExact, ofPart, pooled, type ReproductionRow, row } from '../../src/experiments/reproduction.ts';

/** A row of a seed whose error over tasks is small. */
function rowAt(seed: number, mean: number, published: { mean: number; stderr: number } | null = null): ReproductionRow {
  const part = { setting: `seed ${seed}`, seed, envs: [], seconds: 1, steps: 100 * seed, parameters: 7 };
  return ofPart(part, [row(`seed ${seed}`, 'episode 2', overTasks([mean - 0.1, mean + 0.1]), published)])[0];
}

describe('rows of all seeds', () => {
  const published = { mean: 70, stderr: 3 };
  const [one] = pooled([rowAt(1, 75, published), rowAt(2, 74, published), rowAt(3, 86, published)], 'all seeds');

  test('have the error over the seeds’ means: 75, 74 and 86 are 78.3 ± 3.8, not ± 0.06', () => {
    expect(one.ours).toMatchObject({ of: 'seeds', n: 3 });
    expect(one.ours.mean).toBeCloseTo(235 / 3, 9);
    expect(one.ours.stderr).toBeCloseTo(Math.sqrt(133 / 9), 9);
    expect(one.ours.interval?.[1]).toBeCloseTo(235 / 3 + 4.303 * Math.sqrt(133 / 9), 9);
  });

  test('lie as many standard errors from the published value as the same errors say', () => {
    expect(one.difference).toBeCloseTo((235 / 3 - 70) / Math.hypot(Math.sqrt(133 / 9), 3), 9);
  });

  test('name seeds, steps and parameters', () => {
    expect(one).toMatchObject({ setting: 'all seeds', axis: 'episode 2', seeds: [1, 2, 3], steps: 200, parameters: 7 });
  });

  test('of a single seed are its own, over tasks', () => {
    const own = rowAt(4, 50);
    expect(pooled([own], 'all seeds')[0]).toEqual({ ...own, setting: 'all seeds' });
    expect(own.ours.of).toBe('tasks');
  });
});

test('what is not trained costs nothing, and a single task has no error and no difference', () => {
  expect(row('random', 'episode 1', overTasks([3]), { mean: 2, stderr: 1 })).toMatchObject({
    seeds: [],
    steps: null,
    parameters: null,
    ours: { mean: 3, stderr: null, interval: null },
    difference: null,
  });
});

test('rows of single runs more than 3 standard errors above what is possible are found; others, and those without an exact value, are not', () => {
  const at = (mean: number, exact: number | null) => row('x', 'a trial', { ...overTasks([0, 1]), mean, stderr: 0.1 }, null, exact);
  expect(aboveExact([at(6.9, 6.66), at(6.97, 6.66), at(99, null)]).map(({ ours }) => ours.mean)).toEqual([6.97]);
  // Of seeds that lie far apart, each is asked.
  const [a, b] = [at(6, 6.66), at(7.3, 6.66)];
  expect(aboveExact([a, b, ...pooled([a, b], 'all')])).toEqual([b]);
});
