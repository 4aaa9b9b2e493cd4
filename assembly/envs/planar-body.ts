// Dynamics of a planar articulated body for four environments at once. The body is a table of numbers (src/envs/bodies/table.ts writes it in this order), so
// that another body is another table. Plain twin: test/reference/planar-body.ts, which agrees with MuJoCo to rounding.
//
//   M(q) a + c(q, v) = τ + Jᵀf        q = (x, z, θ, hinges)
// Places are taken from the root's frame, so that a body far from 0 is as exact as one near it.
//
// With the mass m, first moment s = Σ m r and second moment e = Σ (m r² + I) of the links from hinge h on outwards, and o the hinge's place:
//   M[h][k] = ± (e_h − s_h·(o_h + o_k) + m_h o_h·o_k)   for k = h or further in;  0 for hinges of different branches
//   M[x][h] = ± (s_z − m o_z)      M[z][h] = ∓ (s_x − m o_x)
// c comes from the links' accelerations at a = 0, −Ω² (arm), and gravity, summed from the outside inwards in the same way.
//
// Soft constraints (limits of hinges, ends of capsules in the ground) make a the minimum of
//   ½ (a − a₀)ᵀM(a − a₀) + Σ ½ D min(0, J a − a_ref)²
// Newton's steps from the last time step's a: with the rows that are active the minimum is exact, so a step after which the same rows are active has found it.
import { cosTurns4, sinTurns4 } from '../math';

// The table: a head, then the links, then the ends of the capsules.
const LINKS = 0; // how many
const ENDS = 1;
const TIME_STEP = 2; // s
const GRAVITY = 3;
const CONTACT = 4; // stiffness, damping, least and most impedance, 1/width
const LIMIT = 9;
const HEAD = 14;

const LINK = 17; // numbers of a link
const PARENT = 0;
const AT_X = 1; // of its hinge in the parent's frame
const AT_Z = 2;
const SIGN = 3;
const STIFFNESS = 4;
const DAMPING = 5;
const ARMATURE = 6;
const LOW = 7;
const HIGH = 8;
const GEAR = 9;
const MASS = 10;
const MOMENT = 11; // about the centre
const CENTER_X = 12;
const CENTER_Z = 13;
const LIMIT_INVERSE = 14; // A of the limits' R = (1 − d)/d A
const OUTWARD_MASS = 15; // its own and that of all links further out
const MOTOR = 16; // which action; −1: none

const END = 6; // numbers of an end
const END_LINK = 0;
const END_X = 1; // in the link's frame
const END_Z = 2;
const RADIUS = 3;
const MU = 4;
const END_INVERSE = 5;

/** The most that a table may have. */
const MOST = 12; // degrees of freedom
const MOST_ENDS = 24;
const MOST_STEPS = 12; // Newton's

// Places of work, one body at a time. Of links:
const sine = memory.data(16 * MOST, 16);
const cosine = memory.data(16 * MOST, 16);
const angle = memory.data(16 * MOST, 16);
const x = memory.data(16 * MOST, 16); // of the hinge
const z = memory.data(16 * MOST, 16);
const rate = memory.data(16 * MOST, 16); // Ω
const ax = memory.data(16 * MOST, 16); // acceleration of the hinge at a = 0
const az = memory.data(16 * MOST, 16);
const sx = memory.data(16 * MOST, 16); // first moment, from here outwards
const sz = memory.data(16 * MOST, 16);
const e = memory.data(16 * MOST, 16); // second moment
const fx = memory.data(16 * MOST, 16); // m (acceleration + g)
const fz = memory.data(16 * MOST, 16);
const turn = memory.data(16 * MOST, 16); // Σ z f_x − x f_z
// Of degrees of freedom:
const M = memory.data(16 * MOST * MOST, 16);
const H = memory.data(16 * MOST * MOST, 16);
const force = memory.data(16 * MOST, 16);
const gradient = memory.data(16 * MOST, 16);
const rightSide = memory.data(16 * MOST, 16);
// Of constraints; a hinge has one row, an end three: n + μ t, n − μ t, and twice n.
const limitD = memory.data(16 * MOST, 16);
const limitSign = memory.data(16 * MOST, 16);
const limitRef = memory.data(16 * MOST, 16);
const limitOn = memory.data(16 * MOST, 16);
const touching = memory.data(4 * MOST_ENDS, 16); // links of the ends that touch in some lane
const normal = memory.data(16 * MOST_ENDS * MOST, 16);
const along = memory.data(16 * MOST_ENDS * MOST, 16);
const endD = memory.data(16 * MOST_ENDS, 16);
const endMu = memory.data(16 * MOST_ENDS, 16);
const endRef = memory.data(16 * MOST_ENDS * 3, 16);
const endOn = memory.data(16 * MOST_ENDS * 3, 16);
let touches = 0;

