/** Whole vectors are searched for what is not finite, and a tidy keeps tensors wherever they stand in its answer. */
import { beforeAll, expect, test } from 'vitest';
import { kernelsOf } from '../../src/tf/kernels.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

test.each([1, 15, 16, 17, 37, 64])('the first place that is not finite is found among %i numbers, wherever it is', (count) => {
  const values = Float32Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 3.4e38 : -1e-45) * (i + 1 > 2 ? 0.9 : 1));
  const found = () => {
    const tensor = tf.tensor1d(values);
    const at = kernelsOf(tf).firstNotFinite(tf.dataOffset(tensor), count);
    tensor.dispose();
    return at;
  };
  expect(found()).toBe(-1);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let i = 0; i < count; i++) {
      const kept = values[i];
      values[i] = bad;
      expect(found()).toBe(i);
      values[i] = kept;
    }
});

test('a product with a transposed operand is the product with its transpose, bit for bit, for any remainder of panels and rows', () => {
  for (const [M, N, K] of [
    [3, 8, 4],
    [8, 19, 7],
    [5, 24, 13],
    [4, 3, 9],
    [2, 40, 300],
  ]) {
    const [a, b] = [
      [M, K],
      [N, K],
    ].map(([rows, columns], which) =>
      tf.tensor2d(
        Float32Array.from({ length: rows * columns }, (_, i) => Math.fround(((i * 7 + which * 3) % 23) / 7 - 1)),
        [rows, columns],
      ),
    );
    const plain = tf.tensor2d(tf.transpose(b).dataSync() as Float32Array, [K, N]);
    expect(Array.from(tf.matMul(a, b, false, true).dataSync())).toEqual(Array.from(tf.matMul(a, plain).dataSync()));
  }
});

test('a tidy keeps the tensors of its answer, however deep, and gives back all others', () => {
  const before = tf.memory().numTensors;
  const made = tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    return { numbers: new Float32Array(100_000), parts: [{ y: tf.mul(x, 2) }, null] } as never;
  }) as unknown as { numbers: Float32Array; parts: [{ y: ReturnType<Tf['tensor1d']> }, null] };
  expect(tf.memory().numTensors).toBe(before + 1);
  expect([made.numbers.length, ...made.parts[0].y.dataSync()]).toEqual([100_000, 2, 4]);
  made.parts[0].y.dispose();
});
