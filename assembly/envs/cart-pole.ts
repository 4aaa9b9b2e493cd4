// CartPole-v1: a cart that is pushed left or right balances a pole; Gymnasium's law.
// Spec, units and sources: src/envs/cart-pole.ts. Plain twin: test/reference/cart-pole.ts.
//   F = ± gear · force, M = m_c + m        temp = (F + m l θ̇² sin θ) / M
//   θ̈ = (g sin θ − cos θ temp) / (l (4/3 − m cos² θ / M)), ẍ = temp − m l θ̈ cos θ / M        l is half the pole's length
//   x += τ ẋ, ẋ += τ ẍ, θ += τ θ̇, θ̇ += τ θ̈, all from the numbers before (Euler); it falls where |x| or |θ| is beyond its bound after the move
import { Batch, count4, number, parameter } from '../batch';
import { cos4, quarterTurns4, sin4 } from '../math';
import { plusMinus4 } from '../philox';
import {
  CART_MASS, CROSSED, FORCE, GAINS, MOST_ANGLE, MOST_PLACE, REWARD, REWARD_FALL, START_NOISE, TASK_HIGH, TASK_LOW, TIME_STEP, TRAINING_REWARD,
} from './numbers/cart-pole';
import { sampleNumbers4 } from './physical-task';
import { drawStart } from './start';

// State: x, ẋ, θ, θ̇. Task: half the pole's length, its mass, gravity, gear. Actions: 0 left, 1 right.

@unmanaged
export class CartPole extends Batch {
  sizes(): void {
    this.stateSize = 4;
    this.taskSize = 4;
    this.actionSize = 1;
    this.choices = 2;
    this.observationSize = this.context ? 8 : 4;
  }

  sampleTask4(i: i32): void {
    sampleNumbers4(this, i, TASK_LOW, TASK_HIGH, CROSSED);
  }

  start(i: i32): void {
    drawStart(this, i);
    for (let k = 0; k < 4; k++) store<f32>(this.row(k, i), parameter(this, START_NOISE) * f32x4.extract_lane(plusMinus4(k), 0));
  }

  /** Moves environments i … i + 3 and returns the mask of those that have fallen. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    const fallen = move4(this.parameters, next, this.actions + at, this.state + at, this.task + at);
    v128.store(this.rewards + at, reward4(parameter(this, REWARD), fallen));
    v128.store(this.trainingRewards + at, reward4(parameter(this, TRAINING_REWARD), fallen));
    return fallen;
  }

  /** Moves and counts environments `from` … `to` − 1; true if an episode ended. */
  moveRange(from: i32, to: i32, observe: bool): bool {
    const next = <usize>this.padded << 2;
    const end = <usize>to << 2;
    const horizon = i32x4.splat(this.horizon);
    const parameters = this.parameters;
    const actions = this.actions;
    const state = this.state;
    const task = this.task;
    const rewards = this.rewards;
    const trainingRewards = this.trainingRewards;
    const elapsed = this.elapsed;
    const terminated = this.terminated;
    const truncated = this.truncated;
    const kind = parameter(this, REWARD);
    const training = parameter(this, TRAINING_REWARD);
    const observations = observe && !this.context ? this.observations : 0;
    let over = i32x4.splat(0);
    for (let at = <usize>from << 2; at < end; at += 16) {
      const fallen = move4(parameters, next, actions + at, state + at, task + at);
      v128.store(rewards + at, reward4(kind, fallen));
      v128.store(trainingRewards + at, reward4(training, fallen));
      over = v128.or(over, count4(elapsed + at, terminated + (at >> 2), truncated + (at >> 2), horizon, fallen));
      if (observations) observe4(state + at, next, observations + (at << 2));
    }
    if (observe && !observations) for (let i = from; i < to; i += 4) this.observe4(i);
    return v128.any_true(over);
  }

