// Sweeps over the contacts of four worlds: impulses that keep bodies apart and rub, then shifts that take overlaps back. Equations: docs/envs/stack-physics.md.
import { Batch, parameter } from '../batch';
import { madd } from '../math';
import { BOXES, BOX_SHARE, FINGER_FRICTION, FINGER_SHARE, FRICTION, GRIPPER_SHARE, STOPS_HIGH, STOPS_LOW, SUBSTEP, SWEEPS, TURN_SHARE } from './numbers/stack';
import { get, put } from './rows';
import { entryAt, touching } from './stack-contacts';
import {
  APART, ARM_A, ARM_B, BOX_PAIR, IMPULSE, LEAST, less, MASS, NX, NZ, opens, PAIR_BYTES, POINT_BYTES, POINTS, SIDE_ARM_A, SIDE_ARM_B, SIDE_IMPULSE, SIDE_MASS,
  shifts, speeds, TABLE,
} from './stack-rows';

/** Impulses of the gripper's stops. */
const stopped: usize = memory.data(48, 16);

/** Sweeps: the gripper's stops, then every pair, its normals before its frictions. */
export function solve(b: Batch, i: i32): void {
  const sweeps = <i32>parameter(b, SWEEPS);
  const friction = b.number(FRICTION);
  const fingerFriction = b.number(FINGER_FRICTION);
  const zero = f32x4.splat(0);
  for (let k = 0; k < 3; k++) put(stopped, k, zero);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    stop(b, i, speeds, stopped);
    for (let k = 0; k < touching; k++) {
      const entry = entryAt(k);
      const kind = load<i32>(entry, 4);
      const at = load<usize>(entry);
      const rowsA = load<usize>(entry, 8);
      const rowsB = load<usize>(entry, 12);
      if (kind == TABLE) onTable(b, at + POINTS, rowsB, friction);
      else if (kind == BOX_PAIR) boxOnBox(b, at, rowsA, rowsB, friction);
      else partOnBox(b, at, kind, rowsB, fingerFriction);
    }
  }
}

/** A stop's impulse is what brings the speed that it found to the nearest one that keeps the gripper within. */
// @ts-ignore: decorator
@inline
function stop(b: Batch, i: i32, rows: usize, added: usize): void {
  const perStep = f32x4.div(f32x4.splat(1), b.number(SUBSTEP));
  for (let k = 0; k < 3; k++) {
    const q = v128.load(b.row(k, i));
    const low = f32x4.mul(f32x4.sub(b.number(STOPS_LOW + k), q), perStep);
    const high = f32x4.mul(f32x4.sub(b.number(STOPS_HIGH + k), q), perStep);
    const found = f32x4.sub(get(rows, k), get(added, k));
    const kept = f32x4.pmin(f32x4.pmax(found, low), high);
    put(rows, k, kept);
    put(added, k, f32x4.sub(kept, found));
  }
}

/** The change of a point's normal impulse that lets its surfaces part at `LEAST` or faster, given how fast they part. */
// @ts-ignore: decorator
@inline
function apart(point: usize, speed: v128): v128 {
  const before = v128.load(point, IMPULSE);
  const after = f32x4.pmax(madd(v128.load(point, MASS), f32x4.sub(v128.load(point, LEAST), speed), before), f32x4.splat(0));
  v128.store(point, after, IMPULSE);
  return f32x4.sub(after, before);
}

/** The change of a point's tangential impulse that stops `speed`, within the cone. */
// @ts-ignore: decorator
@inline
function aside(point: usize, speed: v128, friction: v128): v128 {
  const before = v128.load(point, SIDE_IMPULSE);
  const most = f32x4.mul(friction, v128.load(point, IMPULSE));
  const after = f32x4.pmin(f32x4.pmax(less(v128.load(point, SIDE_MASS), speed, before), f32x4.neg(most)), most);
  v128.store(point, after, SIDE_IMPULSE);
  return f32x4.sub(after, before);
}

// One pair in a sweep. The speeds stay in locals.

function onTable(b: Batch, first: usize, rows: usize, friction: v128): void {
  const end = first + 2 * POINT_BYTES;
  const share = b.number(BOX_SHARE);
  const turn = b.number(TURN_SHARE);
  let x = get(rows, 0);
  let z = get(rows, 1);
  let spin = get(rows, 2);
  for (let point = first; point < end; point += POINT_BYTES) {
    const arm = v128.load(point, ARM_B);
    const impulse = apart(point, madd(arm, spin, z));
    z = madd(share, impulse, z);
    spin = madd(turn, f32x4.mul(arm, impulse), spin);
  }
  for (let point = first; point < end; point += POINT_BYTES) {
    const arm = v128.load(point, SIDE_ARM_B);
    const impulse = aside(point, madd(arm, spin, x), friction);
    x = madd(share, impulse, x);
    spin = madd(turn, f32x4.mul(arm, impulse), spin);
  }
  put(rows, 0, x);
  put(rows, 1, z);
  put(rows, 2, spin);
}

