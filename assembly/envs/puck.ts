// Puck-v0: a mallet driven by a force strikes a puck that slides with Coulomb friction and bounces; the aim is that it stops on a hidden target.
// Spec, units and sources: src/envs/puck.ts. Equations: docs/envs/puck-physics.md. Times of events: puck-motion.ts. Scripted player: puck-player.ts.
// Plain twin: test/reference/puck.ts.
//
// Between events both bodies move with constant acceleration, exactly:   x(t) = x + v t + ½ a t²,   v(t) = v + a t
//   mallet: a = F/m      puck: a = −μ g v/‖v‖ until it rests
// A step is as many such pieces as there are events in it: the puck comes to rest, meets a cushion or the mallet, the mallet meets an edge of its half.
import { Batch, key, NOT_FINITE, OUT_OF_EVENTS, parameter, storeFaults, STREAM_TASK } from '../batch';
import { within } from '../math';
import { philox4, plusMinus4, uniform4, words } from '../philox';
import {
  ACCELERATION, CONTACT, COUNTS, CUSHION_RESTITUTION, FRICTION, FRICTION_HIGH, FRICTION_LOW, MALLET_RESTITUTION, MALLET_SHARE, MALLET_X, MALLET_X_BOUND, MALLET_X_MIDDLE, MALLET_Y_BOUND,
  PAUSE, POTENTIAL, PUCK_SHARE, PUCK_X_BOUND, PUCK_Y_BOUND, REWARD, REWARD_DENSE, REWARD_TOLERANCE, SHOWN, SLOW, START_SPEED_SPREAD, START_SPEED_X, START_SPREAD,
  START_X, STEP, TARGET_HIGH_X, TARGET_LOW_X, TARGET_Y, TOLERANCE, TRAINING_REWARD, UNSTRUCK,
} from './numbers/puck';
import { moved, NEVER, relative, timeToContact, timeToCushion, timeToWalls, where } from './puck-motion';
import { friction4, strike } from './puck-player';
import { drawStart } from './start';
import { PX, PY, QX, QY, ROWS, STRUCK, UX, UY, VX, VY } from './puck-state';

/** m. A search for a contact that ends with a gap below this has found one. */
const TOUCHING: f32 = 4e-6;

/** The most events in a step. A table with more of them stops there; its episode terminates without a reward, which no other law does. */
const MOST_EVENTS = 128;
/** The largest sum of a table's places and speeds, m and m/s. A table beyond it is put at rest, and its episode terminates without a reward. */
const ABSURD: f32 = 1e6;

// @ts-ignore: decorator
@inline
function dot(ax: v128, ay: v128, bx: v128, by: v128): v128 {
  return f32x4.add(f32x4.mul(ax, bx), f32x4.mul(ay, by));
}

// @ts-ignore: decorator
@inline
function length(x: v128, y: v128): v128 {
  return f32x4.sqrt(dot(x, y, x, y));
}

// @ts-ignore: decorator
@inline
function size(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.abs(a), f32x4.abs(b)), f32x4.add(f32x4.abs(c), f32x4.abs(d)));
}

// @ts-ignore: decorator
@inline
function absurd(px: v128, py: v128, vx: v128, vy: v128, qx: v128, qy: v128, ux: v128, uy: v128): v128 {
  return v128.not(f32x4.le(f32x4.add(size(px, py, vx, vy), size(qx, qy, ux, uy)), f32x4.splat(ABSURD))); // so that NaN counts as absurd
}

/** No force moves a body further into an edge at which it rests. */
// @ts-ignore: decorator
@inline
function held(x: v128, v: v128, a: v128, bound: v128): v128 {
  const zero = f32x4.splat(0);
  const out = v128.or(v128.and(f32x4.ge(x, bound), f32x4.gt(a, zero)), v128.and(f32x4.le(x, f32x4.neg(bound)), f32x4.lt(a, zero)));
  return v128.andnot(a, v128.and(out, f32x4.eq(v, zero)));
}

/** Where a body meets a wall faster than `slow`: after that the discs may approach each other again, even if their last impact was a slow one. */
// @ts-ignore: decorator
@inline
function fast(meets: v128, v: v128, slow: v128): v128 {
  return v128.and(meets, f32x4.ge(f32x4.abs(v), slow));
}

