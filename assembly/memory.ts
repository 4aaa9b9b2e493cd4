// Zeroed blocks of linear memory, 16-byte aligned. Everything that lives longer than a call is made here and given back with `heap.free`.
// Sizes are computed in 64 bits. A block that cannot be had traps, and `asked` then holds its size, so that the host can say what was missing.

/** The largest block, in bytes: addresses have 32 bits, and the allocator's largest block is below 1 GiB. */
const MOST: u64 = 0x3fffffe0;

/** Bytes of the block that is being made; 0 in between, and after a trap the size of the block that could not be had. */
export let asked: f64 = 0;

/** Whether blocks of so many bytes, the largest and all of them, can ever stand in the memory. */
export function mayFit(largest: u64, all: u64): bool {
  return largest <= MOST && all < 0xfff00000;
}

export function block(bytes: u64): usize {
  asked = <f64>bytes + 16;
  if (bytes > MOST) unreachable();
  const size = <usize>bytes + 16; // SIMD loads may read one vector past the end
  const pointer = heap.alloc(size);
  asked = 0;
  memory.fill(pointer, 0, size);
  return pointer;
}

/** `rows` × `width` floats. */
// @ts-ignore: decorator
@inline
export function floats(rows: i64, width: i64 = 1): usize {
  return block(<u64>(rows * width) << 2);
}

/** Zeroes a whole number of vectors; for short stretches, where `memory.fill` is a call that costs more than its work. */
// @ts-ignore: decorator
@inline
export function clear(at: usize, bytes: usize): void {
  const zero = i32x4.splat(0);
  for (const end = at + bytes; at < end; at += 16) v128.store(at, zero);
}
