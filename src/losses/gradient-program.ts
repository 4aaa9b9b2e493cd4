/** Programs that compute the gradient of a loss with respect to a flat vector of parameters: one input and one output for each slot of the vector. */
import type { Scalar, Tensor } from '#tf';
import type { ParameterSlot } from '../policies/policy.ts';
import type { InputShape, Program } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import { finiteNumber } from './finite.ts';

/** Names of the slots among a program's inputs; `prefix` tells several vectors apart. */
const parameterName = (slot: ParameterSlot, prefix: string) => `${prefix}θ/${slot.name}`;
const gradientName = (slot: ParameterSlot, prefix: string) => `${prefix}∂/${slot.name}`;

export function parameterInputs(slots: readonly ParameterSlot[], prefix = ''): Record<string, InputShape> {
  return Object.fromEntries(slots.map((slot) => [parameterName(slot, prefix), { shape: slot.shape }]));
}

export function writeParameters(program: Program, slots: readonly ParameterSlot[], flat: Float32Array, prefix = ''): void {
  for (const slot of slots) program.write(parameterName(slot, prefix), flat.subarray(slot.offset, slot.offset + slot.size));
}

export function parametersOf(slots: readonly ParameterSlot[], given: Readonly<Record<string, Tensor>>, prefix = ''): Tensor[] {
  return slots.map((slot) => given[parameterName(slot, prefix)]);
}

/** The gradient of a loss, by the names that `finiteGradient` reads. */
export function gradientsOf(
  tf: Tf,
  slots: readonly ParameterSlot[],
  given: Readonly<Record<string, Tensor>>,
  loss: (parameters: readonly Tensor[]) => Scalar,
  prefix = '',
): Record<string, Tensor> {
  const { grads } = tf.valueAndGrads((...parameters: Tensor[]) => loss(parameters))(parametersOf(slots, given, prefix));
  return Object.fromEntries(slots.map((slot, i) => [gradientName(slot, prefix), grads[i]]));
}

/** A plain loop: it runs over every gradient. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) return i;
  return -1;
}

/** The gradient of the last run as one flat vector. Throws `E_NOT_FINITE` that names the slot. */
export function finiteGradient(program: Program, slots: readonly ParameterSlot[], prefix = ''): Float32Array {
  const flat = new Float32Array(slots.reduce((sum, slot) => sum + slot.size, 0));
  for (const slot of slots) {
    const values = program.output(gradientName(slot, prefix));
    const bad = firstNotFinite(values);
    if (bad >= 0) finiteNumber(`gradient of ${slot.name}`, values[bad]);
    flat.set(values, slot.offset);
  }
  return flat;
}
