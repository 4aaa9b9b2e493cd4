// The oracle of the puck, a script that knows the target. It waits until the puck rests within reach, strikes it once, just hard enough, and then brakes or
// moves out of its way. The puck stops on the target, but this is not the best play: a harder stroke arrives sooner.
import { Batch, parameter } from '../batch';
import {
  ACCELERATION, CONTACT, CUSHION_RESTITUTION, FRICTION, GRAVITY, MALLET_RESTITUTION, MALLET_X_BOUND, MALLET_X_MIDDLE, OVER_CUSHION, PUCK_SHARE, PUCK_X_BOUND, STEP,
} from './numbers/puck';
import { PX, PY, QX, QY, UX, UY, VX, VY } from './puck-state';

/** m. A puck nearer to the target than this is left alone. */
const DONE: f32 = 0.06;
/** The share of the full force with which a stroke is planned. A mallet that is too near draws back first, to BACK times the distance it needs. */
const SHARE: f32 = 0.9;
const BACK: f32 = 1.2;
/** m. The mallet waits at this |y| while the puck comes back from the far cushion. */
const ASIDE: f32 = 0.4;

// @ts-ignore: decorator
@inline
function state(b: Batch, k: i32, l: i32): f32 {
  return load<f32>(b.state + (<usize>(k * b.padded + l) << 2));
}

/** μ g of tables i … i + 3, m/s²: where the friction is a part of the task, that of the task. */
// @ts-ignore: decorator
@inline
export function friction4(b: Batch, i: i32): v128 {
  if (b.taskSize < 3) return b.number(FRICTION);
  return f32x4.mul(b.number(GRAVITY), v128.load(b.task + (<usize>(2 * b.padded + i) << 2)));
}

function act(b: Batch, l: i32, ax: f32, ay: f32): void {
  const full = parameter(b, ACCELERATION);
  store<f32>(b.actions + (<usize>l << 3), ax / full);
  store<f32>(b.actions + (<usize>l << 3), ay / full, 4);
}

/** Direction and speed at which the puck has to leave. */
let nx: f32 = 0;
let ny: f32 = 0;
let launch: f32 = 0;

/** Friction takes 2 μ g D of the square of the speed over a way of D. */
function aimStraight(dx: f32, dy: f32, friction: f32): void {
  const D = sqrt<f32>(dx * dx + dy * dy);
  nx = dx / D;
  ny = dy / D;
  launch = sqrt<f32>(2 * friction * D);
}

/**
 * Over the far cushion, X₁ ahead of the puck and X₂ ahead of the target. The bounce keeps v_y and leaves e of v_x, so a slope of k becomes −k/e:
 *   k (X₁ + X₂/e) = Δy. Backwards from rest: v² = 2μg X₂ √(1 + k²/e²) after the bounce, then v_x/e before it, then the way there.
 */
function aimOverCushion(b: Batch, px: f32, gx: f32, dy: f32, friction: f32): void {
  const e = parameter(b, CUSHION_RESTITUTION);
  const there = parameter(b, PUCK_X_BOUND) - px;
  const back = parameter(b, PUCK_X_BOUND) - gx;
  const k = dy / (there + back / e);
  const long = sqrt<f32>(1 + (k / e) * (k / e));
  const short = sqrt<f32>(1 + k * k);
  const after = sqrt<f32>(2 * friction * back * long) / long; // |v_x|
  const before = (after / e) * short;
  launch = sqrt<f32>(before * before + 2 * friction * there * short);
  nx = 1 / short;
  ny = k / short;
}

export function strike(b: Batch, l: i32): void {
  const px = state(b, PX, l);
  const py = state(b, PY, l);
  const ux = state(b, UX, l);
  const uy = state(b, UY, l);
  const gx = load<f32>(b.task + (<usize>l << 2));
  const dx = gx - px;
  const dy = load<f32>(b.task + (<usize>(l + b.padded) << 2)) - py;
  const friction: f32 = b.taskSize > 2 ? parameter(b, GRAVITY) * load<f32>(b.task + (<usize>(2 * b.padded + l) << 2)) : parameter(b, FRICTION);
  const R = parameter(b, CONTACT);
  const slides = state(b, VX, l) != 0 || state(b, VY, l) != 0;
  if (!slides && dx * dx + dy * dy > DONE * DONE) {
    if (parameter(b, OVER_CUSHION) != 0) aimOverCushion(b, px, gx, dy, friction);
    else aimStraight(dx, dy, friction);
    // Where the mallet's centre has to be when it meets the puck, and how far it is from there: s along n, the rest across.
    const x = px - R * nx - state(b, QX, l);
    const y = py - R * ny - state(b, QY, l);
    if (px - R * nx <= parameter(b, MALLET_X_MIDDLE) + parameter(b, MALLET_X_BOUND)) {
      const s = x * nx + y * ny;
      const along = ux * nx + uy * ny;
      const wanted: f32 = launch / ((<f32>1 + parameter(b, MALLET_RESTITUTION)) * parameter(b, PUCK_SHARE)); // speed along n at the impact
      const full: f32 = <f32>2 * SHARE * parameter(b, ACCELERATION);
      if (along < <f32>0.5 * wanted && s < (wanted * wanted - along * abs<f32>(along)) / full) {
        const back: f32 = (BACK * wanted * wanted) / full;
        act(b, l, 100 * (x - back * nx) - 20 * ux, 100 * (y - back * ny) - 20 * uy);
        return;
      }
      // Constant acceleration that arrives with that speed, in τ; across, only the place matters.
      const tau: f32 = (s + s) / max<f32>(wanted + along, <f32>0.2 * wanted);
      const a = (wanted - along) / tau;
      const least = max<f32>(tau, parameter(b, STEP));
      const side: f32 = <f32>2 / (least * least);
      act(b, l, a * nx + side * (x - s * nx - (ux - along * nx) * tau), a * ny + side * (y - s * ny - (uy - along * ny) * tau));
      return;
    }
  }
  const brake: f32 = -1 / parameter(b, STEP);
  const aside: f32 = 100 * ((dy < 0 ? ASIDE : -ASIDE) - state(b, QY, l)) - 20 * uy;
  act(b, l, brake * ux, slides && parameter(b, OVER_CUSHION) != 0 ? aside : brake * uy);
}
