// Acrobot-v1: two links hang from a pivot; a motor between them swings the tip above a bar. Gymnasium's law, the book's dynamics.
// Spec, units and sources: src/envs/acrobot.ts. Plain twin: test/reference/acrobot.ts.
//   d₁ = m₁ c₁² + m₂ (l² + c₂² + 2 l c₂ cos θ₂) + 2 I, d₂ = m₂ (c₂² + l c₂ cos θ₂) + I, φ₂ = m₂ c₂ g sin(θ₁ + θ₂)
//   φ₁ = −m₂ l c₂ sin θ₂ θ̇₂ (θ̇₂ + 2 θ̇₁) + (m₁ c₁ + m₂ l) g sin θ₁ + φ₂        c₁ = l/2
//   θ̈₂ = (τ + d₂/d₁ φ₁ − m₂ l c₂ θ̇₁² sin θ₂ − φ₂) / (m₂ c₂² + I − d₂²/d₁), θ̈₁ = −(d₂ θ̈₂ + φ₁) / d₁
//   One step of Runge and Kutta's method of order 4; then angles in [−π, π], speeds clipped. Ends where h = −cos θ₁ − cos(θ₁ + θ₂) > 1.
import { Batch, parameter } from '../batch';
import { cosOf4, madd, sinOf4, within } from '../math';
import { plusMinus4 } from '../philox';
import {
  BAR, CENTRE, CROSSED, FIRST_MASS, INERTIA, MOST_FIRST, MOST_SECOND, REWARD, REWARD_HEIGHT, START_NOISE, TASK_HIGH, TASK_LOW, TIME_STEP, TORQUE, TRAINING_REWARD,
} from './numbers/acrobot';
import { sampleNumbers4 } from './physical-task';
import { drawStart } from './start';
import { get, put } from './rows';

// State: θ₁ from hanging down, θ₂ from the first link, θ̇₁, θ̇₂. Task: mass of the second link, length of the first, gravity, gear. Actions: 0, 1, 2 for −1, 0, 1.

const TWO_PI_HIGH: f32 = 6.28125; // 9 bits, so that whole turns times it are exact
const TWO_PI_LOW: f32 = 0.0019353071795864769;
const PER_TURN: f32 = 0.15915494309189533577;

// Four acrobots at work: where a slope is taken, the slope there, and the sum of slopes; [4, 4] each.
const place = memory.data(64, 16);
const slope = memory.data(64, 16);
const sum = memory.data(64, 16);

/** Within half a turn of 0. */
// @ts-ignore: decorator
@inline
function unwound(angle: v128): v128 {
  const turns = f32x4.nearest(f32x4.mul(angle, f32x4.splat(PER_TURN)));
  return f32x4.sub(f32x4.sub(angle, f32x4.mul(turns, f32x4.splat(TWO_PI_HIGH))), f32x4.mul(turns, f32x4.splat(TWO_PI_LOW)));
}

@unmanaged
export class Acrobot extends Batch {
  sizes(): void {
    this.stateSize = 4;
    this.taskSize = 4;
    this.actionSize = 1;
    this.choices = 3;
    this.observationSize = this.context ? 10 : 6;
  }

  sampleTask4(i: i32): void {
    sampleNumbers4(this, i, TASK_LOW, TASK_HIGH, CROSSED);
  }

  start(i: i32): void {
    drawStart(this, i);
    for (let k = 0; k < 4; k++) store<f32>(this.row(k, i), parameter(this, START_NOISE) * f32x4.extract_lane(plusMinus4(k), 0));
  }