@unmanaged
export class Puck extends Batch {
  sizes(): void {
    this.stateSize = ROWS;
    this.taskSize = parameter(this, FRICTION_HIGH) > 0 ? 3 : 2;
    this.actionSize = 2;
    this.choices = 0;
    this.observationSize = ROWS + (parameter(this, SHOWN) != 0 ? 2 : 0) + (this.context ? this.taskSize : 0);
  }

  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, zero);
    const low = this.number(TARGET_LOW_X);
    const x = f32x4.add(low, f32x4.mul(f32x4.sub(this.number(TARGET_HIGH_X), low), uniform4(0)));
    v128.store(this.task + at, x);
    v128.store(this.task + at + (<usize>this.padded << 2), f32x4.mul(this.number(TARGET_Y), plusMinus4(1)));
    if (this.taskSize < 3) return;
    const slick = this.number(FRICTION_LOW);
    const mu = f32x4.add(slick, f32x4.mul(f32x4.sub(this.number(FRICTION_HIGH), slick), uniform4(2)));
    v128.store(this.task + at + (<usize>this.padded << 3), mu);
  }

  start(i: i32): void {
    drawStart(this, i);
    const spread = parameter(this, START_SPREAD);
    for (let k = 0; k < ROWS; k++) store<f32>(this.row(k, i), 0);
    store<f32>(this.row(PX, i), parameter(this, START_X) + spread * f32x4.extract_lane(plusMinus4(0), 0));
    store<f32>(this.row(PY, i), spread * f32x4.extract_lane(plusMinus4(1), 0));
    store<f32>(this.row(VX, i), parameter(this, START_SPEED_X));
    store<f32>(this.row(VY, i), parameter(this, START_SPEED_SPREAD) * f32x4.extract_lane(plusMinus4(2), 0));
    store<f32>(this.row(QX, i), parameter(this, MALLET_X));
  }

  /** Moves tables i … i + 3; a lane's numbers depend on nothing but its own. */
  advance4(i: i32): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    let px = v128.load(this.row(PX, i));
    let py = v128.load(this.row(PY, i));
    let vx = v128.load(this.row(VX, i));
    let vy = v128.load(this.row(VY, i));
    const middle = this.number(MALLET_X_MIDDLE);
    let qx = f32x4.sub(v128.load(this.row(QX, i)), middle); // from the middle of its half
    let qy = v128.load(this.row(QY, i));
    let ux = v128.load(this.row(UX, i));
    let uy = v128.load(this.row(UY, i));
    let lost = absurd(px, py, vx, vy, qx, qy, ux, uy);
    const before = v128.load(this.row(STRUCK, i));
    let struck = before;
    const reach = this.number(CONTACT);
    const gap = f32x4.sub(length(f32x4.sub(f32x4.sub(px, middle), qx), f32x4.sub(py, qy)), reach);

    const at = <usize>i << 3;
    const first = v128.load(this.actions + at);
    const second = v128.load(this.actions + at, 16);
    const push = this.number(ACCELERATION);
    const forceX = f32x4.mul(push, within(v128.shuffle<f32>(first, second, 0, 2, 4, 6), one));
    const forceY = f32x4.mul(push, within(v128.shuffle<f32>(first, second, 1, 3, 5, 7), one));

    const friction = friction4(this, i);
    const boundX = this.number(PUCK_X_BOUND);
    const boundY = this.number(PUCK_Y_BOUND);
    const edgeX = this.number(MALLET_X_BOUND);
    const edgeY = this.number(MALLET_Y_BOUND);
    let rest = this.number(STEP); // time left in the step
    let pause = zero; // time until the discs are checked for contact again
    let failed = zero;
    for (let events = 0; ; events++) {
      const speed = length(vx, vy);
      const slides = f32x4.gt(speed, zero);
      const drag = v128.and(slides, f32x4.div(friction, speed));
      const bx = f32x4.neg(f32x4.mul(drag, vx));
      const by = f32x4.neg(f32x4.mul(drag, vy));
      const ax = held(qx, ux, forceX, edgeX);
      const ay = held(qy, uy, forceY, edgeY);

      const tStop = where(slides, f32x4.div(speed, friction), f32x4.splat(NEVER));
      const sliding = f32x4.pmin(rest, tStop);
      const tCushionX = timeToCushion(px, vx, bx, boundX, sliding);
      const tCushionY = timeToCushion(py, vy, by, boundY, sliding);
      const tEdgeX = timeToWalls(qx, ux, ax, edgeX, rest);
      const tEdgeY = timeToWalls(qy, uy, ay, edgeY, rest);
      let t = f32x4.pmin(f32x4.pmin(sliding, f32x4.pmin(tCushionX, tCushionY)), f32x4.pmin(tEdgeX, tEdgeY));
      relative(f32x4.sub(f32x4.sub(px, middle), qx), f32x4.sub(py, qy), f32x4.sub(vx, ux), f32x4.sub(vy, uy), f32x4.sub(bx, ax), f32x4.sub(by, ay));
      const tContact = timeToContact(reach, pause, t);
      t = f32x4.pmin(t, tContact);

      px = moved(px, vx, bx, t);
      py = moved(py, vy, by, t);
      qx = moved(qx, ux, ax, t);
      qy = moved(qy, uy, ay, t);
      vx = f32x4.add(vx, f32x4.mul(bx, t));
      vy = f32x4.add(vy, f32x4.mul(by, t));
      ux = f32x4.add(ux, f32x4.mul(ax, t));
      uy = f32x4.add(uy, f32x4.mul(ay, t));
      const goesOn = f32x4.lt(t, rest);
      if (!v128.any_true(goesOn)) break;
      if (events == MOST_EVENTS) {
        failed = goesOn;
        break;
      }
      rest = v128.and(goesOn, f32x4.sub(rest, t));
      pause = f32x4.max(zero, f32x4.sub(pause, t));

      // What happens at t; two things at once happen in this order.
      const slow = this.number(SLOW);
      const stops = v128.and(goesOn, f32x4.ge(t, tStop));
      vx = v128.andnot(vx, stops);
      vy = v128.andnot(vy, stops);
      const bounceX = v128.and(goesOn, f32x4.ge(t, tCushionX));
      const bounceY = v128.and(goesOn, f32x4.ge(t, tCushionY));
      px = where(bounceX, within(f32x4.mul(f32x4.splat(2), px), boundX), px); // onto the wall, to the bit
      py = where(bounceY, within(f32x4.mul(f32x4.splat(2), py), boundY), py);
      const edgeHitX = v128.and(goesOn, f32x4.ge(t, tEdgeX));
      const edgeHitY = v128.and(goesOn, f32x4.ge(t, tEdgeY));
      pause = v128.andnot(pause, v128.or(v128.or(fast(bounceX, vx, slow), fast(bounceY, vy, slow)), v128.or(fast(edgeHitX, ux, slow), fast(edgeHitY, uy, slow))));
      const back = f32x4.neg(this.number(CUSHION_RESTITUTION));
      vx = where(bounceX, v128.and(f32x4.ge(f32x4.abs(vx), slow), f32x4.mul(back, vx)), vx);
      vy = where(bounceY, v128.and(f32x4.ge(f32x4.abs(vy), slow), f32x4.mul(back, vy)), vy);
      qx = where(edgeHitX, within(f32x4.mul(f32x4.splat(2), qx), edgeX), qx);
      qy = where(edgeHitY, within(f32x4.mul(f32x4.splat(2), qy), edgeY), qy);
      ux = v128.andnot(ux, edgeHitX);
      uy = v128.andnot(uy, edgeHitY);

      // Impact along the line of centres n, from mallet to puck: both velocities change by (1 + e) times their share of the speed of approach.
      const met = v128.and(goesOn, f32x4.ge(t, tContact));
      if (!v128.any_true(met)) continue;
      const dx = f32x4.sub(f32x4.sub(px, middle), qx);
      const dy = f32x4.sub(py, qy);
      const d = length(dx, dy);
      const nx = f32x4.div(dx, d);
      const ny = f32x4.div(dy, d);
      const approach = f32x4.max(zero, f32x4.neg(dot(f32x4.sub(vx, ux), f32x4.sub(vy, uy), nx, ny)));
      const overlap = f32x4.sub(reach, d);
      const hit = v128.and(met, f32x4.gt(overlap, f32x4.splat(-TOUCHING)));
      const soft = f32x4.lt(approach, slow);
      const change = v128.and(hit, f32x4.mul(approach, f32x4.add(one, v128.andnot(this.number(MALLET_RESTITUTION), soft))));
      const toPuck = f32x4.mul(change, this.number(PUCK_SHARE));
      const toMallet = f32x4.mul(change, this.number(MALLET_SHARE));
      vx = f32x4.add(vx, f32x4.mul(toPuck, nx));
      vy = f32x4.add(vy, f32x4.mul(toPuck, ny));
      ux = f32x4.sub(ux, f32x4.mul(toMallet, nx));
      uy = f32x4.sub(uy, f32x4.mul(toMallet, ny));
      const apart = v128.and(hit, f32x4.max(zero, overlap)); // the mallet gives way
      qx = within(f32x4.sub(qx, f32x4.mul(apart, nx)), edgeX);
      qy = within(f32x4.sub(qy, f32x4.mul(apart, ny)), edgeY);
      pause = where(v128.and(hit, soft), this.number(PAUSE), pause);
      struck = where(hit, one, struck);
    }

    lost = v128.or(lost, absurd(px, py, vx, vy, qx, qy, ux, uy));
    if (v128.any_true(lost)) {
      px = where(lost, this.number(START_X), px);
      py = v128.andnot(py, lost);
      vx = v128.andnot(vx, lost);
      vy = v128.andnot(vy, lost);
      qx = where(lost, f32x4.sub(this.number(MALLET_X), middle), qx);
      qy = v128.andnot(qy, lost);
      ux = v128.andnot(ux, lost);
      uy = v128.andnot(uy, lost);
    }
    const broken = v128.or(failed, lost);

    const gapAfter = f32x4.sub(length(f32x4.sub(f32x4.sub(px, middle), qx), f32x4.sub(py, qy)), reach);
    v128.store(this.row(PX, i), px);
    v128.store(this.row(PY, i), py);
    v128.store(this.row(VX, i), vx);
    v128.store(this.row(VY, i), vy);
    v128.store(this.row(QX, i), f32x4.add(qx, middle));
    v128.store(this.row(QY, i), qy);
    v128.store(this.row(UX, i), ux);
    v128.store(this.row(UY, i), uy);
    v128.store(this.row(STRUCK, i), struck);

    // Φ = −κ gap before the first hit, 0 after it.
    const potential = this.number(POTENTIAL);
    const shaped = f32x4.mul(potential, f32x4.sub(f32x4.mul(f32x4.sub(one, before), gap), f32x4.mul(f32x4.sub(one, struck), gapAfter)));
    this.reward(i, f32x4.ne(struck, zero), length(this.away(px, 0, i), this.away(py, 1, i)), shaped, broken);
    storeFaults(this, i, where(lost, i32x4.splat(NOT_FINITE), v128.and(failed, i32x4.splat(OUT_OF_EVENTS))));
    return broken;
  }

  /** Distance from the target along axis w; 0 where that axis does not count. */
  // @ts-ignore: decorator
  @inline
  away(place: v128, w: i32, i: i32): v128 {
    return f32x4.mul(this.number(COUNTS + w), f32x4.sub(place, v128.load(this.task + (<usize>(i + w * this.padded) << 2))));
  }

  // @ts-ignore: decorator
  @inline
  reward(i: i32, struck: v128, d: v128, shaped: v128, broken: v128): void {
    const at = <usize>i << 2;
    const reward = <i32>parameter(this, REWARD);
    const training = <i32>parameter(this, TRAINING_REWARD);
    const value = v128.andnot(this.reward4(reward, at, struck, d, shaped), broken);
    v128.store(this.rewards + at, value);
    v128.store(this.trainingRewards + at, training == reward ? value : v128.andnot(this.reward4(training, at, struck, d, shaped), broken));
  }

  // @ts-ignore: decorator
  @inline
  reward4(kind: i32, at: usize, struck: v128, d: v128, shaped: v128): v128 {
    if (kind == REWARD_DENSE) return f32x4.sub(shaped, f32x4.div(where(struck, d, this.number(UNSTRUCK)), this.number(TOLERANCE)));
    const near = v128.and(v128.and(struck, f32x4.le(d, this.number(TOLERANCE))), f32x4.splat(1));
    if (kind == REWARD_TOLERANCE) return near;
    const last = i32x4.ge_s(i32x4.add(v128.load(this.elapsed + at), i32x4.splat(1)), i32x4.splat(this.horizon));
    return v128.and(last, near);
  }

  observe4(i: i32): void {
    const O = this.observationSize;
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + (<usize>(l * O) << 2);
      for (let k = 0; k < ROWS; k++) store<f32>(to + (<usize>k << 2), load<f32>(this.row(k, l)));
      const reach = parameter(this, CONTACT);
      for (let k = 0; k < 2; k++) {
        const puck = load<f32>(this.row(PX + k, l));
        store<f32>(to + (<usize>(PX + k) << 2), puck / reach);
        store<f32>(to + (<usize>(QX + k) << 2), (load<f32>(this.row(QX + k, l)) - puck) / reach);
      }
      let next = ROWS;
      if (parameter(this, SHOWN) != 0)
        for (let w = 0; w < 2; w++) store<f32>(to + (<usize>(next++) << 2), load<f32>(this.task + (<usize>(w * this.padded + l) << 2)) / reach);
      if (!this.context) continue;
      for (let w = 0; w < this.taskSize; w++) {
        const counts: f32 = w < 2 ? parameter(this, COUNTS + w) : 1;
        store<f32>(to + (<usize>(next++) << 2), counts * load<f32>(this.task + (<usize>(w * this.padded + l) << 2)));
      }
    }
  }

  /** The oracle plays a scripted stroke, which is not the best play. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) strike(this, l);
  }
}
