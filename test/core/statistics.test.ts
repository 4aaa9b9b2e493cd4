import { describe, expect, test } from 'vitest';
import { deviation, interquartileMean, mean, standardError, studentQuantile } from '../../src/core/statistics.ts';

describe('by hand', () => {
  test('mean, sample deviation and standard error of 2 4 4 4 5 5 7 9', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(deviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14); // squares 9 1 1 1 0 0 4 16
    expect(standardError(values)).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
  });

  test('the deviation of one value is 0', () => {
    expect(deviation([3])).toBe(0);
  });

  test('the interquartile mean drops the outer quarters: 1 2 3 4 5 6 7 100 gives (3 + 4 + 5 + 6)/4', () => {
    expect(interquartileMean([100, 1, 7, 2, 6, 3, 5, 4])).toBe(4.5);
  });

  test('where n is no multiple of 4 the ends count by fractions: 0 1 2 3 10 weighs ¾ 1 ¾', () => {
    expect(interquartileMean([10, 0, 2, 1, 3])).toBeCloseTo((0.75 * 1 + 2 + 0.75 * 3) / 2.5, 14);
  });

  test('the interquartile mean of one value is that value, and the input keeps its order', () => {
    const values = Float32Array.of(3, 1, 2);
    expect(interquartileMean([7])).toBe(7);
    interquartileMean(values);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

test('the standard error of one value is not known, and not 0', () => {
  expect(standardError([3])).toBeNaN();
});

test.each([
  [1, 12.706],
  [2, 4.303],
  [30, 2.042],
  [31, 2.0395],
  [39, 2.0227],
  [120, 1.9799],
  [999, 1.9623],
])('Student’s t of %i degrees of freedom at 97.5 %% is %f, as tables have it', (freedom, t) => {
  expect(Math.abs(studentQuantile(freedom) - t)).toBeLessThan(1e-4);
});