function boxOnBox(b: Batch, at: usize, rowsA: usize, rowsB: usize, friction: v128): void {
  const share = b.number(BOX_SHARE);
  const turn = b.number(TURN_SHARE);
  const normalX = v128.load(at, NX);
  const normalZ = v128.load(at, NZ);
  let ax = get(rowsA, 0);
  let az = get(rowsA, 1);
  let spinA = get(rowsA, 2);
  let bx = get(rowsB, 0);
  let bz = get(rowsB, 1);
  let spinB = get(rowsB, 2);
  for (let point = at + POINTS; point < at + PAIR_BYTES; point += POINT_BYTES) {
    const armA = v128.load(point, ARM_A);
    const armB = v128.load(point, ARM_B);
    const straight = f32x4.add(f32x4.mul(normalX, f32x4.sub(bx, ax)), f32x4.mul(normalZ, f32x4.sub(bz, az)));
    const impulse = apart(point, less(armA, spinA, madd(armB, spinB, straight)));
    const px = f32x4.mul(normalX, impulse);
    const pz = f32x4.mul(normalZ, impulse);
    bx = madd(share, px, bx);
    bz = madd(share, pz, bz);
    ax = less(share, px, ax);
    az = less(share, pz, az);
    spinA = less(turn, f32x4.mul(armA, impulse), spinA);
    spinB = madd(turn, f32x4.mul(armB, impulse), spinB);
  }
  for (let point = at + POINTS; point < at + PAIR_BYTES; point += POINT_BYTES) {
    const armA = v128.load(point, SIDE_ARM_A);
    const armB = v128.load(point, SIDE_ARM_B);
    const straight = f32x4.sub(f32x4.mul(normalZ, f32x4.sub(bx, ax)), f32x4.mul(normalX, f32x4.sub(bz, az)));
    const impulse = aside(point, less(armA, spinA, madd(armB, spinB, straight)), friction);
    const px = f32x4.mul(normalZ, impulse);
    const pz = f32x4.mul(normalX, impulse);
    bx = madd(share, px, bx);
    bz = less(share, pz, bz);
    ax = less(share, px, ax);
    az = madd(share, pz, az);
    spinA = less(turn, f32x4.mul(armA, impulse), spinA);
    spinB = madd(turn, f32x4.mul(armB, impulse), spinB);
  }
  put(rowsA, 0, ax);
  put(rowsA, 1, az);
  put(rowsA, 2, spinA);
  put(rowsB, 0, bx);
  put(rowsB, 1, bz);
  put(rowsB, 2, spinB);
}

function partOnBox(b: Batch, at: usize, part: i32, rows: usize, friction: v128): void {
  const share = b.number(BOX_SHARE);
  const turn = b.number(TURN_SHARE);
  const gripper = b.number(GRIPPER_SHARE);
  const side = opens(part);
  const finger = f32x4.mul(side, b.number(FINGER_SHARE));
  const normalX = v128.load(at, NX);
  const normalZ = v128.load(at, NZ);
  let ax = get(speeds, 0);
  let az = get(speeds, 1);
  let open = get(speeds, 2);
  let bx = get(rows, 0);
  let bz = get(rows, 1);
  let spin = get(rows, 2);
  for (let point = at + POINTS; point < at + PAIR_BYTES; point += POINT_BYTES) {
    const arm = v128.load(point, ARM_B);
    const fromX = f32x4.sub(bx, madd(side, open, ax));
    const straight = f32x4.add(f32x4.mul(normalX, fromX), f32x4.mul(normalZ, f32x4.sub(bz, az)));
    const impulse = apart(point, madd(arm, spin, straight));
    const px = f32x4.mul(normalX, impulse);
    const pz = f32x4.mul(normalZ, impulse);
    bx = madd(share, px, bx);
    bz = madd(share, pz, bz);
    ax = less(gripper, px, ax);
    az = less(gripper, pz, az);
    open = less(finger, px, open);
    spin = madd(turn, f32x4.mul(arm, impulse), spin);
  }
  for (let point = at + POINTS; point < at + PAIR_BYTES; point += POINT_BYTES) {
    const arm = v128.load(point, SIDE_ARM_B);
    const fromX = f32x4.sub(bx, madd(side, open, ax));
    const straight = f32x4.sub(f32x4.mul(normalZ, fromX), f32x4.mul(normalX, f32x4.sub(bz, az)));
    const impulse = aside(point, madd(arm, spin, straight), friction);
    const px = f32x4.mul(normalZ, impulse);
    const pz = f32x4.mul(normalX, impulse);
    bx = madd(share, px, bx);
    bz = less(share, pz, bz);
    ax = less(gripper, px, ax);
    az = madd(gripper, pz, az);
    open = less(finger, px, open);
    spin = madd(turn, f32x4.mul(arm, impulse), spin);
  }
  put(speeds, 0, ax);
  put(speeds, 1, az);
  put(speeds, 2, open);
  put(rows, 0, bx);
  put(rows, 1, bz);
  put(rows, 2, spin);
}

