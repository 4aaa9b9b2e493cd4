/**
 * log π(a) of a diagonal Gaussian as one tfjs op, with its gradient and that gradient's gradient (laws: assembly/nn/gaussian.ts).
 * mean, actions [M, A], logStd [A] → [M]; or all with a leading axis of B tasks. It depends on a − μ alone, so that ∂/∂a = −∂/∂μ.
 * Differentiable twice; a third derivative is refused with `E_UNSUPPORTED`.
 */
import type { NullableGradConfig, Tensor, TensorInfo } from '#tf';
import type { Tf } from './backend.ts';
import type { KernelExports } from './kernel-exports.ts';

const forward = 'WasmetaGaussianLog';
const backward = 'WasmetaGaussianLogBackward';
const backwardBackward = 'WasmetaGaussianLogBackwardBackward';

export function registerGaussian(tf: Tf, kernels: KernelExports): void {
  const register = (
    kernelName: string,
    inputNames: readonly string[],
    outputsLike: readonly ('logs' | 'mean' | 'logStd')[],
    kernel: (...addressesAndSizes: number[]) => void,
  ) => {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs }) => {
        const tensors = inputs as Record<string, TensorInfo>;
        const tasks = tensors.mean.shape.slice(0, -2);
        const [M, A] = tensors.mean.shape.slice(-2);
        const shapes = { logs: [M], mean: [M, A], logStd: [A] };
        const outputs = outputsLike.map((like) => tf.makeOutput([...tasks, ...shapes[like]], 'float32'));
        const all = [...inputNames.map((name) => tensors[name]), ...outputs];
        const B = tf.util.sizeFromShape(tasks);
        for (let task = 0; task < B; task++)
          kernel(...all.map((tensor) => tf.dataOffset(tensor) + (4 * task * tf.util.sizeFromShape(tensor.shape)) / B), M, A);
        return outputs.length === 1 ? outputs[0] : outputs;
      },
    });
  };
  const given = ['mean', 'logStd', 'actions'];
  register(forward, given, ['logs'], kernels.gaussianLog);
  register(backward, ['d', ...given], ['mean', 'logStd'], kernels.gaussianLogBackward);
  register(backwardBackward, ['u', 'v', 'd', ...given], ['logs', 'mean', 'logStd'], kernels.gaussianLogBackwardBackward);

  const run = (op: string, inputs: Record<string, Tensor>) => tf.engine().runKernel(op, inputs) as Tensor[];
  tf.registerGradient({
    kernelName: forward,
    inputsToSave: given,
    gradFunc: (d, saved) => {
      const [mean, logStd, actions] = saved as Tensor[];
      const [gMean, gLogStd] = run(backward, { d: d as Tensor, mean, logStd, actions });
      return { mean: () => gMean, logStd: () => gLogStd, actions: () => tf.neg(gMean) };
    },
  });
  const second: NullableGradConfig = {
    kernelName: backward,
    takesNull: true,
    inputsToSave: ['d', ...given],
    gradFunc: (cotangents, saved) => {
      const [d, mean, logStd, actions] = saved as Tensor[];
      const [u, v] = cotangents as (Tensor | null)[];
      const inputs = { u: u ?? tf.zeros(mean.shape), v: v ?? tf.zeros(logStd.shape), d, mean, logStd, actions };
      const [gd, gMean, gLogStd] = run(backwardBackward, inputs);
      return { d: () => gd, mean: () => gMean, logStd: () => gLogStd, actions: () => tf.neg(gMean) };
    },
  };
  tf.registerGradient(second);
}

export function gaussianLog(tf: Tf, mean: Tensor, logStd: Tensor, actions: Tensor): Tensor {
  return tf.engine().runKernel(forward, { mean, logStd, actions }) as Tensor;
}
