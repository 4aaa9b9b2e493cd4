/** One policy-gradient step of an agent on its own episodes: the inner step of its training, on tfjs. Loaded when an agent first adapts. */
import type { AdaptationRules } from '../algorithms/learner.ts';
import { WasmetaError } from '../core/errors.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { rowsOf } from '../jobs/maml-rows.ts';
import { Adaptation } from '../losses/adaptation.ts';
import { logProbabilities, policyHeads } from '../losses/policy-losses.ts';
import type { Assets } from '../platform/assets.ts';
import { type PolicyShape, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { taskAdvantages } from '../rollout/baseline.ts';
import { startTf } from '../tf/backend.ts';
import type { Tf } from '../tf/tf.ts';
import type { GivenPaths } from './episodes.ts';

interface GradientStep {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly paths: GivenPaths;
  readonly rules: AdaptationRules;
  /** Step sizes [P]. */
  readonly alpha: Float32Array;
}

/** The parameters after the step. Throws `E_NOT_FINITE`. */
export async function gradientStep(assets: Assets, { env, policy, parameters, paths, rules, alpha }: GradientStep): Promise<Float32Array> {
  const tf = await startTf(assets);
  const shape = resolvePolicy(policy, portsOf(env));
  const known = { ...paths, logProbabilities: paths.logProbabilities ?? logsOf(tf, shape, parameters, paths) };
  const recorded = rowsOf([{ paths: known, fitted: taskAdvantages(known, rules.gamma, rules.lambda) }], rules.surrogate === 'dice');
  const adaptation = new Adaptation(tf, { shape, surrogate: rules.surrogate, firstOrder: true }, parameters, 1);
  try {
    if (!adaptation.step(recorded, alpha)[0]) throw new WasmetaError('E_NOT_FINITE', 'the gradient step is not finite', {});
    return adaptation.phi().slice();
  } finally {
    adaptation.dispose();
  }
}

/** log π of the actions, [T, M]. */
function logsOf(
  tf: Tf,
  shape: PolicyShape,
  parameters: Float32Array,
  { inputs, actions, numTrials: M, taken: T }: GivenPaths,
): Float32Array {
  return tf.tidy(() => {
    const phi = tf.tensor2d(parameters, [1, parameters.length]);
    const heads = policyHeads(tf, shape, phi, tf.tensor3d(inputs, [1, T * M, inputs.length / (T * M)]));
    return logProbabilities(tf, heads, tf.tensor3d(actions, [1, T * M, actions.length / (T * M)]))
      .dataSync()
      .slice() as Float32Array;
  });
}
