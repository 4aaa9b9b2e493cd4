// The oracle of Stack-v0, a script that knows the target. From the table up it fetches each box that is not right: above it, down, closes, lifts, carries, lowers,
// opens, and rises. All of it follows from the state alone. It is not the fastest play.
import { Batch, parameter } from '../batch';
import { BOXES, GRASP, HALF, LEVEL, OPEN, STOPS_HIGH, TOLERANCE, WEIGHT } from './numbers/stack';
import { BOX } from './stack-rows';

/** m. Nearer than this to where it should be along x, the gripper goes down or opens. */
const ALIGNED: f32 = 0.01;
/** m. A box that the fingers hold is this near to their middle. */
const HELD: f32 = 0.006;
/** m. A box is carried this much higher than its goal, and the open fingers this much higher than a box. */
const ABOVE: f32 = 0.02;
/** Shares of the tolerance. Nearer than EXACT to its place a box is lowered, and on its way down it may be CLOSE. */
const EXACT: f32 = 0.3;
const CLOSE: f32 = 0.8;

// @ts-ignore: decorator
@inline
function state(b: Batch, k: i32, l: i32): f32 {
  return load<f32>(b.row(k, l));
}

/** Drives towards a place and grips: 1 closes, −1 opens. `load` carries the weight of a box. */
function act(b: Batch, l: i32, x: f32, z: f32, grip: f32, load: f32 = 0): void {
  const to = b.actions + (<usize>(3 * l) << 2);
  store<f32>(to, pull(x - state(b, 0, l), state(b, 3, l)));
  store<f32>(to, pull(z - state(b, 1, l), state(b, 4, l)) + load, 4);
  store<f32>(to, grip, 8);
}

function pull(way: f32, speed: f32): f32 {
  return min<f32>(1, max<f32>(-1, <f32>20 * way - <f32>1.2 * speed));
}

export function play(b: Batch, l: i32): void {
  const n = <i32>parameter(b, BOXES);
  const half = parameter(b, HALF);
  const side: f32 = half + half;
  const target: f32 = side * load<f32>(b.task + (<usize>l << 2));
  const x = state(b, 0, l);
  const z = state(b, 1, l);
  const opening = state(b, 2, l);
  const grasp = parameter(b, GRASP);
  const highest = parameter(b, STOPS_HIGH + 1);
  // The lowest box that is not right.
  let level = 0;
  let box = -1;
  for (; level < n; level++) {
    box = 0;
    for (let k = 0; k < n; k++) if (levelIn(b, l, k) == level) box = k;
    const off: f32 = abs<f32>(state(b, BOX + 6 * box, l) - target);
    const high: f32 = abs<f32>(state(b, BOX + 6 * box + 1, l) - (half + side * <f32>level));
    if (off > parameter(b, TOLERANCE) || high > parameter(b, LEVEL)) break;
  }
  const above: f32 = min<f32>(highest, side * <f32>n + ABOVE);
  // Fingers around some box: let go of one that is right, and rise.
  if (level == n) {
    act(b, l, x, opening < parameter(b, OPEN) ? z : above, -1);
    return;
  }
  const bx = state(b, BOX + 6 * box, l);
  const bz = state(b, BOX + 6 * box + 1, l);
  const goal: f32 = half + side * <f32>level;
  const around = abs<f32>(bx - x) < HELD && z < bz && z > bz - side;
  if (around && opening < half + <f32>0.001) {
    // Over the boxes that stand on the table.
    const over: f32 = n > 1 && level == 0 ? goal + side : goal;
    const lifted: f32 = bz - (over + ABOVE);
    const weight = parameter(b, WEIGHT);
    if (abs<f32>(bx - target) < (lifted > -<f32>0.01 ? EXACT : CLOSE) * parameter(b, TOLERANCE)) {
      // Over its place: down, and open once it stands.
      const down: f32 = bz - goal;
      act(b, l, target - (bx - x), z - down - <f32>0.004, down < <f32>0.001 ? -1 : 1, weight);
    } else {
      act(b, l, lifted > -<f32>0.005 ? target - (bx - x) : x, z - lifted, 1, weight);
    }
    return;
  }
  const tips: f32 = bz - grasp;
  if (abs<f32>(bx - x) < ALIGNED && opening > half + <f32>0.002 && z > tips + <f32>0.004) {
    act(b, l, bx, tips, -1); // down around it
  } else if (around && z < tips + <f32>0.006) {
    act(b, l, bx, tips, 1);
  } else if (opening < parameter(b, OPEN) || (z < bz + half + <f32>0.01 && abs<f32>(bx - x) > ALIGNED)) {
    act(b, l, x, opening < parameter(b, OPEN) ? z : above, -1);
  } else {
    act(b, l, bx, above, -1);
  }
}

function levelIn(b: Batch, l: i32, k: i32): i32 {
  return b.taskSize == 1 ? k : <i32>load<f32>(b.task + (<usize>((1 + k) * b.padded + l) << 2));
}
