/** Stepping by hand, after Gymnasium: N environments at once, SAME_STEP autoreset, no worker. The contract is docs/contract.md. */
import { fail, finite, floats, integer, onlyFields, record, seed as seedOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { split } from '../core/philox.ts';
import { type BatchedSpace, batched, boxOf, type Discrete, type Space } from '../core/spaces.ts';
import { Batch } from './batch.ts';
import { Engine } from './engine.ts';
import { familyOf } from './registry.ts';
import type { EnvConfig, FamilySpec } from './spec.ts';

/** Views into WebAssembly memory, valid until the next `step` or `reset`; copy what is to be kept. */
export interface VectorStep {
  /** [N, O], observations of the state after the move, or of the new start state where an episode ended. */
  readonly observations: Float32Array;
  /** [N] */
  readonly rewards: Float32Array;
  /** [N] 1 where the task itself ended the episode. */
  readonly terminated: Uint8Array;
  /** [N] 1 where the horizon did. */
  readonly truncated: Uint8Array;
  /**
   * [N] 0, or where an environment could not go on the place of the reason in `faultNames`; its episode has terminated, and its
   * neighbours are not affected. A body's reward is then 0.
   */
  readonly faults: Uint8Array;
  /** [N, O], the last observation of the episode that ended; other rows are older. */
  readonly finalObservations: Float32Array;
}

export interface ResetOptions {
  readonly seed?: number;
  /** [N, W] instead of tasks drawn from the family's distribution. */
  readonly tasks?: Float32Array;
}

export const largestBatch = 1_048_576;

export class VectorEnv {
  readonly config: EnvConfig;
  readonly numEnvs: number;
  /** Spaces of all N environments at once. */
  readonly observationSpace: BatchedSpace;
  readonly actionSpace: BatchedSpace;
  /** Spaces of one environment. */
  readonly singleObservationSpace: Space;
  readonly singleActionSpace: Space;
  /** Space of one environment's task. */
  readonly taskSpace: Space;
  readonly spec: FamilySpec;
  readonly #batch: Batch;
  #views: VectorStep | null = null;
  #closed = false;
  #started = false;
  #seed = 0;
  #nextTask = 0;

  /** Use `makeVec`. */
  constructor(module: WebAssembly.Module, config: EnvConfig, numEnvs: number) {
    this.numEnvs = integer('numEnvs', numEnvs, 1, largestBatch);
    this.config = config;
    this.spec = familyOf(config.id);
    const [observation, action, task] = [this.spec.observation(config), this.spec.action(config), this.spec.task(config)];
    this.singleObservationSpace = boxOf(config.context ? [...observation, ...task] : observation);
    this.singleActionSpace = 'n' in action ? { kind: 'discrete', n: action.n } : boxOf(action);
    this.taskSpace = boxOf(task);
    this.observationSpace = batched(this.singleObservationSpace, this.numEnvs);
    this.actionSpace = batched(this.singleActionSpace, this.numEnvs);
    this.#batch = new Batch(new Engine(module), config, this.numEnvs);
  }

  /**
   * Draws new tasks (or takes the given ones) and starts the first episode. With a seed the tasks are the first N of that seed; without, the next N of
   * the seed before (of 0 at first). Throws `E_ARGUMENT`, `E_NOT_FINITE`, `E_CLOSED` before anything has changed.
   */
  reset(options: ResetOptions = {}): { observations: Float32Array; tasks: Float32Array } {
    this.#mustBeOpen('reset');
    const fields = record('reset options', options);
    onlyFields('reset options', fields, ['seed', 'tasks']);
    const seed = seedOf('seed', fields.seed ?? this.#seed);
    const firstTask = fields.seed === undefined ? this.#nextTask : 0;
    const batch = this.#batch;
    const tasks = fields.tasks;
    if (tasks !== undefined) finite('tasks', this.#sized('tasks', tasks, batch.taskSize));
    batch.draw(seed, split.train, firstTask);
    this.#seed = seed;
    this.#nextTask = firstTask + this.numEnvs;
    if (tasks !== undefined) batch.setTasks(tasks as Float32Array);
    batch.engine.call((wasm) => wasm.batchStart(batch.handle));
    this.#started = true;
    return { observations: this.#look().observations, tasks: batch.tasks() };
  }

  /** The tasks of all environments, [N, W], as a copy. */
  tasks(): Float32Array {
    this.#mustBeOpen('tasks');
    return this.#batch.tasks();
  }

  /** One step. `actions` is [N, A] row-major (discrete: [N], whole numbers). Bad actions throw before anything has moved. */
  step(actions: Float32Array): VectorStep {
    this.#mustBeOpen('step');
    const batch = this.#batch;
    this.#sized('actions', actions, batch.actionSize);
    if (!this.#started) throw new WasmetaError('E_ARGUMENT', '"step" expected a reset before the first step', {});
    const bad = batch.engine.call((wasm) => {
      batch.engine.floats(wasm.batchActions(batch.handle), actions.length).set(actions);
      return wasm.batchStep(batch.handle);
    });
    if (bad >= 0) this.#refuse(actions, bad);
    return this.#look();
  }

  /** Frees the environments. A second call does nothing; any other call after it throws `E_CLOSED`. */
  close(): void {
    if (!this.#closed) this.#batch.free();
    this.#closed = true;
  }

  #sized(title: string, values: unknown, width: number): Float32Array {
    return floats(title, values, this.numEnvs * width, `${this.numEnvs} environments × ${width}`);
  }

  #refuse(actions: Float32Array, bad: number): never {
    const details = { environment: Math.floor(bad / this.#batch.actionSize), index: bad };
    if (Number.isFinite(actions[bad]))
      fail(`actions[${bad}]`, `a whole number below ${(this.singleActionSpace as Discrete).n}`, actions[bad]);
    throw new WasmetaError(
      'E_NOT_FINITE',
      `"actions" expected finite numbers, got ${actions[bad]} at index ${bad} (environment ${details.environment})`,
      details,
    );
  }

  #mustBeOpen(what: string): void {
    if (this.#closed) throw new WasmetaError('E_CLOSED', `"${what}" expected an open environment, but it was closed`, { call: what });
  }

  #look(): VectorStep {
    if (this.#views === null || this.#views.rewards.buffer.byteLength === 0) {
      const { engine, handle, observationSize: O } = this.#batch;
      const N = this.numEnvs;
      this.#views = engine.call((wasm) => ({
        observations: engine.floats(wasm.batchObservations(handle), N * O),
        rewards: engine.floats(wasm.batchRewards(handle), N),
        terminated: engine.bytes(wasm.batchTerminated(handle), N),
        truncated: engine.bytes(wasm.batchTruncated(handle), N),
        faults: engine.bytes(wasm.batchFaults(handle), N),
        finalObservations: engine.floats(wasm.batchFinalObservations(handle), N * O),
      }));
    }
    return this.#views;
  }
}
