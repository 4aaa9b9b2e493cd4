/** Supervised MAML: the gradient of the query errors through the inner steps, and the errors themselves. */
import { type RegressionSpec, regressionErrors, regressionGradient } from '../losses/sinusoids.ts';
import type { GradientContext } from './context.ts';

/** Gradient of the query errors through the inner steps, added over tasks. */
export interface RegressionGradientJob {
  readonly kind: 'regression-gradient';
  readonly shard: number;
  readonly spec: RegressionSpec;
}

export interface RegressionGradientResult {
  readonly gradient: Float32Array;
  readonly loss: number;
}

/** Query errors after 0 … steps inner steps. */
export interface RegressionErrorsJob {
  readonly kind: 'regression-errors';
  readonly shard: number;
  readonly spec: RegressionSpec;
}

export interface RegressionErrorsResult {
  /** [steps + 1, B] */
  readonly errors: Float32Array;
}

export const regressionHandlers = ({ tf }: GradientContext) => ({
  'regression-gradient': ({ spec }: RegressionGradientJob): RegressionGradientResult => regressionGradient(tf, spec),
  'regression-errors': ({ spec }: RegressionErrorsJob): RegressionErrorsResult => ({ errors: regressionErrors(tf, spec) }),
});
