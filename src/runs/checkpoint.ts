/** A checkpoint: one file with everything that training depends on besides the config, so that a resumed run ends with the same weights. */
import { WasmetaError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import { parseBounded } from './json.ts';
import type { ByteSource } from './run-files.ts';
import { decodeTensors, encodeTensors, mustBeWritable, type Tensor } from './safetensors.ts';

const format = 'wasmeta-2';
const namePattern = /^[a-zA-Z][\w.]*$/;

/** All that a training goes on from, besides its config. */
export interface Checkpoint {
  readonly algo: string;
  readonly config: unknown;
  /** Hash of the config without the fields that may change when a run is resumed. */
  readonly identity: string;
  /** Nested plain data of numbers, Float32Array and Float64Array; the algorithm checks its shape. */
  readonly state: unknown;
  /** By the rule in record.ts; higher is better. */
  readonly score: number;
}

/**
 * The identity of a run: its config without its length. The length may grow when a run is resumed, unless the learning rate or the entropy bonus is
 * annealed over it.
 */
function essence(config: object): Record<string, unknown> {
  const { iterations, steps, anneal, annealEntropy } = config as Record<string, unknown>;
  return {
    ...config,
    ...(anneal === true || annealEntropy === true ? { iterations, steps } : { iterations: undefined, steps: undefined }),
  };
}

/** A hash of fields and values that does not depend on their order. */
function identity(config: object): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return hashText(JSON.stringify(essence(config), sorted));
}

/**
 * `state` is nested plain objects of numbers, Float32Array and Float64Array. A field `a: { b }` becomes the tensor "a/b".
 * Throws `E_ARGUMENT` for what could not be read back.
 */
export function encodeCheckpoint(algo: string, config: object, state: object, score = Number.NEGATIVE_INFINITY): Uint8Array {
  return encodeTensors(contentOf(algo, config, state, score));
}

/** Throws what `encodeCheckpoint` would throw for these names and sizes, without making the file. */
export function mustBeSavable(algo: string, config: object, state: object): void {
  mustBeWritable(contentOf(algo, config, state, 0));
}

function contentOf(algo: string, config: object, state: object, score: number) {
  const tensors = new Map<string, Tensor>();
  flatten(state, '', tensors);
  if (Object.hasOwn(state, 'score')) throw unreadable('score', "another name, since this one is the checkpoint's own");
  tensors.set('score', { shape: [], data: Float64Array.of(score) });
  const metadata = new Map(Object.entries({ format, algo, config: JSON.stringify(config), identity: identity(config) }));
  return { tensors, metadata };
}

function flatten(value: object, path: string, tensors: Map<string, Tensor>): void {
  for (const [name, field] of Object.entries(value)) {
    const place = path + name;
    if (place.length > 200) throw unreadable(`${place.slice(0, 50)}…`, 'a name of at most 200 characters, with those around it');
    if (!namePattern.test(name)) throw unreadable(place, 'a name of letters, digits, "_" and ".", which begins with a letter');
    if (typeof field === 'number') tensors.set(place, { shape: [], data: Float64Array.of(field) });
    else if (isArray(field)) tensors.set(place, { shape: [field.length], data: field });
    else if (isPlain(field)) flatten(field, `${place}/`, tensors);
    else throw unreadable(place, 'a number, a Float32Array, a Float64Array or a plain object with fields');
  }
}

/** A Proxy of an array is an instance, but its numbers can't be read. */
const isArray = (value: unknown): value is Float32Array | Float64Array =>
  ArrayBuffer.isView(value) && (value instanceof Float32Array || value instanceof Float64Array);

/** An object without fields would leave no trace in the file. */
function isPlain(value: unknown): value is object {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return false;
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

function unreadable(place: string, expected: string): WasmetaError {
  return new WasmetaError('E_ARGUMENT', `"state.${place}" expected ${expected}: a checkpoint could not be read back`, { place });
}

/** Throws `E_CHECKPOINT_CORRUPT`. */
export function decodeCheckpoint(file: Uint8Array | ByteSource, title: string): Checkpoint {
  const { tensors, metadata } = decodeTensors(file, title);
  const missing = (name: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} is damaged: it has no ${name}`, { file: title, name });
  };
  const text = (name: string) => metadata.get(name) ?? missing(`"${name}"`);
  if (text('format') !== format) missing(`format ${format}`);
  const config = parseBounded(new TextEncoder().encode(text('config')), 16);
  if (config === null || typeof config !== 'object') missing('config that can be read');
  const { score = missing('score'), ...state } = unflatten(tensors);
  return { algo: text('algo'), config, identity: text('identity'), state, score: score as number };
}

function unflatten(tensors: ReadonlyMap<string, Tensor>): Record<string, unknown> {
  const state = {};
  for (const [path, { shape, data }] of tensors) {
    let place: Record<string, unknown> = state;
    const names = path.split('/');
    for (const name of names.slice(0, -1)) {
      if (!Object.hasOwn(place, name) || ArrayBuffer.isView(place[name]) || typeof place[name] !== 'object') place[name] = {};
      place = place[name] as Record<string, unknown>;
    }
    place[names[names.length - 1]] = shape.length === 0 ? data[0] : data;
  }
  return state;
}

/** Throws `E_CHECKPOINT_MISMATCH` unless the checkpoint was made by the same config (the number of iterations may differ). */
export function mustBelong(checkpoint: Checkpoint, algo: string, config: object, title: string): void {
  if (checkpoint.algo === algo && identity(checkpoint.config as object) === identity(config)) return;
  const [theirs, ours] = [essence(checkpoint.config as object), essence(config)];
  const differing = Object.keys(ours).filter((name) => JSON.stringify(theirs[name]) !== JSON.stringify(ours[name]));
  const longer = differing.length > 0 && differing.every((name) => name === 'iterations' || name === 'steps');
  if (checkpoint.algo === algo && longer)
    throw new WasmetaError(
      'E_CHECKPOINT_MISMATCH',
      `${title} can't go on with another length: its schedules (anneal, annealEntropy) end with its ${JSON.stringify(theirs.iterations)} iterations, where they have reached their last values; --init-from begins a new run, with new schedules, with its state`,
      { file: title, theirs: checkpoint.config, ours: config, differing },
    );
  const where = checkpoint.algo !== algo ? `algorithm ${checkpoint.algo} instead of ${algo}` : `different ${differing.join(', ')}`;
  throw new WasmetaError('E_CHECKPOINT_MISMATCH', `${title} belongs to another run: ${where}`, {
    file: title,
    theirs: checkpoint.config,
    ours: config,
    differing,
  });
}
