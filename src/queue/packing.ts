/**
 * Plain data with typed arrays as text and bytes, and back to the same bits: numbers that JSON does not know (NaN, infinities, −0) and typed arrays are written
 * as objects with one key that begins with `$`. Nothing in a message is run, and one that is not of this form is refused.
 */
import { WasmetaError } from '../core/errors.ts';

const arrayTypes = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
} as const;
type ArrayName = keyof typeof arrayTypes;
type TypedArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

/** Text in which arrays stand by their place in `parts`. */
interface Packed {
  readonly text: string;
  readonly parts: readonly TypedArray[];
}

/** Throws `E_ARGUMENT` for what is no plain data, such as a function. */
export function pack(data: unknown): Packed {
  const parts: TypedArray[] = [];
  const places = new Map<TypedArray, number>();
  const write = (value: unknown): unknown => {
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: writeNumber(value) };
    if (value === undefined) return { $undefined: true };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return Array.from(value, write);
    if (isTypedArray(value)) {
      const place = places.get(value) ?? parts.push(value) - 1;
      places.set(value, place);
      return { $array: [value.constructor.name, place, value.length] };
    }
    if (!isPlain(value)) throw new WasmetaError('E_ARGUMENT', `a message expected plain data, got ${describe(value)}`, {});
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.startsWith('$') ? `$${key}` : key, write(inner)]));
  };
  return { text: JSON.stringify(write(data)), parts };
}

/** Arrays are copies, which own their buffers. Throws `E_QUEUE` for what `pack` did not write. */
export function unpack(text: string, parts: readonly Uint8Array[]): unknown {
  const read = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(read);
    if ('$number' in value) return readNumber(value.$number);
    if ('$undefined' in value) return undefined;
    if ('$array' in value) return readArray(value.$array, parts);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.startsWith('$') ? key.slice(1) : key, read(inner)]));
  };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw garbled('text that is no JSON');
  }
  return read(data);
}

/** One message: [bytes of the head, u32, little-endian] [head: text and lengths, JSON] [parts]. */
export function toBytes(data: unknown): Uint8Array {
  const { text, parts } = pack(data);
  const head = new TextEncoder().encode(JSON.stringify({ text, lengths: parts.map(({ byteLength }) => byteLength) }));
  const message = new Uint8Array(4 + head.length + parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  new DataView(message.buffer).setUint32(0, head.length, true);
  message.set(head, 4);
  let at = 4 + head.length;
  for (const part of parts) {
    message.set(bytesOf(part), at);
    at += part.byteLength;
  }
  return message;
}

/** Throws `E_QUEUE` for what `toBytes` did not write. */
export function fromBytes(message: Uint8Array): unknown {
  if (message.length < 4) throw garbled(`${message.length} bytes`);
  const headLength = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
  if (headLength > message.length - 4) throw garbled(`a head of ${headLength} bytes in a message of ${message.length}`);
  const { text, lengths } = headOf(message.subarray(4, 4 + headLength));
  let at = 4 + headLength;
  const parts = lengths.map((length) => {
    at += length;
    return message.subarray(at - length, at);
  });
  if (at !== message.length) throw garbled(`parts of ${at - 4 - headLength} bytes where there are ${message.length - 4 - headLength}`);
  return unpack(text, parts);
}

export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function headOf(bytes: Uint8Array): { text: string; lengths: number[] } {
  try {
    const { text, lengths } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as { text: string; lengths: number[] };
    if (typeof text === 'string' && Array.isArray(lengths) && lengths.every((n) => Number.isInteger(n) && n >= 0)) return { text, lengths };
  } catch {
    // the same error
  }
  throw garbled('a head that is no JSON');
}

function readArray(given: unknown, parts: readonly Uint8Array[]): TypedArray {
  const [name, place, length] = Array.isArray(given) ? given : [];
  const bytes = Number.isInteger(place) ? parts[place] : undefined;
  if (!Object.hasOwn(arrayTypes, name) || bytes === undefined) throw garbled(`an array of type ${String(name)}`);
  const Type = arrayTypes[name as ArrayName];
  if (bytes.length !== length * Type.BYTES_PER_ELEMENT) throw garbled(`${bytes.length} bytes for ${name} of length ${length}`);
  return new Type(new Uint8Array(bytes).buffer); // slice() of a Buffer of Node would be a view
}

const writeNumber = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

function readNumber(text: unknown): number {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity' || text === '-0') return Number(text);
  throw garbled(`the number ${String(text)}`);
}

const isTypedArray = (value: object): value is TypedArray => ArrayBuffer.isView(value) && Object.hasOwn(arrayTypes, value.constructor.name);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

const describe = (value: unknown) => (typeof value === 'object' && value !== null ? value.constructor.name : `a ${typeof value}`);

function garbled(got: string): WasmetaError {
  return new WasmetaError('E_QUEUE', `a message of the queue expected what this version writes, got ${got}`, { got });
}
