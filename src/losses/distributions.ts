/** Log-probabilities and entropies of the two action heads, for M rows. Twin: assembly/nn/sample.ts. */
import type { Tensor, Tensor1D, Tensor2D } from '#tf';
import { gaussianLog } from '../tf/gaussian.ts';
import type { Tf } from '../tf/tf.ts';
import type { NetworkOutputs } from './network.ts';

const logTwoPi = 1.8378770664093453;

interface ActionTerms {
  /** [M] log π(a), summed over the action's dimensions. */
  readonly logProbabilities: Tensor1D;
  /** [M] */
  readonly entropies: Tensor1D;
}

/** actions: [M, A] (Gaussian) or [M, 1] choices. */
export function actionTerms(tf: Tf, outputs: NetworkOutputs, actions: Tensor2D): ActionTerms {
  return outputs.logStd === null ? categorical(tf, outputs.head, actions) : gaussian(tf, outputs.head, outputs.logStd, actions);
}

/** log π = −½ Σ ((a − μ)/σ)² − Σ log σ − A/2 · log 2π;  entropy = Σ log σ + A/2 · (1 + log 2π). */
function gaussian(tf: Tf, mean: Tensor2D, logStd: Tensor1D, actions: Tensor2D): ActionTerms {
  const [M, A] = mean.shape;
  const entropies = tf.add(tf.zeros([M]), tf.add(tf.sum(logStd), 0.5 * A * (1 + logTwoPi)));
  return { logProbabilities: gaussianLog(tf, mean, logStd, actions) as Tensor1D, entropies: entropies as Tensor1D };
}

/** log π = l_a − log Σ exp l;  entropy = −Σ π log π. */
function categorical(tf: Tf, logits: Tensor2D, actions: Tensor2D): ActionTerms {
  const [M, A] = logits.shape;
  const logs = tf.sub(logits, tf.logSumExp(logits, 1, true));
  const chosen = oneHot(tf, tf.reshape(actions, [M]), A);
  return {
    logProbabilities: tf.sum(tf.mul(logs, chosen), 1) as Tensor1D,
    entropies: tf.neg(tf.sum(tf.mul(tf.exp(logs), logs), 1)) as Tensor1D,
  };
}

/** Choices of any shape as 0 and 1 along one more axis, of `count` numbers. Asked for float32, tfjs-wasm's own oneHot would write the bits of an integer. */
export function oneHot(tf: Tf, choices: Tensor, count: number): Tensor {
  return tf.cast(tf.oneHot(tf.cast(choices, 'int32') as Tensor1D, count), 'float32');
}
