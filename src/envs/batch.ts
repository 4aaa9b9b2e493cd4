/** N environments of one family inside an engine: the thin owner of a WebAssembly batch, shared by `VectorEnv` and the rollouts. */
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { philox, purposeOf, stream, toUniform } from '../core/philox.ts';
import { megabytes } from '../core/wording.ts';
import { rowsFrom, rowsInto } from './columns.ts';
import type { Engine } from './engine.ts';
import { familyOf, laws } from './registry.ts';
import { type EnvConfig, isDrawn } from './spec.ts';
import type { BatchPlaces } from './user/host.ts';
import type { UserStates } from './user/user-law.ts';

/** The most draws of a task for a region. A region that holds 1 % of the tasks is missed once in 10^43. */
const mostAttempts = 10_000;

export class Batch {
  readonly engine: Engine;
  readonly config: EnvConfig;
  readonly size: number;
  readonly handle: number;
  readonly observationSize: number;
  readonly actionSize: number;
  readonly taskSize: number;
  readonly padded: number;

  constructor(engine: Engine, config: EnvConfig, size: number) {
    const spec = familyOf(config.id);
    const law = laws.indexOf(spec.law);
    const parameters = engine.givenFloats(Object.values(spec.parameters(config)).flat());
    const handle = engine.call((wasm) => wasm.batchCreate(law, size, config.horizon, config.context ? 1 : 0, parameters));
    mustFit(engine, handle, config, size);
    this.engine = engine;
    this.config = config;
    this.size = size;
    this.handle = handle;
    this.observationSize = engine.call((wasm) => wasm.batchObservationSize(handle));
    this.actionSize = engine.call((wasm) => wasm.batchActionSize(handle));
    this.taskSize = engine.call((wasm) => wasm.batchTaskSize(handle));
    this.padded = engine.call((wasm) => wasm.batchPadded(handle));
    if (spec.user !== undefined) engine.userHost.attach(handle, spec.user.create(config, size), this.#places());
  }

  free(): void {
    this.engine.userHost.detach(this.handle);
    this.engine.call((wasm) => wasm.batchFree(this.handle));
  }

  /** Gives environment n the Philox coordinates (task firstTask + n, episode firstEpisode) and draws its task. */
  draw(seed: number, split: number, firstTask: number, firstEpisode = 0): void {
    this.#draw(
      seed,
      split,
      (n) => firstTask + n,
      () => firstEpisode,
    );
  }

