/** Stepping by hand, after Gymnasium: N environments at once, SAME_STEP autoreset, no worker. The contract is docs/contract.md. */
import { fail, finite, floats, integer, number, oneOf, onlyFields, record, seed as seedOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type SplitName, split } from '../core/philox.ts';
import { type BatchedSpace, batched, boxOf, type Discrete, type Sampled, type Space, sampled } from '../core/spaces.ts';
import { Batch } from './batch.ts';
import { canvas as checkCanvas, renderOptions } from './check-scene.ts';
import { Engine } from './engine.ts';
import { Past } from './past.ts';
import { familyOf } from './registry.ts';
import { type Canvas, describeScene, type RenderOptions, renderScene, type Scene, taskAt } from './render.ts';
import type { EnvConfig, FamilySpec } from './spec.ts';
import { checkedStates } from './states.ts';

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

/** Which tasks and random numbers a reset begins with. */
export interface ResetOptions {
  /** null is none, as in Gymnasium. */
  readonly seed?: number | null;
  /** [N, W] instead of tasks drawn from the family's distribution. */
  readonly tasks?: Float32Array | readonly number[];
  /** Whose random numbers: `train` (default), or `test` for tasks that no training draws. */
  readonly split?: SplitName;
  /** The number of the first task, whose random numbers are drawn. Default: 0 with a seed, else the next. */
  readonly firstTask?: number;
}

const splitNames = Object.keys(split) as readonly SplitName[];

export const largestBatch = 1_048_576;

/**
 * N environments in one batch of WebAssembly memory, as Gymnasium’s vector environments with SAME_STEP autoreset. Made by `makeVec`. Observations, actions
 * and rewards are row-major views [N, ·] that are valid until the next `reset` or `step`.
 */
export class VectorEnv {
  readonly config: EnvConfig;
  readonly numEnvs: number;
  /** Spaces of all N environments at once. */
  readonly observationSpace: BatchedSpace & Sampled;
  readonly actionSpace: BatchedSpace & Sampled;
  /** Spaces of one environment. */
  readonly singleObservationSpace: Space & Sampled;
  readonly singleActionSpace: Space & Sampled;
  /** Space of one environment's task. */
  readonly taskSpace: Space & Sampled;
  /** Space of one environment's state, whose fields `spec.state(config)` names. */
  readonly stateSpace: Space;
  readonly spec: FamilySpec;
  readonly #batch: Batch;
  #views: VectorStep | null = null;
  #closed = false;
  #started = false;
  #seed = 0;
  #nextTask = 0;
  #split: SplitName = 'train';
  /** By the environment that is watched. */
  readonly #pasts = new Map<number, Past>();

  /** Use `makeVec`. */
  constructor(module: WebAssembly.Module, config: EnvConfig, numEnvs: number) {
    this.numEnvs = integer('numEnvs', numEnvs, 1, largestBatch);
    this.config = config;
    this.spec = familyOf(config.id);
    const [observation, action, task] = [this.spec.observation(config), this.spec.action(config), this.spec.task(config)];
    this.singleObservationSpace = sampled(boxOf(config.context ? [...observation, ...task] : observation));
    this.singleActionSpace = sampled('n' in action ? { kind: 'discrete', n: action.n } : boxOf(action));
    this.taskSpace = sampled(boxOf(task));
    this.stateSpace = boxOf(this.spec.state(config));
    this.observationSpace = sampled(batched(this.singleObservationSpace, this.numEnvs));
    this.actionSpace = sampled(batched(this.singleActionSpace, this.numEnvs));
    this.#batch = new Batch(new Engine(module), config, this.numEnvs);
  }

