/**
 * Policies as data, and the order of their parameters in one flat vector. Both learners read this file: the network in tfjs (src/losses) and, by the same order,
 * the one in WebAssembly (assembly/nn/policy.ts).
 */

import { array, custom, integer, maxValue, minValue, multipleOf, number, optional, picklist, pipe } from 'valibot';
import { fail, oneOf } from '../core/checks.ts';
import { philox, purposeOf, split, stream, toUniform } from '../core/philox.ts';
import { mustHaveRoom } from '../core/room.ts';
import {
  defaultsOf,
  type Field,
  type FieldsOf,
  flag,
  type Mistakes,
  oneName,
  ownFields,
  pathOf,
  settle,
  wholeNumber,
} from '../core/schema.ts';
import { type CellKind, cellKinds, cellWeights, hasMemory, keepingOf } from './cells.ts';

type Activation = 'tanh' | 'relu';
/** What a network reads: `observation` alone, or `trial`: (observation, previous action, previous reward, previous done), RL²'s protocol. */
type Inputs = 'observation' | 'trial';

/** A policy as data; its fields are in docs/settings.md. */
export type PolicySpec =
  | { readonly kind: 'random' }
  /** The play of the player who is told the task. */
  | { readonly kind: 'oracle' }
  | {
      readonly kind: 'mlp';
      readonly hidden: readonly number[];
      readonly activation?: Activation;
      readonly inputs?: Inputs;
      readonly value?: boolean;
      /** true: the value has hidden layers of its own, as many and as wide. Default: it reads the policy's last layer. */
      readonly separate?: boolean;
    }
  | {
      readonly kind: CellKind;
      readonly hidden: number;
      /** Cells of this kind, one by default; each reads the state of the one below and the inputs. */
      readonly depth?: number;
      /** Sizes of layers between the state and the heads, none by default. They read (state, inputs): the memory and the present observation. */
      readonly readout?: readonly number[];
      /** Of the readout, relu by default. */
      readonly activation?: Activation;
      readonly inputs?: Inputs;
      readonly value?: boolean;
      /** true: the value has a readout of its own, of the same sizes. */
      readonly separate?: boolean;
    };

export type PolicyKind = 'random' | 'oracle' | 'mlp' | CellKind;
/** In the order of assembly/nn/policy.ts. */
export const policyKinds: readonly PolicyKind[] = ['random', 'oracle', 'mlp', ...cellKinds];

/** A policy spec with every default filled in and its sizes known: I inputs, A head outputs. */
export interface PolicyShape {
  readonly kind: PolicyKind;
  /** Memory cells, 0 without memory. */
  readonly depth: number;
  /** Sizes: of each memory cell's state, then of the hidden layers, which are a recurrent policy's readout. */
  readonly layers: readonly number[];
  readonly activation: Activation;
  readonly inputs: Inputs;
  readonly value: boolean;
  /** Whether the value has hidden layers of its own. */
  readonly separate: boolean;
  readonly inputSize: number;
  readonly headSize: number;
  readonly head: 'gaussian' | 'categorical';
}

/** Whether an observation is all that its value needs: no memory, and nothing of the steps before. */
export const valuesObservations = ({ kind, inputs, value }: PolicyShape) => kind === 'mlp' && inputs === 'observation' && value;

/** Observation size, width of an action as an input (one-hot if discrete), size and kind of the action head. */
export interface PolicyPorts {
  readonly observationSize: number;
  readonly actionWidth: number;
  readonly head: 'gaussian' | 'categorical';
}

const activations = ['tanh', 'relu'] as const;
const inputNames = ['observation', 'trial'] as const;

const size = 'a whole number from 4 to 4096';
const layer = pipe(
  number(size),
  integer(size),
  minValue(4, size),
  maxValue(4096, size),
  multipleOf(4, 'a multiple of 4 (four lanes of SIMD)'),
);
/** Units of one hidden layer, for configs that name no policy. */
export function layerSize(fallback: number): Field<number> {
  return optional(layer, fallback);
}

const mostLayers = 16;
/** The length is checked first: a hostile array may have billions of elements. */
const layersOf = (least: number, most: number) =>
  pipe(
    custom<unknown[]>((value) => Array.isArray(value) && value.length >= least && value.length <= most, `${least} to ${most} layer sizes`),
    array(layer),
  );

