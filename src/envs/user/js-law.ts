/** A user's environment in JavaScript: N states, tasks and random streams around the functions of its definition. */
import { WasmetaError } from '../../core/errors.ts';
import { stream } from '../../core/philox.ts';
import type { EnvConfig } from '../spec.ts';
import type { EnvDefinition, EnvDescription, UserStep } from './definition.ts';
import { Random } from './random.ts';
import type { BatchRows, DrawKey, UserBatch } from './user-law.ts';

/** The functions of a definition as they are called here: the action is a row [A] or the number of a choice. */
type Law = Omit<EnvDefinition, 'step'> & {
  step(state: Float64Array, action: Float32Array | number, task: Float32Array, random: Random, config: EnvConfig): UserStep;
};

export class JsBatch implements UserBatch {
  readonly #law: Law;
  readonly #description: EnvDescription;
  readonly #config: EnvConfig;
  readonly #size: number;
  readonly #random = new Random();
  readonly #states: Float64Array[];
  readonly #tasks: Float32Array[];
  /** Rows of the engine's memory, made anew when it has moved. */
  #views: { readonly rows: BatchRows; readonly observations: Float32Array[]; readonly actions: Float32Array[] } | null = null;

  constructor(definition: EnvDefinition, description: EnvDescription, config: EnvConfig, size: number) {
    this.#law = definition as Law;
    this.#description = description;
    this.#config = config;
    this.#size = size;
    this.#states = rowsOf(new Float64Array(size * description.state.length), size, description.state.length);
    this.#tasks = rowsOf(new Float32Array(size * description.task.length), size, description.task.length);
  }

  sampleTasks(key: DrawKey, taskIds: Uint32Array, tasks: Float32Array): void {
    const W = this.#description.task.length;
    for (let n = 0; n < this.#size; n++) {
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
    const W = this.#description.task.length;
    for (let n = 0; n < this.#size; n++) this.#tasks[n].set(tasks.subarray(n * W, (n + 1) * W));
  }

  start(key: DrawKey, rows: BatchRows, all: boolean): void {
    const { observations } = this.#rows(rows);
    const { terminated, truncated, taskIds, episodes } = rows;
    this.#guard('reset', () => {
      for (let n = 0; n < this.#size; n++) {
        if (!all && terminated[n] === 0 && truncated[n] === 0) continue;
        const state = this.#states[n].fill(0);
        this.#law.reset(state, this.#tasks[n], this.#random.at(key, stream.start, taskIds[n], episodes[n], 0), this.#config);
        this.#law.observe(state, this.#tasks[n], observations[n], this.#config);
      }
    });
  }

  step(key: DrawKey, rows: BatchRows): void {
    const { observations, actions } = this.#rows(rows);
    const discrete = 'n' in this.#description.action;
    const { rewards, trainingRewards, terminated, taskIds, episodes, elapsed } = rows;
    const { reward: name, trainingReward: trainingName } = this.#config;
    this.#guard('step', () => {
      for (let n = 0; n < this.#size; n++) {
        const [state, task] = [this.#states[n], this.#tasks[n]];
        const random = this.#random.at(key, stream.noise, taskIds[n], episodes[n], elapsed[n]);
        const result = this.#law.step(state, discrete ? rows.actions[n] : actions[n], task, random, this.#config);
        const paid = result?.reward;
        const named = typeof paid === 'object' && paid !== null;
        const [reward, training] = named ? [paid[name], paid[trainingName]] : [paid, paid];
        if (typeof reward !== 'number' || typeof training !== 'number' || typeof result.terminated !== 'boolean')
          throw this.#broken('step', 'an answer { reward, terminated }', result);
        rewards[n] = reward;
        trainingRewards[n] = training;
        terminated[n] = result.terminated ? 1 : 0;
        this.#law.observe(state, task, observations[n], this.#config);
      }
    });
  }

  oracle(rows: BatchRows): void {
    const { actions } = this.#rows(rows);
    this.#guard('oracle', () => {
      for (let n = 0; n < this.#size; n++) this.#law.oracle?.(this.#states[n], this.#tasks[n], actions[n], this.#config);
    });
  }

  #rows(rows: BatchRows) {
    if (this.#views?.rows !== rows) {
      const { action, observation } = this.#description;
      const A = 'n' in action ? 1 : action.length;
      const observations = rowsOf(rows.observations, this.#size, rows.observationWidth).map((row) => row.subarray(0, observation.length));
      this.#views = { rows, observations, actions: rowsOf(rows.actions, this.#size, A) };
    }
    return this.#views;
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
        { id: this.#config.id, call: name, reason },
        cause,
      );
    }
  }

  #broken(name: string, expected: string, got: unknown): WasmetaError {
    const shown = typeof got === 'object' ? JSON.stringify(got) : String(got);
    return new WasmetaError('E_ENV', `"${name}" of ${this.#config.id} expected to give ${expected}, got ${shown}`, {
      id: this.#config.id,
      call: name,
    });
  }
}

function rowsOf<A extends Float32Array | Float64Array>(all: A, N: number, width: number): A[] {
  return Array.from({ length: N }, (_, n) => all.subarray(n * width, (n + 1) * width) as A);
}
