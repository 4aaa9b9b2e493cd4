/**
 * The stage: one trial of one environment, moved step by step by an agent, a person or nobody. It uses the package's public API alone.
 * Every trial is a pure function of (seed, task number, agent, switches) until a finger interferes.
 */
import {
  type AdaptiveAgent,
  type Belief,
  createAgent,
  type Env,
  type EnvConfig,
  type ExactPosterior,
  exactPosterior,
  familyOf,
  goalChances,
  make,
  philox,
  type Step,
} from 'wasmeta';
import { GhostPlayer } from './ghosts.ts';

export type Player = 'agent' | 'random' | 'oracle' | 'you';

export interface Switches {
  /** Nothing is remembered from one episode to the next. */
  forget: boolean;
  /** Standard deviation of noise on continuous actions; probability of a random choice. */
  noise: number;
  /** The first action (or the order of choices) is inverted. */
  invert: boolean;
}

/** Everything that a picture of the stage depends on, but for the drawing itself. */
export interface StageStatus {
  readonly trial: number;
  readonly episode: number;
  readonly step: number;
  /** Of each episode of this trial, the present one included. */
  readonly returns: readonly number[];
}

/** What is believed about the task when an action is chosen: chances of the posterior's tasks [G]. */
export interface Beliefs {
  readonly posterior: ExactPosterior;
  /** What could be known. Holds as long as nobody changes the task. */
  readonly exact: readonly number[];
  /** What the agent's model believes; null for agents without one. */
  readonly believed: readonly number[] | null;
}

const hiddenColumns = 400;

export class Stage {
  readonly config: EnvConfig;
  readonly env: Env;
  player: Player = 'agent';
  readonly switches: Switches = { forget: false, noise: 0, invert: false };
  /** The person's action, [A] or a choice; null: none yet. */
  wish: number[] | number | null = null;
  /** Memory after each step, newest last: [hiddenSize] each. */
  readonly minds: Float32Array[] = [];
  /** The oracle and random play, beside the player. */
  readonly ghosts: readonly GhostPlayer[];
  readonly #posterior: ExactPosterior | null;
  #belief: Belief | null = null;
  #exact: readonly number[] = [];
  #agent: AdaptiveAgent;
  #random: AdaptiveAgent;
  #trial = 0;
  #seed: number;
  #episode = 0;
  #t = 0;
  #returns: number[] = [0];
  #observation: Float32Array = new Float32Array();
  #last: Step | undefined;
  #over = false;
  #closed = false;

  private constructor(env: Env, agent: AdaptiveAgent, random: AdaptiveAgent, ghosts: readonly GhostPlayer[], seed: number) {
    this.env = env;
    this.ghosts = ghosts;
    this.#posterior = exactPosterior(env.config);
    this.config = env.config;
    this.#agent = agent;
    this.#random = random;
    this.#seed = seed;
    this.restart();
  }

  static async open(agent: AdaptiveAgent, seed: number): Promise<Stage> {
    const env = await make(agent.env);
    const random = await createAgent({ env: agent.env, policy: { kind: 'random' } });
    return new Stage(env, agent, random, await GhostPlayer.all(env.config), seed);
  }

  get agent(): AdaptiveAgent {
    return this.#agent;
  }

  /** Another agent takes over at the start of the trial. */
  setAgent(agent: AdaptiveAgent, task?: Float32Array): void {
    this.#agent = agent;
    this.restart(task);
  }

  get seed(): number {
    return this.#seed;
  }

