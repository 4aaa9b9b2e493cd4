/** Two sets of runs on the same tasks, by hand. */
import { expect, test } from 'vitest';
import { pairedDifference, performanceProfile, probabilityOfImprovement } from '../../src/core/comparisons.ts';

test('a paired difference cancels what the tasks have in common: returns from 0 to 1000, a difference of 2 ± 1/√3', () => {
  const { mean, stderr, of, n } = pairedDifference([[1, 502, 1003]], [[0, 500, 1000]]);
  expect([mean, of, n]).toEqual([2, 'tasks', 3]);
  expect(stderr).toBeCloseTo(1 / Math.sqrt(3), 12);
});

test('a paired difference of several seeds is over the seeds: 1 and 3 give 2 ± 1', () => {
  const difference = pairedDifference(
    [
      [1, 11],
      [4, 16],
    ],
    [
      [0, 10],
      [1, 13],
    ],
  );
  expect(difference).toMatchObject({ mean: 2, of: 'seeds', n: 2 });
  expect(difference.stderr).toBeCloseTo(1, 12);
});

test('the probability of improvement is Mann and Whitney’s U over the pairs of runs, and its mean over tasks', () => {
  // Task 1: 3 and 1 against 2 and 2: two of four pairs. Task 2: 5 and 5 against 5 and 4: two wins and two ties.
  const a = [
    [3, 5],
    [1, 5],
  ];
  const b = [
    [2, 5],
    [2, 4],
  ];
  expect(probabilityOfImprovement(a, b)).toBe((2 / 4 + 3 / 4) / 2);
  expect(probabilityOfImprovement(b, a)).toBe(1 - probabilityOfImprovement(a, b));
  expect(probabilityOfImprovement(a, a)).toBe(0.5);
});

test('a performance profile is the share of runs and tasks above each threshold', () => {
  const scores = [
    [0, 1, 2, 3],
    [2, 2, 2, 9],
  ];
  expect(performanceProfile(scores, [-1, 0, 2, 8, 9])).toEqual([1, 7 / 8, 2 / 8, 1 / 8, 0]);
});
