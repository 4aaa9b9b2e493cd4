// Soft constraints of a planar body: limits of hinges, and ends of capsules in the ground with a pyramid of friction. They make the acceleration the minimum of
//   ½ (a − a₀)ᵀM(a − a₀) + Σ ½ D min(0, J a − a_ref)²
// Impedance d(r) rises from `least` to `most` over the width; D = 1/R, R = (1 − d)/d A; a_ref = −b (J v) − k d r.
import {
  CONTACT, END_INVERSE, END_LINK, END_X, END_Z, ENDS, HIGH, LIMIT, LIMIT_INVERSE, LINKS, LOW, MARGIN, MOST, MOST_ENDS, MU, PARENT, RADIUS, SIGN,
} from './numbers/planar-table';
import { all, dofOf, endAt, get, linkAt, minus, number, onPath, pathLength, plus, put, rowOf, splat, times } from './planar-table';
import { cosine, hingeX, hingeZ, sine } from './planar-tree';

/** Gradient and second derivative of that function by the degrees of freedom. */
export const gradient = memory.data(16 * MOST, 16);
export const H = memory.data(16 * MOST * MOST, 16);
// A hinge has one row, an end three: n + μ t, n − μ t, and twice n.
const limitD = memory.data(16 * MOST, 16);
const limitSign = memory.data(16 * MOST, 16);
const limitRef = memory.data(16 * MOST, 16);
const limitOn = memory.data(16 * MOST, 16);
const limitMiss = memory.data(16 * MOST, 16); // J a − a_ref
const limitAt = memory.data(4 * MOST, 16); // hinges beyond their limits in some lane, as byte offsets into rows of four lanes
export let limits = 0;
export const touching = memory.data(4 * MOST_ENDS, 16); // links of the ends that touch in some lane
export const normal = memory.data(16 * MOST_ENDS * MOST, 16);
export const along = memory.data(16 * MOST_ENDS * MOST, 16);
const endD = memory.data(16 * MOST_ENDS, 16);
const endMu = memory.data(16 * MOST_ENDS, 16);
const endRef = memory.data(16 * MOST_ENDS * 3, 16);
const endOn = memory.data(16 * MOST_ENDS * 3, 16);
const endMiss = memory.data(16 * MOST_ENDS * 3, 16);
export let touches = 0;

// @ts-ignore: decorator
@inline
function limiting(m: i32): usize {
  return load<u32>(limitAt + (<usize>m << 2));
}

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

