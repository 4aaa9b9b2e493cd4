/** The one rule for errors, by hand. */
import { describe, expect, test } from 'vitest';
import { overRuns, overSeeds, overTasks, overWhat } from '../../src/core/estimates.ts';
import { philox, toUniform } from '../../src/core/philox.ts';

test('of seeds that end at 75, 74 and 86 %: SD 6.658, ± 3.844, and an interval of 4.303 of these', () => {
  const { mean, stderr, interval, of, n } = overSeeds([75, 74, 86]);
  expect([mean, of, n]).toEqual([235 / 3, 'seeds', 3]);
  // Squares of −10/3, −13/3, 23/3: 798/9; over n − 1 = 2: 399/9; over n = 3: 133/9.
  expect(stderr).toBeCloseTo(Math.sqrt(133 / 9), 12);
  expect(interval?.[0]).toBeCloseTo(235 / 3 - 4.303 * Math.sqrt(133 / 9), 12);
  expect(interval?.[1]).toBeCloseTo(235 / 3 + 4.303 * Math.sqrt(133 / 9), 12);
});

test('of one value neither is known', () => {
  expect(overTasks([7])).toEqual({ mean: 7, stderr: null, interval: null, of: 'tasks', n: 1 });
  expect(overSeeds([7])).toEqual({ mean: 7, stderr: null, interval: null, of: 'seeds', n: 1 });
});

describe('of runs [seed][task]', () => {
  test('several are as sure as their means are: tasks that lie far apart do not matter', () => {
    const wide = [Float64Array.of(-100, 102), Float64Array.of(-100, 104), Float64Array.of(-100, 106)];
    const { stderr, ...rest } = overRuns(wide);
    expect(rest).toMatchObject({ mean: 2, of: 'seeds', n: 3 });
    expect(stderr).toBeCloseTo(1 / Math.sqrt(3), 12); // of 1, 2, 3
  });

  test('one is as sure as its tasks, and says that it is one seed', () => {
    const one = overRuns([[1, 2, 3]]);
    expect(one).toEqual(overTasks([1, 2, 3]));
    expect([overWhat(one), overWhat(overSeeds([1, 2]))]).toEqual(['over 3 tasks, one seed', 'over 2 seeds']);
  });
});

test('intervals of 5 uniforms hold the mean in 950 of 1000 experiments, within 32 (false alarm 1e-5 if the coverage is 95 %)', () => {
  let held = 0;
  for (let k = 0; k < 1000; k++) {
    const { interval } = overSeeds(Array.from({ length: 5 }, (_, i) => toUniform(philox(3, 99, k, 0, i, 0)[0])));
    if (interval !== null && interval[0] <= 0.5 && 0.5 <= interval[1]) held++;
  }
  // Uniforms are not normal: the true coverage is 93 to 95 %.
  expect(held).toBeGreaterThan(950 - 32);
  expect(held).toBeLessThan(950 + 32);
});
