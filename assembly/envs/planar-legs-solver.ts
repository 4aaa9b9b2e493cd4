// `solve` of planar-solver.ts for a torso with legs of three hinges: each leg is eliminated from c to a into the torso's three degrees of freedom.
import { MOST } from './numbers/planar-table';
import { ROW } from './planar-legs';
import { minus, splat, times } from './planar-table';

/** Solves A y = b in place of b; A is overwritten. */
export function solveLegs(A: usize, b: usize, n: i32): void {
  let b0 = v128.load(b);
  let b1 = v128.load(b, 16);
  let b2 = v128.load(b, 32);
  let a00 = v128.load(A);
  let a10 = v128.load(A, ROW);
  let a11 = v128.load(A, ROW + 16);
  let a20 = v128.load(A, 2 * ROW);
  let a21 = v128.load(A, 2 * ROW + 16);
  let a22 = v128.load(A, 2 * ROW + 32);
  const one = splat(1);
  for (let f = n - 3; f > 0; f -= 3) {
    const at = <usize>f << 4;
    const p = A + at * MOST;
    const h = p + at;
    const c0 = v128.load(p, 2 * ROW);
    const c1 = v128.load(p, 2 * ROW + 16);
    const c2 = v128.load(p, 2 * ROW + 32);
    const ca = v128.load(h, 2 * ROW);
    const cb = v128.load(h, 2 * ROW + 16);
    let pivot = f32x4.div(one, v128.load(h, 2 * ROW + 32));
    v128.store(h, pivot, 2 * ROW + 32);
    const bc = v128.load(b + at, 32);

    let share = times(cb, pivot);
    v128.store(h, share, 2 * ROW + 16);
    const bb = minus(v128.load(b + at, 16), times(share, bc));
    v128.store(b + at, bb, 16);
    const wbb = minus(v128.load(h, ROW + 16), times(share, cb));
    const wba = minus(v128.load(h, ROW), times(share, ca));
    const wb2 = minus(v128.load(p, ROW + 32), times(share, c2));
    const wb1 = minus(v128.load(p, ROW + 16), times(share, c1));
    const wb0 = minus(v128.load(p, ROW), times(share, c0));

    share = times(ca, pivot);
    v128.store(h, share, 2 * ROW);
    let ba = minus(v128.load(b + at), times(share, bc));
    let waa = minus(v128.load(h), times(share, ca));
    let wa2 = minus(v128.load(p, 32), times(share, c2));
    let wa1 = minus(v128.load(p, 16), times(share, c1));
    let wa0 = minus(v128.load(p), times(share, c0));

    share = times(c2, pivot);
    v128.store(p, share, 2 * ROW + 32);
    b2 = minus(b2, times(share, bc));
    a22 = minus(a22, times(share, c2));
    a21 = minus(a21, times(share, c1));
    a20 = minus(a20, times(share, c0));
    share = times(c1, pivot);
    v128.store(p, share, 2 * ROW + 16);
    b1 = minus(b1, times(share, bc));
    a11 = minus(a11, times(share, c1));
    a10 = minus(a10, times(share, c0));
    share = times(c0, pivot);
    v128.store(p, share, 2 * ROW);
    b0 = minus(b0, times(share, bc));
    a00 = minus(a00, times(share, c0));

    pivot = f32x4.div(one, wbb);
    v128.store(h, pivot, ROW + 16);
    share = times(wba, pivot);
    v128.store(h, share, ROW);
    ba = minus(ba, times(share, bb));
    waa = minus(waa, times(share, wba));
    wa2 = minus(wa2, times(share, wb2));
    wa1 = minus(wa1, times(share, wb1));
    wa0 = minus(wa0, times(share, wb0));
    v128.store(b + at, ba);
    share = times(wb2, pivot);
    v128.store(p, share, ROW + 32);
    b2 = minus(b2, times(share, bb));
    a22 = minus(a22, times(share, wb2));
    a21 = minus(a21, times(share, wb1));
    a20 = minus(a20, times(share, wb0));
    share = times(wb1, pivot);
    v128.store(p, share, ROW + 16);
    b1 = minus(b1, times(share, bb));
    a11 = minus(a11, times(share, wb1));
    a10 = minus(a10, times(share, wb0));
    share = times(wb0, pivot);
    v128.store(p, share, ROW);
    b0 = minus(b0, times(share, bb));
    a00 = minus(a00, times(share, wb0));

    pivot = f32x4.div(one, waa);
    v128.store(h, pivot);
    share = times(wa2, pivot);
    v128.store(p, share, 32);
    b2 = minus(b2, times(share, ba));
    a22 = minus(a22, times(share, wa2));
    a21 = minus(a21, times(share, wa1));
    a20 = minus(a20, times(share, wa0));
    share = times(wa1, pivot);
    v128.store(p, share, 16);
    b1 = minus(b1, times(share, ba));
    a11 = minus(a11, times(share, wa1));
    a10 = minus(a10, times(share, wa0));
    share = times(wa0, pivot);
    v128.store(p, share);
    b0 = minus(b0, times(share, ba));
    a00 = minus(a00, times(share, wa0));
  }
  let pivot = f32x4.div(one, a22);
  let share = times(a21, pivot);
  b1 = minus(b1, times(share, b2));
  a11 = minus(a11, times(share, a21));
  a10 = minus(a10, times(share, a20));
  const share20 = times(a20, pivot);
  b0 = minus(b0, times(share20, b2));
  a00 = minus(a00, times(share20, a20));
  const pivot1 = f32x4.div(one, a11);
  const share10 = times(a10, pivot1);
  b0 = minus(b0, times(share10, b1));
  a00 = minus(a00, times(share10, a10));

  const y0 = times(b0, f32x4.div(one, a00));
  const y1 = minus(times(b1, pivot1), times(share10, y0));
  const y2 = minus(minus(times(b2, pivot), times(share, y1)), times(share20, y0));
  v128.store(b, y0);
  v128.store(b, y1, 16);
  v128.store(b, y2, 32);
  for (let f = 3; f < n; f += 3) {
    const at = <usize>f << 4;
    const p = A + at * MOST;
    const h = p + at;
    let ya = times(v128.load(b + at), v128.load(h));
    ya = minus(ya, times(v128.load(p, 32), y2));
    ya = minus(ya, times(v128.load(p, 16), y1));
    ya = minus(ya, times(v128.load(p), y0));
    let yb = times(v128.load(b + at, 16), v128.load(h, ROW + 16));
    yb = minus(yb, times(v128.load(h, ROW), ya));
    yb = minus(yb, times(v128.load(p, ROW + 32), y2));
    yb = minus(yb, times(v128.load(p, ROW + 16), y1));
    yb = minus(yb, times(v128.load(p, ROW), y0));
    let yc = times(v128.load(b + at, 32), v128.load(h, 2 * ROW + 32));
    yc = minus(yc, times(v128.load(h, 2 * ROW + 16), yb));
    yc = minus(yc, times(v128.load(h, 2 * ROW), ya));
    yc = minus(yc, times(v128.load(p, 2 * ROW + 32), y2));
    yc = minus(yc, times(v128.load(p, 2 * ROW + 16), y1));
    yc = minus(yc, times(v128.load(p, 2 * ROW), y0));
    v128.store(b + at, ya);
    v128.store(b + at, yb, 16);
    v128.store(b + at, yc, 32);
  }
}
