/**
 * Policies as data, and the order of their parameters in one flat vector. Both learners read this file: the network in tfjs (src/nn) and, by the same order,
 * the one in WebAssembly (assembly/nn/policy.ts).
 */
import { boolean, fail, integer, oneOf, onlyFields, record } from './checks.ts';
import { philox, split, stream, toUniform } from './philox.ts';

export type Activation = 'tanh' | 'relu';
/** What a network reads: `observation` alone, or `trial`: (observation, previous action, previous reward, previous done), RL²'s protocol. */
export type Inputs = 'observation' | 'trial';

export type PolicySpec =
  | { readonly kind: 'random' }
  /** The best play of one who knows the task. */
  | { readonly kind: 'oracle' }
  | {
      readonly kind: 'mlp';
      readonly hidden: readonly number[];
      readonly activation?: Activation;
      readonly inputs?: Inputs;
      readonly value?: boolean;
    }
  | { readonly kind: 'gru' | 'lstm'; readonly hidden: number; readonly inputs?: Inputs; readonly value?: boolean };

/** In the order of assembly/nn/policy.ts. */
export const policyKinds = ['random', 'oracle', 'mlp', 'gru', 'lstm'] as const;

/** A policy spec with every default filled in and its sizes known: I inputs, A head outputs. */
export interface PolicyShape {
  readonly kind: (typeof policyKinds)[number];
  readonly layers: readonly number[];
  readonly activation: Activation;
  readonly inputs: Inputs;
  readonly value: boolean;
  readonly inputSize: number;
  readonly headSize: number;
  readonly head: 'gaussian' | 'categorical';
}

/** Observation size, width of an action as an input (one-hot if discrete), size and kind of the action head. */
export interface PolicyPorts {
  readonly observationSize: number;
  readonly actionWidth: number;
  readonly head: 'gaussian' | 'categorical';
}

const largestLayer = 4096;

function layerSize(title: string, value: unknown): number {
  const size = integer(title, value, 4, largestLayer);
  return size % 4 === 0 ? size : fail(title, 'a multiple of 4 (four lanes of SIMD)', value);
}

export function resolvePolicy(spec: PolicySpec, ports: PolicyPorts): PolicyShape {
  const fields = record('policy', spec);
  const kind = oneOf('policy.kind', fields.kind, policyKinds);
  const base = {
    kind,
    activation: 'tanh' as Activation,
    inputs: 'observation' as Inputs,
    value: false,
    headSize: ports.actionWidth,
    head: ports.head,
  };
  if (kind === 'random' || kind === 'oracle') {
    onlyFields('policy', fields, ['kind']);
    return { ...base, layers: [], inputSize: ports.observationSize };
  }
  onlyFields(
    'policy',
    fields,
    kind === 'mlp' ? ['kind', 'hidden', 'activation', 'inputs', 'value'] : ['kind', 'hidden', 'inputs', 'value'],
  );
  const inputs = oneOf('policy.inputs', fields.inputs ?? (kind === 'mlp' ? 'observation' : 'trial'), ['observation', 'trial']);
  const hidden = kind === 'mlp' ? fields.hidden : [fields.hidden];
  if (!Array.isArray(hidden) || hidden.length < 1 || hidden.length > 4) return fail('policy.hidden', '1 to 4 layer sizes', fields.hidden);
  return {
    ...base,
    layers: hidden.map((size, i) => layerSize(kind === 'mlp' ? `policy.hidden[${i}]` : 'policy.hidden', size)),
    activation: oneOf('policy.activation', fields.activation ?? 'tanh', ['tanh', 'relu']),
    inputs,
    value: fields.value === undefined || boolean('policy.value', fields.value),
    inputSize: ports.observationSize + (inputs === 'trial' ? ports.actionWidth + 2 : 0),
  };
}

/** One tensor of the flat vector: floats offset … offset + size. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

export function parameterSlots(shape: PolicyShape): ParameterSlot[] {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  const add = (name: string, ...dims: number[]) => {
    const size = dims.reduce((a, b) => a * b, 1);
    slots.push({ name, shape: dims, offset, size });
    offset += size;
  };
  let last = shape.inputSize;
  if (shape.kind === 'gru') {
    const [H] = shape.layers;
    add('gru/wx', last, 3 * H);
    add('gru/wh', H, 3 * H);
    add('gru/b', 3 * H);
    add('gru/c', H);
    last = H;
  } else if (shape.kind === 'lstm') {
    const [H] = shape.layers;
    add('lstm/wx', last, 4 * H);
    add('lstm/wh', H, 4 * H);
    add('lstm/b', 4 * H);
    last = H;
  } else if (shape.kind === 'mlp') {
    shape.layers.forEach((size, i) => {
      add(`layer${i}/w`, last, size);
      add(`layer${i}/b`, size);
      last = size;
    });
  } else return slots;
  add('head/w', last, shape.headSize);
  add('head/b', shape.headSize);
  if (shape.head === 'gaussian') add('head/logSpread', shape.headSize);
  if (shape.value) {
    add('value/w', last, 1);
    add('value/b', 1);
  }
  return slots;
}

export function numParameters(shape: PolicyShape): number {
  return parameterSlots(shape).reduce((sum, slot) => sum + slot.size, 0);
}

/**
 * Initial weights: uniform in ±√(3/fan-in) (unit variance kept), the action head ×0.01 so that the first policy hardly depends on its input;
 * biases and log σ are 0 (log σ: `logSpread`). A pure function of the seed.
 */
export function initialParameters(shape: PolicyShape, seed: number, logSpread = 0): Float32Array {
  const flat = new Float32Array(numParameters(shape));
  parameterSlots(shape).forEach((slot, index) => {
    if (slot.name === 'head/logSpread') flat.fill(logSpread, slot.offset, slot.offset + slot.size);
    if (slot.shape.length < 2) return;
    const bound = Math.sqrt(3 / slot.shape[0]) * (slot.name === 'head/w' ? 0.01 : 1);
    for (let i = 0; i < slot.size; i++) {
      const word = philox(seed, 16 * split.train + stream.weights, index, 0, i >> 2, 0)[i & 3];
      flat[slot.offset + i] = bound * (2 * toUniform(word) - 1);
    }
  });
  return flat;
}
