/**
 * MAML's inner loop against closed forms in f64. Quadratic tasks: L_b(φ) = ½ φᵀ A_b φ − c_bᵀ φ, so that φ_K = θ − … is linear in θ and
 * ∂φ_K/∂θ = Π (I − diag(α) A_b). Outer loss ½ Σ_b ‖φ_b − d_b‖².
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Scalar, Tensor } from '#tf';
import { InnerSteps } from '../../src/losses/inner-steps.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from '../tf/tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [B, P] = [3, 5];

function quadratics(seed: number) {
  const next = sequence(seed);
  const random = (size: number) => Array.from({ length: size }, () => Math.fround(next()));
  const tasks = Array.from({ length: B }, () => {
    const half = random(P * P);
    const A = Array.from({ length: P }, (_, i) =>
      Array.from({ length: P }, (_, j) => Math.fround((half[i * P + j] + half[j * P + i]) / 2)),
    );
    return { A, c: random(P), d: random(P) };
  });
  return { tasks, theta: random(P), alpha: random(P).map((a) => Math.fround(0.3 + 0.1 * a)) };
}

type Problem = ReturnType<typeof quadratics>;
const times = (A: number[][], x: number[]) => A.map((row) => row.reduce((sum, a, j) => sum + a * x[j], 0));

/** In f64: outer gradient with respect to θ and α, full and first-order. */
function truth({ tasks, theta, alpha }: Problem, K: number, firstOrder: boolean) {
  const gTheta = new Array<number>(P).fill(0);
  const gAlpha = new Array<number>(P).fill(0);
  let loss = 0;
  for (const { A, c, d } of tasks) {
    const phis = [theta];
    for (let k = 0; k < K; k++) phis.push(phis[k].map((x, i) => x - alpha[i] * (times(A, phis[k])[i] - c[i])));
    let w = phis[K].map((x, i) => x - d[i]);
    loss += w.reduce((sum, x) => sum + x * x, 0) / 2;
    for (let k = K - 1; k >= 0; k--) {
      times(A, phis[k]).forEach((x, i) => {
        gAlpha[i] -= w[i] * (x - c[i]);
      });
      const curved = times(
        A,
        w.map((x, i) => alpha[i] * x),
      );
      if (!firstOrder) w = w.map((x, i) => x - curved[i]);
    }
    w.forEach((x, i) => {
      gTheta[i] += x;
    });
  }
  return { loss, gTheta, gAlpha };
}

function measured({ tasks, theta, alpha }: Problem, K: number, firstOrder: boolean) {
  const A = tf.tensor3d(tasks.map((task) => task.A));
  const [c, d] = [tf.tensor2d(tasks.map((task) => task.c)), tf.tensor2d(tasks.map((task) => task.d))];
  const loss = (phi: Tensor) => {
    const Aphi = tf.squeeze(tf.matMul(A, tf.expandDims(phi, 2)), [2]);
    return tf.sum(tf.mul(phi, tf.sub(tf.mul(0.5, Aphi), c))) as Scalar;
  };
  const steps = new InnerSteps(tf, tf.tile(tf.tensor2d([theta]), [B, 1]), firstOrder);
  for (let k = 0; k < K; k++) expect(steps.step(loss, tf.tensor2d([alpha]))).toEqual([true, true, true]);
  const w = tf.sub(steps.phi, d);
  const { theta: gTheta, alpha: gAlpha } = steps.pull(w);
  const pushed = steps.push(tf.tile(tf.tensor2d([alpha]), [B, 1]));
  const result = {
    gTheta: Array.from(tf.sum(gTheta, 0).dataSync()),
    gAlpha: Array.from(tf.sum(gAlpha, 0).dataSync()),
    inner: tf.sum(tf.mul(w, pushed)).dataSync()[0] - tf.sum(tf.mul(gTheta, tf.tensor2d([alpha]))).dataSync()[0],
  };
  steps.dispose();
  return result;
}

function expectNear(got: number[], wanted: number[], error = 1e-6): void {
  const scale = Math.max(...wanted.map(Math.abs));
  got.forEach((x, i) => {
    expect(Math.abs(x - wanted[i])).toBeLessThan(error * scale);
  });
}

describe.each([1, 2, 3])('%i inner steps on quadratic tasks', (K) => {
  test('the meta-gradient and that of the step sizes equal their closed forms to 1e-6', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const problem = quadratics(seed);
      const [got, wanted] = [measured(problem, K, false), truth(problem, K, false)];
      expectNear(got.gTheta, wanted.gTheta);
      expectNear(got.gAlpha, wanted.gAlpha, 3e-6);
      expect(Math.abs(got.inner)).toBeLessThan(1e-5); // wᵀ(Jv) = (Jᵀw)ᵀv
    }
  });

  test('the first-order gradient differs from it by exactly the missing term', () => {
    const problem = quadratics(21);
    const [got, wanted] = [measured(problem, K, true), truth(problem, K, true)];
    expectNear(got.gTheta, wanted.gTheta);
    const missing = truth(problem, K, false).gTheta.map((x, i) => x - wanted.gTheta[i]);
    expect(Math.max(...missing.map(Math.abs))).toBeGreaterThan(0.01);
    expectNear(
      measured(problem, K, false).gTheta.map((x, i) => x - got.gTheta[i]),
      missing,
      5e-6,
    );
  });
});

test('a task whose step is not finite stays where it is, has no curvature, and leaves the others alone', () => {
  const theta = tf.tensor2d([
    [1, 2],
    [1, 2],
  ]);
  const scale = tf.tensor2d([
    [1, 1],
    [Number.NaN, 1],
  ]);
  const steps = new InnerSteps(tf, theta, false);
  const loss = (phi: Tensor) => tf.sum(tf.mul(scale, tf.square(phi))) as Scalar;
  expect(steps.step(loss, 0.25)).toEqual([true, false]);
  expect([...steps.phi.dataSync()]).toEqual([0.5, 1, 1, 2]);
  const { theta: back, alpha } = steps.pull(tf.ones([2, 2]));
  expect([...back.dataSync()]).toEqual([0.5, 0.5, 1, 1]);
  expect([...alpha.dataSync()]).toEqual([-2, -4, 0, 0]);
  expect([...steps.push(tf.ones([2, 2])).dataSync()]).toEqual([0.5, 0.5, 1, 1]);
  steps.dispose();
});

test('nothing is left behind', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => measured(quadratics(1), 3, false));
  expect(tf.memory().numTensors).toBe(before);
});
