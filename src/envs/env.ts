/** One environment, after Gymnasium: `VectorEnv` with N = 1, observations copied. There is no autoreset: after an episode's end call `nextEpisode` for the same task, or `reset` for another. */
import { number } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { canvas as checkCanvas, renderOptions } from './check-scene.ts';
import { type Canvas, describeScene, type RenderOptions, renderScene, type Scene, taskAt } from './render.ts';
import type { ResetOptions, VectorEnv } from './vector-env.ts';

/** What follows from one action. */
export interface Step {
  /** [O], the observation of the state after the move. */
  readonly observation: Float32Array;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/**
 * One environment, as Gymnasium’s: `reset`, then `step` until terminated or truncated. Made by `make`; the last observation stays, and further steps are
 * refused until `reset` or `nextEpisode`.
 */
export class Env {
  readonly #vector: VectorEnv;
  #over = true;
  /** The first observation of the next episode, after the end of one. */
  #next: Float32Array | null = null;
  #last: Float32Array = new Float32Array();

  /** Use `make`. */
  constructor(vector: VectorEnv) {
    this.#vector = vector;
    vector.watch();
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
    this.#next = null;
    return { observation: observations.slice(), task: tasks };
  }

  /** `action`: [A], or one whole number if discrete. */
  step(action: Float32Array | readonly number[] | number): Step {
    this.#mustRun('step');
    const after = this.#vector.step(typeof action === 'number' ? Float32Array.of(action) : action);
    const [terminated, truncated] = [after.terminated[0] === 1, after.truncated[0] === 1];
    this.#over = terminated || truncated;
    const observation = (this.#over ? after.finalObservations : after.observations).slice();
    this.#next = this.#over ? after.observations.slice() : null;
    this.#last = observation;
    return { observation, reward: after.rewards[0], terminated, truncated };
  }

  /** Starts the next episode on the same task, after the end of one. With it the episodes of a trial follow one another. */
  nextEpisode(): { observation: Float32Array } {
    if (!this.#over || this.#next === null) throw new WasmetaError('E_ARGUMENT', '"nextEpisode" expected an episode that has ended', {});
    this.#over = false;
    return { observation: this.#next };
  }

  /** The state [S], by the fields of `spec.state(config)`; after the end of an episode the one that it ended with. */
  state(): Float64Array {
    return this.#over && this.#next !== null ? this.#vector.finalState() : this.#vector.state();
  }

  /** The task [W]. */
  task(): Float32Array {
    return this.#vector.tasks();
  }

  /** Puts the environment into a state [S] in the middle of an episode, and observes it. */
  setState(state: ArrayLike<number>): { observation: Float32Array } {
    this.#mustRun('setState');
    return { observation: this.#vector.setState(state).observations.slice() };
  }

  /** Gives it another task [W] in the middle of an episode, and observes. */
  setTask(task: Float32Array | readonly number[]): { observation: Float32Array } {
    this.#mustRun('setTask');
    return { observation: this.#vector.setTasks(task).observations.slice() };
  }

  /** The oracle's action [A] in the present state. Throws `E_UNSUPPORTED` where the family has none. */
  oracle(): Float32Array {
    this.#mustRun('oracle');
    return this.#vector.oracle();
  }

  /** Draws the environment with the episodes of its trial so far. */
  render(canvas: Canvas, options: RenderOptions = {}): void {
    renderScene(checkCanvas('canvas', canvas), this.scene(), renderOptions('options', options));
  }

  /** The task [W] that a finger at (x, y) CSS pixels of the canvas asks for; null where that is none. */
  taskAt(canvas: Canvas, x: number, y: number, options: RenderOptions = {}): Float32Array | null {
    return taskAt(checkCanvas('canvas', canvas), this.scene(), number('x', x), number('y', y), renderOptions('options', options));
  }

  /** What `render` draws, in words. */
  describe(): string {
    return describeScene(this.scene());
  }

  /** What there is to draw: plain data. */
  scene(): Scene {
    const scene = this.#vector.scene();
    // The environment behind stands at the start of the next episode already.
    if (!this.#over) return scene;
    const past = scene.past.slice(0, -1);
    return { ...scene, state: past.at(-1)?.at(-1)?.state ?? scene.state, observation: this.#last, past };
  }

  #mustRun(what: string): void {
    if (this.#over) throw new WasmetaError('E_ARGUMENT', `"${what}" expected a running episode; call reset first`, {});
  }

  close(): void {
    this.#vector.close();
    this.#over = false; // so that a later step meets the closed environment, not a finished episode
  }
}
