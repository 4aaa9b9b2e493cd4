/**
 * VariBAD's objective (Zintgraf et al. 2020). After every step t of a trial, the belief over its task, q_t = N(μ_t, σ_t²), must predict what all steps of the
 * trial showed, past and future; the KL term keeps it near the belief before:
 *   L = Σ_trials { 1/S Σ_{t ∈ S} D(z_t) + β/T Σ_t KL(q_t ‖ q_{t−1}) },   z_t = μ_t + σ_t ε,   q_{−1} = N(0, I)
 *   D(z) = Σ_i −log p(r_i | s_i, a_i, s'_i, z) + λ_s Σ_i ½ ‖s'_i − ŝ'(s_i, a_i, z)‖² + λ_ω ½ ‖ω − ω̂(z)‖²,   each term if it is decoded
 * −log p is (r − r̂)²/2 (`gaussian`), or the cross entropy of [r > ½] (`bernoulli`) for rewards of two values. Where a step ends an episode, s' is the final
 * observation of the episode. All are sums over trials: the learner adds those of all shards and divides by the number of trials.
 */
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '#tf';
import { type BeliefModel, type Likelihood, modelSlots, type StepPart } from '../policies/belief.ts';
import type { PolicyShape } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import { type Beliefs, beliefs, decoded, decodedTask, lookUp, observationSize } from './belief.ts';
import { finiteNumber } from './finite.ts';
import { flattened, tensorsFrom } from './network.ts';
import { normals } from './normals.ts';

export interface ElboOptions extends BeliefModel {
  /** β */
  readonly klWeight: number;
  /** λ_s and λ_ω */
  readonly stateWeight: number;
  readonly taskWeight: number;
}

/** M trials of T steps, time-major [T, M, ·]. */
export interface ElboMinibatch {
  readonly steps: number;
  readonly numTrials: number;
  readonly inputs: Float32Array;
  /** [T, M, A], as sampled; one-hot if discrete. */
  readonly actions: Float32Array;
  readonly rewards: Float32Array;
  /** [T, M, O], s' of every step. */
  readonly next: Float32Array;
  readonly valid: Float32Array;
  /** [M, W], ω */
  readonly tasks: Float32Array;
  /** [S]: the steps t whose z is decoded. */
  readonly terms: Uint32Array;
  /** Uniform numbers [2, S, M, Z] in [0, 1), from which ε [S, M, Z] is computed. */
  readonly uniforms: Float32Array;
}

/** Sums over trials. */
export interface ElboSums {
  readonly trials: number;
  /** Parts of D, unweighted; 0 where nothing is decoded. */
  readonly reconstruction: number;
  readonly states: number;
  readonly tasks: number;
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
  const slots = modelSlots(shape, options, { observation: O, task: batch.tasks.length / batch.numTrials });
  const { steps: T, numTrials: M } = batch;
  let parts: readonly Tensor[] = [];
  const loss = (...tensors: Tensor[]): Scalar => {
    const named = lookUp(slots, tensors);
    const inputs = tf.tensor3d(batch.inputs, [T, M, shape.inputSize]);
    const believed = beliefs(tf, named, options.latent, inputs);
    const z = sampled(tf, believed, batch, options.latent);
    const { rewards, states, tasks } = reconstructions(tf, named, batch, inputs, z, options);
    const valid = tf.tensor2d(batch.valid, [T, M]);
    const kl = tf.div(tf.sum(tf.mul(steps(tf, believed), valid)), T) as Scalar;
    parts = [rewards, states, tasks, kl, ...moments(tf, believed, valid)].map((part) => tf.keep(part));
    const decoding = tf.addN([rewards, tf.mul(states, options.stateWeight), tf.mul(tasks, options.taskWeight)]);
    return tf.add(decoding, tf.mul(kl, options.klWeight));
  };
  const tensors = tensorsFrom(tf, slots, flat);
  try {
    const { value, grads } = tf.valueAndGrads(loss)(tensors);
    try {
      const names = ['reconstruction', 'states', 'tasks', 'KL'];
      const [reconstruction, states, tasks, kl] = names.map((name, i) => finiteNumber(name, parts[i].dataSync()[0]));
      const [sum, squares] = parts.slice(names.length).map((part) => part.dataSync().slice() as Float32Array);
      const gradient = flattened(slots, grads);
      const bad = gradient.findIndex((g) => !Number.isFinite(g));
      if (bad >= 0) finiteNumber(`gradient of ${slots.find((slot) => bad < slot.offset + slot.size)?.name}`, gradient[bad]);
      const count = batch.valid.reduce((a, b) => a + b, 0);
      return { gradient, sums: { trials: M, reconstruction, states, tasks, kl, steps: count, beliefs: sum, squares } };
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

/** The sums of D over trials and terms, divided by the number of terms; z [S·M, Z]. */
function reconstructions(
  tf: Tf,
  named: (name: string) => Tensor,
  { steps: T, numTrials: M, terms, ...batch }: ElboMinibatch,
  inputs: Tensor3D,
  z: Tensor2D,
  { decodes, decoder: { length: depth }, decoderInputs, likelihood }: ElboOptions,
): { rewards: Scalar; states: Scalar; tasks: Scalar } {
  const S = terms.length;
  const valid = tf.tensor1d(batch.valid);
  const counted = tf.tensor2d(
    Float32Array.from({ length: S * M }, (_, i) => batch.valid[terms[Math.floor(i / M)] * M + (i % M)]),
    [S, M],
  );
  const rows = (values: Float32Array) => tf.tensor2d(values, [T * M, values.length / (T * M)]);
  const O = batch.next.length / (T * M);
  const parts: Record<StepPart, () => Tensor2D> = {
    next: () => rows(batch.next),
    state: () => tf.reshape(tf.slice(inputs, [0, 0, 0], [T, M, O]), [T * M, O]),
    action: () => rows(batch.actions),
  };
  const read = (names: readonly StepPart[]) =>
    names.length === 1
      ? parts[names[0]]()
      : tf.concat2d(
          names.map((name) => parts[name]()),
          1,
        );
  const ofTerms = (errors: Tensor) => tf.div(tf.sum(tf.mul(errors, counted)), S) as Scalar; // [S, M]
  const ofSteps = (errors: Tensor) => ofTerms(tf.sum(tf.reshape(tf.mul(errors, valid), [S, T, M]), 1)); // [S, T·M]
  const halfSquares = (guess: Tensor, truth: Tensor) => tf.mul(tf.sum(tf.square(tf.sub(guess, truth)), 2), 0.5);
  const sums = { rewards: tf.scalar(0), states: tf.scalar(0), tasks: tf.scalar(0) };
  if (decodes.includes('reward')) {
    const guess = decoded(tf, named, ['reward', depth], z, read(decoderInputs), [S, T, M]);
    sums.rewards = ofSteps(negativeLogLikelihood(tf, likelihood, tf.reshape(guess, [S, T * M]), tf.tensor1d(batch.rewards)));
  }
  if (decodes.includes('state')) {
    const guess = decoded(tf, named, ['state', depth], z, read(['state', 'action']), [S, T, M]);
    sums.states = ofSteps(halfSquares(tf.reshape(guess, [S, T * M, O]), parts.next()));
  }
  if (decodes.includes('task')) {
    const guess = decodedTask(tf, named, depth, z);
    sums.tasks = ofTerms(halfSquares(tf.reshape(guess, [S, M, guess.shape[1]]), tf.tensor2d(batch.tasks, [M, guess.shape[1]])));
  }
  return sums;
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
