/** The checkpoint's container: what was written comes back, and nothing else is believed. */
import { parseSafetensorsMetadata } from '@huggingface/hub';
import { describe, expect, test } from 'vitest';
import { hashArrays } from '../../src/core/hash.ts';
import { crc32c } from '../../src/runs/crc32c.ts';
import { bytesSource } from '../../src/runs/run-files.ts';
import { decodeTensors, encodeTensors, mustBeWritable, type Tensor } from '../../src/runs/safetensors.ts';

const corrupt = expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' });

const tensors = new Map<string, Tensor>([
  ['parameters', { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, Number.NaN, 1e-40, 3) }],
  ['adam/decay', { shape: [2], data: Float64Array.of(0.9, 0.999) }],
  ['iteration', { shape: [], data: Float64Array.of(12) }],
  ['empty', { shape: [0], data: new Float32Array(0) }],
]);
const small = { tensors, metadata: new Map([['config', '{"a":"ünï\\n"}']]) };

test('CRC-32C: the check value of the catalogue, and sums over parts', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32c(bytes)).toBe(0xe3069283);
  expect(crc32c(bytes.subarray(4), crc32c(bytes.subarray(0, 4)))).toBe(0xe3069283);
});

describe('a small file', () => {
  const file = encodeTensors(small);

  test('comes back to the last bit', () => {
    const back = decodeTensors(file, 'small');
    expect(back.tensors).toEqual(tensors);
    expect(back.metadata.get('config')).toBe(small.metadata.get('config'));
    expect(encodeTensors({ tensors: back.tensors, metadata: small.metadata })).toEqual(file);
  });

  test("comes back alike from Node's Buffer, whose slices share its bytes", () => {
    const buffer = Buffer.from(Uint8Array.of(0, ...file).buffer, 1);
    const back = decodeTensors(buffer, 'buffer');
    buffer.fill(0);
    expect(back.tensors).toEqual(tensors);
  });

  test('is refused at every truncation, and with anything after it', () => {
    for (let length = 0; length < file.length; length++) expect(() => decodeTensors(file.subarray(0, length), 'cut')).toThrow(corrupt);
    expect(() => decodeTensors(Uint8Array.of(...file, 0), 'longer')).toThrow(corrupt);
  });

  test('is refused with any single bit flipped', () => {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const flipped = file.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(() => decodeTensors(flipped, 'flipped')).toThrow(corrupt);
    }
  });

  test('lays every tensor at a multiple of its width, so that a view of the file can be taken', () => {
    const start = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
    for (const [name, { data }] of tensors) {
      const at = start + header[name].data_offsets[0];
      const kind = data.constructor as Float64ArrayConstructor;
      expect([...new kind(file.buffer, at, data.length)]).toEqual([...data]);
    }
  });

  test('is read by an independent parser of the header', async () => {
    const fetchPart = async (_: unknown, init?: RequestInit) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
      const part = file.slice(Number(from), Number(to) + 1);
      const range = `bytes ${from}-${Number(from) + part.length - 1}/${file.length}`;
      return new Response(part, { status: 206, headers: { etag: '"1"', 'content-range': range, 'content-length': `${part.length}` } });
    };
    const parsed = await parseSafetensorsMetadata({ repo: 'a/b', path: 'small.safetensors', fetch: fetchPart as typeof fetch });
    const { header } = parsed as unknown as { header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }> };
    expect(header.parameters).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [24, 48] });
    expect(header['adam/decay']).toEqual({ dtype: 'F64', shape: [2], data_offsets: [0, 16] });
    expect(header['file.crc32c']).toMatchObject({ dtype: 'U32', shape: [1] });
  });
});

/** A file with any header, its length and its last CRC-32C right, so that only the header's content is wrong. */
function forged(header: string, dataBytes: number, headerLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + dataBytes + 4).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, headerLength ?? BigInt(start - 8), true);
  file.set(text, 8);
  new DataView(file.buffer).setUint32(start + dataBytes, crc32c(file.subarray(0, start + dataBytes)), true);
  return file;
}

const zeros = (count: number) => crc32c(new Uint8Array(count)).toString(16).padStart(8, '0');
const entry = (from: number, to: number, more: object = {}) => ({
  dtype: 'F32',
  shape: [(to - from) / 4],
  data_offsets: [from, to],
  ...more,
});
const sum = (at: number) => ({ dtype: 'U32', shape: [1], data_offsets: [at, at + 4] });
const header = (entries: object, at: number, metadata: object = {}) =>
  JSON.stringify({ __metadata__: { 'crc32c a': zeros(8), 'crc32c b': zeros(8), ...metadata }, ...entries, 'file.crc32c': sum(at) });
