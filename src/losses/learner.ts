/** The learner of one shard: tfjs with our kernels under it, and the losses that it differentiates. */

import type { Assets } from '../platform/assets.ts';
import type { BeliefModel, BeliefSizes } from '../policies/belief.ts';
import type { PolicyShape } from '../policies/policy.ts';
import { startTf } from '../tf/backend.ts';
import { Adaptation, type AdaptationOptions } from './adaptation.ts';
import { beliefInputs, type ReadTrials, readBeliefs } from './belief.ts';
import { type ElboMinibatch, type ElboOptions, type ElboSums, elboGradient } from './elbo.ts';
import { type PpoLossOptions, type PpoMinibatch, type PpoSums, ppoGradient } from './ppo.ts';
import type { RegressionSpec } from './regression-types.ts';
import { regressionErrors, regressionGradient } from './sinusoids.ts';
import { type Transitions, td3Updates } from './td3.ts';
import type { Td3Nets, Td3Options, Td3Sums } from './td3-types.ts';

export interface Learner {
  /** Gradient of the summed PPO loss with respect to the flat parameters. Throws `E_NOT_FINITE` that names the tensor. */
  ppoGradient(
    shape: PolicyShape,
    parameters: Float32Array,
    minibatch: PpoMinibatch,
    options: PpoLossOptions,
  ): Promise<{ gradient: Float32Array; sums: PpoSums }>;
  /** Gradient of VariBAD's objective with respect to the model's flat vector. Throws `E_NOT_FINITE` that names the tensor. */
  elboGradient(
    shape: PolicyShape,
    model: Float32Array,
    minibatch: ElboMinibatch,
    options: ElboOptions,
  ): { gradient: Float32Array; sums: ElboSums };
  /** Beliefs [T, M, 2Z] and the rewards expected of places [C, O], [T, M, C]. */
  readBeliefs(
    shape: PolicyShape,
    model: Float32Array,
    trials: ReadTrials,
    places: Float32Array,
    uniforms: Float32Array,
    spec: BeliefModel,
  ): { beliefs: Float32Array; expected: Float32Array };
  /** What π(a | s, b) reads of trials, [T, M, 2Z + O]. */
  beliefInputs(shape: PolicyShape, model: Float32Array, trials: ReadTrials, sizes: BeliefSizes): Float32Array;
  /** Moves `nets` in place. */
  td3Updates(shape: PolicyShape, nets: Td3Nets, batch: Transitions, options: Td3Options): Td3Sums;
  /** B tasks about to adapt from theta [P]; the caller disposes of it. */
  adaptation(options: AdaptationOptions, theta: Float32Array, B: number): Adaptation;
  regressionGradient(spec: RegressionSpec): { gradient: Float32Array; loss: number };
  regressionErrors(spec: RegressionSpec): Float32Array;
  /** Tensors alive; flat over iterations. */
  numTensors(): number;
  close(): void;
}

export type LearnerFactory = (assets: Assets) => Promise<Learner>;

export const createLearner: LearnerFactory = async (assets) => {
  const tf = await startTf(assets);
  return {
    ppoGradient: async (shape, parameters, minibatch, options) => ppoGradient(tf, shape, parameters, minibatch, options),
    elboGradient: (shape, model, minibatch, options) => elboGradient(tf, shape, model, minibatch, options),
    readBeliefs: (shape, model, trials, places, uniforms, spec) => readBeliefs(tf, shape, model, trials, places, uniforms, spec),
    beliefInputs: (shape, model, trials, sizes) => beliefInputs(tf, shape, model, trials, sizes),
    td3Updates: (shape, nets, batch, options) => td3Updates(tf, shape, nets, batch, options),
    adaptation: (options, theta, B) => new Adaptation(tf, options, theta, B),
    regressionGradient: (spec) => regressionGradient(tf, spec),
    regressionErrors: (spec) => regressionErrors(tf, spec),
    numTensors: () => tf.memory().numTensors,
    close: () => {},
  };
};
