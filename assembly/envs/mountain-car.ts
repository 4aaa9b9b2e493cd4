// MountainCar-v0: a car in a valley whose engine is too weak to climb the hill at once; Gymnasium's law.
// Spec, units and sources: src/envs/mountain-car.ts. Plain twin: test/reference/mountain-car.ts.
//   v' = clip(v + (a − 1) gear · force − g cos 3x, ± 0.07)        x' = clip(x + v', −1.2, 0.6)        v' = 0 where x' is the left end and v' < 0
//   ends where x' ≥ 0.5 and v' ≥ 0        E = v²/2 + g sin(3x)/3, whose derivative along a coasting car is 0
import { Batch, parameter } from '../batch';
import { cosOf4, sinOf4, within } from '../math';
import { uniform4 } from '../philox';
import {
  CROSSED, ENERGY_WEIGHT, FORCE, GOAL, HIGH, LOW, MOST_SPEED, REWARD, REWARD_ENERGY, START_HIGH, START_LOW, TASK_HIGH, TASK_LOW, TRAINING_REWARD,
} from './numbers/mountain-car';
import { sampleNumbers4 } from './physical-task';
import { drawStart } from './start';

// State: x, v. Task: gravity, gear. Actions: 0 to the left, 1 none, 2 to the right.

@unmanaged
export class MountainCar extends Batch {
  sizes(): void {
    this.stateSize = 2;
    this.taskSize = 2;
    this.actionSize = 1;
    this.choices = 3;
    this.observationSize = this.context ? 4 : 2;
  }

  sampleTask4(i: i32): void {
    sampleNumbers4(this, i, TASK_LOW, TASK_HIGH, CROSSED);
  }

  start(i: i32): void {
    drawStart(this, i);
    const low = parameter(this, START_LOW);
    store<f32>(this.row(0, i), low + (parameter(this, START_HIGH) - low) * f32x4.extract_lane(uniform4(0), 0));
    store<f32>(this.row(1, i), 0);
  }

  /** Moves environments i … i + 3 and returns the mask of those that have arrived. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const x = v128.load(this.row(0, i));
    const v = v128.load(this.row(1, i));
    const gravity = v128.load(this.task + at);
    const gear = v128.load(this.task + at + (<usize>this.padded << 2));
    const choice = f32x4.sub(v128.load(this.actions + at), f32x4.splat(1));
    const drive = f32x4.mul(f32x4.mul(choice, gear), this.number(FORCE));
    const angle = f32x4.mul(f32x4.splat(3), x);
    const faster = f32x4.add(v, f32x4.sub(drive, f32x4.mul(gravity, cosOf4(angle))));
    const speed = within(faster, this.number(MOST_SPEED));
    const moved = f32x4.pmax(f32x4.pmin(f32x4.add(x, speed), this.number(HIGH)), this.number(LOW));
    const stopped = v128.and(f32x4.eq(moved, this.number(LOW)), f32x4.lt(speed, f32x4.splat(0)));
    const kept = v128.andnot(speed, stopped);
    v128.store(this.row(0, i), moved);
    v128.store(this.row(1, i), kept);
    const gained = f32x4.sub(energy(moved, kept, gravity), energy(x, v, gravity));
    v128.store(this.rewards + at, this.reward(REWARD, gained, gravity));
    v128.store(this.trainingRewards + at, this.reward(TRAINING_REWARD, gained, gravity));
    return v128.and(f32x4.ge(moved, this.number(GOAL)), f32x4.ge(kept, f32x4.splat(0)));
  }

  /** `time`: −1 for every step. `energy`: with the energy gained besides, as a share of what a car at rest at the bottom lacks to stand at the flag. */
  // @ts-ignore: decorator
  @inline
  reward(kind: i32, gained: v128, gravity: v128): v128 {
    const one = f32x4.splat(-1);
    if (<i32>parameter(this, kind) != REWARD_ENERGY) return one;
    return f32x4.add(one, f32x4.div(f32x4.mul(this.number(ENERGY_WEIGHT), gained), gravity));
  }

  observe4(i: i32): void {
    const next = <usize>this.padded << 2;
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      store<f32>(to, load<f32>(this.row(0, l)));
      store<f32>(to, load<f32>(this.row(1, l)), 4);
      if (!this.context) continue;
      const task = this.task + (<usize>l << 2);
      store<f32>(to, load<f32>(task), 8);
      store<f32>(to, load<f32>(task + next), 12);
    }
  }

  /** The scripted player: pushes the way in which the car rolls. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      const gear = load<f32>(this.task + (<usize>(this.padded + l) << 2));
      store<f32>(this.actions + (<usize>l << 2), load<f32>(this.row(1, l)) * gear >= 0 ? 2 : 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function energy(x: v128, v: v128, gravity: v128): v128 {
  const angle = f32x4.mul(f32x4.splat(3), x);
  const height = f32x4.mul(f32x4.mul(gravity, f32x4.splat(0.33333334)), sinOf4(angle));
  return f32x4.add(f32x4.mul(f32x4.splat(0.5), f32x4.mul(v, v)), height);
}
