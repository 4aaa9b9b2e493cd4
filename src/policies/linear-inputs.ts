/**
 * Inputs of a learner's network that are linear in what the played policy reads: sums, standardised,
 *   z_k = (Σ_s w_ks x_s − mean_k)/deviation_k,
 * so that a first layer on z is a first layer on x, and the played policy is an ordinary one with plain parameters:
 *   z V + v = x U + u,   U_s = Σ_k (w_ks/deviation_k) V_k,   u = v − Σ_k (mean_k/deviation_k) V_k.
 * S: numbers that the played policy reads; K: inputs of the learner's network.
 */
import { numParameters, type PolicyShape } from './policy.ts';

/** A sum: which numbers, each with its weight. */
export type Sum = readonly (readonly [number: number, weight: number])[];

export interface LinearInput {
  readonly sum: Sum;
  /** false: mean 0 and deviation 1 whatever is seen. */
  readonly standardised: boolean;
}

/** [K] each. */
export interface InputScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Inputs that hardly vary are not blown up beyond this many times their own unit. */
const leastDeviation = 0.1;

/** The moments before anything is seen: means of z and of z² before they are standardised, [2, K]. */
export function firstMoments(inputs: readonly LinearInput[]): Float64Array {
  return new Float64Array(2 * inputs.length).fill(1, inputs.length);
}

/** Moves the moments by `rate` towards those of x [N, S]; in place. */
export function follow(moments: Float64Array, inputs: readonly LinearInput[], x: Float32Array, S: number, rate: number): void {
  const [K, N] = [inputs.length, x.length / S];
  const kept = Array.from(inputs.keys()).filter((k) => inputs[k].standardised);
  const sums = new Sums(kept.map((k) => inputs[k]));
  const totals = new Float64Array(2 * kept.length);
  for (let n = 0; n < N; n++)
    for (let j = 0; j < kept.length; j++) {
      const z = sums.of(j, x, n * S);
      totals[2 * j] += z;
      totals[2 * j + 1] += z * z;
    }
  kept.forEach((k, j) => {
    moments[k] += rate * (totals[2 * j] / N - moments[k]);
    moments[K + k] += rate * (totals[2 * j + 1] / N - moments[K + k]);
  });
}

export function scaleOf(moments: Float64Array): InputScale {
  const K = moments.length / 2;
  const mean = moments.slice(0, K);
  const deviation = mean.map((m, k) => Math.max(leastDeviation, Math.sqrt(Math.max(0, moments[K + k] - m * m))));
  return { mean, deviation };
}

/** z [N, K] of x [N, S]. */
export function linearInputs(inputs: readonly LinearInput[], { mean, deviation }: InputScale, x: Float32Array, S: number): Float32Array {
  const [K, N] = [inputs.length, x.length / S];
  const z = new Float32Array(N * K);
  const sums = new Sums(inputs);
  for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) z[n * K + k] = (sums.of(k, x, n * S) - mean[k]) / deviation[k];
  return z;
}

/** Sums one after the other in typed arrays, because they run over every transition of a minibatch. */
class Sums {
  readonly #ends: Int32Array;
  readonly #numbers: Int32Array;
  readonly #weights: Float64Array;

  constructor(inputs: readonly LinearInput[]) {
    const terms = inputs.flatMap(({ sum }) => sum);
    this.#numbers = Int32Array.from(terms, ([number]) => number);
    this.#weights = Float64Array.from(terms, ([, weight]) => weight);
    let end = 0;
    this.#ends = Int32Array.from(inputs, ({ sum }) => {
      end += sum.length;
      return end;
    });
  }

  /** Sum k over the numbers that begin at `from`. */
  of(k: number, x: Float32Array, from: number): number {
    let total = 0;
    for (let i = k === 0 ? 0 : this.#ends[k - 1]; i < this.#ends[k]; i++) total += this.#weights[i] * x[from + this.#numbers[i]];
    return total;
  }
}

/** The shape of the learner's network, an MLP, beside the played one. */
export const onLinearInputs = (played: PolicyShape, inputs: readonly LinearInput[]): PolicyShape => ({
  ...played,
  inputSize: inputs.length,
});

/** Parameters of the played policy that is the learner's network `flat`. Both have the same layers behind the first. */
export function folded(
  played: PolicyShape,
  inputs: readonly LinearInput[],
  { mean, deviation }: InputScale,
  flat: Float32Array,
): Float32Array {
  const H = played.layers[0];
  const [S, K] = [played.inputSize, inputs.length];
  const weights = new Float64Array(S * H);
  const bias = Float64Array.from(flat.subarray(K * H, (K + 1) * H));
  inputs.forEach(({ sum }, k) => {
    for (let h = 0; h < H; h++) {
      const v = flat[k * H + h] / deviation[k];
      bias[h] -= mean[k] * v;
      for (const [s, weight] of sum) weights[s * H + h] += weight * v;
    }
  });
  const own = new Float32Array(numParameters(played));
  own.set(weights);
  own.set(bias, S * H);
  own.set(flat.subarray((K + 1) * H), (S + 1) * H);
  return own;
}
