// The contacts of four worlds of boxes and a gripper: which pairs may touch, with the arms, masses and bounds of their points. Equations: docs/envs/stack-physics.md.
import { Batch } from '../batch';
import { madd } from '../math';
import {
  BOX_SHARE, CORRECTION, FINGER_SHARE, GRIPPER_SHARE, HALF, LONG, MARGIN, MOST_CORRECTION, PALM_HALF_X, PALM_HALF_Z, PALM_UP, SLOP, SUBSTEP, THIN, TURN_SHARE,
} from './numbers/stack';
import { get, put } from './rows';
import {
  APART, ARM_A, ARM_B, BOX, BOX_PAIR, IMPULSE, LEAST, less, MASS, MOST_BOXES, NX, NZ, opens, PAIR_BYTES, PALM, pairAt, POINT_BYTES, POINTS, SIDE_ARM_A,
  SIDE_ARM_B, SIDE_IMPULSE, SIDE_MASS, speeds, speedsOf, TABLE,
} from './stack-rows';
import { ax0, ax1, az0, az1, bx0, bx1, bz0, bz1, gap0, gap1, nx, nz, touch } from './stack-touch';

/** The number of pairs that may touch in some world, and of each its place, its kind, and the speeds of both bodies. */
export let touching: i32 = 0;
const entries: usize = memory.data(16 * 15, 16);

// @ts-ignore: decorator
@inline
export function entryAt(k: i32): usize {
  return entries + <usize>(16 * k);
}

const turned: usize = memory.data(32 * MOST_BOXES, 16);

/** Where cos and sin of box k's angle stand. */
// @ts-ignore: decorator
@inline
export function turnedAt(k: i32): usize {
  return turned + <usize>(32 * k);
}

/** Notes the pairs that may touch, and adds the impulses of the last time step to the speeds. */
export function findContacts(b: Batch, i: i32, n: i32): void {
  touching = 0;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const margin = b.number(MARGIN);
  const half = b.number(HALF);
  const gripperX = v128.load(b.row(0, i));
  const gripperZ = v128.load(b.row(1, i));
  const opening = v128.load(b.row(2, i));
  const thin = b.number(THIN);
  const long = b.number(LONG);
  for (let k = 0; k < n; k++) {
    const x = f32x4.sub(v128.load(b.row(BOX + 6 * k, i)), gripperX);
    const z = f32x4.sub(v128.load(b.row(BOX + 1 + 6 * k, i)), gripperZ);
    const c = v128.load(turnedAt(k));
    const s = v128.load(turnedAt(k), 16);
    for (let part = 0; part < 3; part++) {
      const palm = part == PALM;
      const side = opens(part);
      const dx = less(side, f32x4.add(opening, thin), x);
      const dz = f32x4.sub(z, palm ? b.number(PALM_UP) : long);
      const met = touch(
        dx, dz, one, zero, palm ? b.number(PALM_HALF_X) : thin, palm ? b.number(PALM_HALF_Z) : long, c, s, half, half, margin,
      );
      addPair(b, i, n, 3 * k + part, part, met, k, k);
    }
  }
  let pair = 3 * n;
  for (let k = 0; k < n; k++) {
    for (let other = k + 1; other < n; other++) {
      const dx = f32x4.sub(v128.load(b.row(BOX + 6 * other, i)), v128.load(b.row(BOX + 6 * k, i)));
      const dz = f32x4.sub(v128.load(b.row(BOX + 1 + 6 * other, i)), v128.load(b.row(BOX + 1 + 6 * k, i)));
      const angleA = turnedAt(k);
      const angleB = turnedAt(other);
      const met = touch(dx, dz, v128.load(angleA), v128.load(angleA, 16), half, half, v128.load(angleB), v128.load(angleB, 16), half, half, margin);
      addPair(b, i, n, pair++, BOX_PAIR, met, k, other);
    }
  }
  for (let k = 0; k < n; k++) addTable(b, i, n, pair++, k);
}

/** Where the impulses of a pair are kept in the state. */
// @ts-ignore: decorator
@inline
function kept(b: Batch, i: i32, n: i32, pair: i32): usize {
  return b.row(BOX + 6 * n + 4 * pair, i);
}

// @ts-ignore: decorator
@inline
function note(at: usize, kind: i32, rowsA: usize, rowsB: usize): void {
  const entry = entryAt(touching++);
  store<usize>(entry, at);
  store<i32>(entry, kind, 4);
  store<usize>(entry, rowsA, 8);
  store<usize>(entry, rowsB, 12);
}

