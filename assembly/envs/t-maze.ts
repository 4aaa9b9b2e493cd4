// TMaze-v0: a corridor whose first cell shows which arm at its far end is the right one.
// Spec and sources: src/envs/t-maze.ts. Plain twin: test/reference/t-maze.ts.
//   x' = clip(x + right − left, 0, L) in the corridor (y = 0)        y' = clip(y + up − down, −1, 1) at its end (x = L)        other moves stay
//   arm: [y' = ω]        pace: the same less 1/L where x' < min(t, L) after t steps        a step into an arm ends the episode
import { Batch, key, parameter, STREAM_TASK } from '../batch';
import { clear } from '../memory';
import { philox4, uniform4 } from '../philox';
import { LENGTH, REWARD, REWARD_PACE, TRAINING_REWARD } from './numbers/t-maze';

// State: x, y, steps taken. Task: the right arm, 1 up, −1 down. Actions: 0 right, 1 up, 2 left, 3 down.
// Observation, one-hot: 0 the cue says up, 1 the cue says down, 2 corridor, 3 junction, 4 arm. The cue shows before the first step alone.

@unmanaged
export class TMaze extends Batch {
  sizes(): void {
    this.stateSize = 3;
    this.taskSize = 1;
    this.actionSize = 1;
    this.choices = 4;
    this.observationSize = this.context ? 6 : 5;
  }

  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    v128.store(this.task + at, v128.bitselect(f32x4.splat(-1), f32x4.splat(1), f32x4.lt(uniform4(0), f32x4.splat(0.5))));
  }

  start(i: i32): void {
    for (let k = 0; k < 3; k++) store<f32>(this.row(k, i), 0);
  }

  /** Moves environments i … i + 3 and returns the mask of those that have come into an arm. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const end = this.number(LENGTH);
    const action = v128.load(this.actions + at);
    const x = v128.load(this.row(0, i));
    const y = v128.load(this.row(1, i));
    const steps = f32x4.add(v128.load(this.row(2, i)), one);
    const along = v128.and(way(action, 0, 2), f32x4.eq(y, zero));
    const aside = v128.and(way(action, 1, 3), f32x4.eq(x, end));
    const nextX = f32x4.max(zero, f32x4.min(end, f32x4.add(x, along)));
    const nextY = f32x4.max(f32x4.neg(one), f32x4.min(one, f32x4.add(y, aside)));
    v128.store(this.row(0, i), nextX);
    v128.store(this.row(1, i), nextY);
    v128.store(this.row(2, i), steps);
    const inArm = f32x4.ne(nextY, zero);
    const right = v128.and(one, f32x4.eq(nextY, v128.load(this.task + at)));
    const late = v128.and(f32x4.div(one, end), f32x4.lt(nextX, f32x4.min(steps, end)));
    v128.store(this.rewards + at, this.reward(REWARD, right, late));
    v128.store(this.trainingRewards + at, this.reward(TRAINING_REWARD, right, late));
    return inArm;
  }

  // @ts-ignore: decorator
  @inline
  reward(kind: i32, right: v128, late: v128): v128 {
    return <i32>parameter(this, kind) == REWARD_PACE ? f32x4.sub(right, late) : right;
  }

  observe4(i: i32): void {
    const end = parameter(this, LENGTH);
    clear(this.observations + (<usize>(i * this.observationSize) << 2), 16 * this.observationSize);
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      const task = load<f32>(this.task + (<usize>l << 2));
      let seen = 2;
      if (load<f32>(this.row(2, l)) == 0) seen = task > 0 ? 0 : 1;
      else if (load<f32>(this.row(1, l)) != 0) seen = 4;
      else if (load<f32>(this.row(0, l)) == end) seen = 3;
      store<f32>(to + (<usize>seen << 2), 1);
      if (this.context) store<f32>(to, task, 20);
    }
  }

  /** The oracle: to the junction, then into the right arm. */
  oracle4(i: i32): void {
    const end = parameter(this, LENGTH);
    for (let l = i; l < i + 4; l++) {
      const up = load<f32>(this.task + (<usize>l << 2)) > 0;
      store<f32>(this.actions + (<usize>l << 2), load<f32>(this.row(0, l)) < end ? 0 : up ? 1 : 3);
    }
  }
}

/** 1 where the action is `forth`, −1 where it is `back`. */
// @ts-ignore: decorator
@inline
function way(action: v128, forth: f32, back: f32): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(v128.and(f32x4.eq(action, f32x4.splat(forth)), one), v128.and(f32x4.eq(action, f32x4.splat(back)), one));
}
