// Pendulum-v1: a rod on a pivot is swung up by a motor that is too weak to lift it; Gymnasium's law.
// Spec, units and sources: src/envs/pendulum.ts. Plain twin: test/reference/pendulum.ts.
//   u = 2 N m · clip(a, ±1)        r = −(θ² + 0.1 θ̇² + 0.001 u²), of the state before the move
//   θ̇' = clip(θ̇ + (3 g/(2 l) sin θ + 3/(m l²) gear u) dt, ± 8)        θ' = θ + θ̇' dt, kept in [−π, π)
import { Batch, parameter } from '../batch';
import { cos4, quarterTurns4, sin4, sinOf4, within } from '../math';
import { plusMinus4 } from '../philox';
import {
  CROSSED, HOLD_ANGLE, HOLD_FROM, HOLD_RATE, MOST_SPEED, RATE_COST, START_ANGLE, START_SPEED, TASK_HIGH, TASK_LOW, TIME_STEP, TORQUE, TORQUE_COST,
} from './numbers/pendulum';
import { sampleNumbers4 } from './physical-task';
import { drawStart } from './start';

// State: θ from upright, θ̇. Task: gravity, mass, length, gear.

const PI: f32 = 3.14159265358979323846;

@unmanaged
export class Pendulum extends Batch {
  sizes(): void {
    this.stateSize = 2;
    this.taskSize = 4;
    this.actionSize = 1;
    this.choices = 0;
    this.observationSize = this.context ? 7 : 3;
  }

  sampleTask4(i: i32): void {
    sampleNumbers4(this, i, TASK_LOW, TASK_HIGH, CROSSED);
  }

  start(i: i32): void {
    drawStart(this, i);
    store<f32>(this.row(0, i), parameter(this, START_ANGLE) * f32x4.extract_lane(plusMinus4(0), 0));
    store<f32>(this.row(1, i), parameter(this, START_SPEED) * f32x4.extract_lane(plusMinus4(1), 0));
  }

  // @ts-ignore: decorator
  @inline
  number4(k: i32, i: i32): v128 {
    return v128.load(this.task + (<usize>(k * this.padded + i) << 2));
  }

  /** Moves environments i … i + 3; no law ends an episode. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const angle = v128.load(this.row(0, i));
    const rate = v128.load(this.row(1, i));
    const torque = f32x4.mul(this.number(TORQUE), within(v128.load(this.actions + at), f32x4.splat(1)));
    const effort = f32x4.mul(this.number(TORQUE_COST), f32x4.mul(torque, torque));
    const cost = f32x4.add(f32x4.add(f32x4.mul(angle, angle), f32x4.mul(this.number(RATE_COST), f32x4.mul(rate, rate))), effort);
    const reward = f32x4.neg(cost);
    v128.store(this.rewards + at, reward);
    v128.store(this.trainingRewards + at, reward);
    const length = this.number4(2, i);
    const fall = f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(1.5), this.number4(0, i)), sinOf4(angle)), length);
    const inertia = f32x4.mul(this.number4(1, i), f32x4.mul(length, length));
    const drive = f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(3), this.number4(3, i)), torque), inertia);
    const step = this.number(TIME_STEP);
    const speed = within(f32x4.add(rate, f32x4.mul(f32x4.add(fall, drive), step)), this.number(MOST_SPEED));
    const moved = f32x4.add(angle, f32x4.mul(speed, step));
    const turn = f32x4.splat(2 * PI);
    const back = v128.and(f32x4.ge(moved, f32x4.splat(PI)), turn);
    const forth = v128.and(f32x4.lt(moved, f32x4.splat(-PI)), turn);
    v128.store(this.row(0, i), f32x4.add(f32x4.sub(moved, back), forth));
    v128.store(this.row(1, i), speed);
    return i32x4.splat(0);
  }

  observe4(i: i32): void {
    const angle = v128.load(this.row(0, i));
    const turns = quarterTurns4(angle);
    const cos = cos4(angle, turns);
    const sin = sin4(angle, turns);
    const size = <usize>this.observationSize << 2;
    const to = this.observations + size * i;
    v128.store32_lane(to, cos, 0);
    v128.store32_lane(to + size, cos, 1);
    v128.store32_lane(to + 2 * size, cos, 2);
    v128.store32_lane(to + 3 * size, cos, 3);
    v128.store32_lane(to, sin, 0, 4);
    v128.store32_lane(to + size, sin, 1, 4);
    v128.store32_lane(to + 2 * size, sin, 2, 4);
    v128.store32_lane(to + 3 * size, sin, 3, 4);
    for (let l = 0; l < 4; l++) {
      const row = to + size * l;
      store<f32>(row, load<f32>(this.row(1, i + l)), 8);
      if (!this.context) continue;
      for (let k = 0; k < 4; k++) store<f32>(row + (<usize>k << 2), load<f32>(this.task + (<usize>(k * this.padded + i + l) << 2)), 12);
    }
  }

  /** The scripted player: swings with the speed until the energy is that of standing upright, and holds the rod there by a linear law without gravity. */
  oracle4(i: i32): void {
    const angle = v128.load(this.row(0, i));
    const rate = v128.load(this.row(1, i));
    const turns = quarterTurns4(angle);
    const cos = cos4(angle, turns);
    const weight = f32x4.mul(f32x4.mul(this.number4(0, i), f32x4.splat(0.5)), f32x4.mul(this.number4(1, i), this.number4(2, i)));
    const inertia = f32x4.mul(f32x4.mul(this.number4(1, i), f32x4.splat(0.33333334)), f32x4.mul(this.number4(2, i), this.number4(2, i)));
    const wanted = f32x4.neg(f32x4.add(f32x4.mul(this.number(HOLD_ANGLE), angle), f32x4.mul(this.number(HOLD_RATE), rate)));
    const hold = f32x4.sub(f32x4.mul(inertia, wanted), f32x4.mul(weight, sin4(angle, turns)));
    const moving = f32x4.mul(f32x4.mul(inertia, f32x4.splat(0.5)), f32x4.mul(rate, rate));
    const energy = f32x4.add(moving, f32x4.mul(weight, f32x4.sub(cos, f32x4.splat(1))));
    const along = v128.bitselect(f32x4.splat(1000), f32x4.splat(-1000), f32x4.ge(rate, f32x4.splat(0)));
    const swing = v128.bitselect(along, f32x4.neg(along), f32x4.lt(energy, f32x4.splat(0)));
    const torque = v128.bitselect(hold, swing, f32x4.gt(cos, this.number(HOLD_FROM)));
    const action = f32x4.div(torque, f32x4.mul(this.number4(3, i), this.number(TORQUE)));
    v128.store(this.actions + (<usize>i << 2), within(action, f32x4.splat(1)));
  }
}
