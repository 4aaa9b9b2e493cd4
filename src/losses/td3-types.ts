/** What an off-policy learner is made of (td3.ts), without its tensors: for algorithms and jobs. */

import type { AdamState } from '../optim/adam.ts';
import type { PolicyShape } from '../policies/policy.ts';

export interface Td3Options {
  readonly gamma: number;
  readonly learningRate: number;
  /** τ, of the targets. */
  readonly targetRate: number;
  /** σ and c of the noise on the target's action. */
  readonly targetNoise: number;
  readonly targetNoiseClip: number;
  /** w */
  readonly boundWeight: number;
}

/** Flat vectors. For discrete actions the actor's are empty. */
export interface Td3Nets {
  readonly actor: Float32Array;
  readonly actorTarget: Float32Array;
  readonly actorAdam: AdamState;
  /** Both critics, one after the other. */
  readonly critics: Float32Array;
  readonly criticTargets: Float32Array;
  readonly criticAdam: AdamState;
  /** Updates so far. */
  updates: number;
}

/** Means over the updates. */
export interface Td3Sums {
  readonly criticLoss: number;
  readonly value: number;
}

/** π(s) alone: what is played has log σ behind it. */
export function actorShape(played: PolicyShape): PolicyShape {
  return { ...played, value: false, head: 'categorical' };
}

/** The critic beside an actor: Q(s, a), or Q(s, ·) for discrete actions. */
export function criticShape(actor: PolicyShape): PolicyShape {
  const discrete = actor.head === 'categorical';
  return {
    ...actor,
    value: false,
    head: 'categorical',
    inputSize: actor.inputSize + (discrete ? 0 : actor.headSize),
    headSize: discrete ? actor.headSize : 1,
  };
}
