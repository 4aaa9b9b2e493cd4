/**
 * What tfjs lacks for second derivatives. Its worst fault, silently wrong ones through saved outputs (tensorflow/tfjs#3252), is mended in our copy of tfjs
 * (scripts/tf-chunk.mjs). Here comparisons get a gradient, which is 0 wherever it exists. That makes minimum, maximum, clipByValue and where differentiable twice.
 */
import { registerOpGradient } from './ops.ts';
import type { Tf } from './tf.ts';

const comparisons = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'] as const;

export function registerSecondOrder(tf: Tf): void {
  for (const kernelName of comparisons) registerZero(tf, kernelName, ['a', 'b']);
  registerZero(tf, 'LogicalNot', ['x']);
}

function registerZero(tf: Tf, kernelName: string, inputsToSave: string[]): void {
  registerOpGradient(tf, kernelName, {
    inputsToSave,
    gradient: (_, saved) => Object.fromEntries(inputsToSave.map((name, i) => [name, () => tf.zeros(saved[i].shape)])),
  });
}
