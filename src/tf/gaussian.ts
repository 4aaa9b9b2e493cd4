/**
 * log π(a) of a diagonal Gaussian as one tfjs op, with its gradient and that gradient's gradient (laws: assembly/nn/gaussian.ts).
 * mean, actions [M, A], logStd [A] → [M]; or all with a leading axis of B tasks. It depends on a − μ alone, so that ∂/∂a = −∂/∂μ.
 * Differentiable twice; a third derivative is refused with `E_UNSUPPORTED`.
 */
import type { Tensor } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { registerOp, registerOpGradient, runOp } from './ops.ts';
import type { Tf } from './tf.ts';

const forward = 'WasmetaGaussianLog';
const backward = 'WasmetaGaussianLogBackward';
const backwardBackward = 'WasmetaGaussianLogBackwardBackward';

export function registerGaussian(tf: Tf, kernels: KernelExports): void {
  const register = (
    op: string,
    inputNames: readonly string[],
    outputsLike: readonly ('logs' | 'mean' | 'logStd')[],
    kernel: (...addressesAndSizes: number[]) => void,
  ) =>
    registerOp(tf, op, (inputs) => {
      const tasks = inputs.mean.shape.slice(0, -2);
      const [M, A] = inputs.mean.shape.slice(-2);
      const shapes = { logs: [M], mean: [M, A], logStd: [A] };
      const outputs = outputsLike.map((like) => tf.makeOutput([...tasks, ...shapes[like]], 'float32'));
      const all = [...inputNames.map((name) => inputs[name]), ...outputs];
      const B = tf.util.sizeFromShape(tasks);
      for (let task = 0; task < B; task++)
        kernel(...all.map((tensor) => tf.dataOffset(tensor) + (4 * task * tf.util.sizeFromShape(tensor.shape)) / B), M, A);
      return outputs.length === 1 ? outputs[0] : outputs;
    });
  const given = ['mean', 'logStd', 'actions'];
  register(forward, given, ['logs'], kernels.gaussianLog);
  register(backward, ['d', ...given], ['mean', 'logStd'], kernels.gaussianLogBackward);
  register(backwardBackward, ['u', 'v', 'd', ...given], ['logs', 'mean', 'logStd'], kernels.gaussianLogBackwardBackward);

  registerOpGradient(tf, forward, {
    inputsToSave: given,
    gradient: ([d], [mean, logStd, actions]) => {
      const [gMean, gLogStd] = runOp(tf, backward, { d: d as Tensor, mean, logStd, actions });
      return { mean: () => gMean, logStd: () => gLogStd, actions: () => tf.neg(gMean) };
    },
  });
  registerOpGradient(tf, backward, {
    takesNull: true,
    inputsToSave: ['d', ...given],
    gradient: ([u, v], [d, mean, logStd, actions]) => {
      const inputs = { u: u ?? tf.zeros(mean.shape), v: v ?? tf.zeros(logStd.shape), d, mean, logStd, actions };
      const [gd, gMean, gLogStd] = runOp(tf, backwardBackward, inputs);
      return { d: () => gd, mean: () => gMean, logStd: () => gLogStd, actions: () => tf.neg(gMean) };
    },
  });
}

export function gaussianLog(tf: Tf, mean: Tensor, logStd: Tensor, actions: Tensor): Tensor {
  return runOp(tf, forward, { mean, logStd, actions })[0];
}
