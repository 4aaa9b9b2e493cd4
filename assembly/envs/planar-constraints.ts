// Soft constraints of a planar body: limits of hinges, and ends of capsules in the ground with a pyramid of friction. They make the acceleration the minimum of
//   ½ (a − a₀)ᵀM(a − a₀) + Σ ½ D min(0, J a − a_ref)²
// Impedance d(r) rises from `least` to `most` over the width; D = 1/R, R = (1 − d)/d A; a_ref = −b (J v) − k d r.
import {
  CONTACT, END, END_INVERSE, END_X, END_Z, ENDS, HIGH, LIMIT, LIMIT_INVERSE, LINK, LINKS, LOW, MARGIN, MOST, MOST_ENDS, MU, RADIUS,
} from './numbers/planar-table';
import { all, dofOf, endAt, linkAt, linkOf, minus, number, onPath, pathLength, plus, signs, splat, times } from './planar-table';
import { cosine, hingeX, hingeZ, sine } from './planar-tree';
import { get, put } from './rows';

// A hinge has one row, an end three: n + μ t, n − μ t, and twice n.
export const limitD = memory.data(16 * MOST, 16);
export const limitSign = memory.data(16 * MOST, 16);
export const limitRef = memory.data(16 * MOST, 16);
const limitAt = memory.data(4 * MOST, 16); // hinges beyond their limits in some lane, as byte offsets into rows of four lanes
export let limits = 0;
export const touching = memory.data(4 * MOST_ENDS, 16); // links of the ends that touch in some lane
export const normal = memory.data(16 * MOST_ENDS * MOST, 16);
export const along = memory.data(16 * MOST_ENDS * MOST, 16);
export const endD = memory.data(16 * MOST_ENDS, 16);
export const endMu = memory.data(16 * MOST_ENDS, 16);
export const endRef = memory.data(16 * MOST_ENDS * 3, 16);
export let touches = 0;

// @ts-ignore: decorator
@inline
export function limiting(m: i32): usize {
  return load<u32>(limitAt + (<usize>m << 2));
}

// @ts-ignore: decorator
@inline
function impedance(body: usize, law: i32, r: v128): v128 {
  const depth = f32x4.min(splat(1), times(f32x4.abs(r), all(body, law + 4)));
  const left = minus(splat(1), depth);
  const low = times(splat(2), times(depth, depth));
  const high = minus(splat(1), times(splat(2), times(left, left)));
  const y = v128.bitselect(low, high, f32x4.lt(depth, splat(0.5)));
  const least = all(body, law + 2);
  return plus(least, times(y, minus(all(body, law + 3), least)));
}

// @ts-ignore: decorator
@inline
function reference(body: usize, law: i32, r: v128, d: v128, speed: v128): v128 {
  return f32x4.neg(plus(times(all(body, law + 1), speed), times(all(body, law), times(d, r))));
}

/** Finds the limits and ends that count in some lane. D is 0 in lanes where a row does not exist. Returns how many ends touch in some lane. */
export function softRows(body: usize, q: usize, v: usize): i32 {
  const L = <i32>number(body, LINKS);
  const zero = splat(0);
  limits = 0;
  let link = linkAt(body, 1);
  for (let l = 1; l < L; l++) {
    const i = <usize>dofOf(l) << 4;
    const at = v128.load(q + i);
    const below = minus(at, v128.load(link, 16 * LOW));
    const above = minus(v128.load(link, 16 * HIGH), at);
    if (v128.any_true(f32x4.lt(f32x4.pmin(below, above), zero))) limit(body, link, i, below, above, v);
    link += 16 * LINK;
  }
  touches = 0;
  const ends = <i32>number(body, ENDS);
  let end = endAt(body, 0);
  for (let k = 0; k < ends; k++) {
    const o = <usize>linkOf(k) << 4;
    const s = v128.load(o, sine);
    const c = v128.load(o, cosine);
    const endX = v128.load(end, 16 * END_X);
    const endZ = v128.load(end, 16 * END_Z);
    const dz = minus(times(endZ, c), times(endX, s));
    const low = minus(plus(v128.load(o, hingeZ), dz), v128.load(end, 16 * RADIUS)); // of the root's frame
    const distance = plus(get(q, 1), low);
    const r = minus(distance, all(body, MARGIN));
    const inside = f32x4.lt(r, zero);
    if (v128.any_true(inside)) {
      const dx = plus(times(endX, c), times(endZ, s));
      // In the middle between the lowest point and the ground.
      touch(body, end, linkOf(k), plus(v128.load(o, hingeX), dx), minus(low, times(splat(0.5), distance)), r, inside, v);
    }
    end += 16 * END;
  }
  return touches;
}

function limit(body: usize, link: usize, i: usize, below: v128, above: v128, v: usize): void {
  const m = limits++;
  store<i32>(limitAt + (<usize>m << 2), i);
  const low = f32x4.lt(below, above);
  const r = v128.bitselect(below, above, low);
  const sign = v128.bitselect(splat(1), splat(-1), low);
  const d = impedance(body, LIMIT, r);
  const D = f32x4.div(d, times(minus(splat(1), d), all(link, LIMIT_INVERSE)));
  put(limitD, m, v128.and(f32x4.lt(r, splat(0)), D));
  put(limitSign, m, sign);
  put(limitRef, m, reference(body, LIMIT, r, d, times(sign, v128.load(v + i))));
}

function touch(body: usize, end: usize, l: i32, px: v128, pz: v128, r: v128, inside: v128, v: usize): void {
  const zero = splat(0);
  const k = touches++;
  const to = k * MOST;
  put(normal, to, zero);
  put(normal, to + 1, splat(1));
  put(along, to, splat(1));
  put(along, to + 1, zero);
  store<i32>(touching + (<usize>k << 2), l);
  let speed = get(v, 1);
  let slide = get(v, 0);
  const jn = normal + (<usize>to << 4);
  const jt = along + (<usize>to << 4);
  const hinges = pathLength(dofOf(l)) - 2;
  for (let m = 0; m < hinges; m++) {
    const i = onPath(dofOf(l), m);
    const sign = v128.load(i, signs);
    const n = times(sign, minus(v128.load(i - 32, hingeX), px));
    const t = times(sign, minus(pz, v128.load(i - 32, hingeZ)));
    v128.store(jn + i, n);
    v128.store(jt + i, t);
    const rate = v128.load(v + i);
    speed = plus(speed, times(n, rate));
    slide = plus(slide, times(t, rate));
  }
  const mu = v128.load(end, 16 * MU);
  const d = impedance(body, CONTACT, r);
  put(endD, k, v128.and(inside, f32x4.div(d, times(minus(splat(1), d), v128.load(end, 16 * END_INVERSE)))));
  put(endMu, k, mu);
  put(endRef, 3 * k, reference(body, CONTACT, r, d, plus(speed, times(mu, slide))));
  put(endRef, 3 * k + 1, reference(body, CONTACT, r, d, minus(speed, times(mu, slide))));
  put(endRef, 3 * k + 2, reference(body, CONTACT, r, d, speed));
}
