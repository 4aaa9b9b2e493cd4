/** Our copies in the place of tfjs-wasm's: the same numbers, also where they leave the work to it; and data that is shared outlives the first owner. */
import { beforeAll, expect, test } from 'vitest';
import type { Tf } from '../../src/tf/tf.ts';
import { startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const counted = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 3.5),
    shape,
  );

test.each<[shape: number[], reps: number[]]>([
  [
    [1, 5],
    [4, 1],
  ],
  [
    [1, 1],
    [3, 4],
  ],
  [[1], [6]],
  [
    [2, 3],
    [2, 2],
  ],
  [
    [1, 3],
    [2, 2],
  ],
])('tile %j by %j', (shape, reps) => {
  const x = counted(...shape);
  const [values, size] = [x.dataSync(), x.size];
  const strides = (dims: readonly number[]) => dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  const outShape = shape.map((n, i) => n * reps[i]);
  const wanted = Array.from({ length: size * reps.reduce((a, b) => a * b, 1) }, (_, flat) => {
    const place = strides(outShape).map((stride, i) => Math.floor(flat / stride) % outShape[i]);
    return values[strides(shape).reduce((sum, stride, i) => sum + stride * (place[i] % shape[i]), 0)];
  });
  expect(Array.from(tf.tile(x, reps).dataSync())).toEqual(wanted);
});

test.each<[sizes: number[]]>([[[1, 4, 2]], [[7]], [[0, 3, 4]]])('split seven columns into %j', (sizes) => {
  const parts = tf.split(counted(3, 7), sizes, 1);
  expect(parts.map(({ shape }) => shape)).toEqual(sizes.map((size) => [3, size]));
  const rows = [0, 1, 2].map((row) => parts.flatMap((part, i) => Array.from(part.dataSync().slice(row * sizes[i], (row + 1) * sizes[i]))));
  expect(rows.flat()).toEqual(Array.from(counted(3, 7).dataSync()));
});

test('split rows, and into equal parts', () => {
  expect(tf.split(counted(4, 2), [1, 3], 0).map((part) => Array.from(part.dataSync()))).toEqual([
    [-3.5, -2.5],
    [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5],
  ]);
  expect(tf.split(counted(2, 4), 2, 1).map((part) => Array.from(part.dataSync()))).toEqual([
    [-3.5, -2.5, 0.5, 1.5],
    [-1.5, -0.5, 2.5, 3.5],
  ]);
});

test('what shares its data outlives its first owner, and all memory comes back', () => {
  const before = tf.memory().numDataBuffers;
  const x = counted(5);
  const copies = [tf.clone(x), tf.cast(x, 'float32')];
  x.dispose();
  for (const copy of copies) expect(Array.from(copy.dataSync())).toEqual([-3.5, -2.5, -1.5, -0.5, 0.5]);
  tf.dispose(copies);
  expect(tf.memory().numDataBuffers).toBe(before);
  expect(Array.from(tf.cast(tf.tensor1d([1.7, -2.2]), 'int32').dataSync())).toEqual([1, -2]);
});
