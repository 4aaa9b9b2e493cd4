// Times of the puck's events for four tables at once: how long until a body that moves with constant acceleration meets something.
// Every function gives seconds from now, or NEVER. Derivations: docs/envs/puck-physics.md.

/** Longer than any step. */
export const NEVER: f32 = 1e9;
/** m. Discs with a gap below this touch: a few roundings of a position. */
const TOUCH: f32 = 2.5e-7;
/** s. Discs that move apart are checked again after at most this time, so they overlap by no more than ½ |acceleration| · this². */
const SHORTEST: f32 = 1e-4;
/** The most checks in one search for a contact. A search that needs more continues in the next round. */
const LOOKS = 32;

// @ts-ignore: decorator
@inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
export function where(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** x + v t + ½ a t². */
// @ts-ignore: decorator
@inline
export function moved(x: v128, v: v128, a: v128, t: v128): v128 {
  return f32x4.add(x, f32x4.mul(t, f32x4.add(v, f32x4.mul(splat(0.5), f32x4.mul(a, t)))));
}

/**
 * When x meets ±bound under an acceleration that may turn it: the smaller time of both walls.
 *   ahead v' = σv, a' = σa, δ = bound − σx:   ½ a' t² + v' t − δ = 0
 *   v' > 0: t = 2δ/(v' + √(v'² + 2a'δ)), if there is a root      v' ≤ 0: t = (√(v'² + 2a'δ) − v')/a', if a' > 0
 */
export function timeToWalls(x: v128, v: v128, a: v128, bound: v128, end: v128): v128 {
  // Bodies that cannot come that far before `end` need no search.
  const near = f32x4.ge(moved(f32x4.abs(x), f32x4.abs(v), f32x4.abs(a), end), bound);
  if (!v128.any_true(near)) return splat(NEVER);
  const t = f32x4.pmin(timeToWall(x, v, a, bound), timeToWall(f32x4.neg(x), f32x4.neg(v), f32x4.neg(a), bound));
  return where(near, t, splat(NEVER));
}

// @ts-ignore: decorator
@inline
function timeToWall(x: v128, v: v128, a: v128, bound: v128): v128 {
  const zero = splat(0);
  const gap = f32x4.max(zero, f32x4.sub(bound, x));
  const square = f32x4.add(f32x4.mul(v, v), f32x4.mul(splat(2), f32x4.mul(a, gap)));
  const root = f32x4.sqrt(f32x4.max(zero, square));
  const forward = f32x4.div(f32x4.add(gap, gap), f32x4.add(v, root));
  const backward = f32x4.div(f32x4.sub(root, v), a);
  const ahead = f32x4.gt(v, zero);
  const meets = where(ahead, f32x4.ge(square, zero), f32x4.gt(a, zero));
  return where(meets, where(ahead, forward, backward), splat(NEVER));
}

/** When a sliding puck meets ±bound on one axis. Friction slows it down and never turns it: it meets the wall before `end` if `end` finds it behind the wall. */
export function timeToCushion(x: v128, v: v128, slowing: v128, bound: v128, end: v128): v128 {
  const zero = splat(0);
  const speed = f32x4.abs(v);
  const behind = v128.and(f32x4.gt(speed, zero), f32x4.gt(f32x4.abs(moved(x, v, slowing, end)), bound));
  if (!v128.any_true(behind)) return splat(NEVER);
  const gap = f32x4.max(zero, f32x4.sub(bound, where(f32x4.lt(v, zero), f32x4.neg(x), x)));
  const square = f32x4.sub(f32x4.mul(v, v), f32x4.mul(splat(2), f32x4.mul(f32x4.abs(slowing), gap)));
  const t = f32x4.div(f32x4.add(gap, gap), f32x4.add(speed, f32x4.sqrt(f32x4.max(zero, square))));
  return where(behind, t, splat(NEVER));
}

/** The path of the puck relative to the mallet, D + W t + ½ B t². Only one is searched at a time, so it has fixed places. */
let dx: v128 = f32x4.splat(0);
let dy: v128 = f32x4.splat(0);
let wx: v128 = f32x4.splat(0);
let wy: v128 = f32x4.splat(0);
let bx: v128 = f32x4.splat(0);
let by: v128 = f32x4.splat(0);

export function relative(Dx: v128, Dy: v128, Wx: v128, Wy: v128, Bx: v128, By: v128): void {
  dx = Dx;
  dy = Dy;
  wx = Wx;
  wy = Wy;
  bx = Bx;
  by = By;
}

/**
 * When the discs meet, looking from `from` to `end`. Their gap g(t) = |D + W t + ½ B t²| − R has g'' ≥ −|B|, so it stays open for
 *   τ = (g' + √(g'² + 2|B|g))/|B|
 * and the search goes on from there: it never steps over a contact, and near one that is met head-on it converges like Newton's method.
 */
export function timeToContact(reach: v128, from: v128, end: v128): v128 {
  const zero = splat(0);
  // Discs that cannot come that near in the time left, by |W| ≤ |Wx| + |Wy|, need no search.
  const speed = f32x4.add(f32x4.abs(wx), f32x4.abs(wy));
  const pull = f32x4.add(f32x4.abs(bx), f32x4.abs(by));
  const near = f32x4.add(reach, f32x4.add(splat(TOUCH), moved(zero, speed, pull, end)));
  const distance2 = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
  let looking = v128.and(f32x4.lt(distance2, f32x4.mul(near, near)), f32x4.lt(from, end));
  if (!v128.any_true(looking)) return splat(NEVER);

  const b = f32x4.sqrt(f32x4.add(f32x4.mul(bx, bx), f32x4.mul(by, by)));
  let t = from;
  let found = splat(NEVER);
  for (let look = 0; look < LOOKS; look++) {
    const x = moved(dx, wx, bx, t);
    const y = moved(dy, wy, by, t);
    const vx = f32x4.add(wx, f32x4.mul(bx, t));
    const vy = f32x4.add(wy, f32x4.mul(by, t));
    const d = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)));
    const gap = f32x4.sub(d, reach);
    const rate = f32x4.div(f32x4.add(f32x4.mul(x, vx), f32x4.mul(y, vy)), d);
    const closing = f32x4.lt(rate, zero);
    const meets = v128.and(looking, v128.and(closing, f32x4.le(gap, splat(TOUCH))));
    found = where(meets, t, found);
    looking = v128.andnot(looking, meets);
    const open = f32x4.max(gap, zero);
    const root = f32x4.sqrt(f32x4.add(f32x4.mul(rate, rate), f32x4.mul(splat(2), f32x4.mul(b, open))));
    const inward = f32x4.div(f32x4.add(open, open), f32x4.sub(root, rate));
    const outward = f32x4.max(splat(SHORTEST), f32x4.div(f32x4.add(rate, root), f32x4.max(b, splat(1e-9))));
    t = where(looking, f32x4.add(t, where(closing, inward, outward)), t);
    looking = v128.and(looking, f32x4.lt(t, end));
    if (!v128.any_true(looking)) return found;
  }
  return where(looking, t, found); // lanes that have not found it yet continue from t in the next round
}
