/**
 * Curvature of the inner loss on MDPs of 3 states and 2 actions, small enough to play every trajectory: the data are all of them, weighted by their
 * probability, so that each product with the Hessian is an exact expectation, not an average of samples.
 *   J(θ) = Σ_τ p_θ(τ) R(τ)         MAML needs ∇²J; the surrogates give
 *   log-likelihood    E[Σ A_t ∇² log π_t]                       lacks Σ ∇log π ∇log πᵀ: wrong even for one step
 *   likelihood-ratio  E[Σ A_t ∇²π_t / π_t]                      right for one step, lacks what earlier actions did to later states (Rothfuss et al. 2019)
 *   dice              ∇²J
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '#tf';
import { innerLoss } from '../../src/losses/policy-losses.ts';
import { initialParameters, resolvePolicy } from '../../src/policies/policy.ts';
import type { Surrogate } from '../../src/policies/surrogates.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from '../tf/tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const [states, choices, hidden] = [3, 2, 4];
const shape = resolvePolicy(
  { kind: 'mlp', hidden: [hidden], value: false },
  { observationSize: states, actionWidth: choices, head: 'categorical' },
);

interface Mdp {
  readonly next: number[][][];
  readonly reward: number[][];
}

function mdp(seed: number): Mdp {
  const next = sequence(seed);
  const share = () => 0.2 + 0.8 * (next() + 1);
  const row = () => {
    const weights = Array.from({ length: states }, share);
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((w) => w / sum);
  };
  return {
    next: Array.from({ length: states }, () => Array.from({ length: choices }, row)),
    reward: Array.from({ length: states }, () => Array.from({ length: choices }, () => 2 * next())),
  };
}

/** π(a|s) of the network in f64; parameters in the order of src/policies/policy.ts. */
function policy(theta: ArrayLike<number>, state: number): number[] {
  const w = (i: number, j: number) => theta[i * hidden + j];
  const [b1, w2, b2] = [states * hidden, states * hidden + hidden, states * hidden + hidden + hidden * choices];
  const h = Array.from({ length: hidden }, (_, j) => Math.tanh(w(state, j) + theta[b1 + j]));
  const logits = Array.from({ length: choices }, (_, a) => h.reduce((sum, x, j) => sum + x * theta[w2 + j * choices + a], theta[b2 + a]));
  const sum = logits.reduce((total, l) => total + Math.exp(l), 0);
  return logits.map((l) => Math.exp(l) / sum);
}

interface Path {
  readonly states: number[];
  readonly actions: number[];
  readonly rewards: number[];
  readonly probability: number;
}

function paths({ next, reward }: Mdp, theta: ArrayLike<number>, T: number): Path[] {
  let open = [{ states: [0], actions: [] as number[], rewards: [] as number[], probability: 1 }];
  for (let t = 0; t < T; t++) {
    open = open.flatMap((path) => {
      const s = path.states[t];
      return policy(theta, s).flatMap((pi, a) =>
        (t + 1 < T ? next[s][a] : [1]).map((p, to) => ({
          states: [...path.states, to],
          actions: [...path.actions, a],
          rewards: [...path.rewards, reward[s][a]],
          probability: path.probability * pi * p,
        })),
      );
    });
  }
  return open;
}

/** J in f64. */
function value(problem: Mdp, theta: ArrayLike<number>, T: number): number {
  return paths(problem, theta, T).reduce((sum, { probability, rewards }) => sum + probability * rewards.reduce((a, b) => a + b), 0);
}

/** uᵀ ∇²J v by central differences, error about 1e-7. */
function exactCurvature(problem: Mdp, theta: Float32Array, T: number, u: number[], v: number[]): number {
  const h = 1e-3;
  const at = (i: number, j: number) =>
    value(
      problem,
      Array.from(theta, (x, k) => x + h * (i * u[k] + j * v[k])),
      T,
    );
  return (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h * h);
}

