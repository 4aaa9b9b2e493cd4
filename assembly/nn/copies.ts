// Moves of whole tensors that tfjs-wasm makes in JavaScript: blocks of rows, constants, and numbers of other types.

/** `blocks` rows of `width` numbers, `fromStride` and `toStride` numbers apart; a stride of 0 repeats or overwrites one row. */
export function copyBlocks(from: usize, to: usize, blocks: i32, width: i32, fromStride: i32, toStride: i32): void {
  const bytes = <usize>width << 2;
  for (let block = 0; block < blocks; block++) {
    memory.copy(to, from, bytes);
    from += <usize>fromStride << 2;
    to += <usize>toStride << 2;
  }
}

/** `count` times the same number. */
export function fill(to: usize, value: f32, count: i32): void {
  const all = f32x4.splat(value);
  const end = to + (<usize>count << 2);
  for (; to + 16 <= end; to += 16) v128.store(to, all);
  for (; to < end; to += 4) store<f32>(to, value);
}

/** The same with a number that stands in memory. */
export function fillFrom(from: usize, to: usize, count: i32): void {
  fill(to, load<f32>(from), count);
}

const INTEGERS = 1;

/** Numbers from bytes (0 or 1), or with `kind` 1 from 32-bit integers. */
export function toFloats(kind: i32, from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const value = kind == INTEGERS ? <f32>load<i32>(from + (<usize>i << 2)) : <f32>load<u8>(from + i);
    store<f32>(to + (<usize>i << 2), value);
  }
}

/** Whole numbers, cut towards 0; what is no number is 0. */
export function toIntegers(from: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const x = load<f32>(from + (<usize>i << 2));
    store<i32>(to + (<usize>i << 2), x == x ? <i32>x : 0);
  }
}
