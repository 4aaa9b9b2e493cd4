/**
 * The gradient of sums and means over neighbouring axes as one op, where tfjs builds a tensor of ones in JavaScript and multiplies.
 *   y[a, c] = Σ_b x[a, b, c]   ⇒   ∂L/∂x[a, b, c] = ∂L/∂y[a, c]
 * Differentiable again: its own gradient is the sum.
 */
import type { Tensor } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { registerOp, registerOpGradient, runOp } from './ops.ts';
import type { Tf } from './tf.ts';

const op = 'WasmetaSpread';

type Sizes = {
  /** Product of the axes before, among and behind those summed over. */
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly shape: number[];
};

export function registerSums(tf: Tf, kernels: KernelExports): void {
  const size = tf.util.sizeFromShape;

  registerOp<Sizes>(tf, op, ({ dy }, { A, B, C, shape }) => {
    const out = tf.makeOutput(shape, 'float32');
    kernels.spread(tf.dataOffset(dy), tf.dataOffset(out), A, B, C);
    return out;
  });
  registerOpGradient<Sizes>(tf, op, {
    inputsToSave: ['dy'],
    gradient: ([dz], [dy], { A, B, C }) => ({
      dy: () => tf.reshape(tf.sum(tf.reshape(dz as Tensor, [A, B, C]), 1), dy.shape),
    }),
  });

  const backOf = (kernelName: string, scale: (count: number) => number): void => {
    const own = tf.getGradient(kernelName);
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      ...own,
      inputsToSave: ['x'],
      gradFunc: (dy, saved, attributes) => {
        const [x] = saved;
        const axes = tf.util.parseAxisParam(attributes.axis as number[], x.shape).sort((p, q) => p - q);
        const neighbours = axes.every((axis, i) => axis === axes[0] + i);
        if (!neighbours || axes.length === 0 || size(x.shape) === 0) return own.gradFunc(dy, saved, attributes);
        const [first, last] = [axes[0], axes[axes.length - 1]];
        const B = size(axes.map((axis) => x.shape[axis]));
        const sizes: Sizes = { A: size(x.shape.slice(0, first)), B, C: size(x.shape.slice(last + 1)), shape: x.shape };
        const spread = () => runOp(tf, op, { dy: dy as Tensor }, sizes)[0];
        return { x: () => (scale(B) === 1 ? spread() : tf.mul(spread(), scale(B))) };
      },
    });
  };
  backOf('Sum', () => 1);
  backOf('Mean', (count) => 1 / count);
}
