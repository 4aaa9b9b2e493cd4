/**
 * What a belief expects of steps: the mean of its decoder of rewards over draws of z ~ N(μ, σ²). Plain numbers, for agents that act; the twin in tfjs, for trials at
 * once, is `readBeliefs` in src/losses/belief.ts.
 */
import { stream } from '../core/philox.ts';
import { uniforms } from '../core/uniforms.ts';
import { math } from '../envs/user/math.ts';
import { decoderLayer, readingSlots, stepWidth } from '../policies/belief.ts';
import type { BeliefReading } from '../policies/belief-reading.ts';
import type { ParameterSlot, PolicyShape } from '../policies/policy.ts';

/** A dense layer. */
interface Layer {
  readonly outputs: number;
  /** [inputs, outputs] */
  readonly w: Float32Array;
  readonly b: Float32Array;
}

export class RewardDecoder {
  /** R, numbers that it reads of a step. */
  readonly width: number;
  readonly #latent: number;
  readonly #layers: readonly Layer[];
  readonly #bernoulli: boolean;
  /** [S, Z], standard normal: the same at every call. */
  readonly #noise: Float64Array;

  /** O: size of an observation; S: draws of z. */
  constructor(played: PolicyShape, { latent, rewards, model }: BeliefReading & { rewards: object }, O: number, S: number) {
    const slots = readingSlots(played, latent, rewards, O);
    const named = (name: string) => slots.find((slot) => slot.name === name) as ParameterSlot;
    const depth = rewards.decoder.length;
    this.width = stepWidth(played, rewards.decoderInputs, O);
    this.#latent = latent;
    this.#bernoulli = rewards.likelihood === 'bernoulli';
    this.#layers = Array.from({ length: depth + 1 }, (_, i) => {
      const [w, b] = ['w', 'b'].map((part) => named(`${decoderLayer('reward', i, depth)}/${part}`));
      const numbers = ({ offset, size }: ParameterSlot) => model.subarray(offset, offset + size);
      return { outputs: w.shape[1], w: numbers(w), b: numbers(b) };
    });
    this.#noise = normals(S * latent);
  }

  /** Of one belief, [Z] each, for steps [C, R]: [C]. */
  expected(mean: ArrayLike<number>, logVariance: ArrayLike<number>, steps: ArrayLike<number>): Float64Array {
    const [Z, R] = [this.#latent, this.width];
    const [S, C] = [this.#noise.length / Z, steps.length / R];
    const spread = Array.from({ length: Z }, (_, k) => math.exp(logVariance[k] / 2));
    const [first, ...rest] = this.#layers;
    // The first layer is computed once for each z and once for each step, and the two are added.
    const ofZ = Array.from({ length: S }, (_, s) => product(first, 0, Z, (k) => mean[k] + spread[k] * this.#noise[s * Z + k]));
    const sums = new Float64Array(C);
    for (let c = 0; c < C; c++) {
      const ofStep = product(first, Z, R, (k) => steps[c * R + k]);
      for (const z of ofZ) {
        let row = z.map((x, o) => Math.max(0, x + ofStep[o] + first.b[o]));
        for (const [i, layer] of rest.entries()) {
          const below = row;
          const last = i === rest.length - 1;
          row = product(layer, 0, below.length, (k) => below[k]).map((x, o) => (last ? x + layer.b[o] : Math.max(0, x + layer.b[o])));
        }
        sums[c] += (this.#bernoulli ? 1 / (1 + math.exp(-row[0])) : row[0]) / S;
      }
    }
    return sums;
  }
}

/** Rows from … from + count of a layer's matrix, weighed by x. */
function product({ w, outputs }: Layer, from: number, count: number, x: (k: number) => number): Float64Array {
  const sums = new Float64Array(outputs);
  for (let k = 0; k < count; k++) {
    const weight = x(k);
    const at = (from + k) * outputs;
    if (weight !== 0) for (let o = 0; o < outputs; o++) sums[o] += weight * w[at + o];
  }
  return sums;
}

/** By Box and Muller (1958) of twice as many uniform numbers: the first half are the radii, the second the angles, as in src/losses/normals.ts. */
function normals(count: number): Float64Array {
  const draw = uniforms(stream.latent, 0, 0, 0);
  const both = Float64Array.from({ length: 2 * count }, draw);
  return both.slice(0, count).map((radius, i) => Math.sqrt(-2 * math.log(1 - radius)) * math.cos(2 * Math.PI * both[count + i]));
}
