/** SHA-256 over arrays: the identity of trajectories and weights. */
import { sha256 as sha256Of } from '@noble/hashes/sha2.js';

/** Floats are hashed by their little-endian bytes. Every NaN is hashed as one fixed NaN, since engines may choose its bits freely. */
export function hashArrays(arrays: readonly (Float32Array | Int32Array | Uint8Array)[]): string {
  const hash = sha256Of.create();
  for (const array of arrays) {
    const copy = array.slice();
    if (copy instanceof Float32Array) for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = Number.NaN;
    hash.update(new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength));
  }
  return toHex(hash.digest());
}

/** Of bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  return toHex(sha256Of(bytes));
}

export function hashText(text: string): string {
  return sha256(new TextEncoder().encode(text));
}

/** Hash of plain data: of their JSON with the lengths of arrays of floats, followed by a hash of the bytes of these arrays. */
export function hashData(data: unknown): string {
  const arrays: Float32Array[] = [];
  const text = JSON.stringify(data, (_, value: unknown) => {
    if (!(value instanceof Float32Array)) return value;
    arrays.push(value);
    return { floats: value.length };
  });
  return hashText(`${text}${hashArrays(arrays)}`);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
