// Dynamics of a planar articulated body for four environments at once. The body is a row of numbers, so that another body is another row; each number stands in
// four lanes, so that they may hold four bodies of one tree.
// Plain twin: test/reference/planar-body.ts, which agrees with MuJoCo to rounding. Equations: planar-tree.ts, planar-constraints.ts.
import { DAMPING, MOST, RUNGE_KUTTA, TIME_STEP } from './numbers/planar-table';
import { evaluate, gradient, H, pullEnds, pullLimits } from './planar-active';
import { along, normal, softRows, touching } from './planar-constraints';
import { copyLegs, hasLegs, multiplyLegs } from './planar-legs';
import { evaluateLegs, pullEndsLegs } from './planar-legs-active';
import { solveLegs } from './planar-legs-solver';
import { legsInertiaAndForce } from './planar-legs-tree';
import { multiply, solve } from './planar-solver';
import { all, degrees, dofOf, linkAt, minus, number, onPath, pathLength, plus, splat, times, undress, wear } from './planar-table';
import { force, inertiaAndForce, M, sweepOutwards } from './planar-tree';
import { get, put } from './rows';

const MOST_STEPS = 12; // of Newton's method
const zeros = memory.data(16 * MOST, 16);
let legs = false; // the tree is a torso with legs of three hinges, and its algebra that of planar-legs.ts
const rightSide = memory.data(16 * MOST, 16);

/** `a` enters as the acceleration of the last time step and leaves as the minimum. A lane that has found it no longer changes. Returns the lanes that have not. */
function findAcceleration(a: usize, n: i32): v128 {
  let open = i32x4.splat(-1);
  for (let step = 0; step < MOST_STEPS; step++) {
    open = v128.and(open, legs ? evaluateLegs(a, step == 0) : evaluate(a, step == 0));
    if (!v128.any_true(open)) return open;
    if (legs) {
      copyLegs(M, H, n);
      multiplyLegs(M, a, force, gradient, n);
      pullLimits();
      pullEndsLegs();
      solveLegs(H, gradient, n);
    } else {
      memory.copy(H, M, <usize>(n * MOST) << 4);
      multiply(M, a, gradient, n);
      for (let i = 0; i < n; i++) put(gradient, i, minus(get(gradient, i), get(force, i)));
      pullLimits();
      pullEnds();
      solve(H, gradient, n);
    }
    for (let i = 0; i < n; i++) put(a, i, minus(get(a, i), v128.and(open, get(gradient, i))));
  }
  return open;
}

// For Runge–Kutta steps: the state at the start of the time step, and the weighted sums so far.
const q0 = memory.data(16 * MOST, 16);
const v0 = memory.data(16 * MOST, 16);
const speeds = memory.data(16 * MOST, 16);
const accelerations = memory.data(16 * MOST, 16);

function accelerate(body: usize, q: usize, v: usize, a: usize, actions: usize, n: i32): v128 {
  if (legs) legsInertiaAndForce(body, q, v, actions, n);
  else {
    sweepOutwards(body, q, v);
    inertiaAndForce(body, q, v, actions);
  }
  softRows(body, q, v);
  return findAcceleration(a, n);
}

/** v += h (M + h B)⁻¹ M a with the hinges' damping B, then q += h v. */
function stepEuler(body: usize, q: usize, v: usize, a: usize, actions: usize, n: i32): v128 {
  const open = accelerate(body, q, v, a, actions, n);
  if (legs) multiplyLegs(M, a, zeros, rightSide, n);
  else multiply(M, a, rightSide, n);
  const h = all(body, TIME_STEP);
  for (let i = 3; i < n; i++) put(M, i * MOST + i, plus(get(M, i * MOST + i), times(h, all(linkAt(body, i - 2), DAMPING))));
  if (legs) solveLegs(M, rightSide, n);
  else solve(M, rightSide, n);
  for (let i = 0; i < n; i++) {
    const speed = plus(get(v, i), times(h, get(rightSide, i)));
    put(v, i, speed);
    put(q, i, plus(get(q, i), times(h, speed)));
  }
  return open;
}

