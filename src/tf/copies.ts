/**
 * Faster versions of tfjs-wasm's kernels that only move numbers.
 * Identity and Cast share their data, as reshape does: no kernel writes into an existing tensor, so the difference cannot be seen.
 */
import type { TensorInfo } from '#tf';
import { replaceKernel } from './ops.ts';
import type { Tf } from './tf.ts';

export function registerCopies(tf: Tf): void {
  const share = (x: TensorInfo): TensorInfo => {
    tf.backend().incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  };
  const floats = (tensor: TensorInfo) =>
    new Float32Array(tf.backendMemory().buffer, tf.dataOffset(tensor), tf.util.sizeFromShape(tensor.shape));

  replaceKernel(tf, 'Identity', ({ x }) => (x.dtype === 'string' ? null : share(x)));
  replaceKernel(tf, 'Cast', ({ x }, { dtype }) => (x.dtype === dtype && dtype === 'float32' ? share(x) : null));

  /** Repeats a number, or one row [1, P]. */
  replaceKernel(tf, 'Tile', ({ x }, attrs) => {
    const reps = attrs.reps as number[];
    const size = tf.util.sizeFromShape(x.shape);
    const isRow = x.shape.length === 2 && x.shape[0] === 1 && reps[1] === 1;
    if (x.dtype !== 'float32' || !(size === 1 || isRow)) return null;
    const to = tf.makeOutput(
      x.shape.map((n, i) => n * reps[i]),
      'float32',
    );
    const [from, all] = [floats(x), floats(to)];
    if (size === 1) all.fill(from[0]);
    else for (let at = 0; at < all.length; at += size) all.set(from, at);
    return to;
  });

  /** Cuts a matrix into groups of columns. */
  replaceKernel(tf, 'SplitV', ({ x }, attrs) => {
    const sizes = attrs.numOrSizeSplits as number[];
    const [rows, columns] = x.shape;
    const isPlain = Array.isArray(sizes) && sizes.every((size) => size >= 0) && attrs.axis === 1;
    if (x.dtype !== 'float32' || x.shape.length !== 2 || !isPlain) return null;
    const parts = sizes.map((size) => tf.makeOutput([rows, size], 'float32'));
    const from = floats(x);
    let start = 0;
    for (const part of parts) {
      const to = floats(part);
      const width = part.shape[1] as number;
      for (let row = 0; row < rows; row++) to.set(from.subarray(row * columns + start, row * columns + start + width), row * width);
      start += width;
    }
    return parts;
  });
}
