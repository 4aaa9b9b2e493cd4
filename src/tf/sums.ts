/**
 * The way back of sums and means over neighbouring axes as one op: tfjs builds a tensor of ones in JavaScript and multiplies.
 *   y[a, c] = Σ_b x[a, b, c]   ⇒   ∂L/∂x[a, b, c] = ∂L/∂y[a, c]
 * Differentiable again: its own gradient is the sum.
 */
import type { GradConfig, Tensor, TensorInfo } from '#tf';
import type { Tf } from './backend.ts';
import type { KernelExports } from './kernel-exports.ts';

const op = 'WasmetaSpread';

interface Sizes {
  /** Product of the axes before, among and behind those summed over. */
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly shape: number[];
}

export function registerSums(tf: Tf, kernels: KernelExports): void {
  const size = tf.util.sizeFromShape;

  tf.registerKernel({
    kernelName: op,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { A, B, C, shape } = attrs as unknown as Sizes;
      const out = tf.makeOutput(shape, 'float32');
      kernels.spread(tf.dataOffset(inputs.dy as TensorInfo), tf.dataOffset(out), A, B, C);
      return out;
    },
  });
  tf.registerGradient({
    kernelName: op,
    inputsToSave: ['dy'],
    gradFunc: (dz, saved, attrs) => {
      const { A, B, C } = attrs as unknown as Sizes;
      const dy = (saved as Tensor[])[0];
      return { dy: () => tf.reshape(tf.sum(tf.reshape(dz as Tensor, [A, B, C]), 1), dy.shape) };
    },
  });

  const backOf = (kernelName: string, scale: (count: number) => number): void => {
    const own = tf.getGradient(kernelName);
    const gradFunc: GradConfig['gradFunc'] = (dy, saved, attrs) => {
      const x = (saved as Tensor[])[0];
      const axes = tf.util.parseAxisParam((attrs as unknown as { axis: number[] }).axis, x.shape).sort((p, q) => p - q);
      const neighbours = axes.every((axis, i) => axis === axes[0] + i);
      if (!neighbours || axes.length === 0 || size(x.shape) === 0) return own.gradFunc(dy, saved, attrs);
      const [first, last] = [axes[0], axes[axes.length - 1]];
      const B = size(axes.map((axis) => x.shape[axis]));
      const sizes = { A: size(x.shape.slice(0, first)), B, C: size(x.shape.slice(last + 1)), shape: x.shape };
      const spread = () => tf.engine().runKernel(op, { dy: dy as Tensor }, sizes) as Tensor;
      return { x: () => (scale(B) === 1 ? spread() : tf.mul(spread(), scale(B))) };
    };
    tf.unregisterGradient(kernelName);
    tf.registerGradient({ ...own, inputsToSave: ['x'], gradFunc });
  };
  backOf('Sum', () => 1);
  backOf('Mean', (count) => 1 / count);
}
