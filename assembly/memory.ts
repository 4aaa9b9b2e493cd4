// Zeroed blocks of linear memory, 16-byte aligned. Everything that lives longer than a call is made here and given back with `heap.free`.

export function block(bytes: usize): usize {
  const pointer = heap.alloc(bytes + 16); // SIMD loads may read one vector past the end
  memory.fill(pointer, 0, bytes + 16);
  return pointer;
}

// @ts-ignore: decorator
@inline
export function floats(count: i32): usize {
  return block(<usize>count << 2);
}

/** Zeroes a whole number of vectors; for short stretches, where `memory.fill` is a call that costs more than its work. */
// @ts-ignore: decorator
@inline
export function clear(at: usize, bytes: usize): void {
  const zero = i32x4.splat(0);
  for (const end = at + bytes; at < end; at += 16) v128.store(at, zero);
}
