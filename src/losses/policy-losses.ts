/**
 * Losses for B tasks, each with its own policy on its own data of n rows, one trajectory after the other: row m · T + t is step t of trajectory m.
 * Some rows only pad: their weight is 0. The weight of a step is 1/(number of steps), so that a weighted sum over rows is a mean over steps.
 */
import type { Scalar, Tensor } from '#tf';
import { type PolicyShape, parameterSlots } from '../policies/policy.ts';
import type { Surrogate } from '../policies/surrogates.ts';
import { gaussianLog } from '../tf/gaussian.ts';
import { type Computed, layer } from '../tf/layer.ts';
import type { Tf } from '../tf/tf.ts';
import { oneHot } from './distributions.ts';
import type { RecordedTasks } from './recorded-tasks.ts';

export interface TaskData {
  /** [B, n, I] */
  readonly inputs: Tensor;
  /** [B, n, A], or [B, n, 1] choices. */
  readonly actions: Tensor;
  /** [B, n]: log π of the policy that acted. */
  readonly logProbabilities: Tensor;
  /** [B, n]: 1/steps of the task on its steps, 0 elsewhere. */
  readonly weights: Tensor;
  /** [B, n]: weights ∘ advantages. */
  readonly advantages: Tensor;
  /** Rows of a trajectory. */
  readonly T: number;
}

/** Recorded steps as tensors. */
export function tensorsOf(tf: Tf, { B, n, T, inputs, actions, ...rows }: RecordedTasks): TaskData {
  return {
    T,
    inputs: tf.tensor3d(inputs, [B, n, inputs.length / (B * n)]),
    actions: tf.tensor3d(actions, [B, n, actions.length / (B * n)]),
    logProbabilities: tf.tensor2d(rows.logProbabilities, [B, n]),
    weights: tf.tensor2d(rows.weights, [B, n]),
    advantages: tf.tensor2d(rows.advantages, [B, n]),
  };
}

/** The outputs of a policy for every row. */
export interface Heads {
  /** [B, n, A]: means or logits. */
  readonly head: Tensor;
  /** [B, A], log σ; null if categorical. */
  readonly logStd: Tensor | null;
}

/** Parameters by name, each row of φ [B, P] in the shape of its slot: [B, …]. */
export function slotsOf(tf: Tf, shape: PolicyShape, phi: Tensor): Record<string, Tensor> {
  const [B] = phi.shape;
  const slots = parameterSlots(shape);
  const sizes = slots.map(({ size }) => size);
  const parts = tf.split(phi, sizes, 1);
  return Object.fromEntries(slots.map(({ name, shape: dims }, i) => [name, tf.reshape(parts[i], [B, ...dims])]));
}

/** The layers of the MLP, the head last: y = f(x·W + b) with W and b the slots `name`/w and `name`/b. */
export type Layer = Computed & { readonly name: string };

export function layersOf(tf: Tf, shape: PolicyShape, slots: Record<string, Tensor>, inputs: Tensor): Layer[] {
  const layers: Layer[] = [];
  let x = inputs;
  for (const name of [...shape.layers.map((_, i) => `layer${i}`), 'head']) {
    const w = slots[`${name}/w`];
    const f = name === 'head' ? 'none' : shape.activation;
    const xIs = x === inputs ? 'data' : 'activations';
    const y = layer(tf, x, w, slots[`${name}/b`], f, xIs);
    layers.push({ name, x, xIs, w, y, f });
    x = y;
  }
  return layers;
}

/** The MLP of each row of φ [B, P] on its task's inputs [B, n, I]. */
export function policyHeads(tf: Tf, shape: PolicyShape, phi: Tensor, inputs: Tensor): Heads {
  const slots = slotsOf(tf, shape, phi);
  const layers = layersOf(tf, shape, slots, inputs);
  return { head: layers[layers.length - 1].y, logStd: slots['head/logStd'] ?? null };
}

/** log π(a) [B, n]. */
export function logProbabilities(tf: Tf, { head, logStd }: Heads, actions: Tensor): Tensor {
  if (logStd !== null) return gaussianLog(tf, head, logStd, actions);
  const choices = head.shape[2] as number;
  const chosen = oneHot(tf, tf.squeeze(actions, [2]), choices);
  return tf.sum(tf.mul(chosen, tf.sub(head, tf.logSumExp(head, 2, true))), 2);
}

/** KL(old ‖ new) [B, n]. Gaussian: Σ ℓ − ℓ₀ + (σ₀² + (μ − μ₀)²)/2σ² − ½. */
export function divergence(tf: Tf, old: Heads, now: Heads): Tensor {
  if (old.logStd === null || now.logStd === null) {
    const [p, q] = [old.head, now.head].map((logits) => tf.sub(logits, tf.logSumExp(logits, 2, true)));
    return tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 2);
  }
  const [l0, l] = [old.logStd, now.logStd].map((spread) => tf.expandDims(spread, 1));
  const variance = tf.add(tf.exp(tf.mul(2, l0)), tf.square(tf.sub(now.head, old.head)));
  return tf.sum(tf.sub(tf.add(tf.sub(l, l0), tf.mul(variance, tf.mul(0.5, tf.exp(tf.mul(-2, l))))), 0.5), 2);
}

/**
 * The inner loss, a mean over each task's steps, added over tasks (ρ = π/π_old, A advantage, c_t = Σ_{s ≤ t} log π_s within a trajectory):
 *   log-likelihood    −A log π             (as MAML was published; its Hessian is biased)
 *   likelihood-ratio  −A ρ                 (ProMP's LVC, Rothfuss et al. 2019)
 *   dice              −A (□_t − □_{t−1}),  □_t = exp(c_t − stopped c_t)    (DiCE, Foerster et al. 2018, with a baseline)
 */
export function innerLoss(tf: Tf, shape: PolicyShape, surrogate: Surrogate, data: TaskData, phi: Tensor): Scalar {
  const logs = logProbabilities(tf, policyHeads(tf, shape, phi, data.inputs), data.actions);
  if (surrogate === 'log-likelihood') return tf.neg(tf.sum(tf.mul(data.advantages, logs)));
  if (surrogate === 'likelihood-ratio') return tf.neg(tf.sum(tf.mul(data.advantages, ratio(tf, logs, data))));
  const [B, n] = logs.shape as [number, number];
  const valid = tf.cast(tf.greater(data.weights, 0), 'float32');
  const excess = tf.reshape(tf.mul(valid, tf.sub(logs, data.logProbabilities)), [B * (n / data.T), data.T]);
  const box = tf.exp(tf.cumsum(excess, 1));
  const before = tf.exp(tf.cumsum(excess, 1, true));
  return tf.neg(tf.sum(tf.mul(data.advantages, tf.reshape(tf.sub(box, before), [B, n]))));
}

/** π/π_old, and 1 on rows that only pad. */
export function ratio(tf: Tf, logs: Tensor, { logProbabilities: old, weights }: TaskData): Tensor {
  return tf.exp(tf.mul(tf.cast(tf.greater(weights, 0), 'float32'), tf.sub(logs, old)));
}
