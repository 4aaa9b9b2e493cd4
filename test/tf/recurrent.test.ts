/**
 * The recurrent sequences against the laws written out in f64: states over several trials, and every gradient by central differences of the f64 loss
 * L = Σ w ∘ h (h = 1e-5, error ~1e-9). Tolerance 2e-5 relative to the largest entry: f32 sums over T · N = 42 rows.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor, Tensor2D, Tensor3D } from '#tf';
import { recurrentSequence } from '../../src/tf/recurrent.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [T, N, I, H] = [14, 3, 5, 8];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
type Arrays = Record<string, Float64Array>;

/** Row n of x_t·Wx + b, of h·Wh, for G gates. */
function affine(input: Float64Array, at: number, size: number, w: Float64Array, columns: number, j: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += input[at + i] * w[i * columns + j];
  return sum;
}

function gru({ x, keep, wx, wh, b, c }: Arrays): Float64Array {
  const out = new Float64Array(T * N * H);
  for (let t = 0; t < T; t++)
    for (let n = 0; n < N; n++) {
      const old = Float64Array.from({ length: H }, (_, j) => (t === 0 || keep[t * N + n] === 0 ? 0 : out[((t - 1) * N + n) * H + j]));
      const gx = (j: number) => affine(x, (t * N + n) * I, I, wx, 3 * H, j) + b[j];
      const gh = (j: number) => affine(old, 0, H, wh, 3 * H, j);
      for (let j = 0; j < H; j++) {
        const r = sigmoid(gx(j) + gh(j));
        const z = sigmoid(gx(H + j) + gh(H + j));
        const candidate = Math.tanh(gx(2 * H + j) + r * (gh(2 * H + j) + c[j]));
        out[(t * N + n) * H + j] = candidate + z * (old[j] - candidate);
      }
    }
  return out;
}

function lstm({ x, keep, wx, wh, b }: Arrays): Float64Array {
  const out = new Float64Array(T * N * H);
  const cells = new Float64Array(T * N * H);
  for (let t = 0; t < T; t++)
    for (let n = 0; n < N; n++) {
      const fresh = t === 0 || keep[t * N + n] === 0;
      const before = (from: Float64Array) => Float64Array.from({ length: H }, (_, j) => (fresh ? 0 : from[((t - 1) * N + n) * H + j]));
      const [h, cell] = [before(out), before(cells)];
      const pre = (j: number) => affine(x, (t * N + n) * I, I, wx, 4 * H, j) + b[j] + affine(h, 0, H, wh, 4 * H, j);
      for (let j = 0; j < H; j++) {
        const at = (t * N + n) * H + j;
        cells[at] = sigmoid(pre(H + j)) * cell[j] + sigmoid(pre(j)) * Math.tanh(pre(2 * H + j));
        out[at] = sigmoid(pre(3 * H + j)) * Math.tanh(cells[at]);
      }
    }
  return out;
}

const shapes = {
  gru: { wx: [I, 3 * H], wh: [H, 3 * H], b: [3 * H], c: [H] },
  lstm: { wx: [I, 4 * H], wh: [H, 4 * H], b: [4 * H] },
} as const;

function largestError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(wanted, Math.abs));
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(value - got[i]))) / scale;
}

describe.each([
  ['gru', gru],
  ['lstm', lstm],
] as const)('%s over a sequence', (kind, law) => {
  const next = sequence(kind.length);
  const random = (size: number, scale: number) => Float64Array.from({ length: size }, () => Math.fround(scale * next()));
  const names = Object.keys(shapes[kind]);
  const size = (shape: readonly number[]) => shape.reduce((p, q) => p * q, 1);
  const arrays: Arrays = { x: random(T * N * I, 1), keep: new Float64Array(T * N).fill(1), w: random(T * N * H, 1) };
  for (const [name, shape] of Object.entries(shapes[kind])) arrays[name] = random(size(shape), 0.7);
  for (let n = 0; n < N; n++) for (const t of [0, 5, 6 + n]) arrays.keep[t * N + n] = 0; // trials start inside the sequence too

  const run = (x: Tensor, ...weights: Tensor[]) => {
    const keep = tf.tensor2d(Float32Array.from(arrays.keep), [T, N]) as Tensor2D;
    return recurrentSequence(tf, kind, x as Tensor3D, keep, weights);
  };
  const tensors = () => [
    tf.tensor3d(Float32Array.from(arrays.x), [T, N, I]),
    ...Object.entries(shapes[kind]).map(([name, shape]) => tf.tensor(Float32Array.from(arrays[name]), [...shape])),
  ];

  test('gives the states of the law, reset where a trial starts', () => {
    const [x, ...weights] = tensors();
    expect(largestError(run(x, ...weights).dataSync(), law(arrays))).toBeLessThan(2e-6);
  });

  test('gives the gradient of every weight and of the input', () => {
    const loss = (...inputs: Tensor[]) =>
      tf.sum(tf.mul(tf.tensor3d(Float32Array.from(arrays.w), [T, N, H]), run(inputs[0], ...inputs.slice(1))));
    const gradients = tf.grads(loss)(tensors());
    ['x', ...names].forEach((name, k) => {
      const wanted = arrays[name].map((_, i) => {
        const at = (step: number) => {
          const moved = arrays[name].slice();
          moved[i] += step;
          return law({ ...arrays, [name]: moved }).reduce((sum, h, j) => sum + h * arrays.w[j], 0);
        };
        return (at(1e-5) - at(-1e-5)) / 2e-5;
      });
      expect(largestError(gradients[k].dataSync(), wanted), name).toBeLessThan(2e-5);
    });
  });

  test('gives the same states however the rows are split, bit for bit', () => {
    const [x, ...weights] = tensors();
    const whole = run(x, ...weights).dataSync();
    for (let n = 0; n < N; n++) {
      const keep = tf.tensor2d(
        Float32Array.from({ length: T }, (_, t) => arrays.keep[t * N + n]),
        [T, 1],
      ) as Tensor2D;
      const alone = recurrentSequence(tf, kind, tf.slice(x, [0, n, 0], [T, 1, I]) as Tensor3D, keep, weights).dataSync();
      for (let t = 0; t < T; t++) expect(alone.slice(t * H, (t + 1) * H)).toEqual(whole.slice((t * N + n) * H, (t * N + n + 1) * H));
    }
  });
});
