/**
 * MAML on policies, B tasks of random data: the meta-gradient and the Fisher products against the same written in one piece with tfjs's own gradients, and
 * the Fisher matrix against finite differences of the KL's gradient.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '#tf';
import { Adaptation, type RecordedTasks } from '../../src/losses/adaptation.ts';
import { innerLoss, logProbabilities, policyHeads } from '../../src/losses/policy-losses.ts';
import { initialParameters, numParameters, resolvePolicy } from '../../src/policies/policy.ts';
import type { Surrogate } from '../../src/policies/surrogates.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from '../tf/tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [B, M, T] = [3, 4, 5];
const n = M * T;

function setting(head: 'gaussian' | 'categorical', seed: number) {
  const shape = resolvePolicy(
    { kind: 'mlp', hidden: [8, 8], value: false },
    { observationSize: 3, actionWidth: head === 'gaussian' ? 2 : 4, head },
  );
  const next = sequence(seed);
  const random = (size: number, scale = 1) => Float32Array.from({ length: size }, () => scale * next());
  const theta = initialParameters(shape, seed, { logStd: -0.3 }).map((x) => x + 0.3 * next());
  const width = head === 'gaussian' ? 2 : 1;
  const recorded = (phi: Float32Array): RecordedTasks => {
    const actions = head === 'gaussian' ? random(B * n * width) : random(B * n).map((x) => Math.floor(2 + 2 * x));
    const inputs = random(B * n * 3);
    // The last steps of some trajectories are none.
    const weights = Float32Array.from({ length: B * n }, (_, i) => (i % T >= 3 + (i % 2) ? 0 : 1 / (3.5 * M)));
    const heads = policyHeads(tf, shape, tf.tensor2d(phi, [B, phi.length / B]), tf.tensor3d(inputs, [B, n, 3]));
    const logs = logProbabilities(tf, heads, tf.tensor3d(actions, [B, n, width])).dataSync() as Float32Array;
    return { B, n, T, inputs, actions, logProbabilities: logs.slice(), weights, advantages: random(B * n).map((x, i) => x * weights[i]) };
  };
  return { shape, theta, recorded, random };
}

const tiled = (theta: Float32Array) => Float32Array.from({ length: B * theta.length }, (_, i) => theta[i % theta.length]);
const alphas = (theta: Float32Array, alpha: number) => new Float32Array(theta.length).fill(alpha);

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, error: number): void {
  const scale = Math.max(...Array.from(wanted, Math.abs));
  expect(scale).toBeGreaterThan(1e-4);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(got[i] - wanted[i])).toBeLessThan(error * scale);
}

/** φ₁ for a shape and data, as a function of θ [B, P] that tfjs can differentiate. */
function adaptedBy(surrogate: Surrogate, setup: ReturnType<typeof setting>, data: RecordedTasks, alpha: number) {
  const tensors = {
    T,
    inputs: tf.tensor3d(data.inputs, [B, n, 3]),
    actions: tf.tensor3d(data.actions, [B, n, data.actions.length / (B * n)]),
    logProbabilities: tf.tensor2d(data.logProbabilities, [B, n]),
    weights: tf.tensor2d(data.weights, [B, n]),
    advantages: tf.tensor2d(data.advantages, [B, n]),
  };
  const loss = (phi: Tensor) => innerLoss(tf, setup.shape, surrogate, tensors, phi) as Tensor;
  return (theta: Tensor) => tf.sub(theta, tf.mul(alpha, tf.grad(loss)(theta)));
}

