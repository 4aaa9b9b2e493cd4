/** One environment, after Gymnasium: `VectorEnv` with N = 1, observations copied. There is no autoreset: call `reset` after an episode's end. */
import { WasmetaError } from '../core/errors.ts';
import type { ResetOptions, VectorEnv } from './vector-env.ts';

export interface Step {
  /** [O], the observation of the state after the move. */
  readonly observation: Float32Array;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

export class Env {
  readonly #vector: VectorEnv;
  #over = true;

  /** Use `make`. */
  constructor(vector: VectorEnv) {
    this.#vector = vector;
  }

  get observationSpace() {
    return this.#vector.singleObservationSpace;
  }

  get actionSpace() {
    return this.#vector.singleActionSpace;
  }

  get config() {
    return this.#vector.config;
  }

  reset(options: ResetOptions = {}): { observation: Float32Array; task: Float32Array } {
    const { observations, tasks } = this.#vector.reset(options);
    this.#over = false;
    return { observation: observations.slice(), task: tasks };
  }

  /** `action`: [A], or one whole number if discrete. */
  step(action: Float32Array | number): Step {
    if (this.#over) throw new WasmetaError('E_ARGUMENT', '"step" expected a running episode; call reset first', {});
    const after = this.#vector.step(typeof action === 'number' ? Float32Array.of(action) : action);
    const [terminated, truncated] = [after.terminated[0] === 1, after.truncated[0] === 1];
    this.#over = terminated || truncated;
    const observation = (this.#over ? after.finalObservations : after.observations).slice();
    return { observation, reward: after.rewards[0], terminated, truncated };
  }

  close(): void {
    this.#vector.close();
    this.#over = false; // so that a later step meets the closed environment, not a finished episode
  }
}
