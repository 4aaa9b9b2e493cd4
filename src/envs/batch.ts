/** N environments of one family inside an engine: the thin owner of a WebAssembly batch, shared by `VectorEnv` and the rollouts. */
import { fail } from '../core/checks.ts';
import { philox, purposeOf, stream, toUniform } from '../core/philox.ts';
import type { Engine } from './engine.ts';
import { familyOf, laws } from './registry.ts';
import { type EnvConfig, isDrawn } from './spec.ts';
import type { BatchPlaces } from './user/host.ts';

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
    const from = this.#taskView();
    const to = new Float32Array(this.size * this.taskSize);
    for (let n = 0; n < this.size; n++) for (let w = 0; w < this.taskSize; w++) to[n * this.taskSize + w] = from[w * this.padded + n];
    return to;
  }

  /** Sets the tasks from [N, W]. */
  setTasks(tasks: Float32Array): void {
    const to = this.#taskView();
    for (let n = 0; n < this.size; n++) for (let w = 0; w < this.taskSize; w++) to[w * this.padded + n] = tasks[n * this.taskSize + w];
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
