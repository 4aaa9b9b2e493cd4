/**
 * GRU and LSTM over a sequence, each as one tfjs op with a fused gradient (laws: assembly/nn/gru.ts, assembly/nn/lstm.ts).
 *   x [T, N, I], keep [T, N] (0 where a trial starts), weights → h [T, N, H]
 *   GRU weights: wx [I, 3H], wh [H, 3H], b [3H], c [H]      LSTM: wx [I, 4H], wh [H, 4H], b [4H]
 * First order only: the gradient has no gradient, and asking for one throws `E_UNSUPPORTED` that names the op.
 */
import type { Tensor, Tensor2D, Tensor3D, TensorInfo } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { registerOp, registerOpGradient, runOp } from './ops.ts';
import type { Tf } from './tf.ts';
import { workspace } from './workspace.ts';

type Sizes = [T: number, N: number, I: number, H: number];
type Kernel = (...addressesAndSizes: number[]) => void;

/** A recurrent cell as the kernels know it: the order of names is the order of their arguments. */
interface Cell {
  readonly op: string;
  readonly weights: readonly string[];
  /** Kept for the way back, each [T, N, width · H]. */
  readonly saved: Readonly<Record<string, number>>;
  readonly forward: Kernel;
  readonly forwardWorkBytes: (...sizes: Sizes) => number;
  readonly backward: Kernel;
  readonly backwardWorkBytes: (...sizes: Sizes) => number;
}

function cells(kernels: KernelExports): Cell[] {
  return [
    {
      op: 'WasmetaGru',
      weights: ['wx', 'wh', 'b', 'c'],
      saved: { entering: 1, gates: 4 },
      forward: kernels.gruForward,
      forwardWorkBytes: kernels.gruForwardWorkBytes,
      backward: kernels.gruBackward,
      backwardWorkBytes: kernels.gruBackwardWorkBytes,
    },
    {
      op: 'WasmetaLstm',
      weights: ['wx', 'wh', 'b'],
      saved: { entering: 1, cells: 1, gates: 5 },
      forward: kernels.lstmForward,
      forwardWorkBytes: kernels.lstmForwardWorkBytes,
      backward: kernels.lstmBackward,
      backwardWorkBytes: kernels.lstmBackwardWorkBytes,
    },
  ];
}

export function registerRecurrent(tf: Tf, kernels: KernelExports): void {
  for (const cell of cells(kernels)) registerCell(tf, cell);
}

function registerCell(tf: Tf, cell: Cell): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;
  const savedNames = Object.keys(cell.saved);
  const addresses = (names: readonly string[], of: Readonly<Record<string, TensorInfo>>) => names.map((name) => at(of[name]));
  const sizesOf = (of: Readonly<Record<string, TensorInfo>>): Sizes => [...(of.x.shape as [number, number, number]), of.wh.shape[0]];

  registerOp(tf, cell.op, (inputs) => {
    const sizes = sizesOf(inputs);
    const [T, N, , H] = sizes;
    const outputs = [1, ...Object.values(cell.saved)].map((width) => tf.makeOutput([T, N, width * H], 'float32'));
    withWork(cell.forwardWorkBytes(...sizes), (work) =>
      cell.forward(...addresses(['x', 'keep', ...cell.weights], inputs), ...outputs.map(at), work, ...sizes),
    );
    return outputs;
  });

  const backward = `${cell.op}Backward`;
  registerOp(tf, backward, (inputs) => {
    const sizes = sizesOf(inputs);
    const [T, N] = sizes;
    const shapes = [...cell.weights.map((name) => inputs[name].shape), [T, N, inputs.wh.shape[1]]];
    const gradients = shapes.map((shape) => tf.makeOutput(shape, 'float32'));
    withWork(cell.backwardWorkBytes(...sizes), (work) =>
      cell.backward(...addresses(['dh', 'x', 'keep', 'wh', ...savedNames], inputs), ...gradients.map(at), work, ...sizes),
    );
    return gradients;
  });

  const inputsToSave = ['x', 'keep', ...cell.weights];
  registerOpGradient(tf, cell.op, {
    takesNull: true, // only this gradient reads the saved outputs, so they have no cotangents
    inputsToSave,
    outputsToSave: [false, ...savedNames.map(() => true)],
    gradient: ([dh], saved) => {
      const named = Object.fromEntries([...inputsToSave, ...savedNames].map((name, i) => [name, saved[i]]));
      const gradients = runOp(tf, backward, { dh: dh as Tensor, ...named });
      const ofX = () => {
        const gates = gradients[cell.weights.length];
        const rows = tf.reshape(gates, [-1, gates.shape[2] as number]);
        return tf.reshape(tf.matMul(rows, named.wx, false, true), named.x.shape);
      };
      const ofWeights = cell.weights.map((name, i) => [name, () => gradients[i]] as const);
      return { ...Object.fromEntries(ofWeights), x: ofX, keep: () => tf.zerosLike(named.keep) };
    },
  });
}

/** `weights`: the cell's come first, in the order of the list above. */
export function recurrentSequence(tf: Tf, kind: 'gru' | 'lstm', x: Tensor3D, keep: Tensor2D, weights: readonly Tensor[]): Tensor3D {
  const inputs: Record<string, Tensor> = { x, keep };
  const names = kind === 'gru' ? ['wx', 'wh', 'b', 'c'] : ['wx', 'wh', 'b'];
  names.forEach((name, i) => {
    inputs[name] = weights[i];
  });
  return runOp(tf, kind === 'gru' ? 'WasmetaGru' : 'WasmetaLstm', inputs)[0] as Tensor3D;
}
