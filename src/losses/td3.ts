/**
 * Losses of an off-policy learner on transitions (s, a, r, s', d), with two critics against overestimation and slow targets:
 *   y = clip(d r/(1 − γ) + (1 − d) (r + γ min_i Q̄_i(s', a')), 0, 1/(1 − γ))        critics: mean Σ_i (Q_i(s, a) − y)²
 * Goals are absorbing: the reward of a step that a law ended is paid for ever, so arrival is worth as much as staying at a goal where no law ends the episode.
 * Actions in a box (TD3, Fujimoto et al. 2018): a' = clip(π̄(s') + clip(σ ε, −c, c), −1, 1); the actor descends
 *   mean[ −Q_1(s, clip(π(s), −1, 1)) + w Σ max(0, |π(s)| − 1)² ],  whose second term pulls means back that the environment would clip.
 * Discrete actions (double Q-learning, van Hasselt et al. 2016): a' = arg max_a Q_1(s', a), and the policy that acts is made of Q_1; there is no actor.
 */
import type { Tensor, Tensor1D, Tensor2D } from '#tf';
import { actorShape, criticShape } from '../policies/actor-critic.ts';
import { type PolicyShape, parameterSlots, sizeOf } from '../policies/policy.ts';
import { Program } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import { oneHot } from './distributions.ts';
import { flatGradient, slotsOf } from './gradient-program.ts';
import { network, startMask } from './network.ts';
import { normals } from './normals.ts';

export interface Td3LossOptions {
  readonly gamma: number;
  /** σ and c, deviation and bound of the noise on the target's action. */
  readonly targetNoise: number;
  readonly targetNoiseClip: number;
  /** w */
  readonly boundWeight: number;
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

/** The nets as tensors that stay at their place, so that programs read and others move them. */
export interface NetTensors {
  readonly actor: Tensor;
  readonly actorTarget: Tensor;
  readonly critics: Tensor;
  readonly criticTargets: Tensor;
}

export interface Td3Programs {
  /** Inputs: `ofCritic`. Outputs: `gradient` [2P], `loss` and `value`, the mean of y. */
  readonly critic: Program;
  /** Inputs: `observations`. Outputs: `gradient` and `loss`. */
  readonly actor: Program;
}

/** What the programs read of a minibatch of B transitions: its fields and their widths. */
export function minibatchFields(shape: PolicyShape): {
  readonly ofCritic: Record<string, number>;
  readonly ofActor: Record<string, number>;
} {
  const A = shape.head === 'categorical' ? 1 : shape.headSize;
  const S = shape.inputSize;
  const noise: Record<string, number> = shape.head === 'categorical' ? {} : { uniforms: 2 * A };
  return { ofCritic: { observations: S, actions: A, rewards: 1, next: S, terminated: 1, ...noise }, ofActor: { observations: S } };
}

/** Programs of both gradients on minibatches of B transitions, at the parameters that stand in the tensors when they run. */
export function td3Programs(tf: Tf, shape: PolicyShape, nets: NetTensors, B: number, options: Td3LossOptions): Td3Programs {
  const critic = criticShape(shape);
  const actor = actorShape(shape);
  const slots = parameterSlots(critic);
  const P = sizeOf(slots);
  const { gamma } = options;
  const { ofCritic, ofActor } = minibatchFields(shape);
  const inputs = (fields: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, width]) => [name, { shape: name === 'uniforms' ? [width * B] : width === 1 ? [B] : [B, width] }]),
    );
  return {
    critic: new Program(tf, { ...nets, ...inputs(ofCritic) }, (given) => {
      const next = tf.reshape(given.next, [B, shape.inputSize]) as Tensor2D;
      const observations = tf.reshape(given.observations, [B, shape.inputSize]) as Tensor2D;
      const chosen = nextActions(tf, shape, given, next, options);
      const [first, second] = [0, P].map((start) => valuesOf(tf, critic, slotsOf(tf, slots, given.criticTargets, start), next, chosen));
      const ahead = tf.mul(tf.minimum(first, second), tf.mul(tf.sub(1, given.terminated), gamma));
      const paid = tf.mul(given.rewards, tf.add(1, tf.mul(given.terminated, gamma / (1 - gamma))));
      const y = tf.clipByValue(tf.add(paid, ahead), 0, 1 / (1 - gamma));
      const actions = takenActions(tf, shape, given.actions, B);
      const both = [0, P].flatMap((start) => slotsOf(tf, slots, given.critics, start));
      const { value, gradient } = flatGradient(tf, both, (tensors) => {
        const errors = [tensors.slice(0, slots.length), tensors.slice(slots.length)].map((one) =>
          tf.squaredDifference(valuesOf(tf, critic, one, observations, actions), y),
        );
        return tf.div(tf.sum(tf.add(errors[0], errors[1])), B);
      });
      return { gradient, loss: value, value: tf.mean(y) };
    }),
    actor: new Program(tf, { ...nets, ...inputs(ofActor) }, (given) => {
      const observations = tf.reshape(given.observations, [B, shape.inputSize]) as Tensor2D;
      const judge = slotsOf(tf, slots, given.critics);
      const { value, gradient } = flatGradient(tf, slotsOf(tf, parameterSlots(actor), given.actor), (tensors) => {
        const means = headOf(tf, actor, tensors, observations);
        const values = valuesOf(tf, critic, judge, observations, tf.clipByValue(means, -1, 1));
        const beyond = tf.sum(tf.square(tf.relu(tf.sub(tf.abs(means), 1))));
        return tf.div(tf.sub(tf.mul(beyond, options.boundWeight), tf.sum(values)), B);
      });
      return { gradient, loss: value };
    }),
  };
}

/** a [B, A], one-hot if discrete. */
function takenActions(tf: Tf, shape: PolicyShape, actions: Tensor, B: number): Tensor2D {
  if (shape.head === 'categorical') return oneHot(tf, tf.reshape(actions, [B]), shape.headSize) as Tensor2D;
  return tf.clipByValue(tf.reshape(actions, [B, shape.headSize]), -1, 1) as Tensor2D;
}

/** a' [B, A], one-hot if discrete. */
function nextActions(
  tf: Tf,
  shape: PolicyShape,
  given: Readonly<Record<string, Tensor>>,
  next: Tensor2D,
  { targetNoise, targetNoiseClip }: Td3LossOptions,
): Tensor2D {
  const [B] = next.shape;
  if (shape.head === 'categorical') {
    const critic = criticShape(shape);
    const values = headOf(tf, critic, slotsOf(tf, parameterSlots(critic), given.critics), next);
    return oneHot(tf, tf.argMax(values, 1), shape.headSize) as Tensor2D;
  }
  const noise = normals(tf, given.uniforms, [B, shape.headSize]);
  const bounded = tf.clipByValue(tf.mul(noise, targetNoise), -targetNoiseClip, targetNoiseClip);
  const target = slotsOf(tf, parameterSlots(actorShape(shape)), given.actorTarget);
  return tf.clipByValue(tf.add(headOf(tf, actorShape(shape), target, next), bounded), -1, 1);
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
