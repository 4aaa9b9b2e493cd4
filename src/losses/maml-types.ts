/** What MAML's jobs and losses agree on; plain data, without tfjs. */

/** How a policy-gradient step is written as a loss. All have the same gradient where π is the policy that acted; their second derivatives differ. */
export const surrogates = ['log-likelihood', 'likelihood-ratio', 'dice'] as const;
export type Surrogate = (typeof surrogates)[number];

/** What the outer update maximises, as a loss over the data that φ collected: the likelihood ratio's, plain (TRPO) or clipped (PPO). */
export type OuterLoss = { readonly kind: 'ratio' } | { readonly kind: 'clip'; readonly clip: number };

/** Sums over tasks of means over each one's steps. */
export interface OuterSums {
  readonly loss: number;
  /** KL of the policies that acted ‖ those after adapting from the parameters asked for. */
  readonly kl: number;
}

export interface OuterGradient extends OuterSums {
  /** ∂loss/∂θ [P] and ∂loss/∂α [P]. */
  readonly gradient: Float32Array;
  readonly alphaGradient: Float32Array;
}
