/**
 * Products that leave out zeros: the bits of sums in the order of k, in blocks of 256 added in order, written out here with Math.fround. Sums of B·0 that
 * are not ±0 (B not finite) must come out as they are, and so must −0 of a bias.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KernelExports } from '../../src/tf/kernel-exports.ts';
import { sequence } from '../tf/tf.ts';

const memory = new WebAssembly.Memory({ initial: 1000, maximum: 65536 });
let kernels: KernelExports;
beforeAll(() => {
  const module = new WebAssembly.Module(readFileSync('build/wasm/kernels.wasm'));
  kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as KernelExports;
});

interface Shape {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly transposed: boolean;
}

function given({ M, N, K, transposed }: Shape, seed: number) {
  const next = sequence(seed);
  const [rows, units] = transposed ? [K, M] : [M, K];
  const a = new Float32Array(M * K);
  // Units are off for runs of about ten rows, as behind a relu.
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < units; i++) a[r * units + i] = Math.cos(2.4 * Math.floor(r / 10) + 1.7 * i) < 0 ? 0 * next() : next();
  return { a, b: Float32Array.from({ length: K * N }, next), bias: Float32Array.from({ length: N }, next) };
}

function written({ M, N, K, transposed }: Shape, { a, b, bias }: ReturnType<typeof given>): Float32Array {
  const c = new Float32Array(M * N);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let total = 0;
      for (let k = 0; k < K; k += 256) {
        let sum = k === 0 ? bias[n] : 0;
        for (let j = k; j < Math.min(K, k + 256); j++)
          sum = Math.fround(sum + Math.fround(a[transposed ? j * M + m : m * K + j] * b[j * N + n]));
        total = k === 0 ? sum : Math.fround(total + sum);
      }
      c[m * N + n] = total;
    }
  return c;
}

function computed({ M, N, K, transposed }: Shape, { a, b, bias }: ReturnType<typeof given>): Float32Array {
  const [atA, atB, atBias, atC, work] = [2, 4, 6, 8, 16].map((megabytes) => megabytes * 2 ** 20);
  for (const [at, values] of [
    [atA, a],
    [atB, b],
    [atBias, bias],
  ] as const)
    new Float32Array(memory.buffer, at).set(values);
  const strides = transposed ? [1, M] : [K, 1];
  kernels.product(atA, strides[0], strides[1], atB, N, 1, atBias, atC, M, N, K, work);
  return new Float32Array(memory.buffer, atC, M * N).slice();
}

/** As integers, so that −0 is not 0 and NaN is NaN. */
const bits = (values: Float32Array) => new Int32Array(values.map((x) => (Number.isNaN(x) ? Number.NaN : x)).buffer);

describe.each([
  { M: 203, N: 100, K: 100, transposed: false },
  { M: 100, N: 100, K: 1030, transposed: true },
  { M: 70, N: 27, K: 600, transposed: true },
  { M: 64, N: 31, K: 300, transposed: false },
])('$M × $N × $K, transposed: $transposed', (shape) => {
  test('the bits are those of the sums written out', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const values = given(shape, seed);
      expect(bits(computed(shape, values))).toEqual(bits(written(shape, values)));
    }
  });

  test.each([
    ['a NaN in B', (values: ReturnType<typeof given>) => values.b.set([Number.NaN], 5 * shape.N + 3)],
    ['an infinity in B', (values: ReturnType<typeof given>) => values.b.set([Number.POSITIVE_INFINITY], 7 * shape.N)],
    ['a NaN in A', (values: ReturnType<typeof given>) => values.a.set([Number.NaN], 11)],
    [
      'a bias of −0 and B of zeros',
      (values: ReturnType<typeof given>) => Object.assign(values, { bias: values.bias.fill(-0), b: values.b.fill(0) }),
    ],
  ])('%s gives what the sums give', (_, change) => {
    const values = given(shape, 9);
    change(values);
    expect(bits(computed(shape, values))).toEqual(bits(written(shape, values)));
  });
});
