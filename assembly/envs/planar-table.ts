// A planar body as a row of numbers, a head, then the links, then the ends of the capsules (src/envs/bodies/table.ts says what they mean), and the small
// words in which its dynamics is written: four lanes at a time.
import { END, END_LINK, ENDS, HEAD, LINK, LINKS, MOST, MOST_ENDS, MOTOR, PARENT, SIGN } from './numbers/planar-table';

// @ts-ignore: decorator
@inline
export function get(row: usize, i: i32): v128 {
  return v128.load(row + (<usize>i << 4));
}

// @ts-ignore: decorator
@inline
export function put(row: usize, i: i32, value: v128): void {
  v128.store(row + (<usize>i << 4), value);
}

// @ts-ignore: decorator
@inline
export function plus(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function minus(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function times(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

// @ts-ignore: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value);
}

// @ts-ignore: decorator
@inline
export function number(table: usize, k: i32): f32 {
  return load<f32>(table + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function all(table: usize, k: i32): v128 {
  return v128.load32_splat(table + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function linkAt(table: usize, l: i32): usize {
  return table + (<usize>(HEAD + l * LINK) << 2);
}

// @ts-ignore: decorator
@inline
export function endAt(table: usize, k: i32): usize {
  return table + (<usize>(HEAD + <i32>number(table, LINKS) * LINK + k * END) << 2);
}

/** The degree of freedom of a link's hinge; the root's turn is 2. */
// @ts-ignore: decorator
@inline
export function dofOf(l: i32): i32 {
  return l + 2;
}

// The way from each degree of freedom inwards, itself first, as byte offsets into rows of four lanes. Read once for many time steps.
const paths = memory.data(4 * MOST * MOST);
const lengths = memory.data(4 * MOST);
const motorOfLink = memory.data(4 * MOST); // −1: none
export const signs = memory.data(16 * MOST, 16); // by degree of freedom
const linkOfEnd = memory.data(4 * MOST_ENDS);

let treeOf: usize = 0;

/** Must be called when another body may stand where a table was read. */
export function forgetTree(): void {
  treeOf = 0;
}

export function readTree(table: usize): void {
  if (table == treeOf) return;
  treeOf = table;
  const n = degrees(table);
  for (let i = 0; i < n; i++) {
    let length = 0;
    for (let k = i; k >= 0; k = k < 3 ? k - 1 : dofOf(<i32>number(linkAt(table, k - 2), PARENT)))
      store<i32>(paths + (<usize>(i * MOST + length++) << 2), k << 4);
    store<i32>(lengths + (<usize>i << 2), length);
    if (i > 1) store<i32>(motorOfLink + (<usize>(i - 2) << 2), <i32>number(linkAt(table, i - 2), MOTOR));
    if (i > 1) put(signs, i, all(linkAt(table, i - 2), SIGN));
  }
  const ends = <i32>number(table, ENDS);
  for (let k = 0; k < ends; k++) store<i32>(linkOfEnd + (<usize>k << 2), <i32>number(endAt(table, k), END_LINK));
}

// @ts-ignore: decorator
@inline
export function pathLength(dof: i32): i32 {
  return load<i32>(lengths + (<usize>dof << 2));
}

// @ts-ignore: decorator
@inline
export function motorOf(link: i32): i32 {
  return load<i32>(motorOfLink + (<usize>link << 2));
}

// @ts-ignore: decorator
@inline
export function linkOf(end: i32): i32 {
  return load<i32>(linkOfEnd + (<usize>end << 2));
}

/** Byte offset of the m-th degree of freedom on the way inwards. */
// @ts-ignore: decorator
@inline
export function onPath(dof: i32, m: i32): usize {
  return load<u32>(paths + (<usize>(dof * MOST + m) << 2));
}

/** The row of a matrix that belongs to a byte offset. */
// @ts-ignore: decorator
@inline
export function rowOf(A: usize, offset: usize): usize {
  return A + offset * MOST;
}

export function degrees(table: usize): i32 {
  return <i32>number(table, LINKS) + 2;
}

/** Motors come in the order of the links. */
export function motors(table: usize): i32 {
  let count = 0;
  const L = <i32>number(table, LINKS);
  for (let l = 0; l < L; l++) count = max(count, <i32>number(linkAt(table, l), MOTOR) + 1);
  return count;
}
