/** Messages of the queue: what is packed comes back to the same bits, and what was not packed by us is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBytes, pack, toBytes, unpack } from '../../src/queue/packing.ts';

const bits = fc.uint32Array({ maxLength: 20 }).map((words) => new Float32Array(words.buffer));
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
const leaf = fc.oneof(
  number,
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  bits,
  fc.float64Array(),
  fc.int32Array(),
  fc.uint8Array(),
);
const key = fc.oneof(fc.string(), fc.constantFrom('$array', '$number', '$$', '__proto__', 'constructor', 'toString'));
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

describe('packing', () => {
  test('plain data come back to the same bits, as one message and by parts', () => {
    fc.assert(
      fc.property(data, (value) => {
        const { text, parts } = pack(value);
        const bytes = parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
        for (const back of [fromBytes(toBytes(value)), unpack(text, bytes)]) {
          expect(back).toEqual(value);
          expect(toBytes(back)).toEqual(toBytes(value)); // undefined, too, and the bits of NaNs
        }
      }),
      { numRuns: 300 },
    );
  });

  test('an array that stands in several places travels once, and a view without the buffer around it', () => {
    const shared = new Float32Array(1000).subarray(10, 20).fill(1.5);
    const { parts } = pack([shared, { again: shared }]);
    expect(parts).toHaveLength(1);
    expect(toBytes([shared, shared]).length).toBeLessThan(300);
    const [one] = fromBytes(toBytes([shared])) as Float32Array[];
    expect([one, one.buffer.byteLength]).toEqual([shared, 40]);
  });

  test('what is no plain data is refused', () => {
    for (const value of [() => 1, Symbol('a'), 1n, new Map(), new Date(0), [new Error('a')], { a: new URL('a:b') }])
      expect(() => pack(value)).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
  });

  test('messages that were cut, changed or made up end with E_QUEUE and never with anything else', () => {
    const message = toBytes({ a: [1, -0], b: new Float32Array(5), c: 'text' });
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const broken = cut ? message.slice(0, at) : message.slice();
        if (!cut) broken[at] = byte;
        try {
          fromBytes(broken);
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_QUEUE' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
