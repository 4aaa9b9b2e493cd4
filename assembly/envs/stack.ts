// Stack-v0: a gripper with two fingers puts boxes where the task says, one on the other.
// Spec, units and sources: src/envs/stack.ts. Equations: docs/envs/stack-physics.md. Motion: stack-motion.ts, stack-contacts.ts, stack-touch.ts and stack-sweeps.ts. Rewards: stack-reward.ts.
// Scripted player: stack-player.ts. Plain twin: test/reference/stack.ts.
import { Batch, key, NOT_FINITE, parameter, storeFaults, STREAM_TASK } from '../batch';
import { within } from '../math';
import { philox4, uniform4 } from '../philox';
import { BOXES, HALF, OPEN, ORDERED, PER_SIDE, START_APART, START_LOW, START_ROOM, START_Z, STOPS_HIGH, SUBSTEPS, TARGET_HIGH, TARGET_LOW } from './numbers/stack';
import { timeStep } from './stack-motion';
import { play } from './stack-player';
import { measure, pay, potentialBefore } from './stack-reward';
import { BOX, MOST_BOXES, numPairs } from './stack-rows';
import { drawStart } from './start';

/** The largest number of a world's places and speeds, m, m/s, rad/s. A world beyond it is set to its start, and its episode terminates without a reward. */
const ABSURD: f32 = 1e3;

@unmanaged
export class Stack extends Batch {
  sizes(): void {
    const n = <i32>parameter(this, BOXES);
    this.stateSize = BOX + 6 * n + 4 * numPairs(n);
    this.taskSize = parameter(this, ORDERED) != 0 ? 1 + n : 1;
    this.actionSize = 3;
    this.choices = 0;
    this.observationSize = BOX + 6 * n + (this.context ? this.taskSize : 0);
  }

