/**
 * N environments in one instance of a user's WebAssembly module. Rows are copied between its memory and the engine's; addresses are checked once, and when its
 * memory grows. After a trap the instance may hold half-written rows, so it refuses every later call.
 */
import { WasmetaError } from '../../core/errors.ts';
import type { EnvConfig } from '../spec.ts';
import type { EnvDescription } from './definition.ts';
import type { BatchRows, DrawKey, UserBatch, UserInspection, UserStates } from './user-law.ts';
import { rowsAt, type WasmRows } from './wasm-table.ts';

/** What a module exports. N is the number of environments that `create` was told. */
export type EnvExports = {
  readonly memory: WebAssembly.Memory;
  /** Version of this ABI. */
  abi(): number;
  /** Address of the spec: JSON in UTF-8, ended by a zero byte. */
  spec(): number;
  /** Makes N environments of the preset with this place in the spec. Returns the address of the table of addresses (wasm-table.ts). */
  create(numEnvs: number, preset: number, horizon: number): number;
  /** Draws the tasks of all environments from their task ids. */
  sample_tasks(seed: number, split: number): void;
  /** Starts and observes the environments whose flag in `which` is 1. */
  start(seed: number, split: number): void;
  /** Moves and observes all environments. */
  step(seed: number, split: number): void;
  /** Optional: writes the actions of a player who is told the task. */
  readonly oracle?: () => void;
  /** Optional: observes states and tasks that were set from outside. */
  readonly observe?: () => void;
  /** Optional: the distance that the rewards in `tolerantRewards` forgive; called after `create`. */
  readonly tolerance?: (value: number) => void;
};

/** An instance without any import but AssemblyScript's `env.abort`. Throws `E_ENV`. */
export function instanceOf(module: WebAssembly.Module, name: string): WebAssembly.Exports {
  const foreign = WebAssembly.Module.imports(module).filter((one) => one.module !== 'env' || one.name !== 'abort');
  if (foreign.length > 0)
    throw new WasmetaError(
      'E_ENV',
      `${name} expected no imports but env.abort, got ${foreign.map((one) => `${one.module}.${one.name}`).join(', ')}: what comes from the host is not the same everywhere`,
      { name, rule: 'host-free' },
    );
  const abort = (): never => {
    throw new WasmetaError('E_ENV', `${name} called abort`, { name, rule: 'no-traps' });
  };
  try {
    return new WebAssembly.Instance(module, { env: { abort } }).exports;
  } catch (cause) {
    if (cause instanceof WasmetaError) throw cause;
    throw new WasmetaError('E_ENV', `${name} can't be instantiated: ${(cause as Error).message}`, { name }, cause);
  }
}

/** Most pages of 64 KiB that a module may add after `create`: who needs memory takes it there. */
const mostGrowth = 1024;
const pagesOf = (memory: WebAssembly.Memory) => memory.buffer.byteLength / 65_536;

export class WasmBatch implements UserBatch {
  readonly #exports: EnvExports;
  readonly #name: string;
  readonly #size: number;
  readonly #description: EnvDescription;
  readonly #table: number;
  readonly #pages: number;
  readonly #rewards: readonly [paid: number, training: number, count: number];
  #views: WasmRows;
  #broken: WasmetaError | null = null;
  readonly states?: UserStates;
  /** [N, S], what the last episode of each environment ended with. */
  readonly #finals: Float64Array;

