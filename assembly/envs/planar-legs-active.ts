// `evaluate` and `pullEnds` of planar-active.ts for a torso with legs of three hinges.
import { MOST } from './numbers/planar-table';
import { evaluateEnd, evaluateLimit, gradient, H, NN, NT, PUSH_N, PUSH_T, TT, weigh, weights } from './planar-active';
import { along, limits, normal, touches, touching } from './planar-constraints';
import { ROW } from './planar-legs';
import { plus, splat, times } from './planar-table';

/** Which hinge of its leg carries a link, 1 to 3, or 0 for the torso. */
// @ts-ignore: decorator
@inline
function depthOf(link: i32): i32 {
  return link == 0 ? 0 : (link - 1) % 3 + 1;
}

/** As `evaluate`. */
export function evaluateLegs(a: usize, first: bool): v128 {
  let changed = first ? i32x4.splat(-1) : splat(0);
  for (let m = 0; m < limits; m++) changed = v128.or(changed, evaluateLimit(a, m));
  for (let k = 0; k < touches; k++) {
    const link = load<i32>(touching + (<usize>k << 2));
    const depth = depthOf(link);
    const jn = normal + (<usize>(k * MOST) << 4);
    const jt = along + (<usize>(k * MOST) << 4);
    let up = splat(0);
    let side = splat(0);
    if (depth > 0) {
      const at = <usize>(link - depth + 3) << 4;
      const n = jn + at;
      const t = jt + at;
      const x = a + at;
      if (depth > 2) {
        const xc = v128.load(x, 32);
        up = times(v128.load(n, 32), xc);
        side = times(v128.load(t, 32), xc);
      }
      if (depth > 1) {
        const xb = v128.load(x, 16);
        up = plus(up, times(v128.load(n, 16), xb));
        side = plus(side, times(v128.load(t, 16), xb));
      }
      const xa = v128.load(x);
      up = plus(up, times(v128.load(n), xa));
      side = plus(side, times(v128.load(t), xa));
    }
    const x2 = v128.load(a, 32);
    up = plus(plus(up, times(v128.load(jn, 32), x2)), v128.load(a, 16));
    side = plus(plus(side, times(v128.load(jt, 32), x2)), v128.load(a));
    changed = v128.or(changed, evaluateEnd(k, up, side));
  }
  return changed;
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: v128): void {
  v128.store(at, plus(v128.load(at), value));
}

/** As `pullEnds`: n and t are (0, 1, …) and (1, 0, …). */
export function pullEndsLegs(): void {
  for (let k = 0; k < touches; k++) {
    weigh(k);
    const nn = v128.load(weights, NN);
    const nt = v128.load(weights, NT);
    const tt = v128.load(weights, TT);
    const pushN = v128.load(weights, PUSH_N);
    const pushT = v128.load(weights, PUSH_T);
    const link = load<i32>(touching + (<usize>k << 2));
    const depth = depthOf(link);
    const jn = normal + (<usize>(k * MOST) << 4);
    const jt = along + (<usize>(k * MOST) << 4);
    const n2 = v128.load(jn, 32);
    const t2 = v128.load(jt, 32);
    if (depth > 0) {
      const at = <usize>(link - depth + 3) << 4;
      const p = H + at * MOST;
      const h = p + at;
      const g = gradient + at;
      const na = v128.load(jn + at);
      const ta = v128.load(jt + at);
      if (depth > 1) {
        const nb = v128.load(jn + at, 16);
        const tb = v128.load(jt + at, 16);
        if (depth > 2) {
          const nc = v128.load(jn + at, 32);
          const tc = v128.load(jt + at, 32);
          const rowN = plus(times(nn, nc), times(nt, tc));
          const rowT = plus(times(nt, nc), times(tt, tc));
          add(g + 32, plus(times(pushN, nc), times(pushT, tc)));
          add(h + (2 * ROW + 32), plus(times(rowN, nc), times(rowT, tc)));
          add(h + (2 * ROW + 16), plus(times(rowN, nb), times(rowT, tb)));
          add(h + 2 * ROW, plus(times(rowN, na), times(rowT, ta)));
          add(p + (2 * ROW + 32), plus(times(rowN, n2), times(rowT, t2)));
          add(p + (2 * ROW + 16), rowN);
          add(p + 2 * ROW, rowT);
        }
        const rowN = plus(times(nn, nb), times(nt, tb));
        const rowT = plus(times(nt, nb), times(tt, tb));
        add(g + 16, plus(times(pushN, nb), times(pushT, tb)));
        add(h + (ROW + 16), plus(times(rowN, nb), times(rowT, tb)));
        add(h + ROW, plus(times(rowN, na), times(rowT, ta)));
        add(p + (ROW + 32), plus(times(rowN, n2), times(rowT, t2)));
        add(p + (ROW + 16), rowN);
        add(p + ROW, rowT);
      }
      const rowN = plus(times(nn, na), times(nt, ta));
      const rowT = plus(times(nt, na), times(tt, ta));
      add(g, plus(times(pushN, na), times(pushT, ta)));
      add(h, plus(times(rowN, na), times(rowT, ta)));
      add(p + 32, plus(times(rowN, n2), times(rowT, t2)));
      add(p + 16, rowN);
      add(p, rowT);
    }
    const rowN = plus(times(nn, n2), times(nt, t2));
    const rowT = plus(times(nt, n2), times(tt, t2));
    add(gradient + 32, plus(times(pushN, n2), times(pushT, t2)));
    add(gradient + 16, pushN);
    add(gradient, pushT);
    add(H + (2 * ROW + 32), plus(times(rowN, n2), times(rowT, t2)));
    add(H + (2 * ROW + 16), rowN);
    add(H + 2 * ROW, rowT);
    add(H + (ROW + 16), nn);
    add(H + ROW, nt);
    add(H, tt);
  }
}
