/**
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header of names, types, shapes and offsets, then the data.
 * Source: huggingface/safetensors, format description. Only F32 and F64 are written and read here; a SHA-256 of the data is kept in the metadata.
 */
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';

export type TensorArray = Float32Array | Float64Array;

export interface TensorFile {
  readonly tensors: Readonly<Record<string, TensorArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const largestHeader = 1_000_000;

export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  const entries = Object.entries(tensors);
  const size = entries.reduce((sum, [, array]) => sum + array.byteLength, 0);
  const data = new Uint8Array(size);
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, array] of entries) {
    data.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    header[name] = {
      dtype: array instanceof Float64Array ? 'F64' : 'F32',
      shape: [array.length],
      data_offsets: [at, at + array.byteLength],
    };
    at += array.byteLength;
  }
  header.__metadata__ = { ...metadata, sha256: hashArrays([data]) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8; // the data stays aligned
  const file = new Uint8Array(8 + padded + size).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(text, 8);
  file.set(data, 8 + padded);
  return file;
}

/** Throws `E_CHECKPOINT_CORRUPT` unless every byte is accounted for and the hash is right. */
export function decodeTensors(file: Uint8Array, title: string): TensorFile {
  const corrupt = (why: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} is damaged: ${why}`, { file: title, why });
  };
  if (file.length < 8) corrupt(`${file.length} bytes are too few`);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > largestHeader || 8 + length > file.length) corrupt(`a header of ${length} bytes`);
  let header: Record<string, { dtype?: unknown; shape?: unknown; data_offsets?: unknown }> = {};
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length)));
  } catch {
    corrupt('the header is not JSON');
  }
  const data = new Uint8Array(file.subarray(8 + length)); // a Buffer's slice would be a view
  const metadata = (header.__metadata__ ?? {}) as Record<string, string>;
  if (metadata.sha256 !== hashArrays([data])) corrupt('its SHA-256 does not match');
  const tensors: Record<string, TensorArray> = Object.create(null);
  let at = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = Array.isArray(entry.data_offsets) ? (entry.data_offsets as number[]) : [-1, -1];
    const width = entry.dtype === 'F64' ? 8 : entry.dtype === 'F32' ? 4 : corrupt(`tensor "${name}" has type ${String(entry.dtype)}`);
    if (start !== at || !(end >= start) || end > data.length || (end - start) % width !== 0) corrupt(`tensor "${name}" is out of place`);
    const bytes = data.slice(start, end).buffer;
    tensors[name] = width === 8 ? new Float64Array(bytes) : new Float32Array(bytes);
    at = end;
  }
  if (at !== data.length) corrupt(`${data.length - at} bytes belong to no tensor`);
  return { tensors, metadata };
}
