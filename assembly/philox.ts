// Philox4x32-10: a random number is a pure function of its coordinates, so no stream can shift when a worker is replaced or a batch is cut otherwise.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). Twin: src/core/philox.ts.
// key = (seed, purpose), counter = (task, episode, step, draw). Four counters at a time, one in each SIMD lane.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** The four output words: word w of lane l stands at `words + 16·w + 4·l`. Overwritten by every call of `philox4`. */
export const words: usize = memory.data(64, 16);

export function philox4(seed: u32, purpose: u32, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  let k0 = i32x4.splat(seed);
  let k1 = i32x4.splat(purpose);
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0);
    const b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1);
    const d = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(high(c, d), c1), k0);
    c1 = low(c, d);
    c2 = v128.xor(v128.xor(high(a, b), c3), k1);
    c3 = low(a, b);
    k0 = i32x4.add(k0, i32x4.splat(W0));
    k1 = i32x4.add(k1, i32x4.splat(W1));
  }
  v128.store(words, c0);
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}

/** Eight counters (task, episode, step, 0) at a time, whose words go to `to` and `to` + 64. Two chains of multiplications hide each other's latency. */
export function philox8(seed: u32, purpose: u32, to: usize, task: v128, task2: v128, episode: v128, episode2: v128, step: v128, step2: v128): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  let k0 = i32x4.splat(seed);
  let k1 = i32x4.splat(purpose);
  let c0 = task;
  let c1 = episode;
  let c2 = step;
  let c3 = i32x4.splat(0);
  let d0 = task2;
  let d1 = episode2;
  let d2 = step2;
  let d3 = c3;
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0);
    const b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1);
    const d = i64x2.extmul_high_i32x4_u(c2, m1);
    const e = i64x2.extmul_low_i32x4_u(d0, m0);
    const f = i64x2.extmul_high_i32x4_u(d0, m0);
    const g = i64x2.extmul_low_i32x4_u(d2, m1);
    const h = i64x2.extmul_high_i32x4_u(d2, m1);
    c0 = v128.xor(v128.xor(high(c, d), c1), k0);
    c1 = low(c, d);
    c2 = v128.xor(v128.xor(high(a, b), c3), k1);
    c3 = low(a, b);
    d0 = v128.xor(v128.xor(high(g, h), d1), k0);
    d1 = low(g, h);
    d2 = v128.xor(v128.xor(high(e, f), d3), k1);
    d3 = low(e, f);
    k0 = i32x4.add(k0, i32x4.splat(W0));
    k1 = i32x4.add(k1, i32x4.splat(W1));
  }
  v128.store(to, c0);
  v128.store(to, c1, 16);
  v128.store(to, c2, 32);
  v128.store(to, c3, 48);
  v128.store(to, d0, 64);
  v128.store(to, d1, 80);
  v128.store(to, d2, 96);
  v128.store(to, d3, 112);
}

// The high and the low halves of four products.
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

/** 2⁻²⁴ times numbers below 2²⁴ + 1, exact in f32. Their sign bit is clear, so the signed conversion serves, which is one instruction. */
// @ts-ignore: decorator
@inline
function scaled4(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(bits), f32x4.splat(5.9604644775390625e-8));
}

/** Words as uniforms in [0, 1): the upper 24 bits. */
// @ts-ignore: decorator
@inline
export function unit4(word: v128): v128 {
  return scaled4(i32x4.shr_u(word, 8));
}

/** Word w as uniforms in [0, 1). */
// @ts-ignore: decorator
@inline
export function uniform4(w: usize): v128 {
  return unit4(v128.load(words + (w << 4)));
}

/** Word w as uniforms in (0, 1], safe under a logarithm. */
// @ts-ignore: decorator
@inline
export function uniformAboveZero4(w: usize): v128 {
  return scaled4(i32x4.add(i32x4.shr_u(v128.load(words + (w << 4)), 8), i32x4.splat(1)));
}
