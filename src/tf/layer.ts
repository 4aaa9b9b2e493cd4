/**
 * A dense layer y = f(x·W + b) as one tfjs op whose gradient is one op too, and that gradient's gradient again (laws: assembly/nn/layer.ts).
 * x [M, I], W [I, O], b [O] → y [M, O]; or all with a leading axis of B tasks, each with weights of its own.
 * Differentiable twice; a third derivative is refused with `E_UNSUPPORTED`.
 */
import type { Tensor, TensorInfo } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import type { KernelExports } from './kernel-exports.ts';
import { registerOp, registerOpGradient, runOp } from './ops.ts';
import type { Tf } from './tf.ts';
import { workspace } from './workspace.ts';

/** The numbers that assembly/nn/layer.ts gives these functions. */
const functions = { tanh: 0, relu: 4, none: 5 } as const;
type LayerFunction = keyof typeof functions;

const forward = 'WasmetaLayer';
const backward = 'WasmetaLayerBackward';
const backwardBackward = 'WasmetaLayerBackwardBackward';
const tangent = 'WasmetaLayerTangent';

/** A type alias, because tfjs asks for an index signature. */
type Attributes = {
  readonly f: number;
  /** x is data: its gradient is not needed. */
  readonly fixed: boolean;
};

export function registerLayer(tf: Tf, kernels: KernelExports): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;
  /** `outputsLike`: each output has the shape of the tensor of that name; the one like x is left out where x is data. */
  const register = (op: string, inputNames: readonly string[], outputsLike: readonly string[], kernel: (...numbers: number[]) => void) =>
    registerOp<Attributes>(tf, op, (inputs, { f, fixed }) => {
      const tasks = inputs.x.shape.slice(0, -2);
      const [M, I] = inputs.x.shape.slice(-2);
      const O = inputs.w.shape[inputs.w.shape.length - 1];
      const shapes: Record<string, number[]> = { x: [M, I], w: [I, O], b: [O], y: [M, O] };
      const outputs = outputsLike.map((like) => (fixed && like === 'x' ? null : tf.makeOutput([...tasks, ...shapes[like]], 'float32')));
      const B = tf.util.sizeFromShape(tasks);
      withWork(kernels.layerWorkBytes(M, I, O), (work) => {
        for (let task = 0; task < B; task++) {
          const of = (tensor: TensorInfo | null | undefined) =>
            tensor == null ? 0 : at(tensor) + (4 * task * tf.util.sizeFromShape(tensor.shape)) / B;
          kernel(...inputNames.map((name) => of(inputs[name])), f, ...outputs.map(of), work, M, I, O);
        }
      });
      const made = outputs.filter((output) => output !== null);
      return made.length === 1 ? made[0] : made;
    });
  register(forward, ['x', 'w', 'b'], ['y'], kernels.layerForward);
  register(backward, ['dy', 'x', 'w', 'y'], ['x', 'w', 'b'], kernels.layerBackward);
  register(backwardBackward, ['u', 'v', 'q', 'dy', 'x', 'w', 'y'], ['y', 'x', 'w', 'y'], kernels.layerBackwardBackward);
  register(tangent, ['dx', 'dw', 'db', 'x', 'w', 'y'], ['y'], kernels.layerTangent);

  const refuse = (): never => {
    throw new WasmetaError('E_UNSUPPORTED', `${forward} has no gradient for an x that was called data`, { op: forward });
  };
  registerOpGradient<Attributes>(tf, forward, {
    inputsToSave: ['x', 'w'],
    outputsToSave: [true],
    gradient: ([dy], [x, w, y], attributes) => {
      const gradients = runOp(tf, backward, { dy: dy as Tensor, x, w, y }, attributes);
      const [dw, db] = gradients.slice(-2);
      return { x: attributes.fixed ? refuse : () => gradients[0], w: () => dw, b: () => db };
    },
  });
  registerOpGradient<Attributes>(tf, backward, {
    takesNull: true, // a gradient that was not used receives null
    inputsToSave: ['dy', 'x', 'w', 'y'],
    gradient: (cotangents, [dy, x, w, y], attributes) => {
      const [v, q] = cotangents.slice(-2);
      const u = attributes.fixed ? null : cotangents[0];
      const bShape = [...w.shape.slice(0, -2), w.shape[w.shape.length - 1]];
      const others = { v: v ?? tf.zeros(w.shape), q: q ?? tf.zeros(bShape), dy, x, w, y };
      const gradients = runOp(tf, backwardBackward, u === null ? others : { u, ...others }, attributes);
      const [gw, gz] = gradients.slice(-2);
      return { dy: () => gradients[0], x: attributes.fixed ? refuse : () => gradients[1], w: () => gw, y: () => gz };
    },
  });
}

/** `x: 'data'` says that x is no function of the parameters, which saves the work of its gradient; asking for that gradient throws `E_UNSUPPORTED`. */
export function layer(tf: Tf, x: Tensor, w: Tensor, b: Tensor, f: LayerFunction, xIs: 'data' | 'activations' = 'activations'): Tensor {
  return runOp(tf, forward, { x, w, b }, { f: functions[f], fixed: xIs === 'data' })[0];
}

/** A layer that has been computed. */
export type Computed = {
  readonly x: Tensor;
  readonly xIs: 'data' | 'activations';
  readonly w: Tensor;
  readonly y: Tensor;
  readonly f: LayerFunction;
};

const attributesOf = ({ f, xIs }: Computed): Attributes => ({ f: functions[f], fixed: xIs === 'data' });

/** The change of y when x, W and b change by dx (null: not at all), dW and db. Not differentiable. */
export function layerTangent(
  tf: Tf,
  change: { readonly dx: Tensor | null; readonly dw: Tensor; readonly db: Tensor },
  at: Computed,
): Tensor {
  const { dx, dw, db } = change;
  const given = { dw, db, x: at.x, w: at.w, y: at.y };
  return runOp(tf, tangent, dx === null ? given : { dx, ...given }, attributesOf(at))[0];
}

/** dyᵀ ∂y/∂(x, W, b); dx is null where x is data. */
export function layerPullBack(tf: Tf, dy: Tensor, at: Computed): { dx: Tensor | null; dw: Tensor; db: Tensor } {
  const { x, w, y } = at;
  const gradients = runOp(tf, backward, { dy, x, w, y }, attributesOf(at));
  const [dw, db] = gradients.slice(-2);
  return { dx: at.xIs === 'data' ? null : gradients[0], dw, db };
}
