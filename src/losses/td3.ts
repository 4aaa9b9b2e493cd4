/**
 * Losses of an off-policy learner on transitions (s, a, r, s', d), with two critics against overestimation and slow targets:
 *   y = clip(d r/(1 − γ) + (1 − d) (r + γ min_i Q̄_i(s', a')), 0, 1/(1 − γ))        critics: mean Σ_i (Q_i(s, a) − y)²
 * Goals are absorbing: the reward of a step that a law ended is paid for ever, so arrival is worth as much as staying at a goal where no law ends the episode.
 * Actions in a box (TD3, Fujimoto et al. 2018): a' = clip(π̄(s') + clip(σ ε, −c, c), −1, 1); the actor descends
 *   mean[ −Q_1(s, clip(π(s), −1, 1)) + w Σ max(0, |π(s)| − 1)² ],  whose second term pulls means back that the environment would clip.
 * Discrete actions (double Q-learning, van Hasselt et al. 2016): a' = arg max_a Q_1(s', a), and the policy that acts is made of Q_1; there is no actor.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '#tf';
import { actorShape, criticShape } from '../policies/actor-critic.ts';
import { numParameters, type PolicyShape, parameterSlots } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import { finiteNumber } from './finite.ts';
import { flatten, network, startMask, tensorsOf } from './network.ts';
import { normals } from './normals.ts';

export interface Td3LossOptions {
  readonly gamma: number;
  /** σ and c, deviation and bound of the noise on the target's action. */
  readonly targetNoise: number;
  readonly targetNoiseClip: number;
  /** w */
  readonly boundWeight: number;
}

/** Flat vectors of the nets that the losses read. For discrete actions the actor's are empty. */
interface ActorCritic {
  readonly actor: Float32Array;
  readonly actorTarget: Float32Array;
  /** Both critics, one after the other. */
  readonly critics: Float32Array;
  readonly criticTargets: Float32Array;
}

/** U minibatches of B transitions. S: size of an observation with its goal. */
export interface OffPolicyBatch {
  readonly updates: number;
  readonly size: number;
  /** [U, B, S] */
  readonly observations: Float32Array;
  /** [U, B, A] */
  readonly actions: Float32Array;
  /** [U, B] */
  readonly rewards: Float32Array;
  readonly next: Float32Array;
  /** 1 where the episode terminated. */
  readonly terminated: Float32Array;
  /** [U, 2, B, A] in [0, 1). */
  readonly uniforms: Float32Array;
}

/** Gradient and loss of both critics on minibatch u, and the mean of y. Throws `E_NOT_FINITE`. */
export function criticGradient(
  tf: Tf,
  shape: PolicyShape,
  nets: ActorCritic,
  batch: OffPolicyBatch,
  u: number,
  options: Td3LossOptions,
): { gradient: Float32Array; loss: number; value: number } {
  const critic = criticShape(shape);
  const P = numParameters(critic);
  const B = batch.size;
  const { gamma } = options;
  return tf.tidy(() => {
    const rows = rowsOf(tf, shape, batch, u);
    const chosen = nextActions(tf, shape, nets, batch, u, rows.next, options);
    const [first, second] = [0, 1].map((i) =>
      valuesOf(tf, critic, tensorsOf(tf, critic, nets.criticTargets.subarray(i * P, (i + 1) * P)), rows.next, chosen),
    );
    const ahead = tf.mul(tf.minimum(first, second), tf.mul(tf.sub(1, rows.terminated), gamma));
    const paid = tf.mul(rows.rewards, tf.add(1, tf.mul(rows.terminated, gamma / (1 - gamma))));
    const y = tf.clipByValue(tf.add(paid, ahead), 0, 1 / (1 - gamma));
    const N = parameterSlots(critic).length;
    const loss = (...tensors: Tensor[]): Scalar => {
      const errors = [tensors.slice(0, N), tensors.slice(N)].map((one) =>
        tf.squaredDifference(valuesOf(tf, critic, one, rows.observations, rows.actions), y),
      );
      return tf.div(tf.sum(tf.add(errors[0], errors[1])), B);
    };
    const tensors = [0, 1].flatMap((i) => tensorsOf(tf, critic, nets.critics.subarray(i * P, (i + 1) * P)));
    const { value, grads } = tf.valueAndGrads(loss)(tensors);
    const gradient = new Float32Array(2 * P);
    gradient.set(flatten(critic, grads.slice(0, N)));
    gradient.set(flatten(critic, grads.slice(N)), P);
    return { gradient, loss: finiteNumber('critic loss', value.dataSync()[0]), value: tf.mean(y).dataSync()[0] };
  });
}