/** One sweep of shifts along the normals, where any two overlap; false if none do. */
export function takeBack(b: Batch, i: i32): bool {
  let deep = f32x4.splat(0);
  for (let k = 0; k < touching; k++) {
    const first = load<usize>(entryAt(k)) + POINTS;
    deep = f32x4.max(deep, f32x4.max(v128.load(first, APART), v128.load(first + POINT_BYTES, APART)));
  }
  if (!v128.any_true(f32x4.gt(deep, f32x4.splat(0)))) return false;
  const zero = f32x4.splat(0);
  const n = <i32>parameter(b, BOXES);
  for (let k = 0; k < 3 * (n + 1); k++) put(shifts, k, zero);
  const share = b.number(BOX_SHARE);
  const turn = b.number(TURN_SHARE);
  const gripper = b.number(GRIPPER_SHARE);
  const fingers = b.number(FINGER_SHARE);
  const toShifts = shifts - speeds;
  for (let k = 0; k < touching; k++) {
    const entry = entryAt(k);
    const at = load<usize>(entry);
    const kind = load<i32>(entry, 4);
    const rowsA = load<usize>(entry, 8) + toShifts;
    const rowsB = load<usize>(entry, 12) + toShifts;
    const normalX = v128.load(at, NX);
    const normalZ = v128.load(at, NZ);
    const side = kind < BOX_PAIR ? opens(kind) : zero;
    for (let p: usize = 0; p < 2; p++) {
      const point = at + POINTS + p * POINT_BYTES;
      const armB = v128.load(point, ARM_B);
      let dx = get(rowsB, 0);
      let dz = get(rowsB, 1);
      let turning = f32x4.mul(armB, get(rowsB, 2));
      if (kind == BOX_PAIR) {
        dx = f32x4.sub(dx, get(rowsA, 0));
        dz = f32x4.sub(dz, get(rowsA, 1));
        turning = less(v128.load(point, ARM_A), get(rowsA, 2), turning);
      } else if (kind < BOX_PAIR) {
        dx = f32x4.sub(dx, madd(side, get(shifts, 2), get(shifts, 0)));
        dz = f32x4.sub(dz, get(shifts, 1));
      }
      const speed = f32x4.add(turning, f32x4.add(f32x4.mul(normalX, dx), f32x4.mul(normalZ, dz)));
      const impulse = f32x4.pmax(f32x4.mul(v128.load(point, MASS), f32x4.sub(v128.load(point, APART), speed)), zero);
      const px = f32x4.mul(normalX, impulse);
      const pz = f32x4.mul(normalZ, impulse);
      put(rowsB, 0, madd(share, px, get(rowsB, 0)));
      put(rowsB, 1, madd(share, pz, get(rowsB, 1)));
      put(rowsB, 2, madd(turn, f32x4.mul(armB, impulse), get(rowsB, 2)));
      if (kind == BOX_PAIR) {
        put(rowsA, 0, less(share, px, get(rowsA, 0)));
        put(rowsA, 1, less(share, pz, get(rowsA, 1)));
        put(rowsA, 2, less(turn, f32x4.mul(v128.load(point, ARM_A), impulse), get(rowsA, 2)));
      } else if (kind < BOX_PAIR) {
        put(shifts, 0, less(gripper, px, get(shifts, 0)));
        put(shifts, 1, less(gripper, pz, get(shifts, 1)));
        put(shifts, 2, less(f32x4.mul(side, fingers), px, get(shifts, 2)));
      }
    }
  }
  return true;
}
