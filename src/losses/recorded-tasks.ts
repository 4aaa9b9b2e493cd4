/** What goes into the losses of B tasks and comes out of them, as plain data. */

/** Recorded steps of B tasks, n rows for each task, as in policy-losses.ts. */
export interface RecordedTasks {
  readonly B: number;
  readonly n: number;
  readonly T: number;
  readonly inputs: Float32Array;
  readonly actions: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly weights: Float32Array;
  readonly advantages: Float32Array;
}

/** Heads of the policies that acted, on their own steps: [B, n, A] and log σ [B, A], null if categorical. */
export interface Acted {
  readonly head: Float32Array;
  readonly logStd: Float32Array | null;
}

/** The outer loss, over the data that φ collected: that of the likelihood ratio, plain (TRPO) or clipped (PPO). */
export type OuterLoss = { readonly kind: 'ratio' } | { readonly kind: 'clip'; readonly clip: number };

/** Sums over tasks of means over the steps of each task. */
export interface OuterSums {
  readonly loss: number;
  /** KL from the policies that acted to those after adapting from the parameters asked for. */
  readonly kl: number;
}

export interface OuterGradient extends OuterSums {
  /** ∂loss/∂θ [P] and ∂loss/∂α [P]. */
  readonly gradient: Float32Array;
  readonly alphaGradient: Float32Array;
}
