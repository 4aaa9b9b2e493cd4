/** Exact inference over the tasks of an environment, where it is known: over finitely many tasks, all that there are or a fine grid of them. */
export interface ExactPosterior {
  /** The tasks [G][W], in the order of the chances. */
  readonly tasks: readonly (readonly number[])[];
  /** What is observed where the goal of each task is reached, [G][O]. */
  readonly reached: readonly (readonly number[])[];
  /** Goals that are cells of a square: the cell of each [G], cell = side · y + x. */
  readonly cells?: { readonly side: number; readonly goals: readonly number[] };
  /** Which of the tasks a task [W] is, or is nearest to. */
  nearest(task: ArrayLike<number>): number;
  /** The belief of one trial, before anything is seen. */
  start(): Belief;
}

/** Exact inference over the tasks of a trial, step by step. */
export interface Belief {
  /** A step: the observation before it, the action [A] (discrete: one whole number) and what it paid. */
  see(observation: ArrayLike<number>, action: ArrayLike<number>, reward: number): void;
  /** [G], their sum is 1. All 0 once something was seen that no task explains: another task than at the start. */
  chances(): number[];
}
