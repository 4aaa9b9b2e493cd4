/**
 * Policies on a latent belief, π(a | s, b): a recurrent net reads (observation, action, reward, done) and its state h gives b = (μ, log σ²) = h W + w, the mean and the log
 * variance of q(z | history). All maps between h and the policy's first layer are linear, so that
 *   layer([b; s]) = relu([h W + w; s] U + u) = relu([h; s] [W U_b; U_s] + (u + w U_b)),
 * and the policy is played as that net with a readout, whose weights are composed here from the model's (W, w) and the policy's (U, u).
 */
import { remembering } from './cells.ts';
import { memoryShapes, numParameters, type ParameterSlot, type PolicyShape, parameterSlots, slotsOf } from './policy.ts';

/** Likelihood of the rewards: `gaussian` with unit variance, or `bernoulli` for rewards of two values on either side of ½. */
export const likelihoods = ['gaussian', 'bernoulli'] as const;
export type Likelihood = (typeof likelihoods)[number];

/** What z is decoded into: the reward of a step, the observation that it led to, or the task ω itself. */
export const decodings = ['reward', 'state', 'task'] as const;
export type Decoding = (typeof decodings)[number];

/** What the decoder of rewards can read of a step (s, a, s') besides z. */
export const stepParts = ['next', 'state', 'action'] as const;
export type StepPart = (typeof stepParts)[number];

/** The model of the belief: the sizes of z and of its decoders. */
export interface BeliefSizes {
  /** Z */
  readonly latent: number;
  /** Hidden relu layers of every decoder, at least one. */
  readonly decoder: readonly number[];
  /** The decoders that there are, in the order of `decodings`. */
  readonly decodes: readonly Decoding[];
  /** What the decoder of rewards reads besides z, in the order of `stepParts`. */
  readonly decoderInputs: readonly StepPart[];
}

/** Sizes of the decoder of rewards alone. */
export type RewardSizes = Pick<BeliefSizes, 'decoder' | 'decoderInputs'>;

export interface BeliefModel extends BeliefSizes {
  readonly likelihood: Likelihood;
}

/** O and W: sizes of an observation and of a task. */
interface Widths {
  readonly observation: number;
  readonly task: number;
}

type Shapes = (readonly [name: string, shape: readonly number[]])[];

/** The encoder alone: the memory of the played policy and (W, w) [H, 2Z]. */
export function encoderSlots(played: PolicyShape, latent: number): ParameterSlot[] {
  return slotsOf(encoderShapes(played, latent));
}

function encoderShapes(played: PolicyShape, Z: number): Shapes {
  return [...memoryShapes(remembering('policy', played)), ...beliefShapes(played, Z)];
}

/** (W, w) */
function beliefShapes(played: PolicyShape, Z: number): Shapes {
  return [
    ['belief/w', [stateSize(played), 2 * Z]],
    ['belief/b', [2 * Z]],
  ];
}

/** H */
export const stateSize = ({ layers, depth }: PolicyShape) => layers[depth - 1];

/** Floats that the decoder of rewards reads of a step. The width A of an action is that of the head of `played`. */
export function stepWidth({ headSize }: PolicyShape, parts: readonly StepPart[], O: number): number {
  return parts.reduce((sum, part) => sum + (part === 'action' ? headSize : O), 0);
}

/**
 * The model's flat vector: the encoder, then the decoders in the order of `decodings`. The first matrix of a decoder reads z first, then:
 *   reward   the parts of the step that it is given → r̂ or logit        state   (s, a) → ŝ' [O]        task   nothing → ω̂ [W]
 */
export function modelSlots(played: PolicyShape, sizes: BeliefSizes, { observation: O, task: W }: Widths): ParameterSlot[] {
  const { latent: Z, decoder, decodes, decoderInputs } = sizes;
  const read = { reward: stepWidth(played, decoderInputs, O), state: O + played.headSize, task: 0 };
  const made = { reward: 1, state: O, task: W };
  const decoders = decodes.flatMap((of) => decoderShapes(of, [Z + read[of], ...decoder, made[of]]));
  return slotsOf([...encoderShapes(played, Z), ...decoders]);
}

function decoderShapes(of: Decoding, widths: readonly number[]): Shapes {
  return widths.slice(1).flatMap((size, i): Shapes => {
    const name = decoderLayer(of, i, widths.length - 2);
    return [
      [`${name}/w`, [widths[i], size]],
      [`${name}/b`, [size]],
    ];
  });
}

/** Name of layer i of a decoder with so many hidden layers. */
export const decoderLayer = (of: Decoding, i: number, depth: number) => (i < depth ? `${of}${i}` : of);

/** The policy alone: an MLP that reads (b, observation). */
export function onBelief(played: PolicyShape, latent: number, O: number): PolicyShape {
  return { ...played, kind: 'mlp', depth: 0, layers: played.layers.slice(played.depth), inputs: 'observation', inputSize: 2 * latent + O };
}

/** Mean and standard deviation of beliefs b = (μ, log σ²), [2Z] each. */
export interface BeliefScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** The tensors that a belief is read by: those of the model behind the memory, up to the decoder of rewards if it is wanted. */
export function readingSlots(played: PolicyShape, Z: number, rewards: RewardSizes | undefined, O: number): ParameterSlot[] {
  const decoder =
    rewards === undefined ? [] : decoderShapes('reward', [Z + stepWidth(played, rewards.decoderInputs, O), ...rewards.decoder, 1]);
  return slotsOf([...beliefShapes(played, Z), ...decoder]);
}

/** The played policy's parameters as a function of the model's and of the policy's own θ. */
export class Composition {
  readonly #played: PolicyShape;
  readonly #first: ParameterSlot;
  readonly #firstBias: ParameterSlot;
  readonly #own: PolicyShape;
  readonly #memory: number;
  readonly #w: ParameterSlot;
  readonly #b: ParameterSlot;
  readonly #O: number;

  constructor(played: PolicyShape, latent: number, O: number) {
    const slots = parameterSlots(played);
    const find = (from: readonly ParameterSlot[], wanted: string) => from.find(({ name }) => name === wanted) as ParameterSlot;
    this.#played = played;
    this.#own = onBelief(played, latent, O);
    this.#first = find(slots, 'layer0/w');
    this.#firstBias = find(slots, 'layer0/b');
    this.#memory = this.#first.offset;
    const model = encoderSlots(played, latent);
    this.#w = find(model, 'belief/w');
    this.#b = find(model, 'belief/b');
    this.#O = O;
  }

  get own(): PolicyShape {
    return this.#own;
  }

  parameters(model: Float32Array, theta: Float32Array): Float32Array {
    const flat = new Float32Array(numParameters(this.#played));
    flat.set(model.subarray(0, this.#memory));
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
    return [stateSize(this.#played), this.#own.layers[0], this.#w.shape[1]];
  }
}
