/**
 * PPO's clipped loss (Schulman et al. 2017), summed over the valid steps of whole trials:
 *   L = Σ [ −min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) + c_v/2 (V − R)² − c_e H ],   ρ = π(a)/π_old(a)
 * A is normalised with the mean and deviation over all shards. All are sums, not means: the learner adds those of all shards and divides by the number of steps.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '#tf';
import { type PolicyShape, parameterSlots, sizeOf } from '../policies/policy.ts';
import { Program, programFor } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import { actionTerms } from './distributions.ts';
import { finiteNumber } from './finite.ts';
import { finiteGradient, flatGradient, slotsOf } from './gradient-program.ts';
import { network, startMask } from './network.ts';

export interface PpoLossOptions {
  readonly clip: number;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
  readonly advantageMean: number;
  readonly advantageDeviation: number;
}

const fields = ['inputs', 'actions', 'logProbabilities', 'valid', 'advantages', 'targets'] as const;
type PpoField = (typeof fields)[number];

/** M trials of T steps, time-major [T, M, ·]. */
export interface PpoMinibatch {
  readonly steps: number;
  readonly numTrials: number;
  readonly actionSize: number;
  /** Fills a field's place: inputs and actions [T, M, ·], the others [T, M]. */
  write(field: PpoField, to: Float32Array): void;
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

const scalars = ['valueCoefficient', 'entropyCoefficient', 'advantageMean', 'advantageDeviation'] as const;
const parts = ['policyLoss', 'valueLoss', 'entropy', 'kl', 'clipped'] as const;

export function ppoGradient(
  tf: Tf,
  shape: PolicyShape,
  flat: Float32Array,
  batch: PpoMinibatch,
  options: PpoLossOptions,
): { gradient: Float32Array; sums: PpoSums } {
  const { steps: T, numTrials: M } = batch;
  const slots = parameterSlots(shape);
  const program = programFor(tf, ['ppo', shape, T, M, options.clip], () => {
    const rows = { logProbabilities: [T * M], valid: [T * M], advantages: [T * M], targets: [T * M] };
    const shapes = { inputs: [T, M, shape.inputSize], actions: [T * M, batch.actionSize], ...rows };
    const inputs = Object.fromEntries([
      ...Object.entries(shapes).map(([name, shape]) => [name, { shape }]),
      ...scalars.map((name) => [name, { shape: [] }]),
    ]);
    return new Program(tf, { θ: { shape: [sizeOf(slots)] }, ...inputs }, (given) => {
      let made: Record<string, Tensor> = {};
      const { gradient } = flatGradient(tf, slotsOf(tf, slots, given.θ), (parameters) => {
        const { loss, ...rest } = ppoLoss(tf, shape, parameters, given, T, M, options.clip);
        made = rest;
        for (const part of Object.values(rest)) tf.keep(part); // tfjs tidies up behind a gradient
        return loss;
      });
      return { ...made, gradient };
    });
  });
  program.write('θ', flat);
  for (const name of fields) batch.write(name, program.input(name));
  for (const name of scalars) program.input(name)[0] = options[name];
  program.run();
  // A clip hides a NaN, so what goes into it is looked at too.
  for (const name of ['head', 'values', 'ratio']) finiteNumber(name, program.number(name));
  const [policyLoss, valueLoss, entropy, kl, clipped] = parts.map((name) => finiteNumber(name, program.number(name)));
  const gradient = finiteGradient(tf, program, 'gradient', slots);
  return { gradient, sums: { count: program.input('valid').reduce((a, b) => a + b, 0), policyLoss, valueLoss, entropy, kl, clipped } };
}

/** The loss and the sums of what it is made of. */
function ppoLoss(
  tf: Tf,
  shape: PolicyShape,
  parameters: readonly Tensor[],
  given: Readonly<Record<string, Tensor>>,
  T: number,
  M: number,
  clip: number,
): { loss: Scalar } & Record<string, Tensor> {
  const outputs = network(tf, shape, parameters, given.inputs as Tensor3D, startMask(tf, T, M));
  const { logProbabilities, entropies } = actionTerms(tf, outputs, given.actions as Tensor2D);
  const { valid } = given;
  const advantages = tf.div(tf.sub(given.advantages, given.advantageMean), given.advantageDeviation);
  const logRatio = tf.mul(valid, tf.sub(logProbabilities, given.logProbabilities));
  const ratio = tf.exp(logRatio);
  const bounded = tf.clipByValue(ratio, 1 - clip, 1 + clip);
  const gain = tf.minimum(tf.mul(ratio, advantages), tf.mul(bounded, advantages));
  const policyLoss = tf.neg(tf.sum(tf.mul(valid, gain)));
  const values = outputs.values ?? tf.zeros([T * M]);
  const valueLoss = tf.mul(0.5, tf.sum(tf.mul(valid, tf.square(tf.sub(values, given.targets)))));
  const entropy = tf.sum(tf.mul(valid, entropies));
  const kl = tf.sum(tf.mul(valid, tf.sub(tf.sub(ratio, 1), logRatio)));
  const clipped = tf.sum(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), clip), 'float32'));
  const weighted = tf.sub(tf.mul(given.valueCoefficient, valueLoss), tf.mul(given.entropyCoefficient, entropy));
  const seen = { head: tf.sum(outputs.head), values: tf.sum(values as Tensor1D), ratio: tf.sum(ratio) };
  return { loss: tf.add(policyLoss, weighted) as Scalar, ...seen, policyLoss, valueLoss, entropy, kl, clipped };
}