const good = header({ a: entry(0, 8), b: entry(8, 16) }, 16);

/** Each is refused. Sizes, types and places that are wrong, in every field. */
function* hostile(): Generator<[string, Uint8Array]> {
  const odd = [null, true, -1, 1.5, 1e300, 2 ** 53, '8', '', [], {}, [[0, 8]], { length: 2 }];
  for (const value of odd) {
    const title = JSON.stringify(value);
    yield [`offsets ${title}`, forged(header({ a: entry(0, 8, { data_offsets: value }), b: entry(8, 16) }, 16), 16)];
    yield [`an offset ${title}`, forged(header({ a: entry(0, 8, { data_offsets: [0, value] }), b: entry(8, 16) }, 16), 16)];
    yield [`a start ${title}`, forged(header({ a: entry(0, 8, { data_offsets: [value, 8] }), b: entry(8, 16) }, 16), 16)];
    yield [`shape ${title}`, forged(header({ a: entry(0, 8, { shape: value }), b: entry(8, 16) }, 16), 16)];
    yield [`a size ${title}`, forged(header({ a: entry(0, 8, { shape: [value] }), b: entry(8, 16) }, 16), 16)];
    yield [`type ${title}`, forged(header({ a: entry(0, 8, { dtype: value }), b: entry(8, 16) }, 16), 16)];
    yield [`entry ${title}`, forged(header({ a: value, b: entry(8, 16) }, 16), 16)];
    yield [`metadata ${title}`, forged(JSON.stringify({ __metadata__: value, a: entry(0, 8), 'file.crc32c': sum(8) }), 8)];
    if (typeof value !== 'string') yield [`text ${title}`, forged(header({ a: entry(0, 8), b: entry(8, 16) }, 16, { note: value }), 16)];
    yield [`sum ${title}`, forged(JSON.stringify({ __metadata__: {}, a: entry(0, 8), 'file.crc32c': value }), 8)];
    yield [`header ${title}`, forged(JSON.stringify(value), 8)];
  }
  for (const dtype of ['F16', 'BF16', 'I64', 'U8', 'f32', 'F32 ', 'toString', '__proto__', 'F128'])
    yield [`type ${dtype}`, forged(header({ a: entry(0, 8, { dtype }), b: entry(8, 16) }, 16), 16)];
  for (const name of [
    '__proto__',
    'constructor/',
    '../a',
    '/etc/passwd',
    'a//b',
    '',
    ' ',
    'a b',
    'ä',
    'a\u0000',
    '0',
    'a/../../b',
    '.',
    'a'.repeat(201),
    '\u202e',
  ])
    yield [`name ${name.slice(0, 20)}`, forged(good.replace('"a":', `${JSON.stringify(name)}:`), 16)];
  for (const length of [0n, 1n, 7n, 9n, 2n ** 20n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])
    yield [`header of ${length} bytes`, forged(good, 16, length)];
  for (const cut of [1, 2, 5, 10, 50, 100, good.length - 1]) yield [`header cut at ${cut}`, forged(good.slice(0, cut), 16)];
  for (const [title, text] of Object.entries({
    duplicate: good.replace('"b":', '"a":'),
    'duplicate field': good.replace('"shape":[2]', '"shape":[2],"shape":[2]'),
    'unknown field': good.replace('"shape":[2]', '"shape":[2],"strides":[1]'),
    'missing field': good.replace('"shape":[2],', ''),
    space: good.replace(':', ': '),
    escape: good.replace('"a"', '"\\u0061"'),
    exponent: good.replace('[0,8]', '[0,8e0]'),
    'byte order mark': `\ufeff${good}`,
    comment: `${good}//`,
    'second value': `${good}{}`,
    overlap: header({ a: entry(0, 8), b: entry(4, 12) }, 12),
    hole: header({ a: entry(0, 8), b: entry(12, 20) }, 20),
    'wrong order': header({ b: entry(8, 16), a: entry(0, 8) }, 16),
    'sum first': JSON.stringify({ __metadata__: {}, 'file.crc32c': sum(0), a: entry(4, 12) }),
    'no sum': JSON.stringify({ __metadata__: { 'crc32c a': zeros(8) }, a: entry(0, 8) }),
    'no metadata': JSON.stringify({ a: entry(0, 8), 'file.crc32c': sum(8) }),
    'metadata last': JSON.stringify({ a: entry(0, 8), 'file.crc32c': sum(8), __metadata__: {} }),
    'no tensor sum': header({ a: entry(0, 8), c: entry(8, 16) }, 16),
    'wrong tensor sum': header({ a: entry(0, 8), b: entry(8, 16) }, 16, { 'crc32c b': '00000000' }),
    'empty object': '{}',
    'nine dimensions': header({ a: entry(0, 8, { shape: [2, 1, 1, 1, 1, 1, 1, 1, 1] }), b: entry(8, 16) }, 16),
    'huge dimensions': header({ a: entry(0, 8, { shape: [2 ** 28, 2 ** 28, 2 ** 28] }), b: entry(8, 16) }, 16),
    'deep list': '['.repeat(400_000),
    'deep object': '{"a":'.repeat(150_000),
    'deep metadata': `{"__metadata__":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    'too many tensors': header(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`t${i}`, entry(0, 0)])), 0),
    'too long': header({ a: entry(0, 8), b: entry(8, 16) }, 16, { note: 'x'.repeat(2 ** 24 + 1) }),
    'nul bytes': good.replace('{', '\u0000{'),
    'not JSON': 'safetensors',
  }))
    yield [title, forged(text, 16)];
  const invalid = forged(good, 16);
  invalid[20] = 0xff;
  yield ['invalid UTF-8', invalid];
  for (const bytes of [0, 1, 7, 8, 9, 100]) yield [`${bytes} zeros`, new Uint8Array(bytes)];
  for (const bytes of [8, 100, 10_000]) yield [`${bytes} times 255`, new Uint8Array(bytes).fill(255)];
  for (const [title, magic] of Object.entries({
    zip: 'PK\x03\x04',
    npy: '\x93NUMPY',
    pickle: '\x80\x02',
    elf: '\x7fELF',
    html: '<!doctype html>',
  }))
    yield [title, forged(magic, 64)];
}

describe('what could not be read again', () => {
  const named = (name: string, data: Float32Array) => ({
    tensors: new Map([[name, { shape: [data.length], data }]]),
    metadata: new Map<string, string>(),
  });

  test('is refused alike by writing it and by names and sizes alone', () => {
    mustBeWritable(small);
    for (const bad of [named('a-b', new Float32Array(1)), named(`a${'b'.repeat(300)}`, new Float32Array(1))])
      for (const check of [encodeTensors, mustBeWritable])
        expect(() => check(bad)).toThrow(expect.objectContaining({ code: 'E_ARGUMENT' }));
  });

  test('no number is read and no file is made to find that out', () => {
    const large = named('parameters', new Float32Array(1e8)); // 400 MB, which the system gives once they are touched
    const before = process.memoryUsage().rss;
    mustBeWritable(large);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });
});

describe('hostile files', () => {
  const corpus = [...hostile()];

  test('there are at least 200, all different', () => {
    expect(new Set(corpus.map(([, file]) => hashArrays([file]))).size).toBeGreaterThanOrEqual(200);
  });

  test('the forger itself makes a file that is read', () => {
    expect([...decodeTensors(forged(good, 16), 'good').tensors.keys()]).toEqual(['a', 'b']);
  });

  test('each is refused, without reading more than it has', () => {
    for (const [title, file] of corpus) expect(() => decodeTensors(file, title), title).toThrow(corrupt);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  test('a size that is only claimed is never allocated', () => {
    const GiB = 2 ** 30;
    for (const size of [GiB / 4 + 1, GiB, 1024 * GiB, 2 ** 52]) {
      const reads: number[] = [];
      const source = {
        size,
        read(at: number, length: number) {
          reads.push(length);
          return bytesSource(forged(header({ a: entry(0, size - 1024) }, size - 1024), 0)).read(at, length);
        },
      };
      expect(() => decodeTensors(source, 'claimed')).toThrow(corrupt);
      expect(Math.max(0, ...reads)).toBeLessThanOrEqual(1_000_000);
    }
  });

  test('the largest file that may be is summed in small parts before any tensor is made', () => {
    const dataBytes = 2 ** 24;
    const claimed = forged(header({ a: entry(0, dataBytes) }, dataBytes), dataBytes);
    claimed[claimed.length - 1] ^= 1;
    const reads: number[] = [];
    const source = {
      size: claimed.length,
      read(at: number, length: number) {
        reads.push(length);
        return claimed.subarray(at, at + length);
      },
    };
    expect(() => decodeTensors(source, 'large')).toThrow(corrupt);
    expect(Math.max(...reads)).toBeLessThanOrEqual(2 ** 16);
  });
});
