/** How a belief is read off the hidden state of a policy that acts: b = (μ, log σ²) = h W + w, and what else of the model goes with the agent. */
import { type BeliefModel, encoderSlots, type Likelihood, type RewardSizes, readingSlots, stateSize } from './belief.ts';
import { type ParameterSlot, type PolicyShape, sizeOf } from './policy.ts';

/** The decoder of rewards. */
interface RewardDecoding extends RewardSizes {
  readonly likelihood: Likelihood;
}

export interface BeliefReading {
  /** Z */
  readonly latent: number;
  /** Missing: the model decodes no rewards. */
  readonly rewards?: RewardDecoding;
  /** The model's flat vector from behind the memory, which the policy has itself, to the end of the decoder of rewards (`readingSlots`). */
  readonly model: Float32Array;
}

/** Where the model's part behind the memory begins. */
const behindMemory = (played: PolicyShape, Z: number) => encoderSlots(played, Z).find(({ name }) => name === 'belief/w')?.offset ?? 0;

/** `model`: the whole flat vector. O: size of an observation. */
export function readingOf(played: PolicyShape, sizes: BeliefModel, model: Float32Array, O: number): BeliefReading {
  const { latent, decodes, decoder, decoderInputs, likelihood } = sizes;
  const rewards = decodes.includes('reward') ? { decoder, decoderInputs, likelihood } : undefined;
  const reading = { latent, ...(rewards && { rewards }), model: new Float32Array(sizeOf(readingSlots(played, latent, rewards, O))) };
  return withModel(played, reading, model);
}

/** The same reading of another model, given whole. */
export function withModel(played: PolicyShape, reading: BeliefReading, model: Float32Array): BeliefReading {
  const from = behindMemory(played, reading.latent);
  return { ...reading, model: model.slice(from, from + reading.model.length) };
}

/** b of N hidden states [N, ·] as an agent shows them, whose last cell's first state is h. */
export function beliefsOf(
  played: PolicyShape,
  { latent: Z, model }: BeliefReading,
  hidden: Float32Array,
  N: number,
): { mean: Float32Array; logVariance: Float32Array } {
  const [w, b] = readingSlots(played, Z, undefined, 0) as [ParameterSlot, ParameterSlot];
  const H = stateSize(played);
  const width = hidden.length / N;
  const states = width / played.layers.slice(0, played.depth).reduce((sum, units) => sum + units, 0); // of a cell, each as wide as its units
  const from = width - states * H;
  const row = (first: number) =>
    Float32Array.from({ length: N * Z }, (_, i) => {
      const [n, k] = [Math.floor(i / Z), first + (i % Z)];
      let sum = model[b.offset + k];
      for (let h = 0; h < H; h++) sum += hidden[n * width + from + h] * model[w.offset + h * 2 * Z + k];
      return sum;
    });
  return { mean: row(0), logVariance: row(Z) };
}
