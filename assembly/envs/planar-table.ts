// A planar body as a row of numbers, a head, then the links, then the ends of the capsules (src/envs/bodies/table.ts says what they mean), and the small
// words in which its dynamics is written: four lanes at a time. The dynamics reads the body that is worn: each number of the row in four lanes, so that the lanes
// may hold different bodies (planar-changes.ts).
import { END, END_LINK, ENDS, HEAD, LINK, LINKS, MOST, MOST_ENDS, MOTOR, PARENT, SIGN } from './numbers/planar-table';
import { put } from './rows';

/** The numbers of the body that is worn, four lanes each. Integers, such as the parent of a link, are the same in all lanes. */
export const worn = memory.data(16 * (HEAD + MOST * LINK + MOST_ENDS * END), 16);

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
export function number(body: usize, k: i32): f32 {
  return load<f32>(body + (<usize>k << 4));
}

// @ts-ignore: decorator
@inline
export function all(body: usize, k: i32): v128 {
  return v128.load(body + (<usize>k << 4));
}

// @ts-ignore: decorator
@inline
export function linkAt(body: usize, l: i32): usize {
  return body + (<usize>(HEAD + l * LINK) << 4);
}

// @ts-ignore: decorator
@inline
export function endAt(body: usize, k: i32): usize {
  return body + (<usize>(HEAD + <i32>number(body, LINKS) * LINK + k * END) << 4);
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

let wornFrom: usize = 0;

/** Must be called when another body may stand where a table was read. */
export function undress(): void {
  wornFrom = 0;
}

/** How many numbers a table has. */
export function tableSize(table: usize): i32 {
  return HEAD + <i32>load<f32>(table, LINKS << 2) * LINK + <i32>load<f32>(table, ENDS << 2) * END;
}

/** Puts the body of a table on, the same in all lanes, and reads its tree; nothing is done where it is worn. Returns `worn`. */
export function wear(table: usize): usize {
  if (table != wornFrom) {
    wornFrom = table;
    const size = tableSize(table);
    for (let k = 0; k < size; k++) put(worn, k, v128.load32_splat(table + (<usize>k << 2)));
    readTree(worn);
  }
  return worn;
}

function readTree(body: usize): void {
  const n = degrees(body);
  for (let i = 0; i < n; i++) {
    let length = 0;
    for (let k = i; k >= 0; k = k < 3 ? k - 1 : dofOf(<i32>number(linkAt(body, k - 2), PARENT)))
      store<i32>(paths + (<usize>(i * MOST + length++) << 2), k << 4);
    store<i32>(lengths + (<usize>i << 2), length);
    if (i > 1) store<i32>(motorOfLink + (<usize>(i - 2) << 2), <i32>number(linkAt(body, i - 2), MOTOR));
    if (i > 1) put(signs, i, all(linkAt(body, i - 2), SIGN));
  }
  const ends = <i32>number(body, ENDS);
  for (let k = 0; k < ends; k++) store<i32>(linkOfEnd + (<usize>k << 2), <i32>number(endAt(body, k), END_LINK));
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

export function degrees(body: usize): i32 {
  return <i32>number(body, LINKS) + 2;
}

/** Motors come in the order of the links. */
export function motors(body: usize): i32 {
  let count = 0;
  const L = <i32>number(body, LINKS);
  for (let l = 0; l < L; l++) count = max(count, <i32>number(linkAt(body, l), MOTOR) + 1);
  return count;
}
