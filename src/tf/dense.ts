/**
 * Our matrix product and elementwise functions in the place of tfjs-wasm's, which makes tfjs programs faster without a change to them. The product takes each
 * operand transposed or not, where tfjs-wasm falls back to a plain loop; tanh, sigmoid and exp use SIMD and give the same bits on every engine.
 */
import type { TensorInfo } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { replaceKernel } from './ops.ts';
import type { Tf } from './tf.ts';
import { workspace } from './workspace.ts';

/** The numbers that assembly/nn/elementwise.ts gives its functions. tfjs's own sigmoid and relu are as fast or faster, and stay. */
const elementwise = { Tanh: 0, Exp: 2, Softplus: 3 } as const;
const activations: Readonly<Record<string, number>> = { tanh: 0, sigmoid: 1, relu: 4 };

export function registerDense(tf: Tf, kernels: KernelExports): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;

  /** null for shapes and types that our kernel does not take. */
  const multiply = (a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean, bias?: TensorInfo): TensorInfo | null => {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return null;
    const [aRows, aColumns] = a.shape.slice(-2);
    const [bRows, bColumns] = b.shape.slice(-2);
    const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const N = transposeB ? bRows : bColumns;
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [aBatches, bBatches, batches] = [a.shape.slice(0, -2), b.shape.slice(0, -2), outer].map(tf.util.sizeFromShape);
    if ((aBatches !== batches && aBatches !== 1) || (bBatches !== batches && bBatches !== 1)) return null;
    if (M * N * K * batches === 0 || (bias !== undefined && tf.util.sizeFromShape(bias.shape) !== N)) return null;
    const out = tf.makeOutput([...outer, M, N], 'float32');
    withWork(kernels.productWorkBytes(N, K), (work) => {
      for (let i = 0; i < batches; i++) {
        const aAt = at(a) + (aBatches === 1 ? 0 : 4 * i * M * K);
        const bAt = at(b) + (bBatches === 1 ? 0 : 4 * i * K * N);
        const c = at(out) + 4 * i * M * N;
        const [aRow, aColumn] = transposeA ? [1, M] : [K, 1];
        const [bRow, bColumn] = transposeB ? [1, K] : [N, 1];
        kernels.product(aAt, aRow, aColumn, bAt, bRow, bColumn, bias === undefined ? 0 : at(bias), c, M, N, K, work);
      }
    });
    return out;
  };

  replaceKernel(tf, 'BatchMatMul', ({ a, b }, attrs) => multiply(a, b, Boolean(attrs.transposeA), Boolean(attrs.transposeB)));

  replaceKernel(tf, '_FusedMatMul', ({ a, b, bias }, attrs) => {
    const kind = activations[attrs.activation as string];
    if (kind === undefined && attrs.activation !== 'linear') return null;
    const out = multiply(a, b, Boolean(attrs.transposeA), Boolean(attrs.transposeB), bias);
    if (out !== null && kind !== undefined) kernels.elementwise(kind, at(out), at(out), tf.util.sizeFromShape(out.shape));
    return out;
  });

  for (const [name, kind] of Object.entries(elementwise)) {
    replaceKernel(tf, name, ({ x }) => {
      if (x.dtype !== 'float32') return null;
      const out = tf.makeOutput(x.shape, 'float32');
      kernels.elementwise(kind, at(x), at(out), tf.util.sizeFromShape(x.shape));
      return out;
    });
  }

  // A sum over the leading axes, as the gradient of a bias is; tfjs-wasm would transpose first.
  replaceKernel(tf, 'Sum', ({ x }, attrs) => {
    const axes = tf.util.parseAxisParam(attrs.axis as number[], x.shape);
    const leading = axes.length < x.shape.length && axes.every((axis, i) => axis === i);
    if (x.dtype !== 'float32' || !leading || tf.util.sizeFromShape(x.shape) === 0) return null;
    const rest = x.shape.slice(axes.length);
    const out = tf.makeOutput(attrs.keepDims ? [...axes.map(() => 1), ...rest] : rest, 'float32');
    const N = tf.util.sizeFromShape(rest);
    kernels.sumRows(at(x), N, at(out), tf.util.sizeFromShape(x.shape) / N, N);
    return out;
  });
}