  constructor(module: WebAssembly.Module, name: string, description: EnvDescription, config: EnvConfig, size: number) {
    this.#name = name;
    this.#size = size;
    this.#description = description;
    this.#exports = instanceOf(module, name) as EnvExports;
    const names = Object.keys(description.rewards);
    this.#rewards = [names.indexOf(config.reward), names.indexOf(config.trainingReward), names.length];
    const preset = Object.keys(description.presets).indexOf(config.preset);
    this.#table = this.#guard('create', () => this.#exports.create(size, preset, config.horizon) >>> 0);
    this.#views = this.#viewsNow();
    this.#pages = pagesOf(this.#exports.memory);
    if (config.tolerance !== undefined) this.#guard('tolerance', () => this.#exports.tolerance?.(config.tolerance as number));
    this.#finals = new Float64Array(this.#views.states?.length ?? 0);
    if (this.#views.states !== null)
      this.states = {
        observes: this.#exports.observe !== undefined,
        now: (n) => this.#state(n),
        final: (n) => this.#finals.subarray(n * this.#stateSize, (n + 1) * this.#stateSize),
      };
  }

  sampleTasks({ seed, split }: DrawKey, taskIds: Uint32Array, tasks: Float32Array): void {
    this.#live().taskIds.set(taskIds);
    this.#guard('sample_tasks', () => this.#exports.sample_tasks(seed, split));
    tasks.set(this.#live().tasks);
    const bad = tasks.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0)
      throw new WasmetaError('E_ENV', `"sample_tasks" of ${this.#name} expected finite tasks, got ${tasks[bad]}`, {
        name: this.#name,
        rule: 'no-faults',
      });
  }

  setTasks(tasks: Float32Array): void {
    this.#live().tasks.set(tasks);
  }

  start({ seed, split }: DrawKey, rows: BatchRows, all: boolean): void {
    const { terminated, truncated } = rows;
    const views = this.#live();
    let any = 0;
    for (let n = 0; n < this.#size; n++) any |= views.which[n] = all ? 1 : terminated[n] | truncated[n];
    if (any === 0) return;
    if (!all && views.states !== null)
      for (let n = 0; n < this.#size; n++) if (views.which[n] !== 0) this.#finals.set(this.#state(n), n * this.#stateSize);
    // Both change at a start only.
    views.taskIds.set(rows.taskIds);
    views.episodes.set(rows.episodes);
    views.elapsed.set(rows.elapsed);
    this.#guard('start', () => this.#exports.start(seed, split));
    const after = this.#live();
    for (let n = 0; n < this.#size; n++) if (all || terminated[n] === 1 || truncated[n] === 1) this.#observe(after, rows, n);
  }

  step({ seed, split }: DrawKey, rows: BatchRows): void {
    const views = this.#live();
    views.actions.set(rows.actions);
    views.elapsed.set(rows.elapsed);
    this.#guard('step', () => this.#exports.step(seed, split));
    const after = this.#live();
    if (rows.observationWidth === this.#description.observation.length) rows.observations.set(after.observations);
    else for (let n = 0; n < this.#size; n++) this.#observe(after, rows, n);
    const [paid, training, R] = this.#rewards;
    if (R === 1) {
      rows.rewards.set(after.rewards);
      rows.trainingRewards.set(after.rewards);
    } else
      for (let n = 0; n < this.#size; n++) {
        rows.rewards[n] = after.rewards[n * R + paid];
        rows.trainingRewards[n] = after.rewards[n * R + training];
      }
    rows.terminated.set(after.terminated);
  }

  oracle(rows: BatchRows): void {
    this.#guard('oracle', () => this.#exports.oracle?.());
    rows.actions.set(this.#live().actions);
  }

  /** A module without the export observes when it starts and steps alone. */
  observe(rows: BatchRows): void {
    if (this.#exports.observe === undefined) return;
    this.#guard('observe', () => this.#exports.observe?.());
    const after = this.#live();
    for (let n = 0; n < this.#size; n++) this.#observe(after, rows, n);
  }

  /** What the module may only read, as it stands there, and how much memory it has. */
  inspect(): UserInspection {
    const { tasks, actions, which, taskIds, episodes, elapsed } = this.#live();
    return { pages: pagesOf(this.#exports.memory), inputs: { tasks, actions, which, taskIds, episodes, elapsed } };
  }

  get #stateSize(): number {
    return this.#description.state.length;
  }

  #state(n: number): Float64Array {
    return (this.#live().states as Float64Array).subarray(n * this.#stateSize, (n + 1) * this.#stateSize);
  }

  #observe({ observations }: WasmRows, rows: BatchRows, n: number): void {
    const O = this.#description.observation.length;
    rows.observations.set(observations.subarray(n * O, (n + 1) * O), n * rows.observationWidth);
  }

  /** The views, made anew when the module's memory has grown. */
  #live(): WasmRows {
    if (this.#broken !== null) throw this.#broken;
    if (this.#views.buffer !== this.#exports.memory.buffer) {
      const grown = pagesOf(this.#exports.memory) - this.#pages;
      if (grown > mostGrowth)
        throw this.#breaks('flat-memory', `${this.#name} expected at most ${mostGrowth} pages of memory after "create", got ${grown} more`);
      this.#views = this.#viewsNow();
    }
    return this.#views;
  }

  #viewsNow(): WasmRows {
    return rowsAt(this.#exports.memory, this.#table, this.#size, this.#description, this.#name);
  }

  /** A trap becomes an `E_ENV` that names the call. */
  #guard<R>(call: string, work: () => R): R {
    if (this.#broken !== null) throw this.#broken;
    try {
      return work();
    } catch (cause) {
      if (cause instanceof WasmetaError) throw cause;
      throw this.#breaks('no-traps', `"${call}" of ${this.#name} trapped: ${(cause as Error).message}`, cause);
    }
  }

  #breaks(rule: string, message: string, cause?: unknown): WasmetaError {
    this.#broken = new WasmetaError('E_ENV', message, { name: this.#name, rule }, cause);
    return this.#broken;
  }
}
