/**
 * PPO's clipped loss (Schulman et al. 2017), summed over the valid steps of whole trials:
 *   L = Σ [ −min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) + c_v/2 (V − R)² − c_e H ],   ρ = π(a)/π_old(a)
 * A is normalised with the mean and deviation over all shards. All are sums, not means: the learner adds those of all shards and divides by the number of steps.
 */
import type { Scalar, Tensor, Tensor1D } from '#tf';
import { type PolicyShape, parameterSlots } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import { actionTerms } from './distributions.ts';
import { finiteNumber } from './finite.ts';
import { flatten, network, startMask, tensorsOf } from './network.ts';

export interface PpoLossOptions {
  readonly clip: number;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
  readonly advantageMean: number;
  readonly advantageDeviation: number;
}

/** M trials of T steps, time-major [T, M, ·]. */
export interface PpoMinibatch {
  readonly steps: number;
  readonly numTrials: number;
  readonly inputs: Float32Array;
  readonly actions: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly valid: Float32Array;
  readonly advantages: Float32Array;
  readonly targets: Float32Array;
}

/** Sums over the valid steps. */
export interface PpoSums {
  readonly count: number;
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  /** Σ (ρ − 1 − log ρ), an estimate of KL(old ‖ new) that is never negative. */
  readonly kl: number;
  readonly clipped: number;
}

export function ppoGradient(
  tf: Tf,
  shape: PolicyShape,
  flat: Float32Array,
  batch: PpoMinibatch,
  options: PpoLossOptions,
): { gradient: Float32Array; sums: PpoSums } {
  const { steps: T, numTrials: M } = batch;
  let parts: Record<string, Tensor> = {};
  const loss = (...parameters: Tensor[]): Scalar => {
    const inputs = tf.tensor3d(batch.inputs, [T, M, shape.inputSize]);
    const actions = tf.tensor2d(batch.actions, [T * M, batch.actions.length / (T * M)]);
    const outputs = network(tf, shape, parameters, inputs, startMask(tf, T, M));
    const { logProbabilities, entropies } = actionTerms(tf, outputs, actions);
    const valid = tf.tensor1d(batch.valid);
    const advantages = tf.div(tf.sub(tf.tensor1d(batch.advantages), options.advantageMean), options.advantageDeviation);
    const logRatio = tf.mul(valid, tf.sub(logProbabilities, tf.tensor1d(batch.logProbabilities)));
    const ratio = tf.exp(logRatio);
    const bounded = tf.clipByValue(ratio, 1 - options.clip, 1 + options.clip);
    const gain = tf.minimum(tf.mul(ratio, advantages), tf.mul(bounded, advantages));
    const policyLoss = tf.neg(tf.sum(tf.mul(valid, gain)));
    const values = outputs.values ?? tf.zeros([T * M]);
    const valueLoss = tf.mul(0.5, tf.sum(tf.mul(valid, tf.square(tf.sub(values, tf.tensor1d(batch.targets))))));
    const entropy = tf.sum(tf.mul(valid, entropies));
    const kl = tf.sum(tf.mul(valid, tf.sub(tf.sub(ratio, 1), logRatio)));
    const clipped = tf.sum(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), options.clip), 'float32'));
    // A clip hides a NaN, so each part is kept and checked before the gradient is used.
    parts = {
      head: tf.sum(outputs.head),
      values: tf.sum(values as Tensor1D),
      ratio: tf.sum(ratio),
      policyLoss,
      valueLoss,
      entropy,
      kl,
      clipped,
    };
    for (const part of Object.values(parts)) tf.keep(part);
    return tf.add(policyLoss, tf.sub(tf.mul(options.valueCoefficient, valueLoss), tf.mul(options.entropyCoefficient, entropy))) as Scalar;
  };
  const parameters = tensorsOf(tf, shape, flat);
  try {
    const { value, grads } = tf.valueAndGrads(loss)(parameters);
    try {
      const number: Record<string, number> = {};
      for (const [name, part] of Object.entries(parts)) number[name] = finiteNumber(name, part.dataSync()[0]);
      const gradient = flatten(shape, grads);
      const bad = gradient.findIndex((g) => !Number.isFinite(g));
      if (bad >= 0) finiteNumber(`gradient of ${parameterSlots(shape).find((slot) => bad < slot.offset + slot.size)?.name}`, gradient[bad]);
      const { policyLoss, valueLoss, entropy, kl, clipped } = number;
      return { gradient, sums: { count: batch.valid.reduce((a, b) => a + b, 0), policyLoss, valueLoss, entropy, kl, clipped } };
    } finally {
      tf.dispose([value, ...grads]);
    }
  } finally {
    tf.dispose(parameters);
    for (const part of Object.values(parts)) part.dispose();
  }
}
