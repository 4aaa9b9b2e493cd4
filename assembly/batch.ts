// What every family's batch of N environments shares: sizes, buffers, counters, the end of an episode. The contract is docs/contract.md.
// State and task are structures of arrays [·][padded], so that four environments fill a SIMD vector; what the outside reads is row-major [N, ·].
import { block, floats, mayFit } from './memory';

/** Reasons why an environment could not go on. Twin: src/envs/faults.ts. */
export const NOT_FINITE: i32 = 1; // a number of its state is NaN, infinite or absurd
export const OUT_OF_EVENTS: i32 = 2; // more impacts in one step than the law handles

/** Streams of random numbers; the Philox key is (seed, 16·split + stream). Twin: src/core/philox.ts. */
export const STREAM_TASK: u32 = 0;
export const STREAM_START: u32 = 1;
export const STREAM_POLICY: u32 = 2;
export const STREAM_NOISE: u32 = 3;

@unmanaged
export class Batch {
  family: i32;
  size: i32; // N
  padded: i32; // N rounded up to a multiple of 4
  observationSize: i32;
  actionSize: i32; // floats an action takes: 1 if discrete
  choices: i32; // number of discrete actions, 0 if continuous
  taskSize: i32;
  stateSize: i32;
  horizon: i32;
  context: i32; // 1: the task is part of the observation
  seed: u32;
  split: u32;
  parameters: usize; // the family's numbers, in the order of its spec
  state: usize;
  task: usize;
  actions: usize;
  observations: usize;
  finalObservations: usize;
  finalState: usize; // [padded, stateSize]
  rewards: usize;
  trainingRewards: usize; // a denser reward for the loss alone; never an input of the policy
  terminated: usize; // u8
  truncated: usize; // u8
  faults: usize; // u8, 0 or why the family's law could not go on; such an environment has terminated
  taskId: usize; // u32, Philox coordinates
  episode: usize; // u32
  elapsed: usize; // i32, steps since the start of the episode

  /** Number k of the family in all lanes. */
  // @ts-ignore: decorator
  @inline
  number(k: i32): v128 {
    return number(this.parameters, k);
  }

  /** Where row k of the state has environment i. */
  // @ts-ignore: decorator
  @inline
  row(k: i32, i: i32): usize {
    return this.state + (<usize>(k * this.padded + i) << 2);
  }
}

/** Bytes of the buffers of a batch whose sizes stand; about 27 of each environment are counters and flags. */
export function batchBytes(b: Batch): u64 {
  const width = 2 * (<i64>b.stateSize + b.observationSize) + b.taskSize + b.actionSize + 7;
  return (<u64>b.size * width) << 2;
}

/** Whether the buffers can stand in the memory; asked before any is made. */
export function batchFits(b: Batch): bool {
  const widest = max(max(b.stateSize, b.observationSize), max(b.taskSize, b.actionSize));
  return mayFit((<u64>b.size * widest) << 2, batchBytes(b));
}

export function allocateBatch(b: Batch): void {
  const n = (b.size + 3) & ~3;
  b.padded = n;
  b.state = floats(b.stateSize, n);
  b.task = floats(b.taskSize, n);
  b.actions = floats(b.actionSize, n);
  b.observations = floats(b.observationSize, n);
  b.finalObservations = floats(b.observationSize, n);
  b.finalState = floats(b.stateSize, n);
  b.rewards = floats(n);
  b.trainingRewards = floats(n);
  b.terminated = block(n);
  b.truncated = block(n);
  b.faults = block(n);
  b.taskId = floats(n);
  b.episode = floats(n);
  b.elapsed = floats(n);
}

export function freeBatch(b: Batch): void {
  heap.free(b.parameters);
  heap.free(b.state);
  heap.free(b.task);
  heap.free(b.actions);
  heap.free(b.observations);
  heap.free(b.finalObservations);
  heap.free(b.finalState);
  heap.free(b.rewards);
  heap.free(b.trainingRewards);
  heap.free(b.terminated);
  heap.free(b.truncated);
  heap.free(b.faults);
  heap.free(b.taskId);
  heap.free(b.episode);
  heap.free(b.elapsed);
  heap.free(changetype<usize>(b));
}