  get status(): StageStatus {
    return { trial: this.#trial, episode: this.#episode, step: this.#t, returns: this.#returns };
  }

  /** Whether the present episode has ended; the next step begins another. */
  get isOver(): boolean {
    return this.#over;
  }

  /** null where the exact posterior is not known. */
  get beliefs(): Beliefs | null {
    if (this.#posterior === null) return null;
    const reads = this.#agent.rewardInputs?.join() === 'next';
    return { posterior: this.#posterior, exact: this.#exact, believed: reads ? goalChances(this.#agent, this.#posterior) : null };
  }

  get isDiscrete(): boolean {
    return 'n' in familyOf(this.config.id).action(this.config);
  }

  get numActions(): number {
    const action = familyOf(this.config.id).action(this.config);
    return 'n' in action ? action.n : action.length;
  }

  get choices(): readonly string[] {
    const action = familyOf(this.config.id).action(this.config);
    return 'n' in action ? action.choices : action.map(({ name }) => name);
  }

  /** The same trial again, from its start: same task, same random numbers. */
  restart(task?: Float32Array): void {
    this.#begin(task);
  }

  /** Another trial on an unseen task. */
  next(trial = this.#trial + 1, seed = this.#seed): void {
    this.#trial = trial;
    this.#seed = seed;
    this.#begin();
  }

  #begin(task?: Float32Array): void {
    // Trials of the stage are the tasks of the seed, one after the other.
    const at = { seed: this.#seed, firstTask: this.#trial };
    const tasks = task ?? this.env.reset({ ...at, split: 'test' }).task;
    this.#observation = this.env.reset({ ...at, split: 'test', tasks }).observation;
    for (const ghost of this.ghosts) ghost.begin(at, tasks);
    this.#agent.reset({ ...at, ...(this.config.context && { tasks }) });
    this.#random.reset(at);
    this.#agent.forget = this.switches.forget;
    this.#episode = 0;
    this.#t = 0;
    this.#returns = [0];
    this.#last = undefined;
    this.#over = false;
    this.minds.length = 0;
    this.#startBelief();
  }

  #startBelief(): void {
    this.#belief = this.#posterior?.start() ?? null;
    this.#exact = this.#belief?.chances() ?? [];
  }

  /** One step; false when the trial is over (call `next`). */
  step(): boolean {
    if (this.#over) {
      if (this.#episode + 1 >= this.config.episodes) return false;
      this.#observation = this.env.nextEpisode().observation;
      this.#episode++;
      this.#t = 0;
      this.#returns = [...this.#returns, 0];
      this.#over = false;
      for (const ghost of this.ghosts) ghost.nextEpisode();
      if (this.switches.forget) this.minds.length = 0;
    }
    const action = this.#act();
    const before = this.#observation;
    const after = this.env.step(this.isDiscrete ? action[0] : action);
    for (const ghost of this.ghosts) ghost.step();
    if (this.#belief !== null) {
      this.#exact = this.#belief.chances();
      this.#belief.see(before, action, after.reward);
    }
    this.#last = after;
    this.#observation = after.observation;
    this.#t++;
    this.#returns = [...this.#returns.slice(0, -1), this.#returns[this.#returns.length - 1] + after.reward];
    this.#over = after.terminated || after.truncated;
    return true;
  }

  /** The action of whoever plays, spoilt by the switches. */
  #act(): Float32Array {
    // The agent reads every step, so that it can take over at any moment.
    const wanted = this.#agent.act(this.#observation, this.#last);
    const hidden = this.#agent.hiddenSize > 0 ? this.#agent.hidden : (this.#agent.belief?.mean ?? null);
    if (hidden !== null) this.minds.push(hidden);
    if (this.minds.length > hiddenColumns) this.minds.shift();
    let action = wanted;
    if (this.player === 'random') action = this.#random.act(this.#observation, this.#last);
    else if (this.player === 'oracle') action = this.env.oracle();
    else if (this.player === 'you') action = this.#wished();
    return this.#spoilt(action);
  }

  #wished(): Float32Array {
    const wish = this.wish;
    if (this.isDiscrete) return Float32Array.of(typeof wish === 'number' ? wish : 0);
    return Float32Array.from({ length: this.numActions }, (_, a) => (Array.isArray(wish) ? (wish[a] ?? 0) : 0));
  }

  #spoilt(action: Float32Array): Float32Array {
    const { noise, invert } = this.switches;
    if (noise === 0 && !invert) return action;
    const uniform = (draw: number) => (philox(this.#seed, 0xbeef, this.#trial, this.#episode, this.#t, draw)[0] >>> 8) * 2 ** -24;
    if (this.isDiscrete) {
      const choice = uniform(0) < noise ? Math.floor(uniform(1) * this.numActions) : action[0];
      return Float32Array.of(invert ? this.numActions - 1 - choice : choice);
    }
    // A sum of uniforms stands for a normal: the noise is for the eye.
    const normal = (a: number) => [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + uniform(a * 6 + k) - 0.5, 0) * Math.SQRT2;
    return action.map((x, a) => (invert && a === 0 ? -x : x) + noise * normal(a));
  }

  /** The finger: another task in the middle of the trial. */
  setTask(task: Float32Array): void {
    if (this.#over) return;
    this.#observation = this.env.setTask(task).observation;
    if (this.config.context) this.#agent.tell(task);
    for (const ghost of this.ghosts) ghost.setTask(task);
    this.#startBelief();
  }

  /** The finger: adds to the state's fields whose unit is a speed, or else to the first two. */
  push(strength: number): void {
    if (this.#over) return;
    const fields = familyOf(this.config.id).state(this.config);
    if (fields.length === 0) return;
    const speeds = fields.flatMap(({ unit }, i) => (unit === 'm/s' ? [i] : []));
    const state = this.env.state();
    for (const i of speeds.length > 0 ? speeds.slice(0, 2) : [0, 1]) if (i < state.length) state[i] += strength;
    this.#observation = this.env.setState(state).observation;
  }

  /** Whether it has been closed. A picture that was asked for before that may still be due: it draws nothing. */
  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.env.close();
    this.#agent.close();
    this.#random.close();
    for (const ghost of this.ghosts) ghost.close();
  }
}