/** D is 0 in lanes where a row does not exist. Returns how many ends touch in some lane. */
export function softRows(table: usize, q: usize, v: usize): i32 {
  const L = <i32>number(table, LINKS);
  const zero = splat(0);
  limits = 0;
  for (let l = 1; l < L; l++) {
    const link = linkAt(table, l);
    const i = dofOf(l);
    const below = minus(get(q, i), all(link, LOW));
    const above = minus(all(link, HIGH), get(q, i));
    const low = f32x4.lt(below, above);
    const r = v128.bitselect(below, above, low);
    const beyond = f32x4.lt(r, zero);
    if (!v128.any_true(beyond)) continue;
    const m = limits++;
    store<i32>(limitAt + (<usize>m << 2), i << 4);
    const sign = v128.bitselect(splat(1), splat(-1), low);
    const d = impedance(table, LIMIT, r);
    const D = f32x4.div(d, times(minus(splat(1), d), all(link, LIMIT_INVERSE)));
    put(limitD, m, v128.and(beyond, D));
    put(limitSign, m, sign);
    put(limitRef, m, reference(table, LIMIT, r, d, times(sign, get(v, i))));
  }
  touches = 0;
  const ends = <i32>number(table, ENDS);
  for (let k = 0; k < ends; k++) {
    const end = endAt(table, k);
    const l = <i32>number(end, END_LINK);
    const dz = minus(times(all(end, END_Z), get(cosine, l)), times(all(end, END_X), get(sine, l)));
    const low = minus(plus(get(hingeZ, l), dz), all(end, RADIUS)); // of the root's frame
    const distance = plus(get(q, 1), low);
    const r = minus(distance, all(table, MARGIN));
    const inside = f32x4.lt(r, zero);
    if (!v128.any_true(inside)) continue;
    const dx = plus(times(all(end, END_X), get(cosine, l)), times(all(end, END_Z), get(sine, l)));
    // In the middle between the lowest point and the ground.
    touch(table, end, plus(get(hingeX, l), dx), minus(low, times(splat(0.5), distance)), r, inside, v);
  }
  return touches;
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
    const jn = times(sign, minus(get(hingeX, h), px));
    const jt = times(sign, minus(pz, get(hingeZ, h)));
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

/** Decides at `a` which rows are active, for `pull`. Returns the lanes in which other rows are active than before. */
export function evaluate(a: usize, first: bool): v128 {
  let changed = first ? i32x4.splat(-1) : splat(0);
  for (let m = 0; m < limits; m++) changed = v128.or(changed, evaluateLimit(a, m));
  for (let k = 0; k < touches; k++) {
    const jn = normal + (<usize>(k * MOST) << 4);
    const jt = along + (<usize>(k * MOST) << 4);
    let up = splat(0);
    let side = splat(0);
    const end = dofOf(load<i32>(touching + (<usize>k << 2)));
    const length = pathLength(end);
    for (let m = 0; m < length; m++) {
      const i = onPath(end, m);
      up = plus(up, times(v128.load(jn + i), v128.load(a + i)));
      side = plus(side, times(v128.load(jt + i), v128.load(a + i)));
    }
    changed = v128.or(changed, evaluateEnd(k, up, side));
  }
  return changed;
}

// @ts-ignore: decorator
@inline
export function evaluateLimit(a: usize, m: i32): v128 {
  const zero = splat(0);
  const miss = minus(times(get(limitSign, m), v128.load(a + limiting(m))), get(limitRef, m));
  const on = v128.and(f32x4.lt(miss, zero), f32x4.gt(get(limitD, m), zero));
  const changed = v128.xor(on, get(limitOn, m));
  put(limitOn, m, on);
  put(limitMiss, m, miss);
  return changed;
}

// @ts-ignore: decorator
@inline
export function evaluateEnd(k: i32, up: v128, side: v128): v128 {
  const zero = splat(0);
  const mu = get(endMu, k);
  const exists = f32x4.gt(get(endD, k), zero);
  const ahead = minus(plus(up, times(mu, side)), get(endRef, 3 * k));
  const behind = minus(minus(up, times(mu, side)), get(endRef, 3 * k + 1));
  const still = minus(up, get(endRef, 3 * k + 2));
  const aheadOn = v128.and(exists, f32x4.lt(ahead, zero));
  const behindOn = v128.and(exists, f32x4.lt(behind, zero));
  const stillOn = v128.and(exists, f32x4.lt(still, zero));
  const changed = v128.or(
    v128.or(v128.xor(aheadOn, get(endOn, 3 * k)), v128.xor(behindOn, get(endOn, 3 * k + 1))),
    v128.xor(stillOn, get(endOn, 3 * k + 2)),
  );
  put(endOn, 3 * k, aheadOn);
  put(endOn, 3 * k + 1, behindOn);
  put(endOn, 3 * k + 2, stillOn);
  put(endMiss, 3 * k, ahead);
  put(endMiss, 3 * k + 1, behind);
  put(endMiss, 3 * k + 2, still);
  return changed;
}

/** Adds the active limits' forces to the gradient and their D to H. */
export function pullLimits(): void {
  for (let m = 0; m < limits; m++) {
    const i = limiting(m);
    const D = v128.and(get(limitOn, m), get(limitD, m));
    const own = rowOf(H, i) + i;
    v128.store(gradient + i, plus(v128.load(gradient + i), times(times(D, get(limitMiss, m)), get(limitSign, m))));
    v128.store(own, plus(v128.load(own), D));
  }
}

// Of the end that `weigh` was called for: Σ D J Jᵀ with J = n ± μ t and n as three coefficients of n nᵀ, n tᵀ + t nᵀ and t tᵀ; the forces along n and t.
export const weights = memory.data(16 * 5, 16);
export const NN: usize = 0;
export const NT: usize = 16;
export const TT: usize = 32;
export const PUSH_N: usize = 48;
export const PUSH_T: usize = 64;

// @ts-ignore: decorator
@inline
export function weigh(k: i32): void {
  const D = get(endD, k);
  const mu = get(endMu, k);
  const dAhead = v128.and(get(endOn, 3 * k), D);
  const dBehind = v128.and(get(endOn, 3 * k + 1), D);
  const dStill = v128.and(get(endOn, 3 * k + 2), plus(D, D));
  const ahead = times(dAhead, get(endMiss, 3 * k));
  const behind = times(dBehind, get(endMiss, 3 * k + 1));
  v128.store(weights, plus(plus(dAhead, dBehind), dStill), NN);
  v128.store(weights, times(mu, minus(dAhead, dBehind)), NT);
  v128.store(weights, times(times(mu, mu), plus(dAhead, dBehind)), TT);
  v128.store(weights, plus(plus(ahead, behind), times(dStill, get(endMiss, 3 * k + 2))), PUSH_N);
  v128.store(weights, times(mu, minus(ahead, behind)), PUSH_T);
}

/** Adds the active rows of the ends: their forces to the gradient, D JᵀJ to H. */
export function pullEnds(): void {
  for (let k = 0; k < touches; k++) {
    const jn = normal + (<usize>(k * MOST) << 4);
    const jt = along + (<usize>(k * MOST) << 4);
    const end = dofOf(load<i32>(touching + (<usize>k << 2)));
    const length = pathLength(end);
    weigh(k);
    const nn = v128.load(weights, NN);
    const nt = v128.load(weights, NT);
    const tt = v128.load(weights, TT);
    for (let m = 0; m < length; m++) {
      const i = onPath(end, m);
      const n = v128.load(jn + i);
      const t = v128.load(jt + i);
      const rowN = plus(times(nn, n), times(nt, t));
      const rowT = plus(times(nt, n), times(tt, t));
      const push = plus(times(v128.load(weights, PUSH_N), n), times(v128.load(weights, PUSH_T), t));
      v128.store(gradient + i, plus(v128.load(gradient + i), push));
      const row = rowOf(H, i);
      for (let s = m; s < length; s++) {
        const j = onPath(end, s);
        v128.store(row + j, plus(v128.load(row + j), plus(times(rowN, v128.load(jn + j)), times(rowT, v128.load(jt + j)))));
      }
    }
  }
}
