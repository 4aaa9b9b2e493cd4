// Runner-v1, Hopper-v1 and Walker2d-v0: a planar body of hinged capsules that runs at a hidden speed, in a hidden direction, or with a body that is hidden itself.
// Specs, units and sources: src/envs/runner.ts. Dynamics: planar-body.ts. Plain twin: test/reference/runner.ts.
//   v = (x' − x)/Δt over the steps that an action is held      r = bonus − |v − v*| − c‖a‖²   or   bonus + u v − c‖a‖²
//   a as it was sent, also beyond the ±1 that the motors take; the bonus only while the body is healthy after the move (Gymnasium's v5)
// The body's state is q and v, and the acceleration of the last time step, from which the next one's search starts.
import { Batch, key, NOT_FINITE, parameter, storeFaults, STREAM_START, STREAM_TASK } from '../batch';
import { within } from '../math';
import { normal4 } from '../normal';
import { philox4, plusMinus4, uniform4 } from '../philox';
import {
  BONUS, CHANGES, COST, EITHER, FRICTIONS, HEIGHT, HEIGHT_SEEN, HELD, LEAST_HEIGHT, LENGTHS, LOST_FROM, LOST_TO, LOWEST, MOST_CHARGED, MOST_HEIGHT, MOST_PITCH,
  MOST_SPEED_SEEN, MOST_STATE, NORMAL, PLACE_NOISE, REWARD, REWARD_VELOCITY, SPEED_NOISE, SPREAD, TABLE, TASK_HIGH, TASK_LOW, TASK_NUMBERS, TRAINING_REWARD,
} from './numbers/runner';
import { stepBody } from './planar-body';
import { MOST, TIME_STEP } from './numbers/planar-table';
import { change4, lowestEnd4 } from './planar-changes';
import { degrees, motors, undress, wear } from './planar-table';
import { get, put } from './rows';

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
    undress();
    const body = wear(this.table());
    const n = degrees(body);
    this.stateSize = 3 * n;
    this.taskSize = <i32>parameter(this, TASK_NUMBERS);
    this.actionSize = motors(body);
    this.choices = 0;
    this.observationSize = 2 * n - 1 + (this.context ? this.taskSize : 0);
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
    const high = this.number(TASK_HIGH);
    const u = uniform4(0);
    const between = f32x4.add(low, f32x4.mul(f32x4.sub(high, low), u));
    const either = v128.bitselect(low, high, f32x4.lt(u, f32x4.splat(0.5)));
    v128.store(this.task + at, parameter(this, EITHER) != 0 ? either : between);
    this.sampleChanges4(i);
  }

  /** The numbers of the body: all uniform, four to a draw; or all 1 but one, which is lost. */
  sampleChanges4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    const spread = this.number(SPREAD);
    const from = this.number(LOST_FROM);
    const to = this.number(LOST_TO);
    const loses = parameter(this, LOST_TO) > 0;
    let lost = zero;
    for (let w = 1; w < this.taskSize; w++) {
      const k = w - 1;
      if (k == 0 || (!loses && (k & 3) == 0)) {
        philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, i32x4.splat(1 + (k >> 2)));
        lost = f32x4.add(from, f32x4.floor(f32x4.mul(f32x4.sub(to, from), uniform4(0))));
      }
      const drawn = loses ? v128.andnot(f32x4.splat(1), f32x4.eq(lost, f32x4.splat(<f32>k))) : f32x4.mul(spread, plusMinus4(k & 3));
      v128.store(this.task + (<usize>(w * this.padded + i) << 2), drawn);
    }
  }

  /** Places and speeds of four numbers to a draw: draws 0, 1, … of the places, then of the speeds (two words each where they are normal). */
  start(i: i32): void {
    const n = this.stateSize / 3;
    const at = <usize>i << 2;
    const id = i32x4.splat(load<u32>(this.taskId + at));
    const episode = i32x4.splat(load<u32>(this.episode + at));
    const zero = i32x4.splat(0);
    const height = parameter(this, LENGTHS) != 0 ? this.raised(i) : parameter(this, HEIGHT);
    const normal = parameter(this, NORMAL) != 0;
    const places = parameter(this, PLACE_NOISE);
    const speeds = parameter(this, SPEED_NOISE);
    for (let k = 0; k < n; k++) {
      if ((k & 3) == 0) philox4(this.seed, key(this, STREAM_START), id, episode, zero, i32x4.splat(k >> 2));
      store<f32>(this.row(k, i), (k == 1 ? height : 0) + places * f32x4.extract_lane(plusMinus4(k & 3), 0));
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

  /** The height at which the lowest end of body i, whose links have lengths of their own, is where that of the usual body is. */
  raised(i: i32): f32 {
    const table = this.table();
    const body = wear(table);
    change4(this, i & ~3, table, body, <i32>parameter(this, CHANGES), parameter(this, FRICTIONS) != 0);
    put(q, 0, lowestEnd4(body));
    return parameter(this, HEIGHT) + (parameter(this, LOWEST) - load<f32>(q + (<usize>(i & 3) << 2)));
  }

  /** Moves bodies i … i + 3; a lane's numbers depend on nothing but its own. */
  advance4(i: i32): v128 {
    const table = this.table();
    const body = wear(table);
    const changes = <i32>parameter(this, CHANGES);
    if (changes) change4(this, i, table, body, changes, parameter(this, FRICTIONS) != 0);
    const n = degrees(body);
    for (let k = 0; k < n; k++) {
      put(q, k, v128.load(this.row(k, i)));
      put(v, k, v128.load(this.row(n + k, i)));
      put(a, k, v128.load(this.row(2 * n + k, i)));
    }
    const effort = this.readActions(i);
    const before = get(q, 0);
    const held = <i32>parameter(this, HELD);
    stepBody(body, q, v, a, control, held);

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
    down = v128.or(down, f32x4.ge(get(q, 1), this.number(MOST_HEIGHT)));
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
    const n = this.stateSize / 3;
    const most = parameter(this, MOST_SPEED_SEEN);
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      store<f32>(to, load<f32>(this.row(1, l)) - parameter(this, HEIGHT_SEEN));
      for (let k = 2; k < n; k++) store<f32>(to + (<usize>(k - 1) << 2), load<f32>(this.row(k, l)));
      for (let k = 0; k < n; k++) store<f32>(to + (<usize>(n - 1 + k) << 2), min(max(load<f32>(this.row(n + k, l)), -most), most));
      if (!this.context) continue;
      for (let w = 0; w < this.taskSize; w++)
        store<f32>(to + (<usize>(2 * n - 1 + w) << 2), load<f32>(this.task + (<usize>(w * this.padded + l) << 2)));
    }
  }

  /** Never called: the spec says that the family has no oracle. */
  oracle4(i: i32): void {
    memory.fill(this.actions + (<usize>(i * this.actionSize) << 2), 0, <usize>(this.actionSize << 4));
  }
}
