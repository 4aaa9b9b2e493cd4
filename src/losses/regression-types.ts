/** What supervised MAML's jobs and losses agree on; plain data, without tfjs. */
import type { PolicyShape } from '../policies/policy.ts';

export interface RegressionTasks {
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  /** K, points a task adapts on. */
  readonly support: number;
  /** Points of the outer loss. */
  readonly query: number;
}

export interface RegressionSpec {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly tasks: RegressionTasks;
  /** θ [P] */
  readonly parameters: Float32Array;
  readonly stepSize: number;
  readonly steps: number;
  readonly firstOrder: boolean;
}

/** One linear output: the network of a policy with one choice, whose logit is the prediction. */
export function regressionShape(hidden: readonly number[]): PolicyShape {
  return {
    kind: 'mlp',
    layers: hidden,
    activation: 'relu',
    inputs: 'observation',
    value: false,
    inputSize: 1,
    headSize: 1,
    head: 'categorical',
  };
}
