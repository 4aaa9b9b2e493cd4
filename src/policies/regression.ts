/** The network of a regression from one number to one number. */
import type { PolicyShape } from './policy.ts';

/** One linear output: the network of a policy with one choice, whose logit is the prediction. `hidden`: widths of the relu layers. */
export function regressionShape(hidden: readonly number[]): PolicyShape {
  return {
    kind: 'mlp',
    depth: 0,
    layers: hidden,
    activation: 'relu',
    inputs: 'observation',
    value: false,
    separate: false,
    inputSize: 1,
    headSize: 1,
    head: 'categorical',
  };
}
