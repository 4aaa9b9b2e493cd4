/** Parameters and gradients of programs as flat vectors: an input of all slots in a row, and an output of the same form. */
import type { Scalar, Tensor } from '#tf';
import type { ParameterSlot } from '../policies/policy.ts';
import type { Program } from '../tf/capture.ts';
import { kernelsOf } from '../tf/kernels.ts';
import type { Tf } from '../tf/tf.ts';
import { finiteNumber } from './finite.ts';

/** One tensor for each slot of a flat tensor [P], from `start` on. */
export function slotsOf(tf: Tf, slots: readonly ParameterSlot[], flat: Tensor, start = 0): Tensor[] {
  return slots.map((slot) => tf.reshape(tf.slice(flat, [start + slot.offset], [slot.size]), [...slot.shape]));
}

/** The gradient of a loss with respect to tensors, as one flat tensor. What the loss makes besides must be kept by the caller: tfjs tidies up behind it. */
export function flatGradient(
  tf: Tf,
  tensors: readonly Tensor[],
  loss: (tensors: readonly Tensor[]) => Scalar,
): { value: Tensor; gradient: Tensor } {
  const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => loss(given))([...tensors]);
  const rows = grads.map((gradient) => tf.reshape(gradient, [gradient.size]));
  return { value, gradient: rows.length === 1 ? rows[0] : tf.concat(rows) };
}

/** A copy of a program's gradient. Throws `E_NOT_FINITE` that names the slot. */
export function finiteGradient(tf: Tf, program: Program, name: string, slots: readonly ParameterSlot[]): Float32Array {
  const flat = program.output(name);
  const bad = kernelsOf(tf).firstNotFinite(program.outputAt(name), flat.length);
  if (bad >= 0) finiteNumber(`gradient of ${slots.find((slot) => bad < slot.offset + slot.size)?.name}`, flat[bad]);
  return flat.slice();
}
