// A time step of four worlds of boxes and a gripper: speeds first, then places with them. Equations: docs/envs/stack-physics.md.
//   1. drives and gravity change the speeds          2. contacts are found at the places, and begin with the impulses of the last step
//   3. sweeps over all contacts: v_n ≥ −gap/h by an impulse ≥ 0, then |friction| ≤ μ · that impulse stops v_t      4. overlaps are taken back by shifts, which
//   are speeds of this step alone, so that taking back gives no box a speed that stays      5. places move by (v + shift) h
import { Batch, parameter } from '../batch';
import { cos4, quarterTurns4, sin4 } from '../math';
import {
  BOXES, BOX_SHARE, CORRECTION, FINGER_FRICTION, FINGER_SHARE, FRICTION, GRAVITY_X, GRAVITY_Z, GRIPPER_SHARE, GRIP_PUSH, GRIP_SLOWING, HALF, LONG, MARGIN,
  MOST_CORRECTION, PALM_HALF_X, PALM_HALF_Z, PALM_UP, PUSH, SLOP, SLOWING, STOPS_HIGH, STOPS_LOW, SUBSTEP, SWEEPS, THIN, TURN_SHARE,
} from './numbers/stack';
import {
  ARM_A, ARM_B, APART, BOX, IMPULSE, LEAST, less, madd, MASS, MOST_BOXES, NX, NZ, PAIR_BYTES, pairAt, POINT_BYTES, POINTS, SHIFTED, SIDE_ARM_A, SIDE_ARM_B,
  SIDE_IMPULSE, SIDE_MASS, shifts, speeds, speedsOf,
} from './stack-rows';
import { ax0, ax1, az0, az1, bx0, bx1, bz0, bz1, gap0, gap1, nx, nz, touch } from './stack-touch';

/** Kinds of pairs: a box with finger, finger or palm, with another box, with the table. */
const PALM: i32 = 2;
const BOX_PAIR: i32 = 3;
const TABLE: i32 = 4;

/** The pairs that may touch in some world: place, kind, and the speeds of both bodies. */
const touching: usize = memory.data(16 * 15, 16);
let count: i32 = 0;

/** cos and sin of the boxes' angles; impulses of the gripper's stops. */
const turned: usize = memory.data(32 * MOST_BOXES, 16);
const stopped: usize = memory.data(48, 16);

const HALF_PI: f32 = 1.57079632679489661923;
const MAGIC: f32 = 12582912; // adding 1.5 · 2²³ rounds to the nearest whole number

// @ts-ignore: decorator
@inline
function get(rows: usize, k: usize): v128 {
  return v128.load(rows + (k << 4));
}

// @ts-ignore: decorator
@inline
function put(rows: usize, k: usize, value: v128): void {
  v128.store(rows + (k << 4), value);
}

/** How the speed of a part of the gripper along x goes with the opening's: left −1, right 1, palm 0. */
// @ts-ignore: decorator
@inline
function opens(part: i32): v128 {
  return f32x4.splat(part == PALM ? 0 : <f32>(part + part - 1));
}

/** One time step of worlds i … i + 3 under forces in ±1. */
export function timeStep(b: Batch, i: i32, fx: v128, fz: v128, grip: v128): void {
  const n = <i32>parameter(b, BOXES);
  free(b, i, n, fx, fz, grip);
  count = 0;
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
    v128.store(turned + <usize>(32 * k), cos4(angle, turns));
    v128.store(turned + <usize>(32 * k), sin4(angle, turns), 16);
  }
  const zero = f32x4.splat(0);
  for (let k: usize = 0; k < 3; k++) put(stopped, k, zero);
}

function findContacts(b: Batch, i: i32, n: i32): void {
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
    const c = v128.load(turned + <usize>(32 * k));
    const s = v128.load(turned + <usize>(32 * k), 16);
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
      const angleA = turned + <usize>(32 * k);
      const angleB = turned + <usize>(32 * other);
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
  const entry = touching + <usize>(16 * count++);
  store<usize>(entry, at);
  store<i32>(entry, kind, 4);
  store<usize>(entry, rowsA, 8);
  store<usize>(entry, rowsB, 12);
}

/** Whether some world touches; if none does the pair keeps no impulses, and is left out. */
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
  const c = f32x4.mul(half, v128.load(turned + <usize>(32 * k)));
  const s = f32x4.mul(half, v128.load(turned + <usize>(32 * k), 16));
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
  const pair = kind == TABLE;
  const normalX = pair ? zero : nx;
  const normalZ = pair ? one : nz;
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

/** Sweeps: the gripper's stops, then every pair, its normals before its frictions. */
function solve(b: Batch, i: i32): void {
  const sweeps = <i32>parameter(b, SWEEPS);
  const friction = b.number(FRICTION);
  const fingerFriction = b.number(FINGER_FRICTION);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    stop(b, i, speeds, stopped);
    for (let k = 0; k < count; k++) {
      const entry = touching + <usize>(16 * k);
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
function takeBack(b: Batch, i: i32): bool {
  let deep = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const first = load<usize>(touching + <usize>(16 * k)) + POINTS;
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
  for (let k = 0; k < count; k++) {
    const entry = touching + <usize>(16 * k);
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
        const turns = f32x4.sub(f32x4.add(f32x4.mul(moved, f32x4.splat(1 / HALF_PI)), f32x4.splat(MAGIC)), f32x4.splat(MAGIC));
        moved = less(turns, quarter, moved);
      }
      v128.store(at, moved);
      v128.store(b.row(BOX + 6 * k + 3 + q, i), speed);
    }
  }
}

function keepImpulses(b: Batch, i: i32, n: i32): void {
  const next = <usize>b.padded << 2;
  for (let k = 0; k < count; k++) {
    const at = load<usize>(touching + <usize>(16 * k));
    const pair = <i32>((at - pairAt(0)) / (pairAt(1) - pairAt(0)));
    const to = kept(b, i, n, pair);
    const first = at + POINTS;
    v128.store(to, v128.load(first, IMPULSE));
    v128.store(to + next, v128.load(first, SIDE_IMPULSE));
    v128.store(to + 2 * next, v128.load(first + POINT_BYTES, IMPULSE));
    v128.store(to + 3 * next, v128.load(first + POINT_BYTES, SIDE_IMPULSE));
  }
}
