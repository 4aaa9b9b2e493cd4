/** The policy network in tfjs, over a whole sequence and differentiable. It is the same function as assembly/nn/policy.ts, within rounding. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '#tf';
import { hasMemory } from '../policies/cells.ts';
import { type ParameterSlot, type PolicyShape, parameterSlots } from '../policies/policy.ts';
import { layer } from '../tf/layer.ts';
import { stackedSequences } from '../tf/recurrent.ts';
import type { Tf } from '../tf/tf.ts';

/** One tensor for each slot of a flat vector, in order. The caller disposes of them. */
export function tensorsFrom(tf: Tf, slots: readonly ParameterSlot[], flat: Float32Array): Tensor[] {
  return slots.map((slot) => tf.tensor(flat.slice(slot.offset, slot.offset + slot.size), [...slot.shape], 'float32'));
}

/** [T, M]: 0 in the first row, where every column's trial starts; else 1. */
export function startMask(tf: Tf, T: number, M: number): Tensor2D {
  return tf.tensor2d(new Float32Array(T * M).fill(1, M), [T, M]);
}

export interface NetworkOutputs {
  /** [T·N, A]: means or logits. */
  readonly head: Tensor2D;
  /** [A], log σ; null if categorical. */
  readonly logStd: Tensor1D | null;
  /** [T·N]; null without a value head. */
  readonly values: Tensor1D | null;
}

/** inputs [T, N, I], keep [T, N] (0 where a trial starts). `activations`: the gradient with respect to an MLP's inputs can be asked for. */
export function network(
  tf: Tf,
  shape: PolicyShape,
  parameters: readonly Tensor[],
  inputs: Tensor3D,
  keep: Tensor2D,
  inputsAre: 'data' | 'activations' = 'data',
): NetworkOutputs {
  const named = new Map(parameterSlots(shape).map((slot, i) => [slot.name, parameters[i]]));
  const get = <T extends Tensor>(name: string) => named.get(name) as T;
  const [T, N, I] = inputs.shape;
  const rows: Tensor2D = tf.reshape(inputs, [T * N, I]);
  let read: Tensor2D = rows;
  const layers = shape.layers.slice(shape.depth);
  if (hasMemory(shape)) {
    const h: Tensor2D = tf.reshape(stackedSequences(tf, shape, inputs, keep, parameters), [T * N, shape.layers[shape.depth - 1]]);
    read = layers.length > 0 ? tf.concat2d([h, rows], 1) : h;
  }
  const through = (of: string) =>
    layers.reduce(
      (x, _, i) =>
        layer(
          tf,
          x,
          get(`${of}layer${i}/w`),
          get(`${of}layer${i}/b`),
          shape.activation,
          x === rows ? inputsAre : 'activations',
        ) as Tensor2D,
      read,
    );
  const x = through('');
  const head = layer(tf, x, get('head/w'), get('head/b'), 'none') as Tensor2D;
  const own = shape.separate ? through('value/') : x;
  const values = shape.value ? tf.reshape(layer(tf, own, get('value/w'), get('value/b'), 'none'), [T * N]) : null;
  return { head, logStd: shape.head === 'gaussian' ? get<Tensor1D>('head/logStd') : null, values: values as Tensor1D | null };
}
