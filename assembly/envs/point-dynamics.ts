// PointDynamics-v0: a point on the plane walks to a goal that it sees; what its actions do is hidden.
// Spec, units and sources: src/envs/point-dynamics.ts. Plain twin: test/reference/point-dynamics.ts.
//   s' = s + step · (k R(θ) clip(a_{t−d}, −1, 1) + w), R(θ) (x, y) = (x cos θ − y sin θ, x sin θ + y cos θ); before the first action a is 0
import { Batch, key, parameter, STREAM_TASK } from '../batch';
import { cosTurns4, sinTurns4, within } from '../math';
import { philox4, plusMinus4, uniform4 } from '../philox';
import { GOAL_HALF_WIDTH, REWARD, REWARD_DENSE, STEP, TASK_HIGH, TASK_LOW, TOLERANCE, TRAINING_REWARD } from './numbers/point-dynamics';
import { drawStart } from './start';

// State: x, y, goal x, goal y, then the actions of the last three steps as they were clipped, the latest first.
const PAST: i32 = 4;
const MOST_DELAY: i32 = 3;
const ROWS: i32 = PAST + 2 * MOST_DELAY;
// Task: θ in turns, k, d, w.
const TURN: i32 = 0;
const GAIN: i32 = 1;
const DELAY: i32 = 2;
const WIND: i32 = 3;
const TASKS: i32 = 5;

@unmanaged
export class PointDynamics extends Batch {
  sizes(): void {
    this.stateSize = ROWS;
    this.taskSize = TASKS;
    this.actionSize = 2;
    this.choices = 0;
    this.observationSize = this.context ? 4 + TASKS : 4;
  }

