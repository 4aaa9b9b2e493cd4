// Philox4x32-10: a random number is a pure function of its coordinates, so no stream can shift when a worker is replaced or a batch is cut otherwise.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). Twin: src/core/philox.ts.
// key = (seed, purpose), counter = (task, episode, step, draw). Four counters at a time, one in each SIMD lane.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** The four output words: word w of lane l stands at `words + 16·w + 4·l`. Overwritten by every call of `philox4`. */
export const words: usize = memory.data(64, 16);

export function philox4(k0: u32, k1: u32, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0);
    const b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1);
    const d = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(c, d, 1, 3, 5, 7), c1), i32x4.splat(k0));
    c1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(a, b, 1, 3, 5, 7), c3), i32x4.splat(k1));
    c3 = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
    k0 += W0;
    k1 += W1;
  }
  v128.store(words, c0);
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}

/** Word w as uniforms in [0, 1): the upper 24 bits, exact in f32. */
// @ts-ignore: decorator
@inline
export function uniform4(w: usize): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(words + (w << 4)), 8)), f32x4.splat(5.9604644775390625e-8));
}

/** Word w as uniforms in (0, 1], safe under a logarithm. */
// @ts-ignore: decorator
@inline
export function uniformAboveZero4(w: usize): v128 {
  const bits = i32x4.add(i32x4.shr_u(v128.load(words + (w << 4)), 8), i32x4.splat(1));
  return f32x4.mul(f32x4.convert_i32x4_u(bits), f32x4.splat(5.9604644775390625e-8));
}
