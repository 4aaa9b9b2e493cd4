/** The data of off-policy jobs: plain numbers and arrays, without tfjs. */
import type { AdamState } from '../optim/adam.ts';

/** What the losses take (src/losses/td3.ts), and how far an update moves. */
export interface Td3Options {
  readonly gamma: number;
  /** σ and c, deviation and bound of the noise on the target's action. */
  readonly targetNoise: number;
  readonly targetNoiseClip: number;
  /** w, weight of the penalty on means beyond the bounds. */
  readonly boundWeight: number;
  readonly learningRate: number;
  /** τ, share of the way that the targets move to their nets in an update. */
  readonly targetRate: number;
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