// @ts-ignore: decorator
@inline
export function key(b: Batch, stream: u32): u32 {
  return (b.split << 4) + stream;
}

/** Number k of a family's parameters in all lanes. */
// @ts-ignore: decorator
@inline
export function number(parameters: usize, k: i32): v128 {
  return v128.load32_splat(parameters + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function parameter(b: Batch, i: i32): f32 {
  return load<f32>(b.parameters + (<usize>i << 2));
}

/** Four faults by their codes; 0 is none. */
// @ts-ignore: decorator
@inline
export function storeFaults(b: Batch, i: i32, codes: v128): void {
  store<i32>(b.faults + i, i32x4.extract_lane(i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(codes, codes), codes), 0));
}

/** Counts the step of environments i … i + 3, given which have terminated (lane mask), and sets their flags. Returns the mask of those whose episode is over. */
// @ts-ignore: decorator
@inline
export function finish4(b: Batch, i: i32, terminated: v128): v128 {
  return count4(b.elapsed + (<usize>i << 2), b.terminated + i, b.truncated + i, i32x4.splat(b.horizon), terminated);
}

/** `finish4` by addresses, for loops over all environments that keep them in locals. */
// @ts-ignore: decorator
@inline
export function count4(elapsedAt: usize, terminatedAt: usize, truncatedAt: usize, horizon: v128, terminated: v128): v128 {
  const elapsed = i32x4.add(v128.load(elapsedAt), i32x4.splat(1));
  v128.store(elapsedAt, elapsed);
  const late = i32x4.ge_s(elapsed, horizon);
  const masks = i16x8.narrow_i32x4_s(terminated, v128.andnot(late, terminated));
  const flags = v128.and(i8x16.narrow_i16x8_s(masks, masks), i8x16.splat(1));
  v128.store32_lane(terminatedAt, flags, 0);
  v128.store32_lane(truncatedAt, flags, 1);
  return v128.or(terminated, late);
}

/** State and observation are those after the move; when the episode is over they are kept here before the start state replaces them. */
export function keepFinal(b: Batch, i: i32): void {
  const bytes = <usize>b.observationSize << 2;
  memory.copy(b.finalObservations + bytes * i, b.observations + bytes * i, bytes);
  const to = b.finalState + (<usize>(i * b.stateSize) << 2);
  for (let k = 0; k < b.stateSize; k++) store<f32>(to + (<usize>k << 2), load<f32>(b.row(k, i)));
}

/** Index of the first action that is NaN, infinite or (if discrete) no choice; −1 if there is none. */
export function firstBadAction(b: Batch): i32 {
  const end = b.actions + (<usize>(b.size * b.actionSize) << 2);
  let bad = i32x4.splat(0);
  if (b.choices) {
    const choices = f32x4.splat(<f32>b.choices);
    for (let at = b.actions; at < end; at += 16) {
      const a = v128.load(at);
      const fits = v128.and(f32x4.ge(a, f32x4.splat(0)), f32x4.lt(a, choices));
      bad = v128.or(bad, v128.not(v128.and(fits, f32x4.eq(a, f32x4.floor(a)))));
    }
  } else {
    for (let at = b.actions; at < end; at += 16) {
      const a = v128.load(at);
      const difference = f32x4.sub(a, a); // 0, or NaN of NaN and infinities
      bad = v128.or(bad, f32x4.ne(difference, difference));
    }
  }
  return v128.any_true(bad) ? placeOfBadAction(b) : -1;
}

function placeOfBadAction(b: Batch): i32 {
  const count = b.size * b.actionSize;
  for (let i = 0; i < count; i++) {
    const a = load<f32>(b.actions + (<usize>i << 2));
    if (a - a != 0) return i;
    if (b.choices && (a < 0 || a >= <f32>b.choices || a != floor(a))) return i;
  }
  return -1; // it stands behind the last environment
}
