import { expect, test } from 'vitest';
import { permutation } from '../../src/core/philox.ts';

test.each([0, 1, 2, 3, 17, 1000])('a permutation of %i holds every index once', (n) => {
  expect([...permutation(n, 1, 2, 3, 4)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
});

test('a permutation is a pure function of its coordinates, and each coordinate matters', () => {
  const base = permutation(20, 1, 2, 3, 4);
  expect(permutation(20, 1, 2, 3, 4)).toEqual(base);
  for (const other of [permutation(20, 9, 2, 3, 4), permutation(20, 1, 9, 3, 4), permutation(20, 1, 2, 9, 4), permutation(20, 1, 2, 3, 9)])
    expect(other).not.toEqual(base);
});

test('all 24 orders of four come up alike (χ² with 23 degrees below 58.6: false alarm 6e-5)', () => {
  const counts = new Map<string, number>();
  const n = 4800;
  for (let i = 0; i < n; i++) {
    const key = permutation(4, 1, 2, i, 0).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - n / 24) ** 2 / (n / 24), 0);
  expect(chi).toBeLessThan(58.6);
});
