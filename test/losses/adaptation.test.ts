/**
 * MAML on policies, B tasks of random data: the meta-gradient and the Fisher products against the same written in one piece with tfjs's own gradients, and
 * the Fisher matrix against finite differences of the KL's gradient.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '#tf';
import { Adaptation } from '../../src/losses/adaptation.ts';
import { innerLoss, logProbabilities, policyHeads } from '../../src/losses/policy-losses.ts';
import { gradientAgain, sumsAgain } from '../../src/losses/readaptation.ts';
import type { RecordedTasks } from '../../src/losses/recorded-tasks.ts';
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
      const got = adaptation.outerGradient(post, adaptation.acted(post), { kind: 'ratio' });
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
      const { gradient } = adaptation.outerGradient({ ...pre }, adaptation.acted(pre), { kind: 'ratio' });
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
    const acted = before.acted(post);
    const fisher = before.fisher(post);
    const P = numParameters(shape);
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);
    const kl = (at: Float32Array) => {
      const moved = adapt(at);
      const sums = moved.outerSums(post, acted, { kind: 'ratio' });
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
    adaptation.outerGradient(data, adaptation.acted(data), { kind: 'clip', clip: 0.2 });
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

describe.each(['gaussian', 'categorical'] as const)('recorded programs, %s heads', (head) => {
  test.each(['log-likelihood', 'likelihood-ratio', 'dice'] as const)(
    'losses and gradients from other parameters are the bits of the steps taken one by one, by %s',
    (surrogate) => {
      const setup = setting(head, 7);
      const { shape, theta } = setup;
      const options = { shape, surrogate, firstOrder: false };
      const adapt = (at: Float32Array, rounds: readonly RecordedTasks[], sizes: readonly Float32Array[]) => {
        const adaptation = new Adaptation(tf, options, at, B);
        sizes.forEach((alpha, k) => {
          adaptation.step(rounds[k], alpha);
        });
        return adaptation;
      };
      for (let run = 0; run < 5; run++) {
        const rounds = Array.from({ length: 3 }, () => setup.recorded(tiled(theta)));
        const stepSizes = [alphas(theta, 0.3), setup.random(theta.length, 0.2)];
        const first = adapt(theta, rounds, stepSizes);
        const acted = first.acted(rounds[2]);
        first.dispose();
        const parameters = theta.map((x, i) => x + 0.05 * Math.cos(i + run));
        const from = { parameters, stepSizes, rounds, acted };
        const moved = adapt(parameters, rounds, stepSizes);
        for (const outer of [{ kind: 'ratio' }, { kind: 'clip', clip: 0.2 }] as const) {
          expect(sumsAgain(tf, options, { ...from, outer })).toEqual(moved.outerSums(rounds[2], acted, outer));
          expect(gradientAgain(tf, options, { ...from, outer })).toEqual(moved.outerGradient(rounds[2], acted, outer));
        }
        moved.dispose();
      }
    },
  );

  test('Fisher products are those of the first, which tfjs makes', () => {
    const setup = setting(head, 8);
    const { theta, shape } = setup;
    const adaptation = new Adaptation(tf, { shape, surrogate: 'dice', firstOrder: false }, theta, B);
    const data = setup.recorded(tiled(theta));
    adaptation.step(data, alphas(theta, 0.3));
    const recorded = adaptation.fisher(data);
    for (let i = 0; i < 6; i++) {
      const v = setup.random(theta.length);
      const eager = adaptation.fisher(data);
      expect(recorded.product(v)).toEqual(eager.product(v));
      eager.dispose();
    }
    recorded.dispose();
    adaptation.dispose();
  });
});

test('a step that is not finite is not used, and a NaN in the data of the outer loss is named, by a replay too', () => {
  const setup = setting('gaussian', 9);
  const { shape, theta } = setup;
  const options = { shape, surrogate: 'log-likelihood', firstOrder: false } as const;
  const outer = { kind: 'ratio' } as const;
  const adaptation = new Adaptation(tf, options, theta, B);
  for (let run = 0; run < 4; run++) {
    const rounds = [setup.recorded(tiled(theta)), setup.recorded(tiled(theta))];
    const acted = adaptation.acted(rounds[1]);
    const from = { parameters: theta, stepSizes: [alphas(theta, 0.1)], rounds, acted, outer };
    expect(gradientAgain(tf, options, from)).not.toBeNull();
    rounds[1].advantages[5] = Number.NaN;
    expect(() => gradientAgain(tf, options, from)).toThrow('"outer loss" expected finite numbers, got NaN');
    rounds[0].advantages[3] = Number.POSITIVE_INFINITY;
    expect(gradientAgain(tf, options, from)).toBeNull();
    expect(sumsAgain(tf, { ...options, firstOrder: true }, from)).toBeNull();
  }
  adaptation.dispose();
});

test('2000 recorded products, losses and gradients, and 100 adaptations with their own, leave tensors and bytes as they were', () => {
  const setup = setting('gaussian', 10);
  const { shape, theta } = setup;
  const options = { shape, surrogate: 'likelihood-ratio', firstOrder: false } as const;
  const outer = { kind: 'ratio' } as const;
  const rounds = [setup.recorded(tiled(theta)), setup.recorded(tiled(theta))];
  const adapted = () => {
    const adaptation = new Adaptation(tf, options, theta, B);
    adaptation.step(rounds[0], alphas(theta, 0.1));
    return { adaptation, fisher: adaptation.fisher(rounds[1]), acted: adaptation.acted(rounds[1]) };
  };
  const { adaptation, fisher, acted } = adapted();
  const update = () => {
    const from = { parameters: theta, stepSizes: [alphas(theta, 0.1)], rounds, acted, outer };
    fisher.product(theta);
    sumsAgain(tf, options, from);
    gradientAgain(tf, options, from);
  };
  const iteration = () => {
    const own = adapted();
    for (let i = 0; i < 3; i++) own.fisher.product(theta);
    own.fisher.dispose();
    own.adaptation.dispose();
  };
  const held = () => ({ tensors: tf.memory().numTensors, bytes: tf.backendMemory().buffer.byteLength });
  for (let i = 0; i < 5; i++) tf.tidy(update);
  for (let i = 0; i < 5; i++) tf.tidy(iteration);
  const before = held();
  for (let i = 0; i < 2000; i++) tf.tidy(update);
  for (let i = 0; i < 100; i++) tf.tidy(iteration);
  expect(held()).toEqual(before);
  fisher.dispose();
  adaptation.dispose();
});
