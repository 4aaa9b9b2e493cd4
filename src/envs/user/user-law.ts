/** What the engine asks of a user's environment: N of them in a batch, moved together. Implemented for JavaScript (js-law.ts) and for WebAssembly (wasm-law.ts). */

/** Identifies the file that an environment came from; part of its config, so that a run knows what it was trained on. */
export interface EnvModule {
  /** The file's name, for messages. */
  readonly name: string;
  /** SHA-256 of the file, hex. What it imports is not covered. */
  readonly sha256: string;
}

/** Views into the engine's memory. N environments; rows are as wide as `observationWidth` says, of which the first O are the environment's. */
export interface BatchRows {
  /** [N, A], or [N] whole numbers. */
  readonly actions: Float32Array;
  /** [N, observationWidth] */
  readonly observations: Float32Array;
  /** O, or O + W where the task is observed. */
  readonly observationWidth: number;
  /** [N] each. */
  readonly rewards: Float32Array;
  readonly trainingRewards: Float32Array;
  /** [N] 1 where the law ended the episode. */
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** [N] each, Philox coordinates and the steps since the start of the episode. */
  readonly taskIds: Uint32Array;
  readonly episodes: Uint32Array;
  readonly elapsed: Int32Array;
}

/** Words of the Philox key besides the stream. */
export interface DrawKey {
  readonly seed: number;
  readonly split: number;
}

/** What the user's code was given to read, as it stands after a call, and the pages of memory that it holds (0: those of the host). */
export interface UserInspection {
  readonly pages: number;
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>;
}

/** N environments. Every method throws `E_ENV` where the user's code throws or breaks the contract. */
export interface UserBatch {
  /** Draws the tasks of the coordinates into `tasks` [N, W]. */
  sampleTasks(key: DrawKey, taskIds: Uint32Array, tasks: Float32Array): void;
  /** Takes the tasks [N, W], before the first start. */
  setTasks(tasks: Float32Array): void;
  /** Starts and observes every environment, or those whose episode is over. */
  start(key: DrawKey, rows: BatchRows, all: boolean): void;
  /** Moves and observes all environments; writes rewards and `terminated`. */
  step(key: DrawKey, rows: BatchRows): void;
  /** Writes the actions of the oracle. */
  oracle(rows: BatchRows): void;
  /** For the checker. */
  inspect(): UserInspection;
  /** Observes states and tasks that were set from outside, where the environment can. */
  observe(rows: BatchRows): void;
  /** Where they can be seen and set. */
  readonly states?: UserStates;
}

/** Rows [S] of environment n: what it is in, and what its last episode ended with. */
export interface UserStates {
  /** Whether `observe` shows states that were set. */
  readonly observes: boolean;
  now(n: number): Float64Array;
  final(n: number): Float64Array;
}

/** `Config`: of an environment (`EnvConfig`). */
export interface UserLaw<Config = object> {
  /** null: defined in this thread, where no worker can find it. */
  readonly module: EnvModule | null;
  /** N environments. Throws `E_ENV`. */
  create(config: Config, size: number): UserBatch;
}
