/**
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header of names, types, shapes and offsets, then the data.
 * Source: huggingface/safetensors, format description. F32 and F64 are written and read here.
 *
 * F64 comes first, so that every tensor is aligned to its width and a view of the file can be taken; then names in order, so that equal states are equal bytes. What is written passes the checks of reading.
 * Every tensor's CRC-32C stands in the metadata (`crc32c` + its name). The last tensor, U32 `file.crc32c`, is the CRC-32C of every byte before it.
 * Reading trusts nothing: sizes are checked before anything is allocated, and the header must be exactly what writing it again would give,
 * which leaves no room for duplicate names, holes, overlaps or prototype keys.
 */
import { WasmetaError } from '../core/errors.ts';
import { crc32c } from './crc32c.ts';
import { parseBounded } from './json.ts';
import { type ByteSource, bytesSource } from './run-files.ts';

type TensorArray = Float32Array | Float64Array;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const largestHeader = 2 ** 24;
const mostTensors = 10_000;
const largestFile = 2 ** 31;
const chunk = 2 ** 16;
const widths: Readonly<Record<string, number>> = { F32: 4, F64: 8 };
const fileSum = 'file.crc32c';
const namePattern = /^[a-zA-Z][\w.]*(?:\/[a-zA-Z][\w.]*)*$/;

type Header = Record<string, unknown>;

/** Throws `E_ARGUMENT` for what `decodeTensors` would not read, before anything large is allocated. */
export function encodeTensors(content: TensorFile): Uint8Array {
  const { parts, size, text, start } = layOut(content, crc32c);
  const file = new Uint8Array(start + size + 4).fill(0x20, 8, start);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let at = start;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32c(file.subarray(0, at)), true);
  return file;
}

/** Throws what `encodeTensors` throws, from names and sizes alone: no number is read and no file is made. */
export function mustBeWritable(content: TensorFile): void {
  layOut(content, () => 0); // a sum has the same length, whatever it is
}

/** The bytes of the tensors in their order, and the header before them. */
function layOut({ tensors, metadata }: TensorFile, sumOf: (bytes: Uint8Array) => number) {
  const header: Header = {};
  const extended: Record<string, string> = Object.fromEntries(metadata);
  const parts: Uint8Array[] = [];
  let size = 0;
  const inOrder = [...tensors].sort(
    ([one, a], [other, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (one < other ? -1 : 1),
  );
  for (const [name, { shape, data }] of inOrder) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    header[name] = entry(data instanceof Float64Array ? 'F64' : 'F32', shape, size, size + bytes.length);
    extended[`crc32c ${name}`] = hex(sumOf(bytes));
    parts.push(bytes);
    size += bytes.length;
  }
  header[fileSum] = entry('U32', [1], size, size + 4);
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: extended, ...header }));
  const start = 8 + Math.ceil(text.length / 8) * 8; // the data stays aligned
  const refuse = (why: string): never => {
    throw new WasmetaError('E_ARGUMENT', `this can't be written so that it could be read again: ${why}`, { why });
  };
  if (start + size + 4 > largestFile) refuse(`${start + size + 4} bytes are more than ${largestFile}`);
  if (start - 8 > largestHeader) refuse(`a header of ${start - 8} bytes is larger than ${largestHeader}`);
  readHeader(text, refuse);
  return { parts, size, text, start };
}

/** Throws `E_CHECKPOINT_CORRUPT`, with `title` in its message. */
export function decodeTensors(file: Uint8Array | ByteSource, title: string): TensorFile {
  const source = file instanceof Uint8Array ? bytesSource(file) : file;
  const corrupt = (why: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} is damaged: ${why}`, { file: title, why });
  };
  if (source.size < 8 || source.size > largestFile) corrupt(`${source.size} bytes are too ${source.size < 8 ? 'few' : 'many'}`);
  const length = Number(viewOf(source.read(0, 8)).getBigUint64(0, true));
  if (length > largestHeader || 8 + length > source.size || length % 8 !== 0) corrupt(`a header of ${length} bytes`);
  const { metadata, entries } = readHeader(source.read(8, length), corrupt);

  const start = 8 + length;
  const end = entries.reduce((at, { name, from, to }) => (from === at ? to : corrupt(`tensor "${name}" is out of place`)), 0);
  if (start + end + 4 !== source.size) corrupt(`${source.size} bytes instead of ${start + end + 4}`);
  let sum = 0;
  for (let at = 0; at < start + end; at += chunk) sum = crc32c(source.read(at, Math.min(chunk, start + end - at)), sum);
  if (viewOf(source.read(start + end, 4)).getUint32(0, true) !== sum) corrupt('its CRC-32C does not match');

  const tensors = new Map<string, Tensor>();
  for (const { name, type, shape, from, to } of entries) {
    const bytes = source.read(start + from, to - from);
    if (metadata.get(`crc32c ${name}`) !== hex(crc32c(bytes))) corrupt(`the CRC-32C of tensor "${name}" does not match`);
    const own = bytes.slice().buffer; // a copy: aligned, and not shared
    tensors.set(name, { shape, data: type === 'F64' ? new Float64Array(own) : new Float32Array(own) });
  }
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function readHeader(bytes: Uint8Array, corrupt: (why: string) => never): { metadata: Map<string, string>; entries: Entry[] } {
  const header = parseBounded(bytes, 3);
  if (!isRecord(header)) return corrupt('the header is not a JSON object');
  if (JSON.stringify(header) !== new TextDecoder().decode(bytes).trimEnd()) corrupt('the header is not in its one form');
  const names = Object.keys(header);
  if (names.length > mostTensors + 2) corrupt(`${names.length - 2} tensors are too many`);
  if (names[0] !== '__metadata__' || !isRecord(header.__metadata__)) corrupt('it has no metadata');
  const metadata = new Map(Object.entries(header.__metadata__ as Record<string, unknown>));
  for (const [name, value] of metadata) if (typeof value !== 'string') corrupt(`metadata "${name}" is not text`);
  if (names.length < 2 || names[names.length - 1] !== fileSum) corrupt('it has no CRC-32C');
  const entries = names.slice(1, -1).map((name) => readEntry(name, header[name], corrupt));
  const end = entries.at(-1)?.to ?? 0;
  if (JSON.stringify(header[fileSum]) !== JSON.stringify(entry('U32', [1], end, end + 4))) corrupt('its CRC-32C is out of place');
  return { metadata: metadata as Map<string, string>, entries };
}

function readEntry(name: string, value: unknown, corrupt: (why: string) => never): Entry {
  if (name.length > 200 || !namePattern.test(name)) corrupt('a tensor has no proper name');
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : ({} as Record<string, unknown>);
  const width =
    typeof dtype === 'string' && Object.hasOwn(widths, dtype) ? widths[dtype] : corrupt(`tensor "${name}" is neither F32 nor F64`);
  if (!isCounts(shape) || shape.length > 8) return corrupt(`tensor "${name}" has no proper shape`);
  if (!isCounts(offsets) || offsets.length !== 2) return corrupt(`tensor "${name}" has no proper offsets`);
  const [from, to] = offsets;
  if (to - from !== width * shape.reduce((a, b) => a * b, 1))
    corrupt(`tensor "${name}" has ${to - from} bytes, which do not fit its shape`);
  if (Object.keys(value as object).length !== 3) corrupt(`tensor "${name}" has unknown fields`);
  return { name, type: dtype as string, shape, from, to };
}

function entry(dtype: string, shape: readonly number[], from: number, to: number) {
  return { dtype, shape, data_offsets: [from, to] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isInteger(n) && n >= 0 && n <= largestFile);
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