/** Sizes of hidden layers, for configs that name no policy. */
export function layerSizes(least: number, most: number, fallback: number[]): Field<number[]> {
  return optional(layersOf(least, most), fallback) as Field<number[]>;
}

const kindField = { kind: picklist(policyKinds) };
const recurrent = {
  ...kindField,
  /** Units of each memory cell, a multiple of 4; of an MLP the sizes of its layers. */
  hidden: layer,
  /** Memory cells of this kind, each of which reads the state of the one below and the inputs. */
  depth: wholeNumber(1, 4, 1),
  /** Sizes of layers between the memory and the heads, which read the last cell's state and the inputs. */
  readout: optional(layersOf(0, mostLayers), []),
  /** Of the readout; of an MLP its hidden layers, by default tanh. */
  activation: oneName(activations, 'relu'),
  /** `trial`: (observation, previous action, previous reward, previous done); or the observation alone. */
  inputs: oneName(inputNames, 'trial'),
  /** Whether it has a value head. */
  value: flag(true),
  /** Whether the value has hidden layers (a readout) of its own instead of reading the policy's. */
  separate: flag(false),
};
/** The fields of a policy of each kind. */
export const policyFields = {
  random: kindField,
  oracle: kindField,
  mlp: {
    ...kindField,
    hidden: layersOf(1, mostLayers),
    /** Of the hidden layers. */
    activation: oneName(activations, 'tanh'),
    inputs: oneName(inputNames, 'observation'),
    value: flag(true),
    separate: flag(false),
  },
  ...(Object.fromEntries(cellKinds.map((kind) => [kind, recurrent])) as Record<CellKind, typeof recurrent>),
} as const;

