/**
 * Memory cells over a sequence, each as one tfjs op with a fused gradient (laws: assembly/nn/gru.ts, lstm.ts, min-gru.ts).
 *   x [T, N, I], keep [T, N] (0 where a trial starts), weights → h [T, N, H]
 *   wx [I, G·H], b [G·H] of G gates; wh [H, G·H] of cells whose gates read the state; c [H] of the GRU
 * First order only: the gradient has no gradient, and asking for one throws `E_UNSUPPORTED` that names the op.
 */
import type { Tensor, Tensor2D, Tensor3D, TensorInfo } from '#tf';
import type { KernelExports } from './kernel-exports.ts';
import { registerOp, registerOpGradient, runOp } from './ops.ts';
import type { Tf } from './tf.ts';
import { workspace } from './workspace.ts';

type Sizes = [T: number, N: number, I: number, H: number];
type Named = Readonly<Record<string, TensorInfo>>;

/** A recurrent cell as the kernels know it: the order of names is the order of their arguments. */
interface Cell {
  readonly op: string;
  /** Its kernels are <kernel>Forward, <kernel>Backward and their …WorkBytes. */
  readonly kernel: 'gru' | 'lstm' | 'minGru';
  readonly weights: readonly string[];
  /** G, the gates of `b` and `wx`. */
  readonly gates: number;
  /** What the way back reads besides x and keep: a weight or h. */
  readonly reads: 'wh' | 'h';
  /** Kept for the way back, each [T, N, width · H]. */
  readonly saved: Readonly<Record<string, number>>;
}

const cells = {
  gru: { op: 'WasmetaGru', kernel: 'gru', weights: ['wx', 'wh', 'b', 'c'], gates: 3, reads: 'wh', saved: { entering: 1, gates: 4 } },
  lstm: {
    op: 'WasmetaLstm',
    kernel: 'lstm',
    weights: ['wx', 'wh', 'b'],
    gates: 4,
    reads: 'wh',
    saved: { entering: 1, cells: 1, gates: 5 },
  },
  mingru: { op: 'WasmetaMinGru', kernel: 'minGru', weights: ['wx', 'b'], gates: 2, reads: 'h', saved: { gates: 2 } },
} as const satisfies Record<string, Cell>;

export function registerRecurrent(tf: Tf, kernels: KernelExports): void {
  for (const cell of Object.values<Cell>(cells)) registerCell(tf, kernels, cell);
}

function registerCell(tf: Tf, kernels: KernelExports, cell: Cell): void {
  const withWork = workspace(tf);
  const at = tf.dataOffset;
  const savedNames = Object.keys(cell.saved);
  const addresses = (names: readonly string[], of: Named) => names.map((name) => at(of[name]));
  const sizesOf = ({ x, b }: Named): Sizes => [...(x.shape as [number, number, number]), b.shape[0] / cell.gates];

  registerOp(tf, cell.op, (inputs) => {
    const sizes = sizesOf(inputs);
    const [T, N, , H] = sizes;
    const outputs = [1, ...Object.values(cell.saved)].map((width) => tf.makeOutput([T, N, width * H], 'float32'));
    withWork(kernels[`${cell.kernel}ForwardWorkBytes`](...sizes), (work) =>
      kernels[`${cell.kernel}Forward`](...addresses(['x', 'keep', ...cell.weights], inputs), ...outputs.map(at), work, ...sizes),
    );
    return outputs;
  });

  const backward = `${cell.op}Backward`;
  registerOp(tf, backward, (inputs) => {
    const sizes = sizesOf(inputs);
    const [T, N, , H] = sizes;
    const shapes = [...cell.weights.map((name) => inputs[name].shape), [T, N, cell.gates * H]];
    const gradients = shapes.map((shape) => tf.makeOutput(shape, 'float32'));
    withWork(kernels[`${cell.kernel}BackwardWorkBytes`](...sizes), (work) =>
      kernels[`${cell.kernel}Backward`](
        ...addresses(['dh', 'x', 'keep', cell.reads, ...savedNames], inputs),
        ...gradients.map(at),
        work,
        ...sizes,
      ),
    );
    return gradients;
  });

  const inputsToSave = ['x', 'keep', ...cell.weights];
  registerOpGradient(tf, cell.op, {
    takesNull: true, // only this gradient reads the saved outputs, so they have no cotangents
    inputsToSave,
    outputsToSave: [cell.reads === 'h', ...savedNames.map(() => true)],
    gradient: ([dh], saved) => {
      const savedInOrder = [...inputsToSave, ...(cell.reads === 'h' ? ['h'] : []), ...savedNames];
      const named = Object.fromEntries(savedInOrder.map((name, i) => [name, saved[i]]));
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

/** `weights`: the cell's come first, in the order of its row. */
export function recurrentSequence(tf: Tf, kind: keyof typeof cells, x: Tensor3D, keep: Tensor2D, weights: readonly Tensor[]): Tensor3D {
  const { op, weights: names } = cells[kind];
  return runOp(tf, op, { x, keep, ...Object.fromEntries(names.map((name, i) => [name, weights[i]])) })[0] as Tensor3D;
}

/** Cells of a kind one on another: each but the first reads the states of the one below and x. `weights`: theirs come first, cell by cell. */
export function stackedSequences(
  tf: Tf,
  { kind, depth }: { readonly kind: keyof typeof cells; readonly depth: number },
  x: Tensor3D,
  keep: Tensor2D,
  weights: readonly Tensor[],
): Tensor3D {
  const own = cells[kind].weights.length;
  let h = recurrentSequence(tf, kind, x, keep, weights);
  for (let i = 1; i < depth; i++) h = recurrentSequence(tf, kind, tf.concat3d([h, x], 2), keep, weights.slice(i * own));
  return h;
}
