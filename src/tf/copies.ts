/**
 * tfjs-wasm's kernels that only move numbers, which it runs in JavaScript or for nothing. Ours run in WebAssembly, so that they are fast and can be recorded.
 * Identity and Cast share their data, as reshape does: no kernel writes into a tensor that exists, so nothing can tell the difference.
 */
import type { TensorInfo } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { replaceKernel } from './ops.ts';
import type { Tf } from './tf.ts';

export function registerCopies(tf: Tf, kernels: KernelExports): void {
  const at = tf.dataOffset;
  const size = tf.util.sizeFromShape;
  const share = (x: TensorInfo): TensorInfo => {
    tf.backend().incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  };
  /** A float32 tensor made by a kernel; null if it has no elements, which tfjs handles. */
  const made = (shape: readonly number[], write: (to: number, count: number) => void): TensorInfo | null => {
    const count = size([...shape]);
    if (count === 0) return null;
    const out = tf.makeOutput(shape, 'float32');
    write(at(out), count);
    return out;
  };

  replaceKernel(tf, 'Identity', ({ x }) => (x.dtype === 'string' ? null : share(x)));
  replaceKernel(tf, 'ZerosLike', ({ x }) => (x.dtype === 'float32' ? made(x.shape, (to, count) => kernels.fill(to, 0, count)) : null));
  replaceKernel(tf, 'OnesLike', ({ x }) => (x.dtype === 'float32' ? made(x.shape, (to, count) => kernels.fill(to, 1, count)) : null));
  replaceKernel(tf, 'Fill', (_, { shape, value, dtype }) => {
    if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return null;
    return made(shape as number[], (to, count) => kernels.fill(to, value, count));
  });

  replaceKernel(tf, 'Cast', ({ x }, { dtype }) => {
    if (x.dtype === dtype && dtype === 'float32') return share(x);
    if (dtype === 'float32' && (x.dtype === 'bool' || x.dtype === 'int32'))
      return made(x.shape, (to, count) => kernels.toFloats(x.dtype === 'int32' ? 1 : 0, at(x), to, count));
    if (dtype !== 'int32' || x.dtype !== 'float32' || size(x.shape) === 0) return null;
    const out = tf.makeOutput(x.shape, 'int32');
    kernels.toIntegers(at(x), at(out), size(x.shape));
    return out;
  });

  /** Repeats a number, or one row [1, P]. */
  replaceKernel(tf, 'Tile', ({ x }, attrs) => {
    const reps = attrs.reps as number[];
    const width = size(x.shape);
    const isRow = x.shape.length === 2 && x.shape[0] === 1 && reps[1] === 1;
    if (x.dtype !== 'float32' || !(width === 1 || isRow)) return null;
    const shape = x.shape.map((n, i) => n * reps[i]);
    return made(shape, (to, count) => {
      if (width === 1) kernels.fillFrom(at(x), to, count);
      else kernels.copyBlocks(at(x), to, reps[0], width, 0, width);
    });
  });

  /** Parts of one axis, side by side in memory: [outer, n, inner]. */
  replaceKernel(tf, 'SplitV', ({ x }, attrs) => {
    const axis = attrs.axis as number;
    const sizes = attrs.numOrSizeSplits as number[];
    const isPlain = Array.isArray(sizes) && sizes.every((n) => n > 0) && axis >= 0;
    if (x.dtype !== 'float32' || !isPlain || size(x.shape) === 0) return null;
    const outer = size(x.shape.slice(0, axis));
    const inner = size(x.shape.slice(axis + 1));
    const row = x.shape[axis] * inner;
    let from = at(x);
    return sizes.map((n) => {
      const part = tf.makeOutput([...x.shape.slice(0, axis), n, ...x.shape.slice(axis + 1)], 'float32');
      kernels.copyBlocks(from, at(part), outer, n * inner, row, n * inner);
      from += 4 * n * inner;
      return part;
    });
  });

  replaceKernel(tf, 'Concat', (named, attrs) => {
    const inputs = Object.values(named).filter(({ shape }) => size(shape) > 0);
    if (inputs.length < 2 || inputs.some(({ dtype }) => dtype !== 'float32')) return null;
    const [{ shape }] = inputs;
    const axis = tf.util.parseAxisParam(attrs.axis as number, shape)[0];
    const sameElsewhere = inputs.every(
      (one) => one.shape.length === shape.length && one.shape.every((n, i) => i === axis || n === shape[i]),
    );
    if (!sameElsewhere) return null;
    const outer = size(shape.slice(0, axis));
    const widths = inputs.map((one) => size(one.shape.slice(axis)));
    const row = widths.reduce((a, b) => a + b, 0);
    const along = inputs.reduce((sum, one) => sum + one.shape[axis], 0);
    return made(
      shape.map((n, i) => (i === axis ? along : n)),
      (start) => {
        let to = start;
        inputs.forEach((one, i) => {
          kernels.copyBlocks(at(one), to, outer, widths[i], widths[i], row);
          to += 4 * widths[i];
        });
      },
    );
  });

  /** A box of a tensor, as rows of the last axes that are whole. */
  replaceKernel(tf, 'Slice', ({ x }, attrs) => {
    const [begin, sizes] = tf.slice_util.parseSliceParams(x as never, attrs.begin as number[], attrs.size as number[]);
    if (x.dtype !== 'float32' || x.shape.length > 4) return null;
    return made(sizes, (to) => copyBox(kernels, at(x), to, x.shape, begin, sizes));
  });
}

/** Copies the box [begin, begin + sizes) of a row-major tensor: whole trailing axes make rows, one axis more makes blocks of rows, the rest are loops. */
function copyBox(
  kernels: KernelExports,
  from: number,
  to: number,
  shape: readonly number[],
  begin: readonly number[],
  sizes: readonly number[],
): void {
  const rank = shape.length;
  let last = rank - 1; // the last axis that is cut; those behind it are whole
  while (last > 0 && sizes[last] === shape[last]) last--;
  const inner = shape.slice(last + 1).reduce((a, b) => a * b, 1);
  const width = (rank === 0 ? 1 : sizes[last]) * inner;
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const start = from + 4 * begin.reduce((sum, b, i) => sum + b * strides[i], 0);
  const loops = last <= 0 ? [] : sizes.slice(0, last);
  const blocks = loops.pop() ?? 1;
  const stride = last <= 0 ? 0 : strides[last - 1];
  const count = loops.reduce((a, b) => a * b, 1);
  for (let i = 0; i < count; i++) {
    let offset = 0;
    for (let axis = loops.length - 1, rest = i; axis >= 0; axis--) {
      offset += (rest % loops[axis]) * strides[axis];
      rest = Math.floor(rest / loops[axis]);
    }
    kernels.copyBlocks(start + 4 * offset, to + 4 * i * blocks * width, blocks, width, stride, width);
  }
}
