// Runner-v1 and Hopper-v1: a planar body of hinged capsules that runs at a hidden speed or in a hidden direction.
// Specs, units and sources: src/envs/runner.ts. Dynamics: planar-body.ts. Plain twin: test/reference/runner.ts.
//   v = (x' − x)/Δt over the steps that an action is held      r = bonus − |v − v*| − c‖a‖²   or   bonus + u v − c‖a‖²
//   a as it was sent, also beyond the ±1 that the motors take; the bonus only while the body is healthy after the move (Gymnasium's v5)
// The body's state is q and v, and the acceleration of the last time step, from which the next one's search starts.
import { Batch, key, NOT_FINITE, parameter, storeFaults, STREAM_START, STREAM_TASK } from '../batch';
import { within } from '../math';
import { normal4 } from '../normal';
import { philox4, plusMinus4, uniform4 } from '../philox';
import {
  BONUS, COST, HEIGHT, HEIGHT_SEEN, HELD, LEAST_HEIGHT, MOST_CHARGED, MOST_PITCH, MOST_SPEED_SEEN, MOST_STATE, NORMAL, PLACE_NOISE, REWARD, REWARD_VELOCITY,
  SPEED_NOISE, TABLE, TASK_HIGH, TASK_LOW, TRAINING_REWARD,
} from './numbers/runner';
import { stepBody } from './planar-body';
import { MOST, TIME_STEP } from './numbers/planar-table';
import { degrees, forgetTree, get, motors, put } from './planar-table';

/** No body reaches this speed or angle: a number that is not below it is a fault. */
const ABSURD: f32 = 1e6;

// Four bodies at work: [degrees, 4].
const q = memory.data(16 * MOST, 16);
const v = memory.data(16 * MOST, 16);
const a = memory.data(16 * MOST, 16);
const control = memory.data(16 * MOST, 16);

@unmanaged
export class Runner extends Batch {
  sizes(): void {
    const table = this.parameters + (TABLE << 2);
    const n = degrees(table);
    forgetTree();
    this.stateSize = 3 * n;
    this.taskSize = 1;
    this.actionSize = motors(table);
    this.choices = 0;
    this.observationSize = 2 * n - 1 + (this.context ? 1 : 0);
  }