function setting(seed: number, T: number) {
  const problem = mdp(seed);
  const next = sequence(seed + 100);
  const theta = initialParameters(shape, seed).map((x) => x + 0.8 * next());
  const all = paths(problem, theta, T);
  const n = all.length * T;
  const rows = <V>(of: (path: Path, t: number) => V) => all.flatMap((path) => Array.from({ length: T }, (_, t) => of(path, t)));
  const oneHot = (s: number) => Array.from({ length: states }, (_, i) => (i === s ? 1 : 0));
  const toGo = (path: Path, t: number) => path.rewards.slice(t).reduce((a, b) => a + b);
  const data = {
    T,
    inputs: tf.tensor3d([rows((path, t) => oneHot(path.states[t]))]),
    actions: tf.tensor3d([rows((path, t) => [path.actions[t]])]),
    logProbabilities: tf.tensor2d([rows((path, t) => Math.log(policy(theta, path.states[t])[path.actions[t]]))]),
    weights: tf.ones([1, n]),
    advantages: tf.tensor2d([rows((path, t) => path.probability * toGo(path, t))]),
  };
  const direction = () => Array.from(theta, next);
  const curvature = (surrogate: Surrogate, u: number[], v: number[]) => {
    const gradient = tf.grad((phi: Tensor) => innerLoss(tf, shape, surrogate, data, phi) as Tensor);
    const product = tf.grad((phi: Tensor) => tf.sum(tf.mul(gradient(phi), tf.tensor2d([v]))))(tf.tensor2d([[...theta]]));
    return -tf.sum(tf.mul(product, tf.tensor2d([u]))).dataSync()[0];
  };
  const slope = (surrogate: Surrogate) =>
    tf
      .grad((phi: Tensor) => innerLoss(tf, shape, surrogate, data, phi) as Tensor)(tf.tensor2d([[...theta]]))
      .dataSync();
  return { problem, theta, direction, curvature, slope };
}

/** Largest difference from the truth over random directions, in the truth's own scale. */
function largestError(surrogate: Surrogate, seed: number, T: number): number {
  const { problem, theta, direction, curvature } = setting(seed, T);
  const pairs = Array.from({ length: 8 }, () => [direction(), direction()] as const);
  const truth = pairs.map(([u, v]) => exactCurvature(problem, theta, T, u, v));
  const scale = Math.max(...truth.map(Math.abs));
  return Math.max(...pairs.map(([u, v], i) => Math.abs(curvature(surrogate, u, v) - truth[i]))) / scale;
}

describe.each([1, 2, 3])('on MDP %i', (seed) => {
  test.each([1, 2, 3])('all three have the gradient of J over %i steps', (T) => {
    const { problem, theta, slope } = setting(seed, T);
    const h = 1e-4;
    const truth = Array.from(theta, (_, k) => {
      const at = (sign: number) => value(problem, theta.map(Number).map((x, i) => (i === k ? x + sign * h : x)) as ArrayLike<number>, T);
      return (at(1) - at(-1)) / (2 * h);
    });
    const scale = Math.max(...truth.map(Math.abs));
    for (const surrogate of ['log-likelihood', 'likelihood-ratio', 'dice'] as const)
      slope(surrogate).forEach((g, k) => {
        expect(Math.abs(-g - truth[k]) / scale).toBeLessThan(1e-3);
      });
  });

  test.each([1, 2, 3])('DiCE has its curvature over %i steps', (T) => {
    expect(largestError('dice', seed, T)).toBeLessThan(1e-4);
  });

  test('the likelihood ratio has it over one step, and not over more', () => {
    expect(largestError('likelihood-ratio', seed, 1)).toBeLessThan(1e-4);
    expect(largestError('likelihood-ratio', seed, 2)).toBeGreaterThan(0.01);
  });

  test('the log-likelihood has it nowhere: the bias that MAML was published with', () => {
    expect(largestError('log-likelihood', seed, 1)).toBeGreaterThan(0.005);
    expect(largestError('log-likelihood', seed, 2)).toBeGreaterThan(0.005);
  });
});