/** to = from + c · change */
function moved(to: usize, from: usize, c: v128, change: usize, n: i32): void {
  for (let i = 0; i < n; i++) put(to, i, plus(get(from, i), times(c, get(change, i))));
}

/** (v, a) at the start, twice in the middle, and at the end, weighted 1 : 2 : 2 : 1; each from the one before. */
function stepRungeKutta(body: usize, q: usize, v: usize, a: usize, actions: usize, n: i32): v128 {
  const bytes = <usize>n << 4;
  memory.copy(q0, q, bytes);
  memory.copy(v0, v, bytes);
  const h = all(body, TIME_STEP);
  let open = accelerate(body, q, v, a, actions, n);
  memory.copy(speeds, v, bytes);
  memory.copy(accelerations, a, bytes);
  for (let stage = 1; stage < 4; stage++) {
    const ahead = stage < 3 ? times(splat(0.5), h) : h;
    const weight = splat(stage < 3 ? 2 : 1);
    moved(q, q0, ahead, v, n);
    moved(v, v0, ahead, a, n);
    open = v128.or(open, accelerate(body, q, v, a, actions, n));
    moved(speeds, speeds, weight, v, n);
    moved(accelerations, accelerations, weight, a, n);
  }
  const sixth = f32x4.div(h, splat(6));
  moved(q, q0, sixth, speeds, n);
  moved(v, v0, sixth, accelerations, n);
  return open;
}

/**
 * Makes `count` time steps of the body that is worn. The caller keeps `a` from step to step as a first guess, which changes the number of Newton's steps and only the rounding of their
 * result. `anyTree`: by the loops over any tree, also where the faster way without them would do. Returns the lanes whose minimum was not found in some step.
 */
export function stepBody(body: usize, q: usize, v: usize, a: usize, actions: usize, count: i32, anyTree: bool = false): v128 {
  legs = !anyTree && hasLegs(body);
  const n = degrees(body);
  const euler = number(body, RUNGE_KUTTA) == 0;
  let open = i32x4.splat(0);
  for (let t = 0; t < count; t++)
    open = v128.or(open, euler ? stepEuler(body, q, v, a, actions, n) : stepRungeKutta(body, q, v, a, actions, n));
  return open;
}

/**
 * For tests: the parts of the equations of four bodies, `mass` [n, n, 4] (the lower half), `smooth` [n, 4] τ − c, `rows` [ends, 2, n, 4] Jacobians of the ends that touch
 * in some lane, normal and along, and `links` of these ends. The Jacobian of an end is 0 for links
 * that do not carry it. Returns how many ends touch.
 */
export function bodyTerms(table: usize, q: usize, v: usize, actions: usize, mass: usize, smooth: usize, rows: usize, links: usize): i32 {
  undress();
  const body = wear(table);
  const n = degrees(body);
  sweepOutwards(body, q, v);
  inertiaAndForce(body, q, v, actions);
  const touches = softRows(body, q, v);
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < pathLength(i); m++) {
      const j = onPath(i, m);
      v128.store(mass + (<usize>(i * n) << 4) + j, v128.load(M + (<usize>(i * MOST) << 4) + j));
    }
    put(smooth, i, get(force, i));
  }
  for (let k = 0; k < touches; k++) {
    const l = load<i32>(touching + (<usize>k << 2));
    store<i32>(links + (<usize>k << 2), l);
    for (let m = 0; m < pathLength(dofOf(l)); m++) {
      const i = onPath(dofOf(l), m);
      v128.store(rows + (<usize>(2 * k * n) << 4) + i, v128.load(normal + (<usize>(k * MOST) << 4) + i));
      v128.store(rows + (<usize>((2 * k + 1) * n) << 4) + i, v128.load(along + (<usize>(k * MOST) << 4) + i));
    }
  }
  return touches;
}
