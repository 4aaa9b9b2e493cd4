/**
 * Policies on a latent belief, π(a | s, b): a GRU reads (observation, action, reward, done) and its state h gives b = (μ, log σ²) = h W + w, the mean and the log
 * variance of q(z | history). All maps between h and the policy's first layer are linear, so that
 *   layer([b; s]) = relu([h W + w; s] U + u) = relu([h; s] [W U_b; U_s] + (u + w U_b)),
 * and the policy is played as a GRU with a readout, whose weights are composed here from the model's (W, w) and the policy's (U, u).
 */
import { numParameters, type ParameterSlot, type PolicyShape, parameterSlots, slotsOf } from './policy.ts';

/** Likelihood of the rewards: `gaussian` with unit variance, or `bernoulli` for rewards of two values on either side of ½. */
export const likelihoods = ['gaussian', 'bernoulli'] as const;
export type Likelihood = (typeof likelihoods)[number];

/** The model of the belief: the sizes of z and of the decoder of rewards. */
export interface BeliefSizes {
  /** Z */
  readonly latent: number;
  /** Hidden relu layers of the decoder, r(s', z). */
  readonly decoder: readonly number[];
}

export interface BeliefModel extends BeliefSizes {
  readonly likelihood: Likelihood;
}

/** The model's flat vector: the GRU of the played policy, (W, w) [H, 2Z], then the decoder, whose first matrix reads z first. O: observation size. */
export function modelSlots(played: PolicyShape, { latent: Z, decoder }: BeliefSizes, O: number): ParameterSlot[] {
  const [H] = played.layers;
  let last = Z + O;
  const dense = decoder.flatMap((size, i) => {
    const shapes: [string, number[]][] = [
      [`decoder${i}/w`, [last, size]],
      [`decoder${i}/b`, [size]],
    ];
    last = size;
    return shapes;
  });
  return slotsOf([
    ...parameterSlots(played)
      .slice(0, 4)
      .map(({ name, shape }): [string, readonly number[]] => [name, shape]),
    ['belief/w', [H, 2 * Z]],
    ['belief/b', [2 * Z]],
    ...dense,
    ['reward/w', [last, 1]],
    ['reward/b', [1]],
  ]);
}

/** The policy alone: an MLP that reads (b, observation). */
export function onBelief(played: PolicyShape, latent: number, O: number): PolicyShape {
  const [, ...readout] = played.layers;
  return { ...played, kind: 'mlp', layers: readout, inputs: 'observation', inputSize: 2 * latent + O };
}

/** Mean and standard deviation of beliefs b = (μ, log σ²), [2Z] each. */
export interface BeliefScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** The played policy's parameters as a function of the model's and of the policy's own θ. */
export class Composition {
  readonly #played: PolicyShape;
  readonly #first: ParameterSlot;
  readonly #firstBias: ParameterSlot;
  readonly #own: PolicyShape;
  readonly #gru: number;
  readonly #w: ParameterSlot;
  readonly #b: ParameterSlot;
  readonly #O: number;

  constructor(played: PolicyShape, sizes: BeliefSizes, O: number) {
    const slots = parameterSlots(played);
    const find = (from: readonly ParameterSlot[], wanted: string) => from.find(({ name }) => name === wanted) as ParameterSlot;
    this.#played = played;
    this.#own = onBelief(played, sizes.latent, O);
    this.#first = find(slots, 'layer0/w');
    this.#firstBias = find(slots, 'layer0/b');
    this.#gru = this.#first.offset;
    const model = modelSlots(played, sizes, O);
    this.#w = find(model, 'belief/w');
    this.#b = find(model, 'belief/b');
    this.#O = O;
  }

  get own(): PolicyShape {
    return this.#own;
  }

  parameters(model: Float32Array, theta: Float32Array): Float32Array {
    const flat = new Float32Array(numParameters(this.#played));
    flat.set(model.subarray(0, this.#gru));
    const [H, R, B] = this.#sizes();
    const at = this.#first.offset;
    for (let h = 0; h < H; h++)
      for (let r = 0; r < R; r++) {
        let sum = 0;
        for (let b = 0; b < B; b++) sum += model[this.#w.offset + h * B + b] * theta[b * R + r];
        flat[at + h * R + r] = sum;
      }
    flat.set(theta.subarray(B * R, (B + this.#O) * R), at + H * R);
    const own = (B + this.#O) * R;
    for (let r = 0; r < R; r++) {
      let sum = theta[own + r];
      for (let b = 0; b < B; b++) sum += model[this.#b.offset + b] * theta[b * R + r];
      flat[this.#firstBias.offset + r] = sum;
    }
    flat.set(theta.subarray(own + R), this.#firstBias.offset + R);
    return flat;
  }

  /** The model whose belief is (b − mean)/deviation instead of b, so that the scale of its latent space does not matter. `mean` and `deviation`: [2Z] each. */
  standardised(model: Float32Array, { mean, deviation }: BeliefScale): Float32Array {
    const scaled = model.slice();
    const B = mean.length;
    for (let i = 0; i < this.#w.size; i++) scaled[this.#w.offset + i] /= deviation[i % B];
    for (let i = 0; i < B; i++) scaled[this.#b.offset + i] = (scaled[this.#b.offset + i] - mean[i]) / deviation[i];
    return scaled;
  }

  /** H, R (the first layer), 2Z */
  #sizes(): [number, number, number] {
    return [this.#played.layers[0], this.#played.layers[1], this.#w.shape[1]];
  }
}
