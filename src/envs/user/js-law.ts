/** A user's environment in JavaScript: N states, tasks and random streams around the functions of its definition. */
import { WasmetaError } from '../../core/errors.ts';
import { stream } from '../../core/philox.ts';
import type { EnvConfig } from '../spec.ts';
import type { EnvDefinition, EnvDescription, UserStep } from './definition.ts';
import { Random } from './random.ts';
import type { BatchRows, DrawKey, UserBatch, UserInspection, UserStates } from './user-law.ts';

/** The functions of a definition as they are called here: the action is a row [A] or the number of a choice. */
type Law = Omit<EnvDefinition, 'step'> & {
  step(state: Float64Array, action: Float32Array | number, task: Float32Array, random: Random, config: EnvConfig): UserStep;
};

/** What the functions of one environment see: arrays of its own, so that they reach neither the engine's memory nor their neighbours'. */
interface Seat {
  readonly state: Float64Array;
  /** What the last episode ended with. */
  readonly final: Float64Array;
  readonly task: Float32Array;
  readonly action: Float32Array;
  /** NaN where nothing has been written yet. */
  readonly out: Float32Array;
}

export class JsBatch implements UserBatch {
  readonly #law: Law;
  readonly #description: EnvDescription;
  readonly #config: EnvConfig;
  readonly #random = new Random();
  readonly states: UserStates;
  readonly #seats: readonly Seat[];
  readonly #actionSize: number;

  constructor(definition: EnvDefinition, description: EnvDescription, config: EnvConfig, size: number) {
    const { state, task, action, observation } = description;
    this.#law = definition as Law;
    this.#description = description;
    this.#config = config;
    this.#actionSize = 'n' in action ? 1 : action.length;
    this.#seats = Array.from({ length: size }, () => ({
      state: new Float64Array(state.length),
      final: new Float64Array(state.length),
      task: new Float32Array(task.length),
      action: new Float32Array(this.#actionSize),
      out: new Float32Array(observation.length).fill(Number.NaN),
    }));
    this.states = { observes: true, now: (n) => this.#seats[n].state, final: (n) => this.#seats[n].final };
  }

  sampleTasks(key: DrawKey, taskIds: Uint32Array, tasks: Float32Array): void {
    const W = this.#description.task.length;
    for (let n = 0; n < this.#seats.length; n++) {
      const task = tasks.subarray(n * W, (n + 1) * W);
      const random = this.#random.at(key, stream.task, taskIds[n], 0, 0);
      this.#guard('sampleTask', () => {
        if (this.#law.sampleTask !== undefined) this.#law.sampleTask(random, task, this.#config);
        else task.set(this.#description.task.map(({ low, high }) => random.uniform(low, high)));
      });
      const bad = task.findIndex((x) => !Number.isFinite(x));
      if (bad >= 0) throw this.#broken('sampleTask', `a finite ${this.#description.task[bad].name}`, task[bad]);
    }
  }

  setTasks(tasks: Float32Array): void {
    this.#seats.forEach(({ task }, n) => {
      task.set(tasks.subarray(n * task.length, (n + 1) * task.length));
    });
  }

  start(key: DrawKey, rows: BatchRows, all: boolean): void {
    const { terminated, truncated, taskIds, episodes } = rows;
    this.#guard('reset', () => {
      for (let n = 0; n < this.#seats.length; n++) {
        if (!all && terminated[n] === 0 && truncated[n] === 0) continue;
        const { state, task, final } = this.#seats[n];
        if (!all) final.set(state);
        state.fill(0);
        this.#law.reset(state, task, this.#random.at(key, stream.start, taskIds[n], episodes[n], 0), this.#config);
        this.#observe(rows, n);
      }
    });
  }

  step(key: DrawKey, rows: BatchRows): void {
    const A = this.#actionSize;
    const discrete = 'n' in this.#description.action;
    const { actions, rewards, trainingRewards, terminated, taskIds, episodes, elapsed } = rows;
    const { reward: name, trainingReward: trainingName } = this.#config;
    this.#guard('step', () => {
      for (let n = 0; n < this.#seats.length; n++) {
        const { state, task, action } = this.#seats[n];
        for (let a = 0; a < A; a++) action[a] = actions[n * A + a];
        const random = this.#random.at(key, stream.noise, taskIds[n], episodes[n], elapsed[n]);
        const result = this.#law.step(state, discrete ? action[0] : action, task, random, this.#config);
        const paid = result?.reward;
        const named = typeof paid === 'object' && paid !== null;
        const [reward, training] = named ? [paid[name], paid[trainingName]] : [paid, paid];
        if (typeof reward !== 'number' || typeof training !== 'number' || typeof result.terminated !== 'boolean')
          throw this.#broken('step', 'an answer { reward, terminated }', result);
        rewards[n] = reward;
        trainingRewards[n] = training;
        terminated[n] = result.terminated ? 1 : 0;
        this.#observe(rows, n);
      }
    });
  }

  observe(rows: BatchRows): void {
    this.#guard('observe', () => {
      for (let n = 0; n < this.#seats.length; n++) this.#observe(rows, n);
    });
  }

  oracle({ actions }: BatchRows): void {
    this.#guard('oracle', () => {
      this.#seats.forEach(({ state, task, action }, n) => {
        this.#law.oracle?.(state, task, action, this.#config);
        actions.set(action, n * this.#actionSize);
      });
    });
  }

  inspect(): UserInspection {
    const all = (what: 'task' | 'action') => this.#seats.flatMap((seat) => [...seat[what]]);
    return { pages: 0, inputs: { tasks: all('task'), actions: all('action') } };
  }

  #observe({ observations, observationWidth }: BatchRows, n: number): void {
    const { state, task, out } = this.#seats[n];
    this.#law.observe(state, task, out, this.#config);
    const at = n * observationWidth;
    for (let o = 0; o < out.length; o++) observations[at + o] = out[o];
  }

  /** What the user's code throws becomes an `E_ENV` that names the function. */
  #guard(name: string, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof WasmetaError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WasmetaError(
        'E_ENV',
        `"${name}" of ${this.#config.id} threw: ${reason}`,
        { id: this.#config.id, call: name, reason, rule: 'no-traps' },
        cause,
      );
    }
  }

  #broken(name: string, expected: string, got: unknown): WasmetaError {
    const shown = typeof got === 'object' ? JSON.stringify(got) : String(got);
    return new WasmetaError('E_ENV', `"${name}" of ${this.#config.id} expected to give ${expected}, got ${shown}`, {
      id: this.#config.id,
      call: name,
      rule: name === 'sampleTask' ? 'no-faults' : 'sizes',
    });
  }
}
