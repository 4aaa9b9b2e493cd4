/** The imports by which the engine moves users' environments (assembly/envs/user.ts): finds the batch by its handle and gives it views of the engine's memory. */
import { alive } from '../../core/alive.ts';
import { WasmetaError } from '../../core/errors.ts';
import { rowsFrom, rowsInto } from '../columns.ts';
import type { BatchRows, DrawKey, UserBatch, UserStates } from './user-law.ts';

/** Where a batch's buffers stand; the engine's own memory. */
export interface BatchPlaces {
  /** The environment's, for messages. */
  readonly id: string;
  readonly size: number;
  readonly padded: number;
  readonly actionSize: number;
  readonly observationSize: number;
  readonly taskSize: number;
  readonly context: boolean;
  readonly actions: number;
  readonly observations: number;
  readonly rewards: number;
  readonly trainingRewards: number;
  readonly terminated: number;
  readonly truncated: number;
  readonly taskIds: number;
  readonly episodes: number;
  readonly elapsed: number;
  readonly tasks: number;
}

interface Seat {
  readonly user: UserBatch;
  readonly places: BatchPlaces;
  readonly key: { seed: number; split: number };
  rows: BatchRows;
}

export class UserHost {
  readonly #seats = new Map<number, Seat>();
  #memory: WebAssembly.Memory | null = null;

  /** For the engine's instance. */
  readonly imports = {
    /** Called after each step of a rollout, of built-in families too. */
    alive,
    sampleTasks: (handle: number) => this.#sampleTasks(this.#seat(handle)),
    start: (handle: number, all: number) => {
      const seat = this.#seat(handle);
      if (all === 1) this.#takeTasks(seat);
      seat.user.start(seat.key, seat.rows, all === 1);
      mustBeFinite(seat, all === 1);
    },
    step: (handle: number) => {
      const { user, key, rows } = this.#seat(handle);
      user.step(key, rows);
    },
    observe: (handle: number) => {
      const seat = this.#seat(handle);
      this.#takeTasks(seat);
      seat.user.observe(seat.rows);
    },
    oracle: (handle: number) => {
      const { user, rows } = this.#seat(handle);
      user.oracle(rows);
    },
  };

  /** Once, when the engine stands. */
  useMemory(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  attach(handle: number, user: UserBatch, places: BatchPlaces): void {
    this.#seats.set(handle, { user, places, key: { seed: 0, split: 0 }, rows: this.#rowsOf(places) });
  }

  /** Undefined where a user's environment does not show its states. */
  statesOf(handle: number): UserStates | undefined {
    return this.#seats.get(handle)?.user.states;
  }

  /** Hands the engine's tasks to the user's environments; nothing for other batches. */
  takeTasks(handle: number): void {
    if (this.#seats.has(handle)) this.#takeTasks(this.#seat(handle));
  }

  detach(handle: number): void {
    this.#seats.delete(handle);
  }

  /** The key of what is drawn from now on. */
  setKey(handle: number, { seed, split }: DrawKey): void {
    const seat = this.#seats.get(handle);
    if (seat === undefined) return;
    seat.key.seed = seed;
    seat.key.split = split;
  }

  #buffer(): ArrayBuffer {
    return (this.#memory as WebAssembly.Memory).buffer as ArrayBuffer;
  }

  #seat(handle: number): Seat {
    const seat = this.#seats.get(handle) as Seat;
    if (seat.rows.rewards.buffer !== this.#buffer()) seat.rows = this.#rowsOf(seat.places); // the memory has grown
    return seat;
  }

  #rowsOf(p: BatchPlaces): BatchRows {
    const buffer = this.#buffer();
    const floats = (at: number, length: number) => new Float32Array(buffer, at >>> 0, length);
    return {
      actions: floats(p.actions, p.size * p.actionSize),
      observations: floats(p.observations, p.size * p.observationSize),
      observationWidth: p.observationSize,
      rewards: floats(p.rewards, p.size),
      trainingRewards: floats(p.trainingRewards, p.size),
      terminated: new Uint8Array(buffer, p.terminated >>> 0, p.size),
      truncated: new Uint8Array(buffer, p.truncated >>> 0, p.size),
      taskIds: new Uint32Array(buffer, p.taskIds >>> 0, p.size),
      episodes: new Uint32Array(buffer, p.episodes >>> 0, p.size),
      elapsed: new Int32Array(buffer, p.elapsed >>> 0, p.size),
    };
  }

  /** [N, W] of the user into the engine's [W, padded]. */
  #sampleTasks({ user, places, key, rows }: Seat): void {
    const { size, padded, taskSize: width, tasks: at } = places;
    const tasks = new Float32Array(size * width);
    user.sampleTasks(key, rows.taskIds, tasks);
    rowsInto(new Float32Array(this.#buffer(), at >>> 0, width * padded), tasks, { size, width, padded });
  }

  /** The engine's tasks into the user's environments and, where the task is observed, behind each observation. */
  #takeTasks({ user, places, rows }: Seat): void {
    const { size, padded, taskSize: W, tasks: at, observationSize, context } = places;
    const tasks = rowsFrom(new Float32Array(this.#buffer(), at >>> 0, W * padded), { size, width: W, padded });
    user.setTasks(tasks);
    if (context) for (let n = 0; n < size; n++) rows.observations.set(tasks.subarray(n * W, (n + 1) * W), (n + 1) * observationSize - W);
  }
}

/** In a step, what is not finite ends that environment's episode with a fault; an episode that starts so can't be played at all. */
function mustBeFinite({ rows, places }: Seat, all: boolean): void {
  const { size, observationSize, id } = places;
  const { observations, terminated, truncated } = rows;
  for (let n = 0; n < size; n++) {
    if (!all && terminated[n] === 0 && truncated[n] === 0) continue;
    for (let o = n * observationSize; o < (n + 1) * observationSize; o++)
      if (!Number.isFinite(observations[o]))
        throw new WasmetaError(
          'E_ENV',
          `${id} expected every number of an observation to be written and finite at the start of an episode, got ${observations[o]} as number ${o - n * observationSize} of environment ${n}`,
          { id, environment: n, rule: 'sizes' },
        );
  }
}
