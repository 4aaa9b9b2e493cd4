import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../src/core/philox.ts';
import { bootstrapInterval, deviation, interquartileMean, mean, standardError, studentInterval } from '../../src/core/statistics.ts';

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

describe('the bootstrap interval', () => {
  test('of equal values is a point', () => {
    expect(bootstrapInterval([4, 4, 4, 4, 4], 1)).toEqual([4, 4]);
  });

  test('repeats with its seed and moves with another', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i * 7) % 11);
    expect(bootstrapInterval(values, 1)).toEqual(bootstrapInterval(values, 1));
    expect(bootstrapInterval(values, 1)).not.toEqual(bootstrapInterval(values, 2));
  });

  test('narrows with the level', () => {
    const values = Array.from({ length: 50 }, (_, i) => (i * 13) % 17);
    const [wide, tight] = [bootstrapInterval(values, 1, 0.99), bootstrapInterval(values, 1, 0.5)];
    expect(wide[0]).toBeLessThan(tight[0]);
    expect(wide[1]).toBeGreaterThan(tight[1]);
  });

  test('of few values is Student’s: [1, 2, 3] is 2 ± 4.303/√3', () => {
    const [low, high] = studentInterval([1, 2, 3]);
    expect([2 - low, high - 2].map((x) => x * Math.sqrt(3))).toEqual([expect.closeTo(4.303, 9), expect.closeTo(4.303, 9)]);
    const many = Array.from({ length: 40 }, (_, i) => i % 2);
    expect(studentInterval(many)[1] - 0.5).toBeCloseTo(1.96 * standardError(many), 9);
  });

  test('covers the true mean of 60 uniforms in 200 experiments about as often as it says (175 … 199 of 200: false alarm 1e-4 at a true coverage of 94 %)', () => {
    let covered = 0;
    for (let k = 0; k < 200; k++) {
      const values = Array.from({ length: 60 }, (_, i) => toUniform(philox(3, 99, k, 0, i, 0)[0]));
      const [low, high] = bootstrapInterval(values, k, 0.95, 300);
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(175);
    expect(covered).toBeLessThanOrEqual(199);
  });
});
