/**
 * One policy for environments of different sizes. Its inputs are the observation, padded with zeros to the largest size, and a one-hot of the environment; its
 * action has the largest size too, and an environment uses the first components. Weights that multiply zeros and outputs that are not used need no arithmetic,
 * so in environment k the policy equals a small one,
 *   rows 0 … O_k of the first matrix, its bias plus the row of the one-hot, columns 0 … A_k of the head,
 * each of whose parameters is a parameter of the large policy or the sum of two.
 */
import { numParameters, type PolicyPorts, type PolicyShape, type PolicySpec, parameterSlots, resolvePolicy } from './policy.ts';

/** Input and output sizes of the policy for all environments. */
export function sharedPorts(ports: readonly PolicyPorts[]): PolicyPorts {
  return {
    observationSize: Math.max(...ports.map(({ observationSize }) => observationSize)) + (ports.length > 1 ? ports.length : 0),
    actionWidth: Math.max(...ports.map(({ actionWidth }) => actionWidth)),
    head: ports[0].head,
  };
}

export class Padding {
  readonly shape: PolicyShape;
  readonly #size: number;
  /** For each parameter: its index in the large vector, and the index of the parameter that is added to it, or −1. */
  readonly #at: Int32Array;
  readonly #plus: Int32Array;

  /** The map for environment k, for an MLP that reads observations. */
  constructor(policy: PolicySpec, ports: readonly PolicyPorts[], k: number) {
    const whole = resolvePolicy(policy, sharedPorts(ports));
    this.shape = resolvePolicy(policy, ports[k]);
    this.#size = numParameters(whole);
    this.#at = new Int32Array(numParameters(this.shape));
    this.#plus = new Int32Array(this.#at.length).fill(-1);
    const large = parameterSlots(whole);
    const one = (whole.inputSize - ports.length + k) * whole.layers[0];
    parameterSlots(this.shape).forEach(({ name, shape, offset, size }, slot) => {
      const columns = shape[shape.length - 1];
      const wide = large[slot].shape[shape.length - 1];
      for (let i = 0; i < size; i++) {
        this.#at[offset + i] = large[slot].offset + Math.floor(i / columns) * wide + (i % columns);
        if (/^(?:value\/)?layer0\/b$/.test(name) && ports.length > 1) this.#plus[offset + i] = large[slot - 1].offset + one + i;
      }
    });
  }

  parameters(theta: Float32Array): Float32Array {
    return Float32Array.from(this.#at, (at, i) => theta[at] + (this.#plus[i] < 0 ? 0 : theta[this.#plus[i]]));
  }

  /** Turns the gradient with respect to `parameters(θ)` into the gradient with respect to θ. */
  pullBack(gradient: Float32Array): Float32Array {
    const theta = new Float32Array(this.#size);
    gradient.forEach((g, i) => {
      theta[this.#at[i]] += g;
      if (this.#plus[i] >= 0) theta[this.#plus[i]] += g;
    });
    return theta;
  }
}
