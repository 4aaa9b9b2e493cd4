// Where the numbers of a stack stand: rows of the state, and those of a time step for four worlds at once, 16 bytes each.

/** State: gripper x, z, opening and their speeds, then six numbers of each box, then two impulses of two points of each pair. */
export const BOX = 6;
export const MOST_BOXES = 3;

/** Kinds of pairs: a box with finger 0, finger 1 or the palm, with another box, with the table. */
export const PALM: i32 = 2;
export const BOX_PAIR: i32 = 3;
export const TABLE: i32 = 4;

/** Pairs: box k with left finger, right finger and palm; box with box; box with table. */
export const MOST_PAIRS = 15;

// @ts-ignore: decorator
@inline
export function numPairs(boxes: i32): i32 {
  return 4 * boxes + ((boxes * (boxes - 1)) >> 1);
}

/** Speeds: gripper x, z, opening, then x, z and rate of each box; those that move, and those that only take back overlaps. */
export const speeds: usize = memory.data(16 * 3 * (MOST_BOXES + 1), 16);
export const shifts: usize = memory.data(16 * 3 * (MOST_BOXES + 1), 16);

// A pair holds the normal from its first body to its second, then its two points.
export const NX: usize = 0;
export const NZ: usize = 16;
export const POINTS: usize = 32;
// A point holds these rows. The arms are r × n and r × (n_z, −n_x) about the centres of the first and the second body.
export const ARM_A: usize = 0;
export const ARM_B: usize = 16;
export const SIDE_ARM_A: usize = 32;
export const SIDE_ARM_B: usize = 48;
export const MASS: usize = 64; // along the normal
export const SIDE_MASS: usize = 80;
export const LEAST: usize = 96; // m/s, least speed along the normal
export const APART: usize = 112; // m/s, least shift along the normal
export const IMPULSE: usize = 128;
export const SIDE_IMPULSE: usize = 144;
export const POINT_BYTES: usize = 160;
export const PAIR_BYTES: usize = POINTS + 2 * POINT_BYTES;

const pairs: usize = memory.data(<i32>PAIR_BYTES * MOST_PAIRS, 16);

// @ts-ignore: decorator
@inline
export function pairAt(pair: i32): usize {
  return pairs + <usize>pair * PAIR_BYTES;
}

// @ts-ignore: decorator
@inline
export function speedsOf(rows: usize, box: i32): usize {
  return rows + <usize>(48 * (box + 1));
}

/** c − a b. */
// @ts-ignore: decorator
@inline
export function less(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** How the speed of a part of the gripper along x goes with the opening's: left −1, right 1, palm 0. */
// @ts-ignore: decorator
@inline
export function opens(part: i32): v128 {
  return f32x4.splat(part == PALM ? 0 : <f32>(part + part - 1));
}
