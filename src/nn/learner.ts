/** The learner of one shard: tfjs with our kernels under it, and the losses that it differentiates. */
import type { PolicyShape } from '../core/policy.ts';
import type { Assets } from '../platform/assets.ts';
import { startTf } from './backend.ts';
import { type PpoLossOptions, type PpoMinibatch, type PpoSums, ppoGradient } from './ppo.ts';

export interface Learner {
  /** Gradient of the summed PPO loss with respect to the flat parameters. Throws `E_NOT_FINITE` that names the tensor. */
  ppoGradient(
    shape: PolicyShape,
    parameters: Float32Array,
    minibatch: PpoMinibatch,
    options: PpoLossOptions,
  ): Promise<{ gradient: Float32Array; sums: PpoSums }>;
  /** Tensors alive; flat over iterations. */
  numTensors(): number;
  close(): void;
}

export type LearnerFactory = (assets: Assets) => Promise<Learner>;

export const createLearner: LearnerFactory = async (assets) => {
  const tf = await startTf(assets);
  return {
    ppoGradient: async (shape, parameters, minibatch, options) => ppoGradient(tf, shape, parameters, minibatch, options),
    numTensors: () => tf.memory().numTensors,
    close: () => {},
  };
};
