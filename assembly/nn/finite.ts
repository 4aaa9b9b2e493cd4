// Looks for NaN and infinities in whole vectors: x − x is 0 only where x is finite.

/** The first place of a number that is not finite, or −1. */
export function firstNotFinite(at: usize, count: i32): i32 {
  const zero = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16) {
    const from = at + (<usize>i << 2);
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    const seen = f32x4.add(f32x4.add(f32x4.sub(a, a), f32x4.sub(b, b)), f32x4.add(f32x4.sub(c, c), f32x4.sub(d, d)));
    if (v128.any_true(f32x4.ne(seen, zero))) break;
  }
  for (; i < count; i++) {
    const x = load<f32>(at + (<usize>i << 2));
    if (x - x != 0) return i;
  }
  return -1;
}