  /** Gives environment n the coordinates (task, episode firstEpisode + n): N episodes of one task side by side. */
  drawEpisodes(seed: number, split: number, task: number, firstEpisode: number): void {
    this.#draw(
      seed,
      split,
      () => task,
      (n) => firstEpisode + n,
    );
  }

  #draw(seed: number, split: number, task: (n: number) => number, episode: (n: number) => number): void {
    this.engine.call((wasm) => {
      wasm.batchSeed(this.handle, seed, split);
      this.engine.userHost.setKey(this.handle, { seed, split });
      const tasks = this.engine.integers(wasm.batchTaskId(this.handle), this.padded);
      const episodes = this.engine.integers(wasm.batchEpisode(this.handle), this.padded);
      for (let n = 0; n < this.padded; n++) {
        tasks[n] = task(Math.min(n, this.size - 1));
        episodes[n] = episode(Math.min(n, this.size - 1));
      }
      wasm.batchSampleTasks(this.handle);
      if (this.config.region !== undefined) this.#redraw(tasks);
      if (this.config.taskList !== undefined) this.#pick(this.config.taskList, purposeOf(split, stream.task), seed, tasks);
    });
  }

  /** Gives every environment a task of the list, chosen by the random word that would have drawn its own task. */
  #pick(list: readonly (readonly number[])[], purpose: number, seed: number, ids: Int32Array): void {
    const tasks = new Float32Array(this.size * this.taskSize);
    for (let n = 0; n < this.size; n++) {
      const place = Math.floor(toUniform(philox(seed, purpose, ids[n], 0, 0, 0)[0]) * list.length);
      tasks.set(list[place], n * this.taskSize);
    }
    this.setTasks(tasks);
  }

  /** Draws tasks outside the region again, each from its own numbers, until one fits. Throws `E_ARGUMENT` if none does; the tasks are then as they were drawn. */
  #redraw(ids: Int32Array): void {
    const W = this.taskSize;
    const asked = ids.slice();
    const first = this.tasks();
    for (let attempt = 1; ; attempt++) {
      const drawn = this.tasks();
      let wrong = 0;
      for (let n = 0; n < this.size; n++) {
        if (isDrawn(this.config, drawn.subarray(n * W, (n + 1) * W))) continue;
        ids[n] = asked[n] + Math.imul(attempt, 0x9e3779b1);
        wrong++;
      }
      if (wrong === 0 || attempt > mostAttempts) ids.set(asked); // the rest of the episode uses the coordinates that were asked for
      if (wrong === 0) return;
      if (attempt > mostAttempts) {
        this.setTasks(first);
        fail('region', `a part of the task distribution of ${this.config.id} ${this.config.preset} that has tasks`, this.config.region);
      }
      this.engine.call((wasm) => wasm.batchSampleTasks(this.handle));
    }
  }

  /** Tasks as [N, W], copied out of the structure of arrays [W, padded]. */
  tasks(): Float32Array {
    return rowsFrom(this.#taskView(), { size: this.size, width: this.taskSize, padded: this.padded });
  }

  /** Sets the tasks from [N, W]. */
  setTasks(tasks: Float32Array): void {
    rowsInto(this.#taskView(), tasks, { size: this.size, width: this.taskSize, padded: this.padded });
    this.engine.userHost.takeTasks(this.handle);
  }

  /** Observes states and tasks that were set. */
  observe(): void {
    this.engine.call((wasm) => wasm.batchObserve(this.handle));
  }

  /** The oracle's actions in the present states, [N, A]. */
  oracle(): Float32Array {
    return this.engine.call((wasm) => {
      wasm.batchOracle(this.handle);
      return this.engine.floats(wasm.batchActions(this.handle), this.size * this.actionSize).slice();
    });
  }

  /** The states [N, S] by the fields of the spec, as a copy. Throws `E_UNSUPPORTED` where a user's module does not show them. */
  states(): Float64Array {
    return this.#rows((n) => this.state(n));
  }

  /** That of environment n alone, [S]. */
  state(n: number): Float64Array {
    const S = this.#numFields();
    const user = this.#userStates();
    if (user !== null) return user.now(n).slice();
    const from = this.#stateRows();
    return Float64Array.from({ length: S }, (_, s) => from[s * this.padded + n]);
  }

  /** What the last episode of each environment ended with, [N, S]. */
  finalStates(): Float64Array {
    return this.#rows((n) => this.finalState(n));
  }

  finalState(n: number): Float64Array {
    const S = this.#numFields();
    const user = this.#userStates();
    if (user !== null) return user.final(n).slice();
    return this.engine.call((wasm) => {
      const width = wasm.batchStateSize(this.handle);
      return Float64Array.from(this.engine.floats(wasm.batchFinalState(this.handle) + 4 * n * width, S));
    });
  }

  /** Sets the states from [N, S]. What a law keeps besides them (the start of a solver's search) becomes 0, so that what follows depends on the states alone. */
  setStates(states: Float64Array): void {
    const user = this.#userStates();
    const S = this.#numFields();
    if (user !== null) {
      if (!user.observes)
        throw new WasmetaError('E_UNSUPPORTED', `the module of ${this.config.id} exports no "observe", so its states can't be set`, {
          id: this.config.id,
        });
      for (let n = 0; n < this.size; n++) user.now(n).set(states.subarray(n * S, (n + 1) * S));
      return;
    }
    const to = this.#stateRows();
    to.fill(0, S * this.padded);
    rowsInto(to, states, { size: this.size, width: S, padded: this.padded });
  }

  /** Whether states can be seen: not of a user's module that does not show them. */
  get showsStates(): boolean {
    return familyOf(this.config.id).user === undefined || this.engine.userHost.statesOf(this.handle) !== undefined;
  }

  /** Writes the first numbers of the state of environment n, whose others stay; nothing is observed. For many environments at once. */
  stateWriter(): (n: number, values: readonly number[]) => void {
    const user = this.#userStates();
    if (user !== null) return (n, values) => user.now(n).set(values);
    const rows = this.#stateRows();
    return (n, values) =>
      values.forEach((value, row) => {
        rows[row * this.padded + n] = value;
      });
  }

  #rows(of: (n: number) => Float64Array): Float64Array {
    const S = this.#numFields();
    const to = new Float64Array(this.size * S);
    for (let n = 0; n < this.size; n++) to.set(of(n), n * S);
    return to;
  }

  #userStates(): UserStates | null {
    if (familyOf(this.config.id).user === undefined) return null;
    const states = this.engine.userHost.statesOf(this.handle);
    if (states === undefined)
      throw new WasmetaError('E_UNSUPPORTED', `the module of ${this.config.id} does not show its states`, { id: this.config.id });
    return states;
  }

  #numFields(): number {
    return familyOf(this.config.id).state(this.config).length;
  }

  /** [rows of the law's state, padded] */
  #stateRows(): Float32Array {
    return this.engine.call((wasm) => this.engine.floats(wasm.batchState(this.handle), wasm.batchStateSize(this.handle) * this.padded));
  }

  #places(): BatchPlaces {
    const { engine, handle, size, padded, actionSize, observationSize, taskSize, config } = this;
    return engine.call((wasm) => ({
      id: config.id,
      size,
      padded,
      actionSize,
      observationSize,
      taskSize,
      context: config.context,
      actions: wasm.batchActions(handle),
      observations: wasm.batchObservations(handle),
      rewards: wasm.batchRewards(handle),
      trainingRewards: wasm.batchTrainingRewards(handle),
      terminated: wasm.batchTerminated(handle),
      truncated: wasm.batchTruncated(handle),
      taskIds: wasm.batchTaskId(handle),
      episodes: wasm.batchEpisode(handle),
      elapsed: wasm.batchElapsed(handle),
      tasks: wasm.batchTask(handle),
    }));
  }

  #taskView(): Float32Array {
    return this.engine.floats(
      this.engine.call((wasm) => wasm.batchTask(this.handle)),
      this.taskSize * this.padded,
    );
  }
}

/** Throws `E_ARGUMENT` for a batch that the memory of WebAssembly can never hold. Nothing of it is left. */
function mustFit(engine: Engine, handle: number, { id }: EnvConfig, size: number): void {
  const bytes = engine.call((wasm) => wasm.batchMissing(handle));
  if (bytes === 0) return;
  engine.call((wasm) => wasm.batchRefuse(handle));
  throw new WasmetaError(
    'E_ARGUMENT',
    `"numEnvs" expected a batch that fits into WebAssembly's memory, but ${size} environments of ${id} need ${megabytes(bytes)}: step them in smaller batches`,
    { id, numEnvs: size, bytes },
  );
}