  /**
   * Draws new tasks (or takes the given ones) and starts the first episode. With a seed the tasks are the first N of that seed; without, the next N of
   * the seed before (of 0 at first). Throws `E_ARGUMENT`, `E_NOT_FINITE`, `E_CLOSED` before anything has changed.
   */
  reset(options: ResetOptions = {}): { observations: Float32Array; tasks: Float32Array } {
    this.#mustBeOpen('reset');
    const fields = record('reset options', options);
    onlyFields('reset options', fields, ['seed', 'tasks', 'split', 'firstTask']);
    const seeded = fields.seed !== undefined && fields.seed !== null; // null is Gymnasium's None
    const seed = seedOf('seed', seeded ? fields.seed : this.#seed);
    const from = oneOf('split', fields.split ?? this.#split, splitNames);
    const next = seeded ? 0 : this.#nextTask;
    const firstTask = integer('firstTask', fields.firstTask ?? next, 0, 2 ** 32 - 1);
    const batch = this.#batch;
    const tasks = fields.tasks === undefined ? undefined : this.#tasksIn(fields.tasks);
    batch.draw(seed, split[from], firstTask);
    this.#seed = seed;
    this.#split = from;
    this.#nextTask = firstTask + this.numEnvs;
    if (tasks !== undefined) batch.setTasks(tasks);
    batch.engine.call((wasm) => wasm.batchStart(batch.handle));
    this.#started = true;
    for (const [n, past] of this.#pasts) past.begin(this.#seen(n));
    return { observations: this.#look().observations, tasks: batch.tasks() };
  }

  /** The tasks of all environments, [N, W], as a copy. */
  tasks(): Float32Array {
    this.#mustBeOpen('tasks');
    return this.#batch.tasks();
  }

  /** One step. `actions` is [N, A] row-major (discrete: [N], whole numbers). Bad actions throw before anything has moved. */
  step(given: Float32Array | readonly number[]): VectorStep {
    this.#mustBeOpen('step');
    const batch = this.#batch;
    const actions = this.#sized('actions', given, batch.actionSize);
    if (!this.#started) throw new WasmetaError('E_ARGUMENT', '"step" expected a reset before the first step', {});
    const bad = batch.engine.call((wasm) => {
      batch.engine.floats(wasm.batchActions(batch.handle), actions.length).set(actions);
      return wasm.batchStep(batch.handle);
    });
    if (bad >= 0) this.#refuse(actions, bad);
    const after = this.#look();
    for (const [n, past] of this.#pasts) this.#remember(n, past, actions, after);
    return after;
  }

  /** Whether states can be seen: not of a user's module that does not show them. */
  get showsStates(): boolean {
    return this.#batch.showsStates;
  }

  /** The states of all environments, [N, S] by the fields of `spec.state(config)`, as a copy. Throws `E_UNSUPPORTED` where a user's module does not show them. */
  state(): Float64Array {
    this.#mustBeOpen('state');
    return this.#batch.states();
  }

  /** The states in which the last episode of each environment ended, [N, S]; rows of environments that have ended none have no meaning. */
  finalState(): Float64Array {
    this.#mustBeOpen('finalState');
    return this.#batch.finalStates();
  }

  /** Puts every environment into a state, in the middle of its episode: [N, S]. Throws before anything has changed. */
  setState(states: ArrayLike<number>): { observations: Float32Array } {
    this.#mustBeStarted('setState');
    this.#batch.setStates(checkedStates(states, this.spec.state(this.config), this.numEnvs));
    return this.#changed();
  }

  /** Gives every environment another task, in the middle of its episode: [N, W]. State, clock and random numbers stay. */
  setTasks(tasks: Float32Array | readonly number[]): { observations: Float32Array } {
    this.#mustBeStarted('setTasks');
    this.#batch.setTasks(this.#tasksIn(tasks));
    return this.#changed();
  }

  /** The actions of the oracle in the present states, [N, A]. Throws `E_UNSUPPORTED` where the family has none. */
  oracle(): Float32Array {
    this.#mustBeStarted('oracle');
    if (this.spec.oracle === 'none')
      throw new WasmetaError('E_UNSUPPORTED', `${this.config.id} has no oracle: its best play is not known`, { env: this.config.id });
    return this.#batch.oracle();
  }

  /** Keeps the states of environment n from now on, for drawings of its trial. */
  watch(n = 0): void {
    integer('environment', n, 0, this.numEnvs - 1);
    if (this.#pasts.has(n)) return;
    const past = new Past(this.config.episodes);
    this.#pasts.set(n, past);
    if (this.#started) past.begin(this.#seen(n));
  }

  /** Draws environment n on a canvas, with the trial since it was first drawn or watched. */
  render(canvas: Canvas, options: RenderOptions & { readonly environment?: number } = {}): void {
    const checked = renderOptions('options', options) as typeof options;
    renderScene(checkCanvas('canvas', canvas), this.scene(checked.environment), checked);
  }

  /** The task [W] that a finger at (x, y) CSS pixels of the canvas asks for; null where that is none. */
  taskAt(canvas: Canvas, x: number, y: number, options: RenderOptions & { readonly environment?: number } = {}): Float32Array | null {
    const checked = renderOptions('options', options) as typeof options;
    return taskAt(checkCanvas('canvas', canvas), this.scene(checked.environment), number('x', x), number('y', y), checked);
  }

  /** What `render` draws, in words. */
  describe(n = 0): string {
    return describeScene(this.scene(n));
  }

  /** What there is to draw of environment n: plain data. */
  scene(n = 0): Scene {
    this.#mustBeStarted('render');
    this.watch(n);
    const { observationSize: O, taskSize: W } = this.#batch;
    return {
      config: this.config,
      task: this.#batch.tasks().slice(n * W, (n + 1) * W),
      state: this.#seen(n),
      observation: this.#look().observations.slice(n * O, (n + 1) * O),
      past: (this.#pasts.get(n) as Past).episodes(),
    };
  }

  /** A state for drawings: without numbers where a user's module does not show them. */
  #seen(n: number, which: 'now' | 'final' = 'now'): Float64Array {
    if (!this.#batch.showsStates) return new Float64Array(0);
    return which === 'final' ? this.#batch.finalState(n) : this.#batch.state(n);
  }

  #remember(n: number, past: Past, actions: Float32Array, { terminated, truncated, rewards }: VectorStep): void {
    const A = this.#batch.actionSize;
    const action = actions.slice(n * A, (n + 1) * A);
    const over = terminated[n] === 1 || truncated[n] === 1;
    const now = this.#seen(n);
    past.add(over ? this.#seen(n, 'final') : now, action, rewards[n]);
    if (over) past.nextEpisode(now);
  }

  /** After states or tasks were set. */
  #changed(): { observations: Float32Array } {
    this.#batch.observe();
    for (const [n, past] of this.#pasts) past.add(this.#seen(n), null, null);
    return { observations: this.#look().observations };
  }

  #mustBeStarted(what: string): void {
    this.#mustBeOpen(what);
    if (!this.#started) throw new WasmetaError('E_ARGUMENT', `"${what}" expected a reset before it`, {});
  }

  /** Frees the environments. A second call does nothing; any other call after it throws `E_CLOSED`. */
  close(): void {
    if (!this.#closed) this.#batch.free();
    this.#closed = true;
  }

  /** Tasks [N, W] in the range of the family's, as a `taskList` must be. */
  #tasksIn(values: unknown): Float32Array {
    const W = this.#batch.taskSize;
    const tasks = this.#sized('tasks', values, W);
    finite('tasks', tasks);
    const fields = this.spec.task(this.config);
    tasks.forEach((x, i) => {
      const { low, high } = fields[i % W];
      if (x < Math.fround(low) || x > Math.fround(high)) number(`tasks[${i}]`, x, low, high);
    });
    return tasks;
  }

  /** Plain arrays of numbers are taken as well: enough for small batches. */
  #sized(title: string, values: unknown, width: number): Float32Array {
    if (Array.isArray(values) && values.length === this.numEnvs * width && values.every((x) => typeof x === 'number'))
      return Float32Array.from(values);
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