/** The pair touches in none of the four worlds: it keeps no impulses. */
// @ts-ignore: decorator
@inline
function noImpulses(b: Batch, i: i32, n: i32, pair: i32): void {
  const next = <usize>b.padded << 2;
  let at = kept(b, i, n, pair);
  for (let k = 0; k < 4; k++, at += next) v128.store(at, f32x4.splat(0));
}

function addPair(b: Batch, i: i32, n: i32, pair: i32, kind: i32, met: v128, boxA: i32, boxB: i32): void {
  if (!v128.any_true(met)) {
    noImpulses(b, i, n, pair);
    return;
  }
  const at = pairAt(pair);
  v128.store(at, nx, NX);
  v128.store(at, nz, NZ);
  const rowsA = kind == BOX_PAIR ? speedsOf(speeds, boxA) : speeds;
  const rowsB = speedsOf(speeds, boxB);
  note(at, kind, rowsA, rowsB);
  addPoint(b, at + POINTS, kind, met, gap0, ax0, az0, bx0, bz0);
  addPoint(b, at + POINTS + POINT_BYTES, kind, met, gap1, ax1, az1, bx1, bz1);
  begin(b, i, n, pair, at, kind, met, rowsA, rowsB);
}

/** The two lower corners of box k on the table. */
function addTable(b: Batch, i: i32, n: i32, pair: i32, k: i32): void {
  const zero = f32x4.splat(0);
  const half = b.number(HALF);
  const z = v128.load(b.row(BOX + 1 + 6 * k, i));
  const c = f32x4.mul(half, v128.load(turnedAt(k)));
  const s = f32x4.mul(half, v128.load(turnedAt(k), 16));
  const away = f32x4.sub(z, f32x4.add(c, f32x4.abs(s))); // of the lowest corner
  const met = f32x4.le(away, b.number(MARGIN));
  if (!v128.any_true(met)) {
    noImpulses(b, i, n, pair);
    return;
  }
  const at = pairAt(pair);
  v128.store(at, zero, NX);
  v128.store(at, f32x4.splat(1), NZ);
  const rows = speedsOf(speeds, k);
  note(at, TABLE, rows, rows);
  // (−half, −half) and (half, −half), turned.
  const x0 = f32x4.sub(s, c);
  const z0 = f32x4.neg(f32x4.add(s, c));
  const x1 = f32x4.add(c, s);
  const z1 = f32x4.sub(s, c);
  addPoint(b, at + POINTS, TABLE, met, f32x4.add(z, z0), zero, zero, x0, z0);
  addPoint(b, at + POINTS + POINT_BYTES, TABLE, met, f32x4.add(z, z1), zero, zero, x1, z1);
  begin(b, i, n, pair, at, TABLE, met, rows, rows);
}

/** Arms, masses and bounds of a point. Worlds that do not touch may part as fast as they like. */
// @ts-ignore: decorator
@inline
function addPoint(b: Batch, at: usize, kind: i32, met: v128, gap: v128, ax: v128, az: v128, bx: v128, bz: v128): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const onTable = kind == TABLE;
  const normalX = onTable ? zero : nx;
  const normalZ = onTable ? one : nz;
  const turn = b.number(TURN_SHARE);
  const armB = f32x4.sub(f32x4.mul(bx, normalZ), f32x4.mul(bz, normalX));
  const sideB = f32x4.neg(f32x4.add(f32x4.mul(bx, normalX), f32x4.mul(bz, normalZ)));
  let share = madd(turn, f32x4.mul(armB, armB), b.number(BOX_SHARE));
  let side = madd(turn, f32x4.mul(sideB, sideB), b.number(BOX_SHARE));
  if (kind == BOX_PAIR) {
    const armA = f32x4.sub(f32x4.mul(ax, normalZ), f32x4.mul(az, normalX));
    const sideA = f32x4.neg(f32x4.add(f32x4.mul(ax, normalX), f32x4.mul(az, normalZ)));
    v128.store(at, armA, ARM_A);
    v128.store(at, sideA, SIDE_ARM_A);
    share = f32x4.add(share, madd(turn, f32x4.mul(armA, armA), b.number(BOX_SHARE)));
    side = f32x4.add(side, madd(turn, f32x4.mul(sideA, sideA), b.number(BOX_SHARE)));
  } else if (kind < BOX_PAIR) {
    share = f32x4.add(share, b.number(GRIPPER_SHARE));
    side = f32x4.add(side, b.number(GRIPPER_SHARE));
    if (kind != PALM) {
      const finger = b.number(FINGER_SHARE);
      share = madd(finger, f32x4.mul(normalX, normalX), share);
      side = madd(finger, f32x4.mul(normalZ, normalZ), side);
    }
  }
  v128.store(at, armB, ARM_B);
  v128.store(at, sideB, SIDE_ARM_B);
  v128.store(at, f32x4.div(one, share), MASS);
  v128.store(at, f32x4.div(one, side), SIDE_MASS);
  const perStep = f32x4.div(one, b.number(SUBSTEP));
  const open = f32x4.neg(f32x4.mul(f32x4.max(gap, zero), perStep)); // −gap/h, or 0
  const deep = f32x4.max(zero, f32x4.neg(f32x4.add(gap, b.number(SLOP))));
  const back = f32x4.pmin(f32x4.mul(f32x4.mul(b.number(CORRECTION), deep), perStep), b.number(MOST_CORRECTION));
  const never = f32x4.splat(-1e6);
  v128.store(at, v128.bitselect(open, never, met), LEAST);
  v128.store(at, v128.bitselect(f32x4.add(open, back), never, met), APART);
}

