// GridNavi-v0: a walker on a square grid looks for a hidden cell.
// Spec and sources: src/envs/grid-navi.ts. Plain twin: test/reference/grid-navi.ts.
//   s' = clip(s + move(a), 0, size − 1) by axis; the reward and the observation, one-hot of size · y + x, see s'
//   found: s' = ω in every axis that counts
import { Batch, key, parameter, STREAM_TASK } from '../batch';
import { clear } from '../memory';
import { philox4, words } from '../philox';
import { COUNTS, FOUND, SIZE, TRAINING_FOUND } from './numbers/grid-navi';

// Actions: 0 stay, 1 up (y + 1), 2 right (x + 1), 3 down, 4 left.

@unmanaged
export class GridNavi extends Batch {
  sizes(): void {
    const size = <i32>parameter(this, SIZE);
    this.stateSize = 2;
    this.taskSize = 2;
    this.actionSize = 1;
    this.choices = 5;
    this.observationSize = size * size + (this.context ? 2 : 0);
  }

  /** Every cell but (0, 0), (1, 0), (0, 1), (1, 1), each as likely: the two lowest rows have size − 2 of them, the others size. */
  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    const size = <i32>parameter(this, SIZE);
    const low = 2 * (size - 2);
    for (let l: usize = 0; l < 16; l += 4) {
      const n = <i32>((<u64>(load<u32>(words + l) >>> 8) * (size * size - 4)) >> 24);
      const x = n < low ? 2 + (n % (size - 2)) : (n - low) % size;
      const y = n < low ? n / (size - 2) : 2 + (n - low) / size;
      store<f32>(this.task + at + l, <f32>x);
      store<f32>(this.task + at + l + (<usize>this.padded << 2), <f32>y);
    }
  }

  start(i: i32): void {
    const at = this.state + (<usize>i << 2);
    store<f32>(at, 0);
    store<f32>(at + (<usize>this.padded << 2), 0);
  }

  /** Moves environments i … i + 3; no law ends an episode. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    const action = v128.load(this.actions + at);
    const x = this.moved(v128.load(this.state + at), action, 2, 4);
    const y = this.moved(v128.load(this.state + at + next), action, 1, 3);
    v128.store(this.state + at, x);
    v128.store(this.state + at + next, y);
    const found = v128.and(this.there(x, v128.load(this.task + at), COUNTS), this.there(y, v128.load(this.task + at + next), COUNTS + 1));
    v128.store(this.rewards + at, this.either(found, FOUND));
    v128.store(this.trainingRewards + at, this.either(found, TRAINING_FOUND));
    return i32x4.splat(0);
  }

  /** An axis after `forth` adds 1 to it and `back` takes 1 away. */
  // @ts-ignore: decorator
  @inline
  moved(axis: v128, action: v128, forth: f32, back: f32): v128 {
    const one = f32x4.splat(1);
    const ahead = v128.and(f32x4.eq(action, f32x4.splat(forth)), one);
    const behind = v128.and(f32x4.eq(action, f32x4.splat(back)), one);
    const last = f32x4.splat(parameter(this, SIZE) - 1);
    return f32x4.max(f32x4.splat(0), f32x4.min(last, f32x4.sub(f32x4.add(axis, ahead), behind)));
  }

  // @ts-ignore: decorator
  @inline
  there(axis: v128, goal: v128, counts: i32): v128 {
    return f32x4.eq(f32x4.mul(this.number(counts), f32x4.sub(axis, goal)), f32x4.splat(0));
  }

  /** One of the two rewards that stand at `place` and behind it. */
  // @ts-ignore: decorator
  @inline
  either(found: v128, place: i32): v128 {
    return v128.bitselect(f32x4.splat(parameter(this, place)), f32x4.splat(parameter(this, place + 1)), found);
  }

  observe4(i: i32): void {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    const size = parameter(this, SIZE);
    const cells = <usize>(size * size);
    clear(this.observations + at * this.observationSize, 16 * this.observationSize);
    for (let l: usize = 0; l < 16; l += 4) {
      const to = this.observations + (at + l) * this.observationSize;
      const cell = <usize>(load<f32>(this.state + at + l + next) * size + load<f32>(this.state + at + l));
      store<f32>(to + (cell << 2), 1);
      if (this.context) {
        store<f32>(to + (cells << 2), parameter(this, COUNTS) * load<f32>(this.task + at + l));
        store<f32>(to + (cells << 2) + 4, parameter(this, COUNTS + 1) * load<f32>(this.task + at + l + next));
      }
    }
  }

  /** The oracle: one of the shortest paths, along x first. */
  oracle4(i: i32): void {
    const next = <usize>this.padded << 2;
    for (let l = i; l < i + 4; l++) {
      const at = <usize>l << 2;
      const x = parameter(this, COUNTS) * (load<f32>(this.task + at) - load<f32>(this.state + at));
      const y = parameter(this, COUNTS + 1) * (load<f32>(this.task + at + next) - load<f32>(this.state + at + next));
      store<f32>(this.actions + at, x > 0 ? 2 : x < 0 ? 4 : y > 0 ? 1 : y < 0 ? 3 : 0);
    }
  }
}
