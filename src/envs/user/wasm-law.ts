/** N environments in one instance of a user's WebAssembly module. Rows are copied between its memory and the engine's; addresses are checked once, and when its memory grows. */
import { WasmetaError } from '../../core/errors.ts';
import type { EnvConfig } from '../spec.ts';
import type { EnvDescription } from './definition.ts';
import type { BatchRows, DrawKey, UserBatch } from './user-law.ts';

/** What a module exports. N is the number of environments that `create` was told. */
export type EnvExports = {
  readonly memory: WebAssembly.Memory;
  /** Version of this ABI. */
  abi(): number;
  /** Address of the spec: JSON in UTF-8, ended by a zero byte. */
  spec(): number;
  /** Makes N environments of the preset with this place in the spec. Returns the address of the table of addresses (`tableOf`). */
  create(numEnvs: number, preset: number, horizon: number): number;
  /** Draws the tasks of all environments from their task ids. */
  sample_tasks(seed: number, split: number): void;
  /** Starts and observes the environments whose flag in `which` is 1. */
  start(seed: number, split: number): void;
  /** Moves and observes all environments. */
  step(seed: number, split: number): void;
  /** Optional: writes the actions of a player who is told the task. */
  readonly oracle?: () => void;
};

/** The table that `create` returns: u32 addresses in this order. Rows are row-major [N, ·]; f32 unless said. */
const table = ['tasks', 'actions', 'observations', 'rewards', 'terminated', 'which', 'taskIds', 'episodes', 'elapsed'] as const;
type Views = {
  readonly buffer: ArrayBuffer;
  /** [N, W] */
  readonly tasks: Float32Array;
  /** [N, A]; discrete: [N] whole numbers. */
  readonly actions: Float32Array;
  /** [N, O] */
  readonly observations: Float32Array;
  /** [N, R], one column for each named reward. */
  readonly rewards: Float32Array;
  /** [N] u8 */
  readonly terminated: Uint8Array;
  readonly which: Uint8Array;
  /** [N] u32, i32 */
  readonly taskIds: Uint32Array;
  readonly episodes: Uint32Array;
  readonly elapsed: Int32Array;
};

/** An instance without any import but AssemblyScript's `env.abort`. Throws `E_ENV`. */
export function instanceOf(module: WebAssembly.Module, name: string): WebAssembly.Exports {
  const foreign = WebAssembly.Module.imports(module).filter((one) => one.module !== 'env' || one.name !== 'abort');
  if (foreign.length > 0)
    throw new WasmetaError(
      'E_ENV',
      `${name} expected no imports but env.abort, got ${foreign.map((one) => `${one.module}.${one.name}`).join(', ')}: what comes from the host is not the same everywhere`,
      { name },
    );
  const abort = (): never => {
    throw new WasmetaError('E_ENV', `${name} called abort`, { name });
  };
  try {
    return new WebAssembly.Instance(module, { env: { abort } }).exports;
  } catch (cause) {
    if (cause instanceof WasmetaError) throw cause;
    throw new WasmetaError('E_ENV', `${name} can't be instantiated: ${(cause as Error).message}`, { name }, cause);
  }
}

export class WasmBatch implements UserBatch {
  readonly #exports: EnvExports;
  readonly #name: string;
  readonly #size: number;
  readonly #description: EnvDescription;
  readonly #table: number;
  readonly #rewards: readonly [paid: number, training: number, count: number];
  #views: Views;

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
  }

  sampleTasks({ seed, split }: DrawKey, taskIds: Uint32Array, tasks: Float32Array): void {
    this.#live().taskIds.set(taskIds);
    this.#guard('sample_tasks', () => this.#exports.sample_tasks(seed, split));
    tasks.set(this.#live().tasks);
    const bad = tasks.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0)
      throw new WasmetaError('E_ENV', `"sample_tasks" of ${this.#name} expected finite tasks, got ${tasks[bad]}`, { name: this.#name });
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
    this.#setCoordinates(views, rows);
    this.#guard('start', () => this.#exports.start(seed, split));
    const after = this.#live();
    for (let n = 0; n < this.#size; n++) if (all || terminated[n] === 1 || truncated[n] === 1) this.#observe(after, rows, n);
  }

  step({ seed, split }: DrawKey, rows: BatchRows): void {
    const views = this.#live();
    views.actions.set(rows.actions);
    this.#setCoordinates(views, rows);
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

  #setCoordinates({ taskIds, episodes, elapsed }: Views, rows: BatchRows): void {
    taskIds.set(rows.taskIds);
    episodes.set(rows.episodes);
    elapsed.set(rows.elapsed);
  }

  #observe({ observations }: Views, rows: BatchRows, n: number): void {
    const O = this.#description.observation.length;
    rows.observations.set(observations.subarray(n * O, (n + 1) * O), n * rows.observationWidth);
  }

  /** The views, made anew when the module's memory has grown. */
  #live(): Views {
    if (this.#views.buffer !== this.#exports.memory.buffer) this.#views = this.#viewsNow();
    return this.#views;
  }

  #viewsNow(): Views {
    const { observation, action, task } = this.#description;
    const N = this.#size;
    const buffer = this.#exports.memory.buffer as ArrayBuffer;
    this.#within('create', this.#table, 4 * table.length, 4);
    const places = new Uint32Array(buffer, this.#table, table.length);
    const at = Object.fromEntries(table.map((name, k) => [name, places[k]])) as Record<(typeof table)[number], number>;
    const sized = <A>(
      name: (typeof table)[number],
      length: number,
      bytes: number,
      view: new (buffer: ArrayBuffer, at: number, length: number) => A,
    ): A => {
      this.#within(name, at[name], length * bytes, bytes);
      return new view(buffer, at[name], length);
    };
    return {
      buffer,
      tasks: sized('tasks', N * task.length, 4, Float32Array),
      actions: sized('actions', N * ('n' in action ? 1 : action.length), 4, Float32Array),
      observations: sized('observations', N * observation.length, 4, Float32Array),
      rewards: sized('rewards', N * this.#rewards[2], 4, Float32Array),
      terminated: sized('terminated', N, 1, Uint8Array),
      which: sized('which', N, 1, Uint8Array),
      taskIds: sized('taskIds', N, 4, Uint32Array),
      episodes: sized('episodes', N, 4, Uint32Array),
      elapsed: sized('elapsed', N, 4, Int32Array),
    };
  }

  #within(what: string, at: number, bytes: number, alignment: number): void {
    const size = this.#exports.memory.buffer.byteLength;
    if (at % alignment === 0 && at + bytes <= size) return;
    throw new WasmetaError(
      'E_ENV',
      `"create" of ${this.#name} expected an address of ${bytes} bytes for ${what}, a multiple of ${alignment} within its memory of ${size} bytes, got ${at}`,
      { name: this.#name, what, at, bytes, size },
    );
  }

  /** A trap becomes an `E_ENV` that names the call. */
  #guard<R>(call: string, work: () => R): R {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof WasmetaError) throw cause;
      throw new WasmetaError('E_ENV', `"${call}" of ${this.#name} trapped: ${(cause as Error).message}`, { name: this.#name, call }, cause);
    }
  }
}
