// The library of users' environments in AssemblyScript, shipped as `wasmeta/assembly/env`. It holds the arrays of N environments and the table of their
// addresses (the ABI of docs/your-environment.md), so that a user writes spec, sampleTask, reset, step and observe of one environment. f64 inside, f32 rows outside.
import { Random } from './random';

export { Random } from './random';

/** A row of f32 in memory. */
@unmanaged
export class Floats {
  // @ts-ignore: decorator
  @inline
  @operator('[]')
  get(i: i32): f32 { return load<f32>(changetype<usize>(this) + (<usize>i << 2)); }
  // @ts-ignore: decorator
  @inline
  @operator('[]=')
  set(i: i32, value: f32): void { store<f32>(changetype<usize>(this) + (<usize>i << 2), value); }
}

/** A row of f64 in memory. */
@unmanaged
export class Doubles {
  // @ts-ignore: decorator
  @inline
  @operator('[]')
  get(i: i32): f64 { return load<f64>(changetype<usize>(this) + (<usize>i << 3)); }
  // @ts-ignore: decorator
  @inline
  @operator('[]=')
  set(i: i32, value: f64): void { store<f64>(changetype<usize>(this) + (<usize>i << 3), value); }
}

/** N environments. What a user overrides is the law of one; who wants SIMD overrides `sampleAll`, `startAll` and `stepAll` instead. */
export abstract class Env {
  numEnvs: i32 = 0;
  /** The place of the preset in the spec. */
  preset: i32 = 0;
  horizon: i32 = 0;
  /** ε of the rewards in `tolerantRewards`. */
  tolerance: f64 = 0;
  // Addresses of the rows. Only the first four are written by a law; the others are read.
  states: usize = 0; // f64 [N, S]
  observations: usize = 0; // f32 [N, O]
  rewards: usize = 0; // f32 [N, R]
  terminated: usize = 0; // u8 [N]
  tasks: usize = 0; // f32 [N, W]; written by sampleAll
  actions: usize = 0; // f32 [N, A]
  which: usize = 0; // u8 [N]
  taskIds: usize = 0; // u32 [N]
  episodes: usize = 0; // u32 [N]
  elapsed: usize = 0; // i32 [N]

  /** The sizes that the spec says: numbers of a state, a task, an action (1 if it is a choice), an observation, and named rewards. */
  constructor(
    readonly stateSize: i32,
    readonly taskSize: i32,
    readonly actionSize: i32,
    readonly observationSize: i32,
    readonly rewardCount: i32 = 1,
  ) {}

  /** JSON: the fields of `defineEnv` but its functions. */
  abstract spec(): string;
  abstract sampleTask(task: Floats, random: Random): void;
  /** The state is 0 before. */
  abstract reset(state: Doubles, task: Floats, random: Random): void;
  /** Writes the rewards; true if the law ends the episode. */
  abstract step(state: Doubles, action: Floats, task: Floats, random: Random, rewards: Floats): bool;
  abstract observe(state: Doubles, task: Floats, out: Floats): void;

  sampleAll(seed: u32, split: u32): void {
    for (let n = 0; n < this.numEnvs; n++) this.sampleTask(this.task(n), random.at(seed, split, 0, this.taskId(n), 0, 0));
  }

  startAll(seed: u32, split: u32): void {
    for (let n = 0; n < this.numEnvs; n++) {
      if (load<u8>(this.which + n) == 0) continue;
      const state = this.state(n);
      memory.fill(changetype<usize>(state), 0, <usize>this.stateSize << 3);
      this.reset(state, this.task(n), random.at(seed, split, 1, this.taskId(n), this.episode(n), 0));
      this.observe(state, this.task(n), this.observation(n));
    }
  }

