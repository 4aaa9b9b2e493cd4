// A torso with legs of three hinges each: such bodies are stepped without loops over the ways inwards (planar-legs-*.ts), which makes the same sums in the same
// order, so that the bits are those of planar-solver.ts and planar-constraints.ts (test/envs/runner/legs.test.ts). A leg's hinges are called a, b, c outwards.
import { LINKS, MOST, PARENT } from './numbers/planar-table';
import { linkAt, minus, number, plus, times } from './planar-table';

/** Bytes of a row of a matrix. */
export const ROW: usize = 16 * MOST;

/** Whether every hinge but each third hangs on the one before it, and each third on the torso. */
export function hasLegs(body: usize): bool {
  const L = <i32>number(body, LINKS);
  if (L < 4 || L % 3 != 1) return false;
  for (let l = 1; l < L; l++) if (<i32>number(linkAt(body, l), PARENT) != (l % 3 == 1 ? 0 : l - 1)) return false;
  return true;
}

/** to = from, the lower half. */
export function copyLegs(from: usize, to: usize, n: i32): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, ROW), ROW);
  v128.store(to, v128.load(from, ROW + 16), ROW + 16);
  v128.store(to, v128.load(from, 2 * ROW), 2 * ROW);
  v128.store(to, v128.load(from, 2 * ROW + 16), 2 * ROW + 16);
  v128.store(to, v128.load(from, 2 * ROW + 32), 2 * ROW + 32);
  for (let f = 3; f < n; f += 3) {
    const at = <usize>f << 4;
    const p = to + at * MOST;
    const r = from + at * MOST;
    const h = p + at;
    const s = r + at;
    v128.store(p, v128.load(r));
    v128.store(p, v128.load(r, 16), 16);
    v128.store(p, v128.load(r, 32), 32);
    v128.store(h, v128.load(s));
    v128.store(p, v128.load(r, ROW), ROW);
    v128.store(p, v128.load(r, ROW + 16), ROW + 16);
    v128.store(p, v128.load(r, ROW + 32), ROW + 32);
    v128.store(h, v128.load(s, ROW), ROW);
    v128.store(h, v128.load(s, ROW + 16), ROW + 16);
    v128.store(p, v128.load(r, 2 * ROW), 2 * ROW);
    v128.store(p, v128.load(r, 2 * ROW + 16), 2 * ROW + 16);
    v128.store(p, v128.load(r, 2 * ROW + 32), 2 * ROW + 32);
    v128.store(h, v128.load(s, 2 * ROW), 2 * ROW);
    v128.store(h, v128.load(s, 2 * ROW + 16), 2 * ROW + 16);
    v128.store(h, v128.load(s, 2 * ROW + 32), 2 * ROW + 32);
  }
}

/** to = A x − less, of a matrix whose lower half stands. */
export function multiplyLegs(A: usize, x: usize, less: usize, to: usize, n: i32): void {
  const x0 = v128.load(x);
  const x1 = v128.load(x, 16);
  const x2 = v128.load(x, 32);
  const a21 = v128.load(A, 2 * ROW + 16);
  const a20 = v128.load(A, 2 * ROW);
  let y2 = plus(plus(times(v128.load(A, 2 * ROW + 32), x2), times(a21, x1)), times(a20, x0));
  let y1 = plus(times(v128.load(A, ROW + 16), x1), times(a21, x2));
  let y0 = plus(times(v128.load(A), x0), times(a20, x2));
  for (let f = 3; f < n; f += 3) {
    const at = <usize>f << 4;
    const p = A + at * MOST;
    const h = p + at;
    const xa = v128.load(x + at);
    const xb = v128.load(x + at, 16);
    const xc = v128.load(x + at, 32);
    let k = v128.load(p, 32);
    let ya = plus(times(v128.load(h), xa), times(k, x2));
    y2 = plus(y2, times(k, xa));
    k = v128.load(p, 16);
    ya = plus(ya, times(k, x1));
    y1 = plus(y1, times(k, xa));
    k = v128.load(p);
    ya = plus(ya, times(k, x0));
    y0 = plus(y0, times(k, xa));

    k = v128.load(h, ROW);
    let yb = plus(times(v128.load(h, ROW + 16), xb), times(k, xa));
    ya = plus(ya, times(k, xb));
    k = v128.load(p, ROW + 32);
    yb = plus(yb, times(k, x2));
    y2 = plus(y2, times(k, xb));
    k = v128.load(p, ROW + 16);
    yb = plus(yb, times(k, x1));
    y1 = plus(y1, times(k, xb));
    k = v128.load(p, ROW);
    yb = plus(yb, times(k, x0));
    y0 = plus(y0, times(k, xb));

    k = v128.load(h, 2 * ROW + 16);
    let yc = plus(times(v128.load(h, 2 * ROW + 32), xc), times(k, xb));
    yb = plus(yb, times(k, xc));
    k = v128.load(h, 2 * ROW);
    yc = plus(yc, times(k, xa));
    ya = plus(ya, times(k, xc));
    k = v128.load(p, 2 * ROW + 32);
    yc = plus(yc, times(k, x2));
    y2 = plus(y2, times(k, xc));
    k = v128.load(p, 2 * ROW + 16);
    yc = plus(yc, times(k, x1));
    y1 = plus(y1, times(k, xc));
    k = v128.load(p, 2 * ROW);
    yc = plus(yc, times(k, x0));
    y0 = plus(y0, times(k, xc));

    v128.store(to + at, minus(ya, v128.load(less + at)));
    v128.store(to + at, minus(yb, v128.load(less + at, 16)), 16);
    v128.store(to + at, minus(yc, v128.load(less + at, 32)), 32);
  }
  v128.store(to, minus(y0, v128.load(less)));
  v128.store(to, minus(y1, v128.load(less, 16)), 16);
  v128.store(to, minus(y2, v128.load(less, 32)), 32);
}
