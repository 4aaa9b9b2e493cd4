/**
 * VariBAD's objective (Zintgraf et al. 2020). After every step t of a trial, the belief over its task, q_t = N(μ_t, σ_t²), must predict the rewards of all
 * steps of the trial, past and future; the KL term keeps it near the belief before:
 *   L = Σ_trials { 1/S Σ_{t ∈ S} Σ_i −log p(r_i | s'_i, z_t) + β/T Σ_t KL(q_t ‖ q_{t−1}) },   z_t = μ_t + σ_t ε,   q_{−1} = N(0, I)
 * −log p is (r − r̂)²/2 (`gaussian`), or the cross entropy of [r > ½] (`bernoulli`) for rewards of two values. The last step of an episode is not decoded,
 * because the state after it is not kept. All are sums over trials: the learner adds those of all shards and divides by the number of trials.
 */
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '#tf';
import { type BeliefModel, type Likelihood, modelSlots } from '../policies/belief.ts';
import type { PolicyShape } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import { type Beliefs, beliefs, decoded, lookUp, observationSize } from './belief.ts';
import { finiteNumber } from './finite.ts';
import { flattened, tensorsFrom } from './network.ts';
import { normals } from './normals.ts';

export interface ElboOptions extends BeliefModel {
  /** β */
  readonly klWeight: number;
}

/** M trials of T steps, time-major [T, M, ·]. */
export interface ElboMinibatch {
  readonly steps: number;
  readonly numTrials: number;
  readonly inputs: Float32Array;
  readonly rewards: Float32Array;
  readonly valid: Float32Array;
  readonly done: Float32Array;
  /** [S]: the steps t whose z is decoded. */
  readonly terms: Uint32Array;
  /** Uniform numbers [2, S, M, Z] in [0, 1), from which ε [S, M, Z] is computed. */
  readonly uniforms: Float32Array;
}

/** Sums over trials. */
export interface ElboSums {
  readonly trials: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Valid steps; Σ b and Σ b² over them, [2Z]. */
  readonly steps: number;
  readonly beliefs: Float32Array;
  readonly squares: Float32Array;
}

export function elboGradient(
  tf: Tf,
  shape: PolicyShape,
  flat: Float32Array,
  batch: ElboMinibatch,
  options: ElboOptions,
): { gradient: Float32Array; sums: ElboSums } {
  const O = observationSize(batch.inputs.length / (batch.steps * batch.numTrials), shape);
  const slots = modelSlots(shape, options, O);
  const { steps: T, numTrials: M, terms } = batch;
  let parts: readonly Tensor[] = [];
  const loss = (...tensors: Tensor[]): Scalar => {
    const named = lookUp(slots, tensors);
    const inputs = tf.tensor3d(batch.inputs, [T, M, shape.inputSize]);
    const believed = beliefs(tf, named, options.latent, inputs);
    const z = sampled(tf, believed, batch, options.latent);
    const { next, known } = decodable(tf, batch, inputs, O);
    const rewards = tf.tensor1d(batch.rewards);
    const valid = tf.tensor2d(batch.valid, [T, M]);
    const S = terms.length;
    const predicted = decoded(tf, named, options.decoder.length, z, next, [S, T, M]);
    const errors = tf.mul(negativeLogLikelihood(tf, options.likelihood, tf.reshape(predicted, [S, T * M]), rewards), known);
    const perTerm = tf.sum(tf.reshape(errors, [S, T, M]), 1); // [S, M]
    const counted = tf.tensor2d(
      Float32Array.from({ length: S * M }, (_, i) => batch.valid[terms[Math.floor(i / M)] * M + (i % M)]),
      [S, M],
    );
    const reconstruction = tf.div(tf.sum(tf.mul(perTerm, counted)), S) as Scalar;
    const kl = tf.div(tf.sum(tf.mul(steps(tf, believed), valid)), T) as Scalar;
    parts = [reconstruction, kl, ...moments(tf, believed, valid)].map((part) => tf.keep(part));
    return tf.add(reconstruction, tf.mul(kl, options.klWeight));
  };
  const tensors = tensorsFrom(tf, slots, flat);
  try {
    const { value, grads } = tf.valueAndGrads(loss)(tensors);
    try {
      const [reconstruction, kl] = parts.slice(0, 2).map((part, i) => finiteNumber(['reconstruction', 'KL'][i], part.dataSync()[0]));
      const [sum, squares] = parts.slice(2).map((part) => part.dataSync().slice() as Float32Array);
      const gradient = flattened(slots, grads);
      const bad = gradient.findIndex((g) => !Number.isFinite(g));
      if (bad >= 0) finiteNumber(`gradient of ${slots.find((slot) => bad < slot.offset + slot.size)?.name}`, gradient[bad]);
      return { gradient, sums: { trials: M, reconstruction, kl, steps: batch.valid.reduce((a, b) => a + b, 0), beliefs: sum, squares } };
    } finally {
      tf.dispose([value, ...grads]);
    }
  } finally {
    tf.dispose(tensors);
    for (const part of parts) part.dispose();
  }
}

