// A time step of four worlds of boxes and a gripper: speeds first, then places with them. Equations: docs/envs/stack-physics.md.
//   1. drives and gravity change the speeds          2. contacts are found at the places, and begin with the impulses of the last step
//   3. sweeps over all contacts: v_n ≥ −gap/h by an impulse ≥ 0, then |friction| ≤ μ · that impulse stops v_t      4. overlaps are taken back by shifts, which
//   are speeds of this step alone, so that taking back gives no box a speed that stays      5. places move by (v + shift) h
import { Batch, parameter } from '../batch';
import { cos4, madd, quarterTurns4, sin4, wholeQuarters4 } from '../math';
import { BOXES, GRAVITY_X, GRAVITY_Z, GRIP_PUSH, GRIP_SLOWING, PUSH, SLOWING, STOPS_HIGH, STOPS_LOW, SUBSTEP } from './numbers/stack';
import { get, put } from './rows';
import { findContacts, keepImpulses, turnedAt } from './stack-contacts';
import { BOX, less, shifts, speeds, speedsOf } from './stack-rows';
import { solve, takeBack } from './stack-sweeps';

const HALF_PI: f32 = 1.57079632679489661923;

/** One time step of worlds i … i + 3 under forces in ±1. */
export function timeStep(b: Batch, i: i32, fx: v128, fz: v128, grip: v128): void {
  const n = <i32>parameter(b, BOXES);
  free(b, i, n, fx, fz, grip);
  findContacts(b, i, n);
  solve(b, i);
  const overlaps = takeBack(b, i);
  integrate(b, i, n, overlaps);
  keepImpulses(b, i, n);
}

/** Speeds after drives and gravity alone. The drag is implicit: v' = (m v + h F)/(m + h c). */
function free(b: Batch, i: i32, n: i32, fx: v128, fz: v128, grip: v128): void {
  const slowing = b.number(SLOWING);
  const push = b.number(PUSH);
  put(speeds, 0, madd(slowing, v128.load(b.row(3, i)), f32x4.mul(push, fx)));
  put(speeds, 1, madd(slowing, v128.load(b.row(4, i)), f32x4.mul(push, fz)));
  put(speeds, 2, less(b.number(GRIP_PUSH), grip, f32x4.mul(b.number(GRIP_SLOWING), v128.load(b.row(5, i)))));
  const gx = b.number(GRAVITY_X);
  const gz = b.number(GRAVITY_Z);
  for (let k = 0; k < n; k++) {
    const rows = speedsOf(speeds, k);
    const at = BOX + 6 * k;
    put(rows, 0, f32x4.add(v128.load(b.row(at + 3, i)), gx));
    put(rows, 1, f32x4.add(v128.load(b.row(at + 4, i)), gz));
    put(rows, 2, v128.load(b.row(at + 5, i)));
    const angle = v128.load(b.row(at + 2, i));
    const turns = quarterTurns4(angle);
    v128.store(turnedAt(k), cos4(angle, turns));
    v128.store(turnedAt(k), sin4(angle, turns), 16);
  }
}

function integrate(b: Batch, i: i32, n: i32, overlaps: bool): void {
  const h = b.number(SUBSTEP);
  for (let k = 0; k < 3; k++) {
    const speed = get(speeds, k);
    const at = b.row(k, i);
    const moved = madd(h, overlaps ? f32x4.add(speed, get(shifts, k)) : speed, v128.load(at));
    v128.store(at, f32x4.pmin(f32x4.pmax(moved, b.number(STOPS_LOW + k)), b.number(STOPS_HIGH + k)));
    v128.store(b.row(k + 3, i), speed);
  }
  const quarter = f32x4.splat(HALF_PI);
  for (let k = 0; k < n; k++) {
    const rows = speedsOf(speeds, k);
    for (let q = 0; q < 3; q++) {
      const speed = get(rows, q);
      const at = b.row(BOX + 6 * k + q, i);
      let moved = madd(h, overlaps ? f32x4.add(speed, get(speedsOf(shifts, k), q)) : speed, v128.load(at));
      if (q == 2) {
        moved = less(wholeQuarters4(quarterTurns4(moved)), quarter, moved);
      }
      v128.store(at, moved);
      v128.store(b.row(BOX + 6 * k + 3 + q, i), speed);
    }
  }
}
