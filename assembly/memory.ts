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
