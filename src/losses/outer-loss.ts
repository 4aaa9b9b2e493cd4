/** MAML's outer loss over the data that φ_K collected, and its gradient through the inner steps, for tfjs as it goes and for recorded programs. */
import type { Scalar, Tensor } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import type { PolicyShape } from '../policies/policy.ts';
import type { Tf } from '../tf/tf.ts';
import type { InnerSteps } from './inner-steps.ts';
import { divergence, type Heads, logProbabilities, policyHeads, ratio, type TaskData } from './policy-losses.ts';
import type { OuterGradient, OuterLoss } from './recorded-tasks.ts';

/** Loss and KL at φ [B, P], scalars. */
export function outerSumsOf(
  tf: Tf,
  shape: PolicyShape,
  phi: Tensor,
  data: TaskData,
  acted: Heads,
  outer: OuterLoss,
): { loss: Scalar; kl: Scalar } {
  const now = policyHeads(tf, shape, phi, data.inputs);
  const rho = ratio(tf, logProbabilities(tf, now, data.actions), data);
  const plain = tf.mul(data.advantages, rho);
  const gain =
    outer.kind === 'ratio' ? plain : tf.minimum(plain, tf.mul(data.advantages, tf.clipByValue(rho, 1 - outer.clip, 1 + outer.clip)));
  return { loss: tf.neg(tf.sum(gain)), kl: tf.sum(tf.mul(data.weights, divergence(tf, acted, now))) };
}

interface OuterTensors {
  readonly loss: Tensor;
  readonly kl: Tensor;
  /** [P] */
  readonly gradient: Tensor;
  readonly alphaGradient: Tensor;
}

/** The same at the φ of these steps, with the gradients through them. Inside of a tidy, which disposes of what is left. */
export function outerGradientOf(
  tf: Tf,
  shape: PolicyShape,
  steps: InnerSteps,
  data: TaskData,
  acted: Heads,
  outer: OuterLoss,
): OuterTensors {
  let kept = null as Tensor | null; // set inside of the function that is differentiated
  try {
    const back = tf.valueAndGrad((phi: Tensor) => {
      const { loss, kl } = outerSumsOf(tf, shape, phi, data, acted, outer);
      kept = tf.keep(kl);
      return loss;
    })(steps.phi);
    const { theta, alpha } = steps.pull(back.grad);
    return { loss: back.value, kl: tf.clone(kept as Tensor), gradient: tf.sum(theta, 0), alphaGradient: tf.sum(alpha, 0) };
  } finally {
    kept?.dispose();
  }
}

/** The numbers of an outer gradient, copied. Throws `E_NOT_FINITE` that names the first that is not finite. */
export function checkedGradient<Part>(of: Readonly<Record<keyof OuterTensors, Part>>, read: (part: Part) => Float32Array): OuterGradient {
  return {
    loss: finite('outer loss', read(of.loss))[0],
    kl: finite('KL', read(of.kl))[0],
    gradient: finite('meta-gradient', read(of.gradient)).slice(),
    alphaGradient: finite('gradient of the step sizes', read(of.alphaGradient)).slice(),
  };
}

export function finite(tensor: string, values: Float32Array): Float32Array {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new WasmetaError('E_NOT_FINITE', `"${tensor}" expected finite numbers, got ${values[bad]} at ${bad}`, { tensor, index: bad });
  return values;
}