  /** Moves environments i … i + 3 and returns the mask of those whose tip is above the bar. */
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const task = this.task + at;
    const next = <usize>this.padded << 2;
    const mass = v128.load(task);
    const length = v128.load(task + next);
    const gravity = v128.load(task + 2 * next);
    const choice = f32x4.sub(v128.load(this.actions + at), f32x4.splat(1));
    const torque = f32x4.mul(f32x4.mul(choice, this.number(TORQUE)), v128.load(task + 3 * next));
    const step = this.number(TIME_STEP);
    const half = f32x4.mul(step, f32x4.splat(0.5));
    for (let k = 0; k < 4; k++) {
      put(place, k, v128.load(this.row(k, i)));
      put(sum, k, f32x4.splat(0));
    }
    for (let stage = 0; stage < 4; stage++) {
      this.slopes(mass, length, gravity, torque);
      const weight = f32x4.splat(stage == 1 || stage == 2 ? 2 : 1);
      const ahead = stage == 2 ? step : half;
      for (let k = 0; k < 4; k++) {
        put(sum, k, madd(weight, get(slope, k), get(sum, k)));
        put(place, k, madd(ahead, get(slope, k), v128.load(this.row(k, i))));
      }
    }
    const sixth = f32x4.div(step, f32x4.splat(6));
    const first = unwound(madd(sixth, get(sum, 0), v128.load(this.row(0, i))));
    const second = unwound(madd(sixth, get(sum, 1), v128.load(this.row(1, i))));
    v128.store(this.row(0, i), first);
    v128.store(this.row(1, i), second);
    v128.store(this.row(2, i), within(madd(sixth, get(sum, 2), v128.load(this.row(2, i))), this.number(MOST_FIRST)));
    v128.store(this.row(3, i), within(madd(sixth, get(sum, 3), v128.load(this.row(3, i))), this.number(MOST_SECOND)));
    const height = f32x4.neg(f32x4.add(cosOf4(first), cosOf4(f32x4.add(first, second))));
    const above = f32x4.gt(height, this.number(BAR));
    v128.store(this.rewards + at, reward4(parameter(this, REWARD), height, above));
    v128.store(this.trainingRewards + at, reward4(parameter(this, TRAINING_REWARD), height, above));
    return above;
  }

  /** The rates of angles and speeds at `place`. */
  slopes(mass: v128, length: v128, gravity: v128, torque: v128): void {
    const centre = this.number(CENTRE);
    const inertia = this.number(INERTIA);
    const firstMass = this.number(FIRST_MASS);
    const firstCentre = f32x4.mul(length, f32x4.splat(0.5));
    const sin = sinOf4(get(place, 1));
    const cos = cosOf4(get(place, 1));
    const w1 = get(place, 2);
    const w2 = get(place, 3);
    const arm = f32x4.mul(f32x4.mul(mass, length), centre); // m₂ l c₂
    const own = f32x4.mul(mass, f32x4.mul(centre, centre)); // m₂ c₂²
    const bent = f32x4.mul(arm, cos);
    const d2 = f32x4.add(f32x4.add(own, bent), inertia);
    const far = f32x4.mul(mass, f32x4.mul(length, length));
    const near = f32x4.mul(firstMass, f32x4.mul(firstCentre, firstCentre));
    const d1 = f32x4.add(f32x4.add(f32x4.add(near, far), f32x4.add(bent, inertia)), d2);
    const phi2 = f32x4.mul(f32x4.mul(f32x4.mul(mass, centre), gravity), sinOf4(f32x4.add(get(place, 0), get(place, 1))));
    const turning = f32x4.mul(f32x4.mul(arm, sin), f32x4.mul(w2, f32x4.add(w2, f32x4.add(w1, w1))));
    const hanging = f32x4.mul(f32x4.mul(madd(firstMass, firstCentre, f32x4.mul(mass, length)), gravity), sinOf4(get(place, 0)));
    const phi1 = f32x4.add(f32x4.sub(hanging, turning), phi2);
    const ratio = f32x4.div(d2, d1);
    const thrown = f32x4.mul(f32x4.mul(arm, sin), f32x4.mul(w1, w1));
    const pushed = f32x4.sub(f32x4.sub(madd(ratio, phi1, torque), thrown), phi2);
    const second = f32x4.div(pushed, f32x4.sub(f32x4.add(own, inertia), f32x4.mul(d2, ratio)));
    put(slope, 0, w1);
    put(slope, 1, w2);
    put(slope, 2, f32x4.neg(f32x4.div(madd(d2, second, phi1), d1)));
    put(slope, 3, second);
  }

  observe4(i: i32): void {
    put(place, 0, cosOf4(v128.load(this.row(0, i))));
    put(place, 1, sinOf4(v128.load(this.row(0, i))));
    put(place, 2, cosOf4(v128.load(this.row(1, i))));
    put(place, 3, sinOf4(v128.load(this.row(1, i))));
    for (let l = 0; l < 4; l++) {
      const to = this.observations + (<usize>((i + l) * this.observationSize) << 2);
      for (let k = 0; k < 4; k++) store<f32>(to + (<usize>k << 2), load<f32>(place + (<usize>k << 4) + (<usize>l << 2)));
      store<f32>(to, load<f32>(this.row(2, i + l)), 16);
      store<f32>(to, load<f32>(this.row(3, i + l)), 20);
      if (!this.context) continue;
      for (let k = 0; k < 4; k++) store<f32>(to + (<usize>k << 2), load<f32>(this.task + (<usize>(k * this.padded + i + l) << 2)), 24);
    }
  }

  /** The scripted player: pushes the second link the way in which it turns, which only ever adds energy. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      const gear = load<f32>(this.task + (<usize>(3 * this.padded + l) << 2));
      const along = load<f32>(this.row(3, l)) * gear;
      store<f32>(this.actions + (<usize>l << 2), along >= 0 ? 2 : 0);
    }
  }
}

/** `swing-up`: −1 until the tip is above the bar, then 0. `height`: (h − 2)/4. */
// @ts-ignore: decorator
@inline
function reward4(kind: f32, height: v128, above: v128): v128 {
  if (kind == <f32>REWARD_HEIGHT) return f32x4.mul(f32x4.sub(height, f32x4.splat(2)), f32x4.splat(0.25));
  return v128.andnot(f32x4.splat(-1), above);
}
