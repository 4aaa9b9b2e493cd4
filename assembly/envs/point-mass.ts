// PointMass-v0: a point on the plane moves by its clipped action towards a hidden goal or along a hidden direction.
// Spec, units and sources: src/envs/point-mass.ts. Plain twin: test/reference/point-mass.ts.
//   s' = s + step · clip(a, −1, 1)        d = ‖m (s' − ω)‖₂, m by axis 1 or 0        all rewards and the observation see s'
import { Batch, count4, key, number, parameter, STREAM_TASK } from '../batch';
import { cosTurns4, sinTurns4, within } from '../math';
import { philox4, uniform4 } from '../philox';
import {
  ARC, CONTROL_COST, COUNTS, ENDS, HIGH, LOW, RADIUS, REWARD, REWARD_ARRIVAL, REWARD_DENSE, REWARD_DIRECTION, REWARD_SPARSE, REWARD_TOLERANCE, STEP,
  TRAINING_REWARD,
} from './numbers/point-mass';
import { playRandom } from './point-mass-random';
import { arrived4, reward4 } from './point-mass-reward';

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
    return move4(
      <i32>parameter(this, REWARD), <i32>parameter(this, TRAINING_REWARD), this.parameters, <usize>this.padded << 2,
      this.actions + 2 * at, this.state + at, this.task + at, this.rewards + at, this.trainingRewards + at,
    );
  }

  /** Moves and counts environments `from` … `to` − 1; true if an episode ended. There is a loop for each kind of reward, so that none asks for it. */
  moveRange(from: i32, to: i32, observe: bool): bool {
    const kind = <i32>parameter(this, REWARD);
    const training = <i32>parameter(this, TRAINING_REWARD);
    if (training != kind) return this.moveFor(kind, training, from, to, observe);
    if (kind == REWARD_DENSE) return this.moveFor(REWARD_DENSE, REWARD_DENSE, from, to, observe);
    if (kind == REWARD_SPARSE) return this.moveFor(REWARD_SPARSE, REWARD_SPARSE, from, to, observe);
    if (kind == REWARD_TOLERANCE) return this.moveFor(REWARD_TOLERANCE, REWARD_TOLERANCE, from, to, observe);
    if (kind == REWARD_ARRIVAL) return this.moveFor(REWARD_ARRIVAL, REWARD_ARRIVAL, from, to, observe);
    return this.moveFor(REWARD_DIRECTION, REWARD_DIRECTION, from, to, observe);
  }

  // @ts-ignore: decorator
  @inline
  moveFor(kind: i32, training: i32, from: i32, to: i32, observe: bool): bool {
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
    const observations = observe && !this.context ? this.observations : 0;
    let over = i32x4.splat(0);
    for (let at = <usize>from << 2; at < end; at += 16) {
      const arrived = move4(kind, training, parameters, next, actions + 2 * at, state + at, task + at, rewards + at, trainingRewards + at);
      over = v128.or(over, count4(elapsed + at, terminated + (at >> 2), truncated + (at >> 2), horizon, arrived));
      if (observations) observePlace4(state + at, next, observations + 2 * at);
    }
    if (observe && !observations) for (let i = from; i < to; i += 4) this.observe4(i);
    return v128.any_true(over);
  }

  playRandom(episodes: i32, returns: usize): bool {
    return playRandom(this, episodes, returns);
  }

  observe4(i: i32): void {
    const at = <usize>i << 2;
    const next = <usize>this.padded << 2;
    if (!this.context) {
      observePlace4(this.state + at, next, this.observations + 2 * at);
      return;
    }
    for (let l: usize = 0; l < 16; l += 4) {
      const to = this.observations + ((at + l) << 2);
      store<f32>(to, load<f32>(this.state + at + l));
      store<f32>(to + 4, load<f32>(this.state + at + l + next));
      store<f32>(to + 8, parameter(this, COUNTS) * load<f32>(this.task + at + l));
      store<f32>(to + 12, parameter(this, COUNTS + 1) * load<f32>(this.task + at + l + next));
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

/** Moves four environments from the places at `state` (their y stands `next` bytes on) and writes both rewards. Returns the mask of those that have terminated. */
// @ts-ignore: decorator
@inline
function move4(kind: i32, training: i32, parameters: usize, next: usize, actions: usize, state: usize, task: usize, rewards: usize, trainingRewards: usize): v128 {
  const first = v128.load(actions);
  const second = v128.load(actions, 16);
  const one = f32x4.splat(1);
  const ax = within(v128.shuffle<f32>(first, second, 0, 2, 4, 6), one);
  const ay = within(v128.shuffle<f32>(first, second, 1, 3, 5, 7), one);
  const step = number(parameters, STEP);
  const x = f32x4.add(v128.load(state), f32x4.mul(step, ax));
  const y = f32x4.add(v128.load(state + next), f32x4.mul(step, ay));
  v128.store(state, x);
  v128.store(state + next, y);
  const mx = number(parameters, COUNTS);
  const my = number(parameters, COUNTS + 1);
  const wx = f32x4.mul(mx, v128.load(task));
  const wy = f32x4.mul(my, v128.load(task + next));
  const dx = f32x4.sub(f32x4.mul(mx, x), wx);
  const dy = f32x4.sub(f32x4.mul(my, y), wy);
  const arrived = arrived4(parameters, dx, dy);
  const value = reward4(kind, parameters, wx, wy, dx, dy, ax, ay);
  v128.store(rewards, value);
  v128.store(trainingRewards, training == kind ? value : reward4(training, parameters, wx, wy, dx, dy, ax, ay));
  return v128.and(arrived, f32x4.ne(number(parameters, ENDS), f32x4.splat(0)));
}

/** Writes the places of four environments, x and y side by side. */
// @ts-ignore: decorator
@inline
function observePlace4(state: usize, next: usize, observations: usize): void {
  const x = v128.load(state);
  const y = v128.load(state + next);
  v128.store(observations, v128.shuffle<f32>(x, y, 0, 4, 1, 5));
  v128.store(observations, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
}
