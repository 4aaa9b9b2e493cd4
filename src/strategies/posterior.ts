/** Exact inference over the tasks of an environment, where it is known: for tasks that are goals, each one of finitely many places that an observation shows. */
export interface ExactPosterior {
  /** Places there are, P. An observation starts with the one-hot of the place. */
  readonly places: number;
  /** Places in a row, for drawing: place = side · y + x. */
  readonly side: number;
  /** Places that can be goals [G], in the order of the chances. */
  readonly goals: readonly number[];
  /** The place that a task [W] names. */
  goalOf(task: ArrayLike<number>): number;
  /** The belief of one trial, before anything is seen. */
  start(): Belief;
}

export interface Belief {
  /** A step: the place before it, the action and what it paid. */
  see(place: number, action: number, reward: number): void;
  /** [G], their sum is 1. */
  chances(): number[];
}