  // @ts-ignore: decorator
  @inline
  table(): usize {
    return this.parameters + (TABLE << 2);
  }

  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    const low = this.number(TASK_LOW);
    const span = f32x4.sub(this.number(TASK_HIGH), low);
    const u = uniform4(0);
    const speed = f32x4.add(low, f32x4.mul(span, u));
    const way = v128.bitselect(f32x4.splat(-1), f32x4.splat(1), f32x4.lt(u, f32x4.splat(0.5)));
    v128.store(this.task + at, v128.bitselect(speed, way, f32x4.gt(span, f32x4.splat(0))));
  }

  /** Places and speeds of four numbers to a draw: draws 0, 1, … of the places, then of the speeds (two words each where they are normal). */
  start(i: i32): void {
    const n = degrees(this.table());
    const at = <usize>i << 2;
    const id = i32x4.splat(load<u32>(this.taskId + at));
    const episode = i32x4.splat(load<u32>(this.episode + at));
    const zero = i32x4.splat(0);
    const normal = parameter(this, NORMAL) != 0;
    const places = parameter(this, PLACE_NOISE);
    const speeds = parameter(this, SPEED_NOISE);
    for (let k = 0; k < n; k++) {
      if ((k & 3) == 0) philox4(this.seed, key(this, STREAM_START), id, episode, zero, i32x4.splat(k >> 2));
      store<f32>(this.row(k, i), (k == 1 ? parameter(this, HEIGHT) : 0) + places * f32x4.extract_lane(plusMinus4(k & 3), 0));
    }
    const each = normal ? 2 : 4; // speeds to a draw
    for (let k = 0; k < n; k++) {
      const w = k % each;
      if (w == 0) philox4(this.seed, key(this, STREAM_START), id, episode, i32x4.splat(1), i32x4.splat(k / each));
      const z = f32x4.extract_lane(normal ? normal4(2 * w) : plusMinus4(w), 0);
      store<f32>(this.row(n + k, i), speeds * z);
      store<f32>(this.row(2 * n + k, i), 0);
    }
  }

  /** Moves bodies i … i + 3; a lane's numbers depend on nothing but its own. */
  advance4(i: i32): v128 {
    const table = this.table();
    const n = degrees(table);
    for (let k = 0; k < n; k++) {
      put(q, k, v128.load(this.row(k, i)));
      put(v, k, v128.load(this.row(n + k, i)));
      put(a, k, v128.load(this.row(2 * n + k, i)));
    }
    const effort = this.readActions(i);
    const before = get(q, 0);
    const held = <i32>parameter(this, HELD);
    stepBody(table, q, v, a, control, held);

    const fault = this.faulty(n);
    if (v128.any_true(fault)) this.lay(fault, n);
    for (let k = 0; k < n; k++) {
      v128.store(this.row(k, i), get(q, k));
      v128.store(this.row(n + k, i), get(v, k));
      v128.store(this.row(2 * n + k, i), get(a, k));
    }
    const span = <f32>held * load<f32>(table + (TIME_STEP << 2));
    const speed = f32x4.div(f32x4.sub(get(q, 0), before), f32x4.splat(span));
    const fallen = this.fallen(n);
    const bonus = v128.andnot(this.number(BONUS), fallen);
    this.reward(i, speed, f32x4.sub(bonus, f32x4.mul(this.number(COST), effort)), fault);
    storeFaults(this, i, v128.and(fault, i32x4.splat(NOT_FINITE)));
    return v128.or(fault, fallen);
  }

  /** Actions within ±1 to `control`, [motors, 4]. Returns ‖a‖² of the actions as they were sent, each up to what is charged at most. */
  readActions(i: i32): v128 {
    const A = this.actionSize;
    const one = f32x4.splat(1);
    const most = this.number(MOST_CHARGED);
    let effort = f32x4.splat(0);
    for (let k = 0; k < A; k++) {
      for (let l = 0; l < 4; l++) store<f32>(control + (<usize>(4 * k + l) << 2), load<f32>(this.actions + (<usize>((i + l) * A + k) << 2)));
      const sent = get(control, k);
      const charged = within(sent, most);
      put(control, k, within(sent, one));
      effort = f32x4.add(effort, f32x4.mul(charged, charged));
    }
    return effort;
  }

  faulty(n: i32): v128 {
    let sound = i32x4.splat(-1);
    for (let k = 0; k < n; k++) {
      sound = v128.and(sound, f32x4.lt(f32x4.abs(get(q, k)), f32x4.splat(ABSURD))); // false for NaN
      sound = v128.and(sound, f32x4.lt(f32x4.abs(get(v, k)), f32x4.splat(ABSURD)));
      sound = v128.and(sound, f32x4.eq(f32x4.sub(get(a, k), get(a, k)), f32x4.splat(0)));
    }
    return v128.not(sound);
  }

  /** Puts bodies with a fault at rest in the start pose, without noise. */
  lay(fault: v128, n: i32): void {
    for (let k = 0; k < n; k++) {
      put(q, k, v128.bitselect(f32x4.splat(k == 1 ? parameter(this, HEIGHT) : 0), get(q, k), fault));
      put(v, k, v128.andnot(get(v, k), fault));
      put(a, k, v128.andnot(get(a, k), fault));
    }
  }

  fallen(n: i32): v128 {
    const most = this.number(MOST_STATE);
    let down = v128.or(f32x4.le(get(q, 1), this.number(LEAST_HEIGHT)), f32x4.ge(f32x4.abs(get(q, 2)), this.number(MOST_PITCH)));
    for (let k = 2; k < n; k++) down = v128.or(down, f32x4.ge(f32x4.abs(get(q, k)), most));
    for (let k = 0; k < n; k++) down = v128.or(down, f32x4.ge(f32x4.abs(get(v, k)), most));
    return down;
  }

  reward(i: i32, speed: v128, rest: v128, fault: v128): void {
    const at = <usize>i << 2;
    const reward = <i32>parameter(this, REWARD);
    const training = <i32>parameter(this, TRAINING_REWARD);
    const value = v128.andnot(f32x4.add(rest, this.progress(reward, at, speed)), fault);
    v128.store(this.rewards + at, value);
    v128.store(this.trainingRewards + at, training == reward ? value : v128.andnot(f32x4.add(rest, this.progress(training, at, speed)), fault));
  }

  // @ts-ignore: decorator
  @inline
  progress(kind: i32, at: usize, speed: v128): v128 {
    const task = v128.load(this.task + at);
    return kind == REWARD_VELOCITY ? f32x4.neg(f32x4.abs(f32x4.sub(speed, task))) : f32x4.mul(task, speed);
  }

  /** q without x, then v. */
  observe4(i: i32): void {
    const n = degrees(this.table());
    const most = parameter(this, MOST_SPEED_SEEN);
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      store<f32>(to, load<f32>(this.row(1, l)) - parameter(this, HEIGHT_SEEN));
      for (let k = 2; k < n; k++) store<f32>(to + (<usize>(k - 1) << 2), load<f32>(this.row(k, l)));
      for (let k = 0; k < n; k++) store<f32>(to + (<usize>(n - 1 + k) << 2), min(max(load<f32>(this.row(n + k, l)), -most), most));
      if (this.context) store<f32>(to + (<usize>(2 * n - 1) << 2), load<f32>(this.task + (<usize>l << 2)));
    }
  }

  /** Never called: the spec says that the family has no oracle. */
  oracle4(i: i32): void {
    memory.fill(this.actions + (<usize>(i * this.actionSize) << 2), 0, <usize>(this.actionSize << 4));
  }
}