  sampleTask4(i: i32): void {
    const zero = i32x4.splat(0);
    for (let w = 0; w < TASKS; w++) {
      if ((w & 3) == 0) philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + (<usize>i << 2)), zero, zero, i32x4.splat(w >> 2));
      const low = this.number(TASK_LOW + w);
      const span = f32x4.sub(this.number(TASK_HIGH + w), low);
      const whole = f32x4.floor(f32x4.add(low, f32x4.mul(f32x4.add(span, f32x4.splat(1)), uniform4(w & 3))));
      v128.store(this.of(w, i), w == DELAY ? whole : f32x4.add(low, f32x4.mul(span, uniform4(w & 3))));
    }
  }

  /** Where number w of the tasks has environment i. */
  // @ts-ignore: decorator
  @inline
  of(w: i32, i: i32): usize {
    return this.task + (<usize>(w * this.padded + i) << 2);
  }

  start(i: i32): void {
    drawStart(this, i);
    for (let k = 0; k < ROWS; k++) store<f32>(this.row(k, i), 0);
    for (let k = 0; k < 2; k++) store<f32>(this.row(2 + k, i), parameter(this, GOAL_HALF_WIDTH) * f32x4.extract_lane(plusMinus4(k), 0));
  }

  /** Moves environments i … i + 3; no law ends an episode. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const first = v128.load(this.actions + 2 * at);
    const second = v128.load(this.actions + 2 * at, 16);
    const one = f32x4.splat(1);
    const ax = within(v128.shuffle<f32>(first, second, 0, 2, 4, 6), one);
    const ay = within(v128.shuffle<f32>(first, second, 1, 3, 5, 7), one);
    const delay = v128.load(this.of(DELAY, i));
    let usedX = ax;
    let usedY = ay;
    for (let d = 0; d < MOST_DELAY; d++) {
      const here = f32x4.gt(delay, f32x4.splat(<f32>d));
      usedX = v128.bitselect(v128.load(this.row(PAST + 2 * d, i)), usedX, here);
      usedY = v128.bitselect(v128.load(this.row(PAST + 2 * d + 1, i)), usedY, here);
    }
    for (let k = ROWS - 1; k >= PAST + 2; k--) v128.store(this.row(k, i), v128.load(this.row(k - 2, i)));
    v128.store(this.row(PAST, i), ax);
    v128.store(this.row(PAST + 1, i), ay);

    const sin = sinTurns4(v128.load(this.of(TURN, i)));
    const cos = cosTurns4(v128.load(this.of(TURN, i)));
    const gain = v128.load(this.of(GAIN, i));
    const alongX = f32x4.mul(gain, f32x4.sub(f32x4.mul(usedX, cos), f32x4.mul(usedY, sin)));
    const alongY = f32x4.mul(gain, f32x4.add(f32x4.mul(usedX, sin), f32x4.mul(usedY, cos)));
    const step = this.number(STEP);
    const x = f32x4.add(v128.load(this.row(0, i)), f32x4.mul(step, f32x4.add(alongX, v128.load(this.of(WIND, i)))));
    const y = f32x4.add(v128.load(this.row(1, i)), f32x4.mul(step, f32x4.add(alongY, v128.load(this.of(WIND + 1, i)))));
    v128.store(this.row(0, i), x);
    v128.store(this.row(1, i), y);
    const dx = f32x4.sub(v128.load(this.row(2, i)), x);
    const dy = f32x4.sub(v128.load(this.row(3, i)), y);
    const distance = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
    v128.store(this.rewards + at, this.reward(REWARD, distance));
    v128.store(this.trainingRewards + at, this.reward(TRAINING_REWARD, distance));
    return i32x4.splat(0);
  }

  // @ts-ignore: decorator
  @inline
  reward(kind: i32, distance: v128): v128 {
    if (<i32>parameter(this, kind) == REWARD_DENSE) return f32x4.neg(distance);
    return v128.and(f32x4.le(distance, this.number(TOLERANCE)), f32x4.splat(1));
  }

  observe4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      for (let k = 0; k < 2; k++) {
        const place = load<f32>(this.row(k, l));
        store<f32>(to + (<usize>k << 2), place);
        store<f32>(to + (<usize>(2 + k) << 2), load<f32>(this.row(2 + k, l)) - place);
      }
      if (!this.context) continue;
      for (let w = 0; w < TASKS; w++) store<f32>(to + (<usize>(4 + w) << 2), load<f32>(this.of(w, l)));
    }
  }

  /** The best action: the way from where the actions under way will lead to the goal, less the wind, in the turned axes, each as far as it may. */
  oracle4(i: i32): void {
    const delay = v128.load(this.of(DELAY, i));
    const sin = sinTurns4(v128.load(this.of(TURN, i)));
    const cos = cosTurns4(v128.load(this.of(TURN, i)));
    const gain = v128.load(this.of(GAIN, i));
    const step = this.number(STEP);
    const steps = f32x4.add(delay, f32x4.splat(1));
    // In steps' lengths, and without what the wind will do until the action has acted.
    let x = f32x4.sub(f32x4.div(f32x4.sub(v128.load(this.row(2, i)), v128.load(this.row(0, i))), step), f32x4.mul(steps, v128.load(this.of(WIND, i))));
    let y = f32x4.sub(f32x4.div(f32x4.sub(v128.load(this.row(3, i)), v128.load(this.row(1, i))), step), f32x4.mul(steps, v128.load(this.of(WIND + 1, i))));
    let ax = f32x4.div(f32x4.add(f32x4.mul(x, cos), f32x4.mul(y, sin)), gain);
    let ay = f32x4.div(f32x4.sub(f32x4.mul(y, cos), f32x4.mul(x, sin)), gain);
    for (let d = 0; d < MOST_DELAY; d++) {
      const here = f32x4.gt(delay, f32x4.splat(<f32>d));
      ax = f32x4.sub(ax, v128.and(here, v128.load(this.row(PAST + 2 * d, i))));
      ay = f32x4.sub(ay, v128.and(here, v128.load(this.row(PAST + 2 * d + 1, i))));
    }
    const one = f32x4.splat(1);
    ax = within(ax, one);
    ay = within(ay, one);
    const to = this.actions + (<usize>i << 3);
    v128.store(to, v128.shuffle<f32>(ax, ay, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<f32>(ax, ay, 2, 6, 3, 7), 16);
  }
}
