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
import { type PolicyShape, sizeOf } from '../policies/policy.ts';
import { Program, programFor } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import { type Beliefs, beliefs, decoded, decodedTask, lookUp, observationSize } from './belief.ts';
import { finiteNumber } from './finite.ts';
import { finiteGradient, flatGradient, slotsOf } from './gradient-program.ts';
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

const seen = ['reconstruction', 'states', 'tasks', 'KL'] as const;

export function elboGradient(
  tf: Tf,
  shape: PolicyShape,
  flat: Float32Array,
  batch: ElboMinibatch,
  options: ElboOptions,
): { gradient: Float32Array; sums: ElboSums } {
  const { steps: T, numTrials: M, terms } = batch;
  const [S, Z, W] = [terms.length, options.latent, batch.tasks.length / M];
  const width = (values: Float32Array) => values.length / (T * M);
  const O = observationSize(width(batch.inputs), shape);
  const slots = modelSlots(shape, options, { observation: O, task: W });
  const [A, N] = [width(batch.actions), width(batch.next)];
  const program = programFor(tf, ['elbo', shape, options, T, M, S, A, N, W], () => {
    const shapes: Record<string, number[]> = {
      θ: [sizeOf(slots)],
      inputs: [T, M, shape.inputSize],
      actions: [T * M, A],
      rewards: [T * M],
      next: [T * M, N],
      valid: [T * M],
      tasks: [M, W],
      select: [S, T],
      counted: [S, M],
      uniforms: [2 * S * M * Z],
    };
    const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
    return new Program(tf, inputs, (given) => {
      let made: Record<string, Tensor> = {};
      const { gradient } = flatGradient(tf, slotsOf(tf, slots, given.θ), (tensors) => {
        const { loss, ...rest } = elbo(tf, shape, lookUp(slots, tensors), given as Given, options, [S, T, M]);
        made = rest;
        for (const part of Object.values(rest)) tf.keep(part); // tfjs tidies up behind a gradient
        return loss;
      });
      return { ...made, gradient };
    });
  });
  program.write('θ', flat);
  for (const name of ['inputs', 'actions', 'rewards', 'next', 'valid', 'tasks', 'uniforms'] as const) program.write(name, batch[name]);
  const [select, counted] = [program.input('select').fill(0), program.input('counted')];
  terms.forEach((t, s) => {
    select[s * T + t] = 1;
    for (let m = 0; m < M; m++) counted[s * M + m] = batch.valid[t * M + m];
  });
  program.run();
  const [reconstruction, states, tasks, kl] = seen.map((name) => finiteNumber(name, program.number(name)));
  const gradient = finiteGradient(tf, program, 'gradient', slots);
  const count = batch.valid.reduce((a, b) => a + b, 0);
  const [sum, squares] = [program.output('beliefs').slice(), program.output('squares').slice()];
  return { gradient, sums: { trials: M, reconstruction, states, tasks, kl, steps: count, beliefs: sum, squares } };
}

/** The inputs of the program: of the minibatch its fields, and of the terms a choice [S, T] and the valid ones [S, M]. */
type Given = Readonly<Record<'inputs' | 'actions' | 'rewards' | 'next' | 'valid' | 'tasks' | 'select' | 'counted' | 'uniforms', Tensor>>;
type Sizes = readonly [S: number, T: number, M: number];

/** The objective, and the sums that it is made of. */
function elbo(
  tf: Tf,
  shape: PolicyShape,
  named: (name: string) => Tensor,
  given: Given,
  options: ElboOptions,
  sizes: Sizes,
): { loss: Scalar } & Record<string, Tensor> {
  const [, T, M] = sizes;
  const inputs = given.inputs as Tensor3D;
  const valid = tf.reshape(given.valid, [T, M]) as Tensor2D;
  const believed = beliefs(tf, shape, named, options.latent, inputs);
  const z = sampled(tf, believed, given, options.latent, sizes);
  const { rewards, states, tasks } = reconstructions(tf, named, given, inputs, z, options, sizes);
  const kl = tf.div(tf.sum(tf.mul(steps(tf, believed), valid)), T) as Scalar;
  const decoding = tf.addN([rewards, tf.mul(states, options.stateWeight), tf.mul(tasks, options.taskWeight)]);
  const [sum, squares] = moments(tf, believed, valid);
  const loss = tf.add(decoding, tf.mul(kl, options.klWeight)) as Scalar;
  return { loss, reconstruction: rewards, states, tasks, KL: kl, beliefs: sum, squares };
}

/** Σ b and Σ b² over valid steps, [2Z] each, b = (μ, log σ²). */
function moments(tf: Tf, { mean, logVariance }: Beliefs, valid: Tensor2D): Tensor[] {
  const [T, M, Z] = mean.shape;
  const rows = tf.reshape(tf.concat([mean, logVariance], 2), [T * M, 2 * Z]);
  const weights = tf.reshape(valid, [1, T * M]) as Tensor2D;
  return [rows, tf.square(rows)].map((values) => tf.reshape(tf.matMul(weights, values as Tensor2D), [2 * Z]));
}

/** Samples z of the beliefs at the chosen steps, [S·M, Z]. */
function sampled(tf: Tf, { mean, logVariance }: Beliefs, { select, uniforms }: Given, Z: number, [S, T, M]: Sizes): Tensor2D {
  const chosen = (of: Tensor3D) => tf.reshape(tf.matMul(select, tf.reshape(of, [T, M * Z])), [S * M, Z]);
  const spread = tf.exp(tf.mul(chosen(logVariance), 0.5));
  return tf.add(chosen(mean), tf.mul(spread, normals(tf, uniforms, [S * M, Z])));
}

/** The sums of D over trials and terms, divided by the number of terms; z [S·M, Z]. */
function reconstructions(
  tf: Tf,
  named: (name: string) => Tensor,
  { next, actions, rewards, valid, tasks, counted }: Given,
  inputs: Tensor3D,
  z: Tensor2D,
  { decodes, decoder: { length: depth }, decoderInputs, likelihood }: ElboOptions,
  [S, T, M]: Sizes,
): { rewards: Scalar; states: Scalar; tasks: Scalar } {
  const O = next.shape[1] as number;
  const parts: Record<StepPart, () => Tensor2D> = {
    next: () => next as Tensor2D,
    state: () => tf.reshape(tf.slice(inputs, [0, 0, 0], [T, M, O]), [T * M, O]),
    action: () => actions as Tensor2D,
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
    sums.rewards = ofSteps(negativeLogLikelihood(tf, likelihood, tf.reshape(guess, [S, T * M]), rewards));
  }
  if (decodes.includes('state')) {
    const guess = decoded(tf, named, ['state', depth], z, read(['state', 'action']), [S, T, M]);
    sums.states = ofSteps(halfSquares(tf.reshape(guess, [S, T * M, O]), parts.next()));
  }
  if (decodes.includes('task')) {
    const guess = decodedTask(tf, named, depth, z);
    sums.tasks = ofTerms(halfSquares(tf.reshape(guess, [S, M, guess.shape[1]]), tasks));
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