describe.each(['gaussian', 'categorical'] as const)('%s heads', (head) => {
  test.each(['log-likelihood', 'likelihood-ratio', 'dice'] as const)(
    'the gradient through a step by %s is the one of tfjs in one piece',
    (surrogate) => {
      const setup = setting(head, 3);
      const { shape, theta } = setup;
      const pre = setup.recorded(tiled(theta));
      const adaptation = new Adaptation(tf, { shape, surrogate, firstOrder: false }, theta, B);
      expect(adaptation.step(pre, alphas(theta, 0.4))).toEqual([true, true, true]);
      const phi = adaptation.phi().slice();
      const post = setup.recorded(phi);
      const got = adaptation.outerGradient(post, phi, { kind: 'ratio' });
      adaptation.dispose();

      const inner = adaptedBy(surrogate, setup, pre, 0.4);
      expectNear(phi, inner(tf.tensor2d(tiled(theta), [B, theta.length])).dataSync(), 1e-5);
      const wanted = tf.grad((rows: Tensor) => {
        const logs = logProbabilities(
          tf,
          policyHeads(tf, shape, inner(rows), tf.tensor3d(post.inputs, [B, n, 3])),
          tf.tensor3d(post.actions, [B, n, post.actions.length / (B * n)]),
        );
        const ratio = tf.exp(tf.sub(logs, tf.tensor2d(post.logProbabilities, [B, n])));
        return tf.neg(tf.sum(tf.mul(tf.tensor2d(post.advantages, [B, n]), ratio)));
      })(tf.tensor2d(tiled(theta), [B, theta.length]));
      expectNear(got.gradient, tf.sum(wanted, 0).dataSync(), 1e-5);
      expect(Math.abs(got.kl)).toBeLessThan(1e-6); // nothing has moved yet
    },
  );

  test('the three surrogates take the same step and bend it differently', () => {
    const setup = setting(head, 4);
    const { shape, theta } = setup;
    const pre = setup.recorded(tiled(theta));
    const results = (['log-likelihood', 'likelihood-ratio', 'dice'] as const).map((surrogate) => {
      const adaptation = new Adaptation(tf, { shape, surrogate, firstOrder: false }, theta, B);
      adaptation.step(pre, alphas(theta, 0.4));
      const phi = adaptation.phi().slice();
      const { gradient } = adaptation.outerGradient({ ...pre }, phi, { kind: 'ratio' });
      adaptation.dispose();
      return { phi, gradient };
    });
    for (const { phi } of results.slice(1)) expectNear(phi, results[0].phi, 1e-5);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ])
      expect(Math.max(...results[a].gradient.map((x, i) => Math.abs(x - results[b].gradient[i])))).toBeGreaterThan(1e-4);
  });

  test('Fisher products through two steps equal the explicit matrix from f32 finite differences to 2 %, and are symmetric', () => {
    const setup = setting(head, 5);
    const { shape, theta } = setup;
    const adapt = (at: Float32Array) => {
      const adaptation = new Adaptation(tf, { shape, surrogate: 'log-likelihood', firstOrder: false }, at, B);
      for (const data of steps) adaptation.step(data, alphas(theta, 0.3));
      return adaptation;
    };
    const steps = [setup.recorded(tiled(theta)), setup.recorded(tiled(theta))];
    const before = adapt(theta);
    const old = before.phi().slice();
    const post = setup.recorded(old);
    const fisher = before.fisher(post);
    const P = numParameters(shape);
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);
    const kl = (at: Float32Array) => {
      const moved = adapt(at);
      const sums = moved.outerSums(post, old, { kind: 'ratio' });
      moved.dispose();
      return sums.kl;
    };
    for (let trial = 0; trial < 5; trial++) {
      const [u, v] = [setup.random(P), setup.random(P)];
      const [Fu, Fv] = [fisher.product(u), fisher.product(v)];
      expect(Math.abs(dot(u, Fv) - dot(v, Fu))).toBeLessThan(1e-4 * Math.abs(dot(u, Fu)));
      // KL(θ + h v) = ½ h² vᵀFv + O(h³); the odd orders cancel in the mean of ± h.
      const h = 0.02;
      const curvature = (kl(theta.map((x, i) => x + h * v[i])) + kl(theta.map((x, i) => x - h * v[i]))) / h ** 2;
      expect(Math.abs(curvature / dot(v, Fv) - 1)).toBeLessThan(0.02);
    }
    fisher.dispose();
    before.dispose();
  });
});

test('nothing is left behind', () => {
  const setup = setting('gaussian', 6);
  const round = () => {
    const adaptation = new Adaptation(tf, { shape: setup.shape, surrogate: 'dice', firstOrder: false }, setup.theta, B);
    adaptation.step(setup.recorded(tiled(setup.theta)), alphas(setup.theta, 0.1));
    const phi = adaptation.phi().slice();
    const data = setup.recorded(phi);
    adaptation.outerGradient(data, phi, { kind: 'clip', clip: 0.2 });
    const fisher = adaptation.fisher(data);
    fisher.product(setup.theta);
    fisher.dispose();
    adaptation.dispose();
  };
  tf.tidy(round);
  const before = tf.memory().numTensors;
  tf.tidy(round);
  expect(tf.memory().numTensors).toBe(before);
});