/** The spec's own fields checked, without their defaults: what a config keeps. Undefined if something is wrong. */
export function checkPolicy(spec: unknown, path: string, mistakes: Mistakes): PolicySpec | undefined {
  const own = mistakes.attempt(() => ownFields(path, spec));
  const kind = own && mistakes.attempt(() => oneOf(pathOf(path, 'kind'), own.kind, policyKinds));
  if (own === undefined || kind === undefined) return undefined;
  const checked: Record<string, unknown> | undefined = mistakes.fields(path, own, policyFields[kind]);
  const given = Object.keys(own).filter((name) => own[name] !== undefined);
  if (checked?.separate === true && (checked.value === false || (checked.readout as unknown[] | undefined)?.length === 0))
    return mistakes.attempt(() =>
      fail(pathOf(path, 'separate'), 'false, or a policy with a value head and with hidden layers (a readout) that can be separate', true),
    );
  // Fields of this kind alone, each checked above: the compiler can't follow that.
  return checked && (Object.fromEntries(given.map((name) => [name, checked[name]])) as unknown as PolicySpec);
}

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`, or `E_CONFIG` for several mistakes. */
export function resolvePolicy(spec: PolicySpec, ports: PolicyPorts): PolicyShape {
  const { kind, ...given } = settle('policy', (mistakes) => checkPolicy(spec, 'policy', mistakes));
  const base = { kind, depth: 0, activation: activations[0], headSize: ports.actionWidth, head: ports.head };
  if (kind === 'random' || kind === 'oracle')
    return { ...base, layers: [], inputs: 'observation', value: false, separate: false, inputSize: ports.observationSize };
  const settled = { ...defaultsOf(policyFields[kind]), ...given } as FieldsOf<typeof policyFields.mlp> | FieldsOf<typeof recurrent>;
  const { activation, inputs, value, separate } = settled;
  return {
    ...base,
    kind,
    ...('readout' in settled ? memoryOf(settled) : { layers: settled.hidden }),
    activation,
    inputs,
    value,
    separate,
    inputSize: ports.observationSize + (inputs === 'trial' ? ports.actionWidth + 2 : 0),
  };
}

const memoryOf = ({ hidden, depth, readout }: FieldsOf<typeof recurrent>) => ({
  depth,
  layers: [...new Array<number>(depth).fill(hidden), ...readout],
});

type RecurrentShape = PolicyShape & { readonly kind: CellKind };

/** The tensors of the memory, which come first in the flat vector. */
export const memoryShapes = ({ kind, depth, inputSize, layers }: RecurrentShape) => cellWeights(kind, depth, inputSize, layers[0]);

/** One tensor of the flat vector: floats offset … offset + size. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** Tensors one after the other. */
export function slotsOf(shapes: readonly (readonly [name: string, shape: readonly number[]])[]): ParameterSlot[] {
  let offset = 0;
  return shapes.map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    offset += size;
    return { name, shape, offset: offset - size, size };
  });
}

/** Name, shape and place of each tensor in the flat parameters [P]. */
export function parameterSlots(shape: PolicyShape): ParameterSlot[] {
  if (shape.kind === 'random' || shape.kind === 'oracle') return [];
  const shapes: [string, readonly number[]][] = hasMemory(shape) ? memoryShapes(shape) : [];
  const add = (name: string, ...dims: number[]) => shapes.push([name, dims]);
  const { inputSize: I, depth, layers } = shape;
  const hidden = layers.slice(depth);
  /** Answers the size of the last. */
  const addLayers = (of: string) =>
    hidden.reduce(
      (last, size, i) => {
        add(`${of}layer${i}/w`, last, size);
        add(`${of}layer${i}/b`, size);
        return size;
      },
      depth > 0 ? layers[depth - 1] + (hidden.length > 0 ? I : 0) : I,
    );
  const last = addLayers('');
  add('head/w', last, shape.headSize);
  add('head/b', shape.headSize);
  if (shape.head === 'gaussian') add('head/logStd', shape.headSize);
  if (shape.separate) addLayers('value/');
  if (shape.value) {
    add('value/w', last, 1);
    add('value/b', 1);
  }
  return slotsOf(shapes);
}

/** Numbers in a flat vector of these slots. */
export function sizeOf(slots: readonly ParameterSlot[]): number {
  return slots.reduce((sum, slot) => sum + slot.size, 0);
}

/** P, the number of parameters of a policy. */
export function numParameters(shape: PolicyShape): number {
  return sizeOf(parameterSlots(shape));
}

export const initialWeights = ['fan-in', 'glorot'] as const;
/** How wide the first weights are drawn: by the inputs of a layer, or by inputs and outputs (Glorot). */
export type InitialWeights = (typeof initialWeights)[number];

/**
 * Initial weights, a pure function of the seed. Biases are 0 and log σ is `logStd` (0). `weights`:
 * - `fan-in`: uniform in ±√(3/fan-in) (unit variance kept), the action head ×0.01 so that the first policy hardly depends on its input;
 * - `glorot`: uniform in ±√(6/(fan-in + fan-out)) (Glorot & Bengio 2010).
 * `gateBias` b: the gates that keep a recurrent net's memory (src/policies/cells.ts) start with biases spread evenly over 0 … b instead of 0, so that
 * its units forget within 2 … 1 + e^b steps, log-evenly (the idea of Tallec & Ollivier 2018).
 */
export function initialParameters(shape: PolicyShape, seed: number, options: InitialOptions = {}): Float32Array {
  return initialTensors(parameterSlots(shape), seed, options);
}

interface InitialOptions {
  readonly logStd?: number;
  readonly weights?: InitialWeights;
  readonly gateBias?: number;
  /** Number of the first tensor: vectors of one seed that begin at different numbers have nothing in common. */
  readonly firstTensor?: number;
}

/** As `initialParameters`, of any list of tensors. */
export function initialTensors(slots: readonly ParameterSlot[], seed: number, options: InitialOptions = {}): Float32Array {
  const { logStd = 0, weights = 'fan-in', gateBias = 0, firstTensor = 0 } = options;
  const boundOf = ({ name, shape: [rows, columns] }: ParameterSlot) =>
    weights === 'glorot' ? Math.sqrt(6 / (rows + columns)) : Math.sqrt(3 / rows) * (name === 'head/w' ? 0.01 : 1);
  mustHaveRoom('weights', sizeOf(slots));
  const flat = new Float32Array(sizeOf(slots));
  slots.forEach((slot, index) => {
    if (slot.name === 'head/logStd') flat.fill(logStd, slot.offset, slot.offset + slot.size);
    keepingOf(slot.name).forEach((sign, gate, { length }) => {
      const H = slot.size / length;
      if (sign !== 0) for (let i = 0; i < H; i++) flat[slot.offset + gate * H + i] = (sign * (gateBias * i)) / (H - 1);
    });
    if (slot.shape.length < 2) return;
    const bound = boundOf(slot);
    for (let i = 0; i < slot.size; i++) {
      const word = philox(seed, purposeOf(split.train, stream.weights), firstTensor + index, 0, i >> 2, 0)[i & 3];
      flat[slot.offset + i] = bound * (2 * toUniform(word) - 1);
    }
  });
  return flat;
}
