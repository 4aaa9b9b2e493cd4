/**
 * A dense layer y = f(x·W + b) as one tfjs op whose gradient is one op too, and that gradient's gradient again (laws: assembly/nn/layer.ts).
 * x [M, I], W [I, O], b [O] → y [M, O]. Differentiable twice; a third derivative is refused with `E_UNSUPPORTED`.
 */
import type { NullableGradConfig, Tensor, Tensor1D, Tensor2D, TensorInfo } from '#tf';
import type { Tf } from './backend.ts';
import type { KernelExports } from './kernel-exports.ts';
import { workspace } from './workspace.ts';

/** Numbers of assembly/nn/layer.ts. */
const functions = { tanh: 0, relu: 4, none: 5 } as const;
export type LayerFunction = keyof typeof functions;

const forward = 'WasmetaLayer';
const backward = 'WasmetaLayerBackward';
const backwardBackward = 'WasmetaLayerBackwardBackward';

export function registerLayer(tf: Tf, kernels: KernelExports): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;
  const register = (
    kernelName: string,
    inputNames: readonly string[],
    outputsLike: readonly string[],
    kernel: (...numbers: number[]) => void,
  ) => {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => {
        const tensors = inputs as Record<string, TensorInfo>;
        const [M, I] = tensors.x.shape;
        const O = tensors.w.shape[1];
        const shapes: Record<string, number[]> = { x: [M, I], w: [I, O], b: [O], y: [M, O] };
        const outputs = outputsLike.map((like) => tf.makeOutput(shapes[like], 'float32'));
        const f = (attrs as { f: number } | undefined)?.f ?? functions.none;
        withWork(kernels.layerWorkBytes(M, I, O), (work) =>
          kernel(...inputNames.map((name) => (tensors[name] === undefined ? 0 : at(tensors[name]))), f, ...outputs.map(at), work, M, I, O),
        );
        return outputs.length === 1 ? outputs[0] : outputs;
      },
    });
  };
  register(forward, ['x', 'w', 'b'], ['y'], kernels.layerForward);
  register(backward, ['dy', 'x', 'w', 'y'], ['x', 'w', 'b'], kernels.layerBackward);
  register(backwardBackward, ['u', 'v', 'q', 'dy', 'x', 'w', 'y'], ['y', 'x', 'w', 'y'], kernels.layerBackwardBackward);

  const run = (op: string, inputs: Record<string, Tensor>, attrs: object) => tf.engine().runKernel(op, inputs, { ...attrs }) as Tensor[];
  // Each gradient is computed at once: tfjs calls the functions in tidies of their own, which would dispose of the other outputs.
  tf.registerGradient({
    kernelName: forward,
    inputsToSave: ['x', 'w'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, w, y] = saved as Tensor[];
      const [dx, dw, db] = run(backward, { dy: dy as Tensor, x, w, y }, attrs);
      return { x: () => dx, w: () => dw, b: () => db };
    },
  });
  const second: NullableGradConfig = {
    kernelName: backward,
    takesNull: true, // nothing comes back to the gradient of a first layer's input
    inputsToSave: ['dy', 'x', 'w', 'y'],
    gradFunc: (cotangents, saved, attrs) => {
      const [dy, x, w, y] = saved as Tensor[];
      const [u, v, q] = cotangents as (Tensor | null)[];
      const [I, O] = w.shape;
      const given = { v: v ?? tf.zeros([I, O]), q: q ?? tf.zeros([O]), dy, x, w, y };
      const [gy, gx, gw, gz] = run(backwardBackward, u === null || u === undefined ? given : { u, ...given }, attrs);
      return { dy: () => gy, x: () => gx, w: () => gw, y: () => gz };
    },
  };
  tf.registerGradient(second);
}

export function layer(tf: Tf, x: Tensor2D, w: Tensor2D, b: Tensor1D, f: LayerFunction): Tensor2D {
  return tf.engine().runKernel(forward, { x, w, b }, { f: functions[f] }) as Tensor2D;
}
