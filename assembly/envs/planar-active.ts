// Which soft rows of planar-constraints.ts are active at an acceleration, and what they add to gradient and second derivative of the function to be minimised.
import { MOST, MOST_ENDS } from './numbers/planar-table';
import { along, endD, endMu, endRef, limitD, limiting, limitRef, limits, limitSign, normal, touches, touching } from './planar-constraints';
import { dofOf, minus, onPath, pathLength, plus, rowOf, splat, times } from './planar-table';
import { get, put } from './rows';

/** Gradient and second derivative by the degrees of freedom. */
export const gradient = memory.data(16 * MOST, 16);
export const H = memory.data(16 * MOST * MOST, 16);
const limitOn = memory.data(16 * MOST, 16);
const limitMiss = memory.data(16 * MOST, 16); // J a − a_ref
const endOn = memory.data(16 * MOST_ENDS * 3, 16);
const endMiss = memory.data(16 * MOST_ENDS * 3, 16);

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

// `weigh` writes here, for one end with the directions J = n ± μ t and n: the coefficients of n nᵀ, n tᵀ + t nᵀ and t tᵀ in Σ D J Jᵀ, and the forces along n and t.
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
