/**
 * The recurrent sequences against the laws written out in f64: states over several trials, and every gradient by central differences of the f64 loss
 * L = Σ w ∘ h (h = 1e-5, error ~1e-9). Tolerance 2e-5 relative to the largest entry: f32 sums over T · N = 42 rows.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor, Tensor2D, Tensor3D } from '#tf';
import { type CellKind, cellKinds, cellWeights } from '../../src/policies/cells.ts';
import { stackedSequences } from '../../src/tf/recurrent.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { stackTwin } from '../reference/cells.ts';
import { sequence, startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [T, N, I, H] = [14, 3, 5, 8];
type Arrays = Record<string, Float64Array>;

/** h [T, N, H] by the twin. */
function law(kind: CellKind, arrays: Arrays, depth: number): Float64Array {
  const out = new Float64Array(T * N * H);
  const twin = stackTwin(kind, depth, H, (name) => arrays[name]);
  for (let n = 0; n < N; n++)
    for (let t = 0; t < T; t++) {
      if (arrays.keep[t * N + n] === 0) twin.reset();
      out.set(twin.step(arrays.x.subarray((t * N + n) * I, (t * N + n + 1) * I)), (t * N + n) * H);
    }
  return out;
}

function largestError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(wanted, Math.abs));
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(value - got[i]))) / scale;
}

describe.each(cellKinds.flatMap((kind) => [1, 2].map((depth) => [kind, depth] as const)))('%s over a sequence, %i deep', (kind, depth) => {
  const next = sequence(kind.length + depth - 1);
  const random = (size: number, scale: number) => Float64Array.from({ length: size }, () => Math.fround(scale * next()));
  const shapes = cellWeights(kind, depth, I, H);
  const size = (shape: readonly number[]) => shape.reduce((p, q) => p * q, 1);
  const arrays: Arrays = { x: random(T * N * I, 1), keep: new Float64Array(T * N).fill(1), w: random(T * N * H, 1) };
  for (const [name, shape] of shapes) arrays[name] = random(size(shape), 0.7);
  for (let n = 0; n < N; n++) for (const t of [0, 5, 6 + n]) arrays.keep[t * N + n] = 0; // trials start inside the sequence too

  const run = (x: Tensor, ...weights: Tensor[]) => {
    const keep = tf.tensor2d(Float32Array.from(arrays.keep), [T, N]) as Tensor2D;
    return stackedSequences(tf, { kind, depth }, x as Tensor3D, keep, weights);
  };
  const tensors = () => [
    tf.tensor3d(Float32Array.from(arrays.x), [T, N, I]),
    ...shapes.map(([name, shape]) => tf.tensor(Float32Array.from(arrays[name]), [...shape])),
  ];

  test('gives the states of the law, reset where a trial starts', () => {
    const [x, ...weights] = tensors();
    expect(largestError(run(x, ...weights).dataSync(), law(kind, arrays, depth))).toBeLessThan(2e-6);
  });

  test('gives the gradient of every weight and of the input', () => {
    const loss = (...inputs: Tensor[]) =>
      tf.sum(tf.mul(tf.tensor3d(Float32Array.from(arrays.w), [T, N, H]), run(inputs[0], ...inputs.slice(1))));
    const gradients = tf.grads(loss)(tensors());
    ['x', ...shapes.map(([name]) => name)].forEach((name, k) => {
      const wanted = arrays[name].map((_, i) => {
        const at = (step: number) => {
          const moved = arrays[name].slice();
          moved[i] += step;
          return law(kind, { ...arrays, [name]: moved }, depth).reduce((sum, h, j) => sum + h * arrays.w[j], 0);
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
      const alone = stackedSequences(tf, { kind, depth }, tf.slice(x, [0, n, 0], [T, 1, I]) as Tensor3D, keep, weights).dataSync();
      for (let t = 0; t < T; t++) expect(alone.slice(t * H, (t + 1) * H)).toEqual(whole.slice((t * N + n) * H, (t * N + n + 1) * H));
    }
  });
});
