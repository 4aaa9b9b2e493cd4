import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashArrays, hashData, hashText } from '../../src/core/hash.ts';

const sha = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');

test('the hash is SHA-256 of the little-endian bytes, one array after the other', () => {
  const bytes = Buffer.alloc(12);
  bytes.writeFloatLE(1.5, 0);
  bytes.writeInt32LE(-2, 4);
  bytes.set([1, 2, 3, 4], 8);
  expect(hashArrays([Float32Array.of(1.5), Int32Array.of(-2), Uint8Array.of(1, 2, 3, 4)])).toBe(sha(bytes));
  expect(hashText('Zürich')).toBe(sha('Zürich'));
});

test('a view is hashed by its own part of the buffer', () => {
  expect(hashArrays([Float32Array.of(9, 1, 2, 9).subarray(1, 3)])).toBe(hashArrays([Float32Array.of(1, 2)]));
});

test('every NaN hashes alike, whatever its bits, and the input stays untouched', () => {
  const odd = new Float32Array(Uint32Array.of(0xffc12345).buffer);
  expect(hashArrays([odd])).toBe(hashArrays([Float32Array.of(Number.NaN)]));
  expect(new Uint32Array(odd.buffer)[0]).toBe(0xffc12345);
});

test('one bit more changes the hash, and so does the sign of zero', () => {
  expect(hashArrays([Float32Array.of(1)])).not.toBe(hashArrays([Float32Array.of(1 + 2 ** -23)]));
  expect(hashArrays([Float32Array.of(0)])).not.toBe(hashArrays([Float32Array.of(-0)]));
});

test('data hash alike if and only if they are equal, arrays included', () => {
  const data = { name: 'a', steps: [Float32Array.of(1, 2), Float32Array.of(3)], at: null };
  expect(hashData(structuredClone(data))).toBe(hashData(data));
  const others = [
    { ...data, name: 'b' },
    { ...data, at: 0 },
    { ...data, steps: [Float32Array.of(1), Float32Array.of(2, 3)] },
    { ...data, steps: [Float32Array.of(1, 2), Float32Array.of(4)] },
  ];
  expect(new Set([data, ...others].map(hashData)).size).toBe(5);
});
