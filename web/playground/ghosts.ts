/** Ghosts: the oracle, who is told the task, and random play, each in an environment of its own on the trial of the stage, step for step beside the player. */
import { type AdaptiveAgent, createAgent, type Env, type EnvConfig, familyOf, make, type Scene, type Step } from 'wasmeta';

export type GhostName = 'oracle' | 'random';

/** Where a trial's numbers come from. */
export interface TrialPlace {
  readonly seed: number;
  readonly firstTask: number;
}

export class GhostPlayer {
  readonly name: GhostName;
  /** Of each episode of this trial, the present one included. */
  returns: number[] = [0];
  readonly #env: Env;
  /** null: the oracle. */
  readonly #agent: AdaptiveAgent | null;
  #observation: Float32Array = new Float32Array();
  #last: Step | undefined;
  #over = true;
  #place: TrialPlace = { seed: 0, firstTask: 0 };

  private constructor(name: GhostName, env: Env, agent: AdaptiveAgent | null) {
    this.name = name;
    this.#env = env;
    this.#agent = agent;
  }

  /** Those that the family has. */
  static async all(config: EnvConfig): Promise<GhostPlayer[]> {
    const random = new GhostPlayer('random', await make(config), await createAgent({ env: config, policy: { kind: 'random' } }));
    if (familyOf(config.id).oracle === 'none') return [random];
    return [new GhostPlayer('oracle', await make(config), null), random];
  }

  begin(place: TrialPlace, tasks: Float32Array): void {
    this.#place = place;
    this.#observation = this.#env.reset({ ...place, split: 'test', tasks }).observation;
    // Another stream than the player's, or both would draw the same noise.
    this.#agent?.reset({ ...place, split: 'yardstick' });
    this.#last = undefined;
    this.#over = false;
    this.returns = [0];
  }

  /** Stands still once its episode has ended. */
  step(): void {
    if (this.#over) return;
    const after = this.#env.step(this.#agent?.act(this.#observation, this.#last) ?? this.#env.oracle());
    this.#last = after;
    this.#observation = after.observation;
    this.returns[this.returns.length - 1] += after.reward;
    this.#over = after.terminated || after.truncated;
  }

  /** Where the player's episode ended before the ghost's, the ghost begins anew. */
  nextEpisode(): void {
    const next = this.#over ? this.#env.nextEpisode() : this.#env.reset({ ...this.#place, split: 'test', tasks: this.#env.task() });
    this.#observation = next.observation;
    this.#over = false;
    this.returns.push(0);
  }

  setTask(task: Float32Array): void {
    if (!this.#over) this.#observation = this.#env.setTask(task).observation;
  }

  scene(): Scene {
    return this.#env.scene();
  }

  close(): void {
    this.#env.close();
    this.#agent?.close();
  }
}