/** Σ b and Σ b² over valid steps, [2Z] each, b = (μ, log σ²). */
function moments(tf: Tf, { mean, logVariance }: Beliefs, valid: Tensor2D): Tensor[] {
  const [T, M, Z] = mean.shape;
  const rows = tf.reshape(tf.concat([mean, logVariance], 2), [T * M, 2 * Z]);
  const weights = tf.reshape(valid, [1, T * M]) as Tensor2D;
  return [rows, tf.square(rows)].map((values) => tf.reshape(tf.matMul(weights, values as Tensor2D), [2 * Z]));
}

/** Samples z of the beliefs at the chosen steps, [S·M, Z]. */
function sampled(tf: Tf, { mean, logVariance }: Beliefs, { terms, uniforms, numTrials: M, steps: T }: ElboMinibatch, Z: number): Tensor2D {
  const S = terms.length;
  const choice = new Float32Array(S * T);
  terms.forEach((t, s) => {
    choice[s * T + t] = 1;
  });
  const select = tf.tensor2d(choice, [S, T]);
  const chosen = (of: Tensor3D) => tf.reshape(tf.matMul(select, tf.reshape(of, [T, M * Z])), [S * M, Z]);
  const spread = tf.exp(tf.mul(chosen(logVariance), 0.5));
  return tf.add(chosen(mean), tf.mul(spread, normals(tf, tf.tensor1d(uniforms), [S * M, Z])));
}

/** s' of every step [T·M, O], and a mask of the steps that can be decoded [T·M]: those of the trial that do not end an episode. */
function decodable(tf: Tf, { valid, done, steps: T, numTrials: M }: ElboMinibatch, inputs: Tensor3D, O: number) {
  const observations = tf.slice(inputs, [0, 0, 0], [T, M, O]);
  const next = tf.concat([tf.slice(observations, [1, 0, 0], [T - 1, M, O]), tf.zeros([1, M, O])], 0);
  const known = tf.tensor1d(valid.map((v, i) => (done[i] === 1 || i >= (T - 1) * M ? 0 : v)));
  return { next: tf.reshape(next, [T * M, O]) as Tensor2D, known };
}

function negativeLogLikelihood(tf: Tf, kind: Likelihood, predicted: Tensor, rewards: Tensor): Tensor {
  if (kind === 'gaussian') return tf.mul(tf.square(tf.sub(predicted, rewards)), 0.5);
  const found = tf.cast(tf.greater(rewards, 0.5), 'float32');
  return tf.sub(tf.softplus(predicted), tf.mul(predicted, found));
}

/** KL(q_t ‖ q_{t−1}) [T, M] = ½ Σ_z [ log σ²_{t−1} − log σ²_t + (σ²_t + (μ_t − μ_{t−1})²)/σ²_{t−1} − 1 ]. */
function steps(tf: Tf, { mean, logVariance }: Beliefs): Tensor2D {
  const [T, M, Z] = mean.shape;
  const before = (of: Tensor3D) => tf.concat([tf.zeros([1, M, Z]) as Tensor3D, tf.slice(of, [0, 0, 0], [T - 1, M, Z]) as Tensor3D], 0);
  const earlier = before(logVariance);
  const squares = tf.add(tf.exp(logVariance), tf.square(tf.sub(mean, before(mean))));
  const inside = tf.sub(tf.add(tf.sub(earlier, logVariance), tf.mul(squares, tf.exp(tf.neg(earlier)))), 1);
  return tf.mul(tf.sum(inside, 2), 0.5) as Tensor2D;
}