  observe4(i: i32): void {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    if (!this.context) {
      observe4(this.state + at, next, this.observations + (at << 2));
      return;
    }
    for (let l: usize = 0; l < 16; l += 4) {
      const to = this.observations + ((at + l) << 3);
      for (let k: usize = 0; k < 4; k++) {
        store<f32>(to + (k << 2), load<f32>(this.state + at + l + k * next));
        store<f32>(to + (k << 2) + 16, load<f32>(this.task + at + l + k * next));
      }
    }
  }

  /** The scripted player: pushes the way in which a weighted sum of the state points. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      let sum: f32 = 0;
      for (let k = 0; k < 4; k++) sum += parameter(this, GAINS + k) * load<f32>(this.row(k, l));
      const gear = load<f32>(this.task + (<usize>(3 * this.padded + l) << 2));
      store<f32>(this.actions + (<usize>l << 2), sum * gear > 0 ? 1 : 0);
    }
  }
}

/** Moves four environments whose first numbers stand at `state` and `task`, the next ones `next` bytes on. Returns the mask of those that have fallen. */
// @ts-ignore: decorator
@inline
function move4(parameters: usize, next: usize, actions: usize, state: usize, task: usize): v128 {
  const x = v128.load(state);
  const speed = v128.load(state + next);
  const angle = v128.load(state + 2 * next);
  const rate = v128.load(state + 3 * next);
  const half = v128.load(task);
  const mass = v128.load(task + next);
  const gravity = v128.load(task + 2 * next);
  const push = f32x4.mul(v128.load(task + 3 * next), number(parameters, FORCE));
  const right = f32x4.gt(v128.load(actions), f32x4.splat(0));
  const force = v128.bitselect(push, f32x4.neg(push), right);
  const turns = quarterTurns4(angle);
  const sin = sin4(angle, turns);
  const cos = cos4(angle, turns);
  const share = f32x4.div(f32x4.splat(1), f32x4.add(mass, number(parameters, CART_MASS)));
  const moment = f32x4.mul(mass, half);
  const temp = f32x4.mul(share, f32x4.add(force, f32x4.mul(f32x4.mul(moment, f32x4.mul(rate, rate)), sin)));
  const inertia = f32x4.mul(half, f32x4.sub(f32x4.splat(1.3333333333333333), f32x4.mul(f32x4.mul(mass, share), f32x4.mul(cos, cos))));
  const turning = f32x4.div(f32x4.sub(f32x4.mul(gravity, sin), f32x4.mul(cos, temp)), inertia);
  const pushing = f32x4.sub(temp, f32x4.mul(f32x4.mul(moment, share), f32x4.mul(turning, cos)));
  const step = number(parameters, TIME_STEP);
  const nextX = f32x4.add(x, f32x4.mul(step, speed));
  const nextAngle = f32x4.add(angle, f32x4.mul(step, rate));
  v128.store(state, nextX);
  v128.store(state + next, f32x4.add(speed, f32x4.mul(step, pushing)));
  v128.store(state + 2 * next, nextAngle);
  v128.store(state + 3 * next, f32x4.add(rate, f32x4.mul(step, turning)));
  const away = f32x4.gt(f32x4.abs(nextX), number(parameters, MOST_PLACE));
  return v128.or(away, f32x4.gt(f32x4.abs(nextAngle), number(parameters, MOST_ANGLE)));
}

/** `balance`: 1 for every step, the last one included. `fall`: −1 for the step in which it falls, else 0. */
// @ts-ignore: decorator
@inline
function reward4(kind: f32, fallen: v128): v128 {
  if (kind == <f32>REWARD_FALL) return v128.and(fallen, f32x4.splat(-1));
  return f32x4.splat(1);
}

/** Writes the four numbers of four environments side by side. */
// @ts-ignore: decorator
@inline
function observe4(state: usize, next: usize, observations: usize): void {
  const a = v128.load(state);
  const b = v128.load(state + next);
  const c = v128.load(state + 2 * next);
  const d = v128.load(state + 3 * next);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  v128.store(observations, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(observations, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16);
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(observations, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5), 32);
  v128.store(observations, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7), 48);
}