// @ts-ignore: decorator
@inline
function get(row: usize, i: i32): v128 {
  return v128.load(row + (<usize>i << 4));
}

// @ts-ignore: decorator
@inline
function put(row: usize, i: i32, value: v128): void {
  v128.store(row + (<usize>i << 4), value);
}

// @ts-ignore: decorator
@inline
function plus(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function minus(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
function times(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

// @ts-ignore: decorator
@inline
function splat(value: f32): v128 {
  return f32x4.splat(value);
}

// @ts-ignore: decorator
@inline
function number(table: usize, k: i32): f32 {
  return load<f32>(table + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
function all(table: usize, k: i32): v128 {
  return v128.load32_splat(table + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
function linkAt(table: usize, l: i32): usize {
  return table + (<usize>(HEAD + l * LINK) << 2);
}

// @ts-ignore: decorator
@inline
function endAt(table: usize, k: i32): usize {
  return table + (<usize>(HEAD + <i32>number(table, LINKS) * LINK + k * END) << 2);
}

/** The degree of freedom of a link's hinge; the root's turn is 2. */
// @ts-ignore: decorator
@inline
function dofOf(l: i32): i32 {
  return l + 2;
}

/** The next degree of freedom inwards; −1 after the first. */
// @ts-ignore: decorator
@inline
function inward(table: usize, dof: i32): i32 {
  return dof < 3 ? dof - 1 : dofOf(<i32>number(linkAt(table, dof - 2), PARENT));
}

function degrees(table: usize): i32 {
  return <i32>number(table, LINKS) + 2;
}

const PER_TURN: f32 = 0.15915494309189535;

/** Places, rates and accelerations at a = 0, from the root outwards. q, v: [degrees], four lanes each. */
function sweepOutwards(table: usize, q: usize, v: usize): void {
  const L = <i32>number(table, LINKS);
  for (let l = 0; l < L; l++) {
    const link = linkAt(table, l);
    let turned = get(q, 2);
    if (l == 0) {
      put(x, 0, splat(0));
      put(z, 0, splat(0));
      put(ax, 0, splat(0));
      put(az, 0, splat(0));
      put(rate, 0, get(v, 2));
    } else {
      const p = <i32>number(link, PARENT);
      const s = get(sine, p);
      const c = get(cosine, p);
      const dx = plus(times(all(link, AT_X), c), times(all(link, AT_Z), s));
      const dz = minus(times(all(link, AT_Z), c), times(all(link, AT_X), s));
      const spin = times(get(rate, p), get(rate, p));
      put(x, l, plus(get(x, p), dx));
      put(z, l, plus(get(z, p), dz));
      put(ax, l, minus(get(ax, p), times(spin, dx)));
      put(az, l, minus(get(az, p), times(spin, dz)));
      const sign = all(link, SIGN);
      put(rate, l, plus(get(rate, p), times(sign, get(v, dofOf(l)))));
      turned = plus(get(angle, p), times(sign, get(q, dofOf(l))));
    }
    put(angle, l, turned);
    const turns = times(turned, splat(PER_TURN));
    put(sine, l, sinTurns4(turns));
    put(cosine, l, cosTurns4(turns));
  }
}

/** Moments and forces of each link and all further out. */
function sweepInwards(table: usize): void {
  const L = <i32>number(table, LINKS);
  const g = all(table, GRAVITY);
  for (let l = 0; l < L; l++) {
    const link = linkAt(table, l);
    const s = get(sine, l);
    const c = get(cosine, l);
    const dx = plus(times(all(link, CENTER_X), c), times(all(link, CENTER_Z), s));
    const dz = minus(times(all(link, CENTER_Z), c), times(all(link, CENTER_X), s));
    const cx = plus(get(x, l), dx);
    const cz = plus(get(z, l), dz);
    const m = all(link, MASS);
    const spin = times(get(rate, l), get(rate, l));
    const pushX = times(m, minus(get(ax, l), times(spin, dx)));
    const pushZ = times(m, plus(g, minus(get(az, l), times(spin, dz))));
    put(sx, l, times(m, cx));
    put(sz, l, times(m, cz));
    put(e, l, plus(all(link, MOMENT), times(m, plus(times(cx, cx), times(cz, cz)))));
    put(fx, l, pushX);
    put(fz, l, pushZ);
    put(turn, l, minus(times(cz, pushX), times(cx, pushZ)));
  }
  for (let l = L - 1; l > 0; l--) {
    const p = <i32>number(linkAt(table, l), PARENT);
    put(sx, p, plus(get(sx, p), get(sx, l)));
    put(sz, p, plus(get(sz, p), get(sz, l)));
    put(e, p, plus(get(e, p), get(e, l)));
    put(fx, p, plus(get(fx, p), get(fx, l)));
    put(fz, p, plus(get(fz, p), get(fz, l)));
    put(turn, p, plus(get(turn, p), get(turn, l)));
  }
}

/** M[i][j] for j = i and further in, and the smooth force τ − c. `actions`: [motors], four lanes each, within ±1. */
function inertiaAndForce(table: usize, q: usize, v: usize, actions: usize): void {
  const L = <i32>number(table, LINKS);
  const mass = all(linkAt(table, 0), OUTWARD_MASS);
  put(M, 0, mass);
  put(M, MOST, splat(0));
  put(M, MOST + 1, mass);
  put(force, 0, f32x4.neg(get(fx, 0)));
  put(force, 1, f32x4.neg(get(fz, 0)));
  for (let l = 0; l < L; l++) {
    const link = linkAt(table, l);
    const i = dofOf(l);
    const m = all(link, OUTWARD_MASS);
    const ox = get(x, l);
    const oz = get(z, l);
    const sign = all(link, SIGN);
    put(M, i * MOST, times(sign, minus(get(sz, l), times(m, oz))));
    put(M, i * MOST + 1, times(sign, minus(times(m, ox), get(sx, l))));
    for (let k = l; k >= 0; k = <i32>number(linkAt(table, k), PARENT)) {
      const arms = plus(times(get(sx, l), plus(ox, get(x, k))), times(get(sz, l), plus(oz, get(z, k))));
      const shift = times(m, plus(times(ox, get(x, k)), times(oz, get(z, k))));
      put(M, i * MOST + dofOf(k), times(times(sign, all(linkAt(table, k), SIGN)), plus(minus(get(e, l), arms), shift)));
    }
    put(M, i * MOST + i, plus(get(M, i * MOST + i), all(link, ARMATURE)));
    // Moment of the forces about the hinge.
    const about = plus(minus(get(turn, l), times(oz, get(fx, l))), times(ox, get(fz, l)));
    let tau = f32x4.neg(times(sign, about));
    if (l > 0) {
      tau = minus(tau, plus(times(all(link, STIFFNESS), get(q, i)), times(all(link, DAMPING), get(v, i))));
      const motor = <i32>number(link, MOTOR);
      if (motor >= 0) tau = plus(tau, times(all(link, GEAR), get(actions, motor)));
    }
    put(force, i, tau);
  }
}

// The soft law: impedance d(r) rises from `least` to `most` over the width; R = (1 − d)/d A; a_ref = −b (J v) − k d r.
// @ts-ignore: decorator
@inline
function impedance(table: usize, law: i32, r: v128): v128 {
  const depth = f32x4.min(splat(1), times(f32x4.abs(r), all(table, law + 4)));
  const left = minus(splat(1), depth);
  const low = times(splat(2), times(depth, depth));
  const high = minus(splat(1), times(splat(2), times(left, left)));
  const y = v128.bitselect(low, high, f32x4.lt(depth, splat(0.5)));
  const least = all(table, law + 2);
  return plus(least, times(y, minus(all(table, law + 3), least)));
}

// @ts-ignore: decorator
@inline
function reference(table: usize, law: i32, r: v128, d: v128, speed: v128): v128 {
  return f32x4.neg(plus(times(all(table, law + 1), speed), times(all(table, law), times(d, r))));
}

/** D is 0 in lanes where a row does not exist. */
function softRows(table: usize, q: usize, v: usize): void {
  const L = <i32>number(table, LINKS);
  const zero = splat(0);
  for (let l = 1; l < L; l++) {
    const link = linkAt(table, l);
    const i = dofOf(l);
    const below = minus(get(q, i), all(link, LOW));
    const above = minus(all(link, HIGH), get(q, i));
    const low = f32x4.lt(below, above);
    const r = v128.bitselect(below, above, low);
    const sign = v128.bitselect(splat(1), splat(-1), low);
    const d = impedance(table, LIMIT, r);
    const D = f32x4.div(d, times(minus(splat(1), d), all(link, LIMIT_INVERSE)));
    put(limitD, i, v128.and(f32x4.lt(r, zero), D));
    put(limitSign, i, sign);
    put(limitRef, i, reference(table, LIMIT, r, d, times(sign, get(v, i))));
  }
  touches = 0;
  const ends = <i32>number(table, ENDS);
  for (let k = 0; k < ends; k++) {
    const end = endAt(table, k);
    const l = <i32>number(end, END_LINK);
    const dx = plus(times(all(end, END_X), get(cosine, l)), times(all(end, END_Z), get(sine, l)));
    const dz = minus(times(all(end, END_Z), get(cosine, l)), times(all(end, END_X), get(sine, l)));
    const ex = plus(get(x, l), dx);
    const low = minus(plus(get(z, l), dz), all(end, RADIUS)); // of the root's frame
    const r = plus(get(q, 1), low);
    const inside = f32x4.lt(r, zero);
    if (!v128.any_true(inside)) continue;
    // In the middle between the lowest point and the ground.
    touch(table, end, ex, minus(low, times(splat(0.5), r)), r, inside, v);
  }
}

function touch(table: usize, end: usize, px: v128, pz: v128, r: v128, inside: v128, v: usize): void {
  const zero = splat(0);
  const k = touches++;
  const to = k * MOST;
  let speed = get(v, 1);
  let slide = get(v, 0);
  put(normal, to, zero);
  put(normal, to + 1, splat(1));
  put(along, to, splat(1));
  put(along, to + 1, zero);
  const l = <i32>number(end, END_LINK);
  store<i32>(touching + (<usize>k << 2), l);
  for (let h = l; h >= 0; h = <i32>number(linkAt(table, h), PARENT)) {
    const sign = all(linkAt(table, h), SIGN);
    const jn = times(sign, minus(get(x, h), px));
    const jt = times(sign, minus(pz, get(z, h)));
    put(normal, to + dofOf(h), jn);
    put(along, to + dofOf(h), jt);
    speed = plus(speed, times(jn, get(v, dofOf(h))));
    slide = plus(slide, times(jt, get(v, dofOf(h))));
  }
  const mu = all(end, MU);
  const d = impedance(table, CONTACT, r);
  put(endD, k, v128.and(inside, f32x4.div(d, times(minus(splat(1), d), all(end, END_INVERSE)))));
  put(endMu, k, mu);
  put(endRef, 3 * k, reference(table, CONTACT, r, d, plus(speed, times(mu, slide))));
  put(endRef, 3 * k + 1, reference(table, CONTACT, r, d, minus(speed, times(mu, slide))));
  put(endRef, 3 * k + 2, reference(table, CONTACT, r, d, speed));
}

/**
 * Solves A y = b in place of b, A = LᵀDL (Featherstone): elimination from the outermost degree of freedom inwards fills no zero of the tree.
 * A[i][j] stands for j = i and further in; it is overwritten.
 */
function solve(table: usize, A: usize, b: usize, n: i32): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * MOST;
    const pivot = f32x4.div(splat(1), get(A, row + i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) {
      const share = times(get(A, row + k), pivot);
      for (let j = k; j >= 0; j = inward(table, j)) put(A, k * MOST + j, minus(get(A, k * MOST + j), times(share, get(A, row + j))));
      put(b, k, minus(get(b, k), times(share, get(b, i))));
      put(A, row + k, share);
    }
    put(A, row + i, pivot);
  }
  for (let i = 0; i < n; i++) {
    let y = times(get(b, i), get(A, i * MOST + i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) y = minus(y, times(get(A, i * MOST + k), get(b, k)));
    put(b, i, y);
  }
}

/** y = A x of a matrix whose lower half stands. */
function multiply(table: usize, A: usize, from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    let sum = times(get(A, i * MOST + i), get(from, i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) {
      const m = get(A, i * MOST + k);
      sum = plus(sum, times(m, get(from, k)));
      put(to, k, plus(get(to, k), times(m, get(from, i)))); // begun before: k < i
    }
    put(to, i, sum);
  }
}

/** Misses of the rows at `a`: adds the active rows' forces to the gradient and D JᵀJ to H. Returns the lanes in which other rows are active than before. */
function activate(table: usize, a: usize, n: i32, first: bool): v128 {
  const zero = splat(0);
  let changed = first ? i32x4.splat(-1) : zero;
  for (let i = 3; i < n; i++) {
    const sign = get(limitSign, i);
    const miss = minus(times(sign, get(a, i)), get(limitRef, i));
    const on = v128.and(f32x4.lt(miss, zero), f32x4.gt(get(limitD, i), zero));
    if (!first) changed = v128.or(changed, v128.xor(on, get(limitOn, i)));
    put(limitOn, i, on);
    const D = v128.and(on, get(limitD, i));
    put(gradient, i, plus(get(gradient, i), times(times(D, miss), sign)));
    put(H, i * MOST + i, plus(get(H, i * MOST + i), D));
  }
  for (let k = 0; k < touches; k++) {
    const l = load<i32>(touching + (<usize>k << 2));
    const jn = normal + (<usize>(k * MOST) << 4);
    const jt = along + (<usize>(k * MOST) << 4);
    let up = zero;
    let side = zero;
    for (let i = dofOf(l); i >= 0; i = inward(table, i)) {
      up = plus(up, times(get(jn, i), get(a, i)));
      side = plus(side, times(get(jt, i), get(a, i)));
    }
    const D = get(endD, k);
    const mu = get(endMu, k);
    const exists = f32x4.gt(D, zero);
    const ahead = minus(plus(up, times(mu, side)), get(endRef, 3 * k));
    const behind = minus(minus(up, times(mu, side)), get(endRef, 3 * k + 1));
    const still = minus(up, get(endRef, 3 * k + 2));
    const aheadOn = v128.and(exists, f32x4.lt(ahead, zero));
    const behindOn = v128.and(exists, f32x4.lt(behind, zero));
    const stillOn = v128.and(exists, f32x4.lt(still, zero));
    if (!first) {
      changed = v128.or(changed, v128.xor(aheadOn, get(endOn, 3 * k)));
      changed = v128.or(changed, v128.xor(behindOn, get(endOn, 3 * k + 1)));
      changed = v128.or(changed, v128.xor(stillOn, get(endOn, 3 * k + 2)));
    }
    put(endOn, 3 * k, aheadOn);
    put(endOn, 3 * k + 1, behindOn);
    put(endOn, 3 * k + 2, stillOn);
    const dAhead = v128.and(aheadOn, D);
    const dBehind = v128.and(behindOn, D);
    const dStill = v128.and(stillOn, plus(D, D));
    // Σ D J Jᵀ with J = n ± μ t and n: three coefficients of n nᵀ, n tᵀ + t nᵀ and t tᵀ.
    const nn = plus(plus(dAhead, dBehind), dStill);
    const nt = times(mu, minus(dAhead, dBehind));
    const tt = times(times(mu, mu), plus(dAhead, dBehind));
    const pushN = plus(plus(times(dAhead, ahead), times(dBehind, behind)), times(dStill, still));
    const pushT = times(mu, minus(times(dAhead, ahead), times(dBehind, behind)));
    for (let i = dofOf(l); i >= 0; i = inward(table, i)) {
      const rowN = plus(times(nn, get(jn, i)), times(nt, get(jt, i)));
      const rowT = plus(times(nt, get(jn, i)), times(tt, get(jt, i)));
      put(gradient, i, plus(get(gradient, i), plus(times(pushN, get(jn, i)), times(pushT, get(jt, i)))));
      for (let j = i; j >= 0; j = inward(table, j)) {
        const to = i * MOST + j;
        put(H, to, plus(get(H, to), plus(times(rowN, get(jn, j)), times(rowT, get(jt, j)))));
      }
    }
  }
  return changed;
}

/** a: the last time step's on the way in, the minimum on the way out. Lanes that have found it stand still. Returns lanes that have not. */
function findAcceleration(table: usize, a: usize, n: i32): v128 {
  let open = i32x4.splat(-1);
  for (let step = 0; step < MOST_STEPS; step++) {
    memory.copy(H, M, <usize>(MOST * MOST) << 4);
    multiply(table, M, a, gradient, n);
    for (let i = 0; i < n; i++) put(gradient, i, minus(get(gradient, i), get(force, i)));
    const changed = activate(table, a, n, step == 0);
    open = v128.and(open, changed);
    if (!v128.any_true(open)) return open;
    solve(table, H, gradient, n);
    for (let i = 0; i < n; i++) put(a, i, minus(get(a, i), v128.and(open, get(gradient, i))));
  }
  return open;
}

/**
 * One time step: v += h (M + h B)⁻¹ M a with the hinges' damping B, then q += h v. `a` is kept by the caller from step to step as a first guess; it changes
 * nothing but the number of Newton's steps. Returns the lanes whose minimum was not found.
 */
export function stepBody(table: usize, q: usize, v: usize, a: usize, actions: usize): v128 {
  const n = degrees(table);
  sweepOutwards(table, q, v);
  sweepInwards(table);
  inertiaAndForce(table, q, v, actions);
  softRows(table, q, v);
  const open = findAcceleration(table, a, n);
  multiply(table, M, a, rightSide, n);
  const h = all(table, TIME_STEP);
  for (let i = 3; i < n; i++) put(M, i * MOST + i, plus(get(M, i * MOST + i), times(h, all(linkAt(table, i - 2), DAMPING))));
  solve(table, M, rightSide, n);
  for (let i = 0; i < n; i++) {
    const speed = plus(get(v, i), times(h, get(rightSide, i)));
    put(v, i, speed);
    put(q, i, plus(get(q, i), times(h, speed)));
  }
  return open;
}
