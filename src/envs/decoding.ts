/** What a model of the tasks of a family decodes, from what, and how: what is asked for, or what the spec of the family says. */
import { type BeliefModel, type Decoding, decodings, type Likelihood, type StepPart, stepParts } from '../policies/belief.ts';
import { familyOf } from './registry.ts';
import type { EnvConfig } from './spec.ts';

/** `family` leaves a choice to the spec. */
export interface DecodingOptions {
  readonly decodes: 'family' | readonly Decoding[];
  readonly decoderInputs: 'family' | readonly StepPart[];
  readonly likelihood: 'family' | Likelihood;
}

export function decodingOf(env: EnvConfig, asked: DecodingOptions): Pick<BeliefModel, 'decodes' | 'decoderInputs' | 'likelihood'> {
  const spec = familyOf(env.id);
  const { reads, twoValues } = spec.rewardModel?.(env) ?? { reads: stepParts, twoValues: false };
  const decodes = asked.decodes === 'family' ? ['reward', ...(spec.taskMoves?.(env) ? ['state'] : [])] : asked.decodes;
  const inputs = asked.decoderInputs === 'family' ? reads : asked.decoderInputs;
  const ownLikelihood = twoValues ? 'bernoulli' : 'gaussian';
  return {
    decodes: decodings.filter((name) => decodes.includes(name)),
    decoderInputs: stepParts.filter((name) => inputs.includes(name)),
    likelihood: asked.likelihood === 'family' ? ownLikelihood : asked.likelihood,
  };
}