  /** The target's x, and where the order counts one of the 6 orders: the levels of the three boxes. */
  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    const low = this.number(TARGET_LOW);
    v128.store(this.task + at, f32x4.add(low, f32x4.mul(f32x4.sub(this.number(TARGET_HIGH), low), uniform4(0))));
    if (this.taskSize == 1) return;
    // k = 0 … 5 is (k div 2, k mod 2): the level of box 1, and which of the two that are left box 2 has.
    const k = f32x4.floor(f32x4.mul(f32x4.splat(6), uniform4(1)));
    const first = f32x4.floor(f32x4.mul(f32x4.splat(0.5), k));
    const which = f32x4.sub(k, f32x4.add(first, first));
    // Box 1 leaves two levels. The lower one is 0, or 1 where box 1 has 0; the higher one is 2, or 1 where box 1 has 2.
    const one = f32x4.splat(1);
    const lower = v128.and(f32x4.eq(first, f32x4.splat(0)), one);
    const higher = f32x4.sub(f32x4.splat(2), v128.and(f32x4.eq(first, f32x4.splat(2)), one));
    const second = v128.bitselect(lower, higher, f32x4.eq(which, f32x4.splat(0)));
    const next = <usize>this.padded << 2;
    v128.store(this.task + at + next, first);
    v128.store(this.task + at + 2 * next, second);
    v128.store(this.task + at + 3 * next, f32x4.sub(f32x4.splat(3), f32x4.add(first, second)));
  }

  /** The gripper open above the middle; the boxes at rest on the left, at places drawn apart from each other and given to them in an order that is drawn. */
  start(i: i32): void {
    drawStart(this, i);
    const n = <i32>parameter(this, BOXES);
    for (let k = 0; k < this.stateSize; k++) store<f32>(this.row(k, i), 0);
    store<f32>(this.row(1, i), parameter(this, START_Z));
    store<f32>(this.row(2, i), parameter(this, STOPS_HIGH + 2));
    let order = <i32>floor<f32>((n == 3 ? 6 : <f32>n) * f32x4.extract_lane(uniform4(3), 0));
    let free: u32 = (1 << n) - 1; // boxes without a place
    const room = parameter(this, START_ROOM);
    for (let place = 0; place < n; place++) {
      // The place-th smallest of n uniforms, moved apart.
      let u: f32 = 0;
      for (let k = 0; k < n; k++) {
        const own = uniformOf(k);
        let smaller = 0;
        for (let other = 0; other < n; other++) if (uniformOf(other) < own || (uniformOf(other) == own && other < k)) smaller++;
        if (smaller == place) u = own;
      }
      const left = n - place;
      let skip = left == 3 ? order >> 1 : left == 2 ? order & 1 : 0;
      let box = 0;
      for (; !(free & (1 << box)) || skip-- > 0; box++);
      free &= ~(1 << box);
      const at = BOX + 6 * box;
      store<f32>(this.row(at, i), parameter(this, START_LOW) + room * u + parameter(this, START_APART) * <f32>place);
      store<f32>(this.row(at + 1, i), parameter(this, HALF));
    }
  }

  /** Moves worlds i … i + 3; a lane's numbers depend on nothing but its own. */
  advance4(i: i32): v128 {
    const one = f32x4.splat(1);
    const at = <usize>(3 * i) << 2;
    const a = v128.load(this.actions + at); // x0 z0 g0 x1
    const b = v128.load(this.actions + at, 16); // z1 g1 x2 z2
    const c = v128.load(this.actions + at, 32); // g2 x3 z3 g3
    const x = v128.shuffle<f32>(v128.shuffle<f32>(a, b, 0, 3, 6, 6), c, 0, 1, 2, 5);
    const z = v128.shuffle<f32>(v128.shuffle<f32>(a, b, 1, 4, 7, 7), c, 0, 1, 2, 6);
    const g = v128.shuffle<f32>(v128.shuffle<f32>(a, b, 2, 5, 5, 5), c, 0, 1, 4, 7);
    let lost = this.absurd(i);
    if (v128.any_true(lost)) this.restart(i, lost);
    measure(this, i);
    potentialBefore();
    const steps = <i32>parameter(this, SUBSTEPS);
    for (let k = 0; k < steps; k++) timeStep(this, i, within(x, one), within(z, one), within(g, one));
    const now = this.absurd(i);
    if (v128.any_true(now)) this.restart(i, now);
    lost = v128.or(lost, now);
    measure(this, i);
    pay(this, i, lost);
    storeFaults(this, i, v128.and(lost, i32x4.splat(NOT_FINITE)));
    return lost;
  }

  private absurd(i: i32): v128 {
    const most = f32x4.splat(ABSURD);
    let sound = i32x4.splat(-1);
    for (let k = 0; k < this.stateSize; k++) sound = v128.and(sound, f32x4.le(f32x4.abs(v128.load(this.row(k, i))), most)); // false of NaN
    return v128.not(sound);
  }

  /** Puts the worlds of a mask to rest at their start. */
  private restart(i: i32, which: v128): void {
    const lanes = i32x4.bitmask(which);
    for (let l = 0; l < 4; l++) if (lanes & (1 << l)) this.start(i + l);
  }

  observe4(i: i32): void {
    const n = <i32>parameter(this, BOXES);
    const next = <usize>this.padded << 2;
    const perSide = parameter(this, PER_SIDE);
    const half = parameter(this, HALF);
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * this.observationSize) << 2);
      const from = this.state + (<usize>l << 2);
      for (let k: usize = 0; k < 6; k++) {
        const value = load<f32>(from + k * next);
        store<f32>(to + (k << 2), k < 3 ? perSide * value : value);
      }
      for (let box = 0; box < n; box++) {
        const row: usize = 6 + 6 * box;
        const own = from + row * next;
        const out = to + (row << 2);
        store<f32>(out, perSide * (load<f32>(own) - load<f32>(from)));
        store<f32>(out, perSide * (load<f32>(own + next) - load<f32>(from + next)), 4);
        store<f32>(out, load<f32>(own + 2 * next), 8);
        store<f32>(out, load<f32>(own + 3 * next), 12);
        store<f32>(out, load<f32>(own + 4 * next), 16);
        store<f32>(out, half * load<f32>(own + 5 * next), 20);
      }
      if (!this.context) continue;
      const task = to + ((6 + 6 * <usize>n) << 2);
      for (let w: usize = 0; w < <usize>this.taskSize; w++) store<f32>(task + (w << 2), load<f32>(this.task + (<usize>l << 2) + w * next));
    }
  }

  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) play(this, l);
  }
}

// @ts-ignore: decorator
@inline
function uniformOf(k: i32): f32 {
  return f32x4.extract_lane(uniform4(<usize>k), 0);
}
