// What is right in four stacks at once, and what is paid for it. Potentials in words: src/envs/stack.ts.
import { Batch, parameter } from '../batch';
import {
  AT_REST, AWAY, BOXES, CLEARANCE, GRASP, GRIP, HALF, LEVEL, OPEN, PER_SIDE, PLACED, REACH, REWARD, REWARD_DENSE, REWARD_FINAL, REWARD_SHAPED, STOPS_HIGH,
  TOLERANCE, TRAINING_REWARD,
} from './numbers/stack';
import { BOX } from './stack-rows';

/** The potentials of the state that `measure` saw last; `done` marks the worlds where all boxes are right and at rest and the gripper is open. */
let dense: v128 = f32x4.splat(0);
let shaped: v128 = f32x4.splat(0);
let done: v128 = f32x4.splat(0);
/** The potentials before the move. */
let denseBefore: v128 = f32x4.splat(0);
let shapedBefore: v128 = f32x4.splat(0);

/** Height of the level that box k should have. */
// @ts-ignore: decorator
@inline
export function levelOf(b: Batch, i: i32, k: i32): v128 {
  return b.taskSize == 1 ? f32x4.splat(<f32>k) : v128.load(b.task + (<usize>((1 + k) * b.padded + i) << 2));
}

export function measure(b: Batch, i: i32): void {
  const n = <i32>parameter(b, BOXES);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const half = b.number(HALF);
  const side = f32x4.add(half, half);
  const target = f32x4.mul(side, v128.load(b.task + (<usize>i << 2)));
  const tolerance = b.number(TOLERANCE);
  const slow = b.number(AT_REST);
  // Levels that are right from the table up: the bits of the right ones, counted until the first 0.
  let right = i32x4.splat(0);
  let still = i32x4.splat(-1);
  for (let k = 0; k < n; k++) {
    const at = BOX + 6 * k;
    const level = levelOf(b, i, k);
    const away = f32x4.abs(f32x4.sub(v128.load(b.row(at, i)), target));
    const off = f32x4.abs(f32x4.sub(v128.load(b.row(at + 1, i)), f32x4.add(half, f32x4.mul(level, side))));
    const placed = v128.and(f32x4.le(away, tolerance), f32x4.le(off, b.number(LEVEL)));
    // 1, 2 or 4: 2 to the level.
    const bit = i32x4.trunc_sat_f32x4_s(f32x4.add(one, f32x4.add(level, f32x4.max(zero, f32x4.sub(level, one)))));
    right = v128.or(right, v128.and(placed, bit));
    const edge = f32x4.mul(half, v128.load(b.row(at + 5, i)));
    const fastest = f32x4.max(f32x4.abs(edge), f32x4.max(f32x4.abs(v128.load(b.row(at + 3, i))), f32x4.abs(v128.load(b.row(at + 4, i)))));
    still = v128.and(still, f32x4.le(fastest, slow));
  }
  let stage = v128.and(i32x4.eq(v128.and(right, i32x4.splat(1)), i32x4.splat(1)), one);
  if (n > 1) stage = f32x4.add(stage, v128.and(i32x4.eq(v128.and(right, i32x4.splat(3)), i32x4.splat(3)), one));
  if (n > 2) stage = f32x4.add(stage, v128.and(i32x4.eq(v128.and(right, i32x4.splat(7)), i32x4.splat(7)), one));
  const all = f32x4.ge(stage, f32x4.splat(<f32>n));
  const opening = v128.load(b.row(2, i));
  done = v128.and(all, v128.and(still, f32x4.ge(opening, b.number(OPEN))));

  // The next box: its way to its goal, above which it should travel, and the gripper's way to it.
  let x = zero;
  let z = zero;
  for (let k = 0; k < n; k++) {
    const next = f32x4.eq(levelOf(b, i, k), stage);
    x = v128.bitselect(v128.load(b.row(BOX + 6 * k, i)), x, next);
    z = v128.bitselect(v128.load(b.row(BOX + 1 + 6 * k, i)), z, next);
  }
  const across = f32x4.abs(f32x4.sub(x, target));
  const above = f32x4.mul(b.number(CLEARANCE), f32x4.min(one, f32x4.mul(across, b.number(PER_SIDE))));
  const goal = f32x4.add(f32x4.add(half, f32x4.mul(stage, side)), above);
  const way = f32x4.add(across, f32x4.abs(f32x4.sub(z, goal)));
  const gripperZ = f32x4.add(v128.load(b.row(1, i)), b.number(GRASP));
  const reach = f32x4.add(f32x4.abs(f32x4.sub(v128.load(b.row(0, i)), x)), f32x4.abs(f32x4.sub(gripperZ, z)));
  const cost = f32x4.add(f32x4.mul(b.number(AWAY), way), f32x4.mul(b.number(REACH), reach));
  const levels = f32x4.mul(b.number(PLACED), stage);
  dense = f32x4.sub(levels, v128.andnot(cost, all));
  // How far the gripper has closed on the box, where it is near; how far it is open, where all is right.
  const room = f32x4.sub(b.number(STOPS_HIGH + 2), half);
  const opened = f32x4.min(one, f32x4.max(zero, f32x4.div(f32x4.sub(opening, half), room)));
  const near = f32x4.max(zero, f32x4.sub(one, f32x4.mul(f32x4.add(reach, reach), b.number(PER_SIDE))));
  const grip = v128.bitselect(opened, f32x4.mul(near, f32x4.sub(one, opened)), all);
  shaped = f32x4.add(dense, f32x4.mul(b.number(GRIP), grip));
}

/** What was measured is the state before the move. */
export function potentialBefore(): void {
  denseBefore = dense;
  shapedBefore = shaped;
}

/** Pays worlds i … i + 3 for the state that was measured, those of the mask nothing. */
export function pay(b: Batch, i: i32, nothing: v128): void {
  const at = <usize>i << 2;
  v128.store(b.rewards + at, v128.andnot(reward4(b, at, <i32>parameter(b, REWARD)), nothing));
  v128.store(b.trainingRewards + at, v128.andnot(reward4(b, at, <i32>parameter(b, TRAINING_REWARD)), nothing));
}

function reward4(b: Batch, at: usize, kind: i32): v128 {
  const success = v128.and(done, f32x4.splat(1));
  if (kind == REWARD_DENSE) return f32x4.add(success, f32x4.sub(dense, denseBefore));
  if (kind == REWARD_SHAPED) return f32x4.add(success, f32x4.sub(shaped, shapedBefore));
  if (kind != REWARD_FINAL) return success;
  const last = i32x4.ge_s(i32x4.add(v128.load(b.elapsed + at), i32x4.splat(1)), i32x4.splat(b.horizon));
  return v128.and(last, success);
}