/** Begins with the impulses of the last time step. */
// @ts-ignore: decorator
@inline
function begin(b: Batch, i: i32, n: i32, pair: i32, at: usize, kind: i32, met: v128, rowsA: usize, rowsB: usize): void {
  const next = <usize>b.padded << 2;
  const from = kept(b, i, n, pair);
  const impulse0 = v128.and(met, v128.load(from));
  const side0 = v128.and(met, v128.load(from + next));
  const impulse1 = v128.and(met, v128.load(from + 2 * next));
  const side1 = v128.and(met, v128.load(from + 3 * next));
  const first = at + POINTS;
  const second = first + POINT_BYTES;
  v128.store(first, impulse0, IMPULSE);
  v128.store(first, side0, SIDE_IMPULSE);
  v128.store(second, impulse1, IMPULSE);
  v128.store(second, side1, SIDE_IMPULSE);
  const along = f32x4.add(impulse0, impulse1);
  const across = f32x4.add(side0, side1);
  const normalX = v128.load(at, NX);
  const normalZ = v128.load(at, NZ);
  const px = f32x4.add(f32x4.mul(normalX, along), f32x4.mul(normalZ, across));
  const pz = f32x4.sub(f32x4.mul(normalZ, along), f32x4.mul(normalX, across));
  const share = b.number(BOX_SHARE);
  const turn = b.number(TURN_SHARE);
  put(rowsB, 0, madd(share, px, get(rowsB, 0)));
  put(rowsB, 1, madd(share, pz, get(rowsB, 1)));
  const spinB = f32x4.add(
    f32x4.add(f32x4.mul(v128.load(first, ARM_B), impulse0), f32x4.mul(v128.load(first, SIDE_ARM_B), side0)),
    f32x4.add(f32x4.mul(v128.load(second, ARM_B), impulse1), f32x4.mul(v128.load(second, SIDE_ARM_B), side1)),
  );
  put(rowsB, 2, madd(turn, spinB, get(rowsB, 2)));
  if (kind == TABLE) return;
  if (kind == BOX_PAIR) {
    put(rowsA, 0, less(share, px, get(rowsA, 0)));
    put(rowsA, 1, less(share, pz, get(rowsA, 1)));
    const spinA = f32x4.add(
      f32x4.add(f32x4.mul(v128.load(first, ARM_A), impulse0), f32x4.mul(v128.load(first, SIDE_ARM_A), side0)),
      f32x4.add(f32x4.mul(v128.load(second, ARM_A), impulse1), f32x4.mul(v128.load(second, SIDE_ARM_A), side1)),
    );
    put(rowsA, 2, less(turn, spinA, get(rowsA, 2)));
    return;
  }
  const gripper = b.number(GRIPPER_SHARE);
  put(speeds, 0, less(gripper, px, get(speeds, 0)));
  put(speeds, 1, less(gripper, pz, get(speeds, 1)));
  put(speeds, 2, less(f32x4.mul(opens(kind), b.number(FINGER_SHARE)), px, get(speeds, 2)));
}

/** Keeps the impulses in the state, for the next time step. */
export function keepImpulses(b: Batch, i: i32, n: i32): void {
  const next = <usize>b.padded << 2;
  for (let k = 0; k < touching; k++) {
    const at = load<usize>(entryAt(k));
    const pair = <i32>((at - pairAt(0)) / PAIR_BYTES);
    const to = kept(b, i, n, pair);
    const first = at + POINTS;
    v128.store(to, v128.load(first, IMPULSE));
    v128.store(to + next, v128.load(first, SIDE_IMPULSE));
    v128.store(to + 2 * next, v128.load(first + POINT_BYTES, IMPULSE));
    v128.store(to + 3 * next, v128.load(first + POINT_BYTES, SIDE_IMPULSE));
  }
}