  stepAll(seed: u32, split: u32): void {
    for (let n = 0; n < this.numEnvs; n++) {
      const state = this.state(n);
      const steps = load<u32>(this.elapsed + (<usize>n << 2));
      random.at(seed, split, 3, this.taskId(n), this.episode(n), steps);
      const action = changetype<Floats>(this.actions + (<usize>(n * this.actionSize) << 2));
      const rewards = changetype<Floats>(this.rewards + (<usize>(n * this.rewardCount) << 2));
      store<u8>(this.terminated + n, this.step(state, action, this.task(n), random, rewards) ? 1 : 0);
      this.observe(state, this.task(n), this.observation(n));
    }
  }

  /** Observes states and tasks that were set from outside. */
  observeAll(): void {
    for (let n = 0; n < this.numEnvs; n++) this.observe(this.state(n), this.task(n), this.observation(n));
  }

  // @ts-ignore: decorator
  @inline
  state(n: i32): Doubles { return changetype<Doubles>(this.states + (<usize>(n * this.stateSize) << 3)); }
  // @ts-ignore: decorator
  @inline
  task(n: i32): Floats { return changetype<Floats>(this.tasks + (<usize>(n * this.taskSize) << 2)); }
  // @ts-ignore: decorator
  @inline
  observation(n: i32): Floats { return changetype<Floats>(this.observations + (<usize>(n * this.observationSize) << 2)); }
  // @ts-ignore: decorator
  @inline
  taskId(n: i32): u32 { return load<u32>(this.taskIds + (<usize>n << 2)); }
  // @ts-ignore: decorator
  @inline
  episode(n: i32): u32 { return load<u32>(this.episodes + (<usize>n << 2)); }
}

const random = new Random();
let law: Env | null = null;

/** Call once, at the top level of the file that is compiled. */
export function define(env: Env): void {
  law = env;
}

// The calls of the ABI: export them from the file that is compiled.

export function abi(): i32 {
  return 1;
}

export function spec(): usize {
  return changetype<usize>(String.UTF8.encode(law!.spec(), true));
}

/** Returns the address of the table. */
export function create(numEnvs: i32, preset: i32, horizon: i32): usize {
  const env = law!;
  const padded = (numEnvs + 3) & ~3; // four environments fill a SIMD vector
  env.numEnvs = numEnvs;
  env.preset = preset;
  env.horizon = horizon;
  env.tasks = zeros(padded * env.taskSize, 4);
  env.actions = zeros(padded * env.actionSize, 4);
  env.observations = zeros(padded * env.observationSize, 4);
  env.rewards = zeros(padded * env.rewardCount, 4);
  env.terminated = zeros(padded, 1);
  env.which = zeros(padded, 1);
  env.taskIds = zeros(padded, 4);
  env.episodes = zeros(padded, 4);
  env.elapsed = zeros(padded, 4);
  env.states = zeros(padded * env.stateSize, 8);
  const table = heap.alloc(40);
  store<usize>(table, env.tasks);
  store<usize>(table, env.actions, 4);
  store<usize>(table, env.observations, 8);
  store<usize>(table, env.rewards, 12);
  store<usize>(table, env.terminated, 16);
  store<usize>(table, env.which, 20);
  store<usize>(table, env.taskIds, 24);
  store<usize>(table, env.episodes, 28);
  store<usize>(table, env.elapsed, 32);
  store<usize>(table, env.states, 36);
  return table;
}

export function sample_tasks(seed: u32, split: u32): void {
  law!.sampleAll(seed, split);
}

export function start(seed: u32, split: u32): void {
  law!.startAll(seed, split);
}

export function step(seed: u32, split: u32): void {
  law!.stepAll(seed, split);
}

export function observe(): void {
  law!.observeAll();
}

/** Only where the spec names `tolerantRewards`. */
export function tolerance(value: f64): void {
  law!.tolerance = value;
}

/** 16-byte aligned, with one vector to spare: SIMD loads may read past the end. */
function zeros(count: i32, size: i32): usize {
  const bytes = <usize>(count * size) + 16;
  const at = heap.alloc(bytes);
  memory.fill(at, 0, bytes);
  return at;
}
