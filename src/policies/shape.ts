/** A policy's shape that was not made by `resolvePolicy` just now, checked. */
import { boolean, fail, integer, list, oneOf, record } from '../core/checks.ts';
import { hasMemory } from './cells.ts';
import { type PolicyPorts, type PolicyShape, policyKinds } from './policy.ts';

const largest = 2 ** 20;
/** Four cells and sixteen layers of a readout. */
const mostLayers = 20;

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`. */
export function policyShape(title: string, value: unknown): PolicyShape {
  const given = record(title, value);
  const at = (name: keyof PolicyShape) => `${title}.${name}`;
  const shape: PolicyShape = {
    kind: oneOf(at('kind'), given.kind, policyKinds),
    depth: integer(at('depth'), given.depth, 0, 4),
    layers: list(at('layers'), given.layers, (name, size) => integer(name, size, 1, 4096), 0, mostLayers),
    activation: oneOf(at('activation'), given.activation, ['tanh', 'relu']),
    inputs: oneOf(at('inputs'), given.inputs, ['observation', 'trial']),
    value: boolean(at('value'), given.value),
    separate: boolean(at('separate'), given.separate),
    inputSize: integer(at('inputSize'), given.inputSize, 1, largest),
    headSize: integer(at('headSize'), given.headSize, 1, largest),
    head: oneOf(at('head'), given.head, ['gaussian', 'categorical']),
  };
  const least = hasMemory(shape) ? 1 : 0;
  if (shape.depth < least || shape.depth > shape.layers.length)
    fail(at('depth'), `${least} to ${shape.layers.length} memory cells`, shape.depth);
  return shape;
}

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`. */
export function policyPorts(title: string, value: unknown): PolicyPorts {
  const given = record(title, value);
  return {
    observationSize: integer(`${title}.observationSize`, given.observationSize, 1, largest),
    actionWidth: integer(`${title}.actionWidth`, given.actionWidth, 1, largest),
    head: oneOf(`${title}.head`, given.head, ['gaussian', 'categorical']),
  };
}
