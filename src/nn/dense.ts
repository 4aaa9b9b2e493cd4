/**
 * Our matrix product and elementwise functions in the place of tfjs-wasm's: tfjs programs get faster without naming them. The product takes each operand
 * transposed or not, where tfjs-wasm falls back to a plain loop; tanh, sigmoid and exp are SIMD and the same bits on every engine.
 */
import type { NamedAttrMap, TensorInfo } from '#tf';
import type { Tf } from './backend.ts';
import type { KernelExports } from './kernel-exports.ts';
import { workspace } from './workspace.ts';

const product = 'BatchMatMul';
const elementwise = ['Tanh', 'Sigmoid', 'Exp'] as const;

export function registerDense(tf: Tf, kernels: KernelExports): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;
  const size = (shape: readonly number[]) => shape.reduce((x, y) => x * y, 1);

  replace(tf, product, (inputs, attrs) => {
    const { a, b } = inputs;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return null;
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const [aRows, aColumns] = a.shape.slice(-2);
    const [bRows, bColumns] = b.shape.slice(-2);
    const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const N = transposeB ? bRows : bColumns;
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [aBatches, bBatches, batches] = [a.shape.slice(0, -2), b.shape.slice(0, -2), outer].map(size);
    if ((aBatches !== batches && aBatches !== 1) || (bBatches !== batches && bBatches !== 1)) return null;
    if (M * N * K * batches === 0) return null;
    const out = tf.makeOutput([...outer, M, N], 'float32');
    withWork(kernels.productWorkBytes(N, K), (work) => {
      for (let i = 0; i < batches; i++) {
        const aAt = at(a) + (aBatches === 1 ? 0 : 4 * i * M * K);
        const bAt = at(b) + (bBatches === 1 ? 0 : 4 * i * K * N);
        const c = at(out) + 4 * i * M * N;
        kernels.product(aAt, transposeA ? 1 : K, transposeA ? M : 1, bAt, transposeB ? 1 : N, transposeB ? K : 1, 0, c, M, N, K, work);
      }
    });
    return out;
  });

  elementwise.forEach((name, kind) => {
    replace(tf, name, ({ x }) => {
      if (x.dtype !== 'float32') return null;
      const out = tf.makeOutput(x.shape, 'float32');
      kernels.elementwise(kind, at(x), at(out), size(x.shape));
      return out;
    });
  });
}

type Kernel = (inputs: Record<string, TensorInfo>, attrs: NamedAttrMap) => TensorInfo | null;

/** Puts a kernel in the place of tfjs-wasm's own, which still does what ours declines (by answering null). */
function replace(tf: Tf, kernelName: string, kernel: Kernel): void {
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...own,
    kernelFunc: (call) => kernel(call.inputs as Record<string, TensorInfo>, call.attrs as NamedAttrMap) ?? own.kernelFunc(call),
  });
}