/** Gradient of the actor's loss on minibatch u. Throws `E_NOT_FINITE`. */
export function actorGradient(
  tf: Tf,
  shape: PolicyShape,
  nets: ActorCritic,
  batch: OffPolicyBatch,
  u: number,
  options: Td3LossOptions,
): Float32Array {
  const critic = criticShape(shape);
  const actor = actorShape(shape);
  return tf.tidy(() => {
    const rows = rowsOf(tf, shape, batch, u);
    const judge = tensorsOf(tf, critic, nets.critics.subarray(0, numParameters(critic)));
    const loss = (...tensors: Tensor[]): Scalar => {
      const means = headOf(tf, actor, tensors, rows.observations);
      const values = valuesOf(tf, critic, judge, rows.observations, tf.clipByValue(means, -1, 1));
      const beyond = tf.sum(tf.square(tf.relu(tf.sub(tf.abs(means), 1))));
      return tf.div(tf.sub(tf.mul(beyond, options.boundWeight), tf.sum(values)), batch.size);
    };
    const { value, grads } = tf.valueAndGrads(loss)(tensorsOf(tf, actor, nets.actor));
    finiteNumber('actor loss', value.dataSync()[0]);
    return flatten(actor, grads);
  });
}

function rowsOf(tf: Tf, shape: PolicyShape, batch: OffPolicyBatch, u: number) {
  const { size: B } = batch;
  const A = batch.actions.length / (batch.updates * B);
  const part = (all: Float32Array, width: number) => all.subarray(u * B * width, (u + 1) * B * width);
  const actions = tf.tensor2d(part(batch.actions, A), [B, A]);
  return {
    observations: tf.tensor2d(part(batch.observations, shape.inputSize), [B, shape.inputSize]),
    next: tf.tensor2d(part(batch.next, shape.inputSize), [B, shape.inputSize]),
    actions: shape.head === 'categorical' ? oneHot(tf, part(batch.actions, A), shape.headSize) : tf.clipByValue(actions, -1, 1),
    rewards: tf.tensor1d(part(batch.rewards, 1)),
    terminated: tf.tensor1d(part(batch.terminated, 1)),
  };
}

/** a' [B, A], one-hot if discrete. */
function nextActions(
  tf: Tf,
  shape: PolicyShape,
  nets: ActorCritic,
  batch: OffPolicyBatch,
  u: number,
  next: Tensor2D,
  options: Td3LossOptions,
): Tensor2D {
  if (shape.head === 'categorical') {
    const critic = criticShape(shape);
    const values = headOf(tf, critic, tensorsOf(tf, critic, nets.critics.subarray(0, numParameters(critic))), next);
    return oneHot(tf, Float32Array.from(tf.argMax(values, 1).dataSync()), shape.headSize);
  }
  const [B, A] = [batch.size, shape.headSize];
  const noise = normals(tf, batch.uniforms.subarray(2 * u * B * A, 2 * (u + 1) * B * A), [B, A]);
  const { targetNoise, targetNoiseClip } = options;
  const bounded = tf.clipByValue(tf.mul(noise, targetNoise), -targetNoiseClip, targetNoiseClip);
  return tf.clipByValue(tf.add(headOf(tf, actorShape(shape), tensorsOf(tf, actorShape(shape), nets.actorTarget), next), bounded), -1, 1);
}

function oneHot(tf: Tf, choices: Float32Array, n: number): Tensor2D {
  const rows = new Float32Array(choices.length * n);
  choices.forEach((choice, i) => {
    rows[i * n + choice] = 1;
  });
  return tf.tensor2d(rows, [choices.length, n]);
}

/** Q(s, a) [B]. For discrete actions a is one-hot and picks its value from Q(s, ·). */
function valuesOf(tf: Tf, critic: PolicyShape, tensors: readonly Tensor[], observations: Tensor2D, actions: Tensor2D): Tensor1D {
  if (critic.headSize > 1) return tf.sum(tf.mul(headOf(tf, critic, tensors, observations), actions), 1) as Tensor1D;
  return tf.reshape(headOf(tf, critic, tensors, tf.concat2d([observations, actions], 1), 'activations'), [-1]) as Tensor1D;
}

function headOf(
  tf: Tf,
  shape: PolicyShape,
  tensors: readonly Tensor[],
  rows: Tensor2D,
  rowsAre: 'data' | 'activations' = 'data',
): Tensor2D {
  const [B, I] = rows.shape;
  return network(tf, shape, tensors, tf.reshape(rows, [1, B, I]), startMask(tf, 1, B), rowsAre).head;
}
