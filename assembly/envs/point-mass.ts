// PointMass-v0: a point on the plane moves by its clipped action towards a hidden goal or along a hidden direction.
// Spec, units and sources: src/envs/point-mass.ts. Plain twin: test/reference/point-mass.ts.
//   s' = s + step · clip(a, −1, 1)        d = ‖m (s' − ω)‖₂, m by axis 1 or 0        all rewards and the observation see s'
import { Batch, key, parameter, STREAM_TASK } from '../batch';
import { cosTurns4, sinTurns4 } from '../math';
import { philox4, uniform4 } from '../philox';
import {
  ARC, ARRIVAL, CONTROL_COST, COUNTS, ENDS, HIGH, LOW, RADIUS, REWARD, REWARD_ARRIVAL, REWARD_DENSE, REWARD_DIRECTION, REWARD_SPARSE, REWARD_TOLERANCE, STEP,
  TOLERANCE, TRAINING_REWARD,
} from './numbers/point-mass';

@unmanaged
export class PointMass extends Batch {
  sizes(): void {
    this.stateSize = 2;
    this.taskSize = 2;
    this.actionSize = 2;
    this.choices = 0;
    this.observationSize = this.context ? 4 : 2;
  }

  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    const low = f32x4.splat(parameter(this, LOW));
    const range = f32x4.splat(parameter(this, HIGH) - parameter(this, LOW));
    const u = f32x4.add(low, f32x4.mul(range, uniform4(0)));
    let x = u;
    let y = f32x4.add(low, f32x4.mul(range, uniform4(1)));
    if (parameter(this, ARC) != 0) {
      const radius = f32x4.splat(parameter(this, RADIUS));
      x = f32x4.mul(radius, cosTurns4(u));
      y = f32x4.mul(radius, sinTurns4(u));
    }
    v128.store(this.task + at, x);
    v128.store(this.task + at + (<usize>this.padded << 2), y);
  }

  start(i: i32): void {
    const at = this.state + (<usize>i << 2);
    store<f32>(at, 0);
    store<f32>(at + (<usize>this.padded << 2), 0);
  }

  /** Moves environments i … i + 3 and returns the mask of those that have terminated. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    const first = v128.load(this.actions + 2 * at);
    const second = v128.load(this.actions + 2 * at, 16);
    const one = f32x4.splat(1);
    const minus = f32x4.splat(-1);
    const ax = f32x4.min(f32x4.max(v128.shuffle<f32>(first, second, 0, 2, 4, 6), minus), one);
    const ay = f32x4.min(f32x4.max(v128.shuffle<f32>(first, second, 1, 3, 5, 7), minus), one);
    const step = f32x4.splat(parameter(this, STEP));
    const x = f32x4.add(v128.load(this.state + at), f32x4.mul(step, ax));
    const y = f32x4.add(v128.load(this.state + at + next), f32x4.mul(step, ay));
    v128.store(this.state + at, x);
    v128.store(this.state + at + next, y);
    const mx = this.number(COUNTS);
    const my = this.number(COUNTS + 1);
    const wx = f32x4.mul(mx, v128.load(this.task + at));
    const wy = f32x4.mul(my, v128.load(this.task + at + next));
    const dx = f32x4.sub(f32x4.mul(mx, x), wx);
    const dy = f32x4.sub(f32x4.mul(my, y), wy);
    const d = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
    const effort = f32x4.add(f32x4.mul(ax, ax), f32x4.mul(ay, ay));
    const along = f32x4.sub(f32x4.add(f32x4.mul(wx, ax), f32x4.mul(wy, ay)), f32x4.mul(f32x4.splat(parameter(this, CONTROL_COST)), effort));
    const arrival = this.number(ARRIVAL);
    const arrived = v128.and(f32x4.lt(f32x4.abs(dx), arrival), f32x4.lt(f32x4.abs(dy), arrival));
    const reward = <i32>parameter(this, REWARD);
    const training = <i32>parameter(this, TRAINING_REWARD);
    const value = this.reward4(reward, d, along, arrived);
    v128.store(this.rewards + at, value);
    v128.store(this.trainingRewards + at, training == reward ? value : this.reward4(training, d, along, arrived));
    return v128.and(arrived, f32x4.ne(this.number(ENDS), f32x4.splat(0)));
  }

  // @ts-ignore: decorator
  @inline
  reward4(kind: i32, d: v128, along: v128, arrived: v128): v128 {
    if (kind == REWARD_DENSE) return f32x4.neg(d);
    const near = f32x4.le(d, f32x4.splat(parameter(this, TOLERANCE)));
    if (kind == REWARD_SPARSE) return v128.and(near, f32x4.sub(f32x4.splat(1), d));
    if (kind == REWARD_TOLERANCE) return v128.and(near, f32x4.splat(1));
    if (kind == REWARD_ARRIVAL) return v128.and(arrived, f32x4.splat(1));
    return along;
  }

  observe4(i: i32): void {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    for (let l: usize = 0; l < 16; l += 4) {
      let to = this.observations + (at + l) * this.observationSize;
      store<f32>(to, load<f32>(this.state + at + l));
      store<f32>(to + 4, load<f32>(this.state + at + l + next));
      if (this.context) {
        store<f32>(to + 8, parameter(this, COUNTS) * load<f32>(this.task + at + l));
        store<f32>(to + 12, parameter(this, COUNTS + 1) * load<f32>(this.task + at + l + next));
      }
    }
  }

  /** The best action of the oracle: straight to the goal, each axis as fast as it may; or, for a direction, the a that maximises ω·a − cost·a². */
  oracle4(i: i32): void {
    const next = <usize>this.padded << 2;
    const direction = <i32>parameter(this, REWARD) == REWARD_DIRECTION;
    const scale: f32 = max<f32>(1e-6, direction ? 2 * parameter(this, CONTROL_COST) : parameter(this, STEP));
    for (let l = i; l < i + 4; l++) {
      const at = <usize>l << 2;
      for (let axis: usize = 0; axis < 2; axis++) {
        const w = load<f32>(this.task + at + axis * next);
        const wanted = direction ? w : w - load<f32>(this.state + at + axis * next);
        store<f32>(this.actions + 2 * at + (axis << 2), max<f32>(-1, min<f32>(1, parameter(this, COUNTS + <i32>axis) * wanted / scale)));
      }
    }
  }
}
