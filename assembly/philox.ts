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
    const a = c0;
    const b = c2;
    c0 = v128.xor(high4(b, m1), v128.xor(c1, k0));
    c1 = i32x4.mul(b, m1);
    c2 = v128.xor(high4(a, m0), v128.xor(c3, k1));
    c3 = i32x4.mul(a, m0);
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
  keyRounds(seed, purpose);
  let c0 = task;
  let c1 = episode;
  let c2 = step;
  let c3 = i32x4.splat(0);
  let d0 = task2;
  let d1 = episode2;
  let d2 = step2;
  let d3 = c3;
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let key = keys; key < keys + 80; key += 16) {
    const k0 = v128.load32_splat(key);
    const k1 = v128.load32_splat(key, 4);
    const c4 = v128.xor(high4(c2, m1), v128.xor(c1, k0));
    const c6 = v128.xor(high4(c0, m0), v128.xor(c3, k1));
    const c5 = i32x4.mul(c2, m1);
    const c7 = i32x4.mul(c0, m0);
    const d4 = v128.xor(high4(d2, m1), v128.xor(d1, k0));
    const d6 = v128.xor(high4(d0, m0), v128.xor(d3, k1));
    const d5 = i32x4.mul(d2, m1);
    const d7 = i32x4.mul(d0, m0);
    const k2 = v128.load32_splat(key, 8);
    const k3 = v128.load32_splat(key, 12);
    c0 = v128.xor(high4(c6, m1), v128.xor(c5, k2));
    c2 = v128.xor(high4(c4, m0), v128.xor(c7, k3));
    c1 = i32x4.mul(c6, m1);
    c3 = i32x4.mul(c4, m0);
    d0 = v128.xor(high4(d6, m1), v128.xor(d5, k2));
    d2 = v128.xor(high4(d4, m0), v128.xor(d7, k3));
    d1 = i32x4.mul(d6, m1);
    d3 = i32x4.mul(d4, m0);
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

// Many draws of the same tasks, in one episode and step for all of them. Only the step and the episode are new from draw to draw, and the first two rounds mix
// them with the task by xor alone: what the task contributes is found once (`taskRounds4`), what step and episode contribute are three numbers for all tasks
// (`stepRounds`), and eight rounds are left (`restOfRounds12`).

/** Numbers of rounds: two keys each. */
const keys: usize = memory.data(80, 16);
/** What `stepRounds` found. */
const stepNumbers: usize = memory.data(16, 16);

/** Sets the key of the draws to come. */
export function keyRounds(seed: u32, purpose: u32): void {
  for (let round: usize = 0; round < 10; round++) {
    store<u32>(keys + (round << 3), seed);
    store<u32>(keys + (round << 3), purpose, 4);
    seed += W0;
    purpose += W1;
  }
}

/** The part of four tasks in the first two rounds: 48 bytes. */
export function taskRounds4(to: usize, task: v128): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  const c2 = v128.xor(high4(task, m0), v128.load32_splat(keys, 4));
  v128.store(to, high4(c2, m1));
  v128.store(to, i32x4.mul(c2, m1), 16);
  v128.store(to, i32x4.mul(task, m0), 32);
}

/** The part of an episode and a step in the first two rounds. */
// @ts-ignore: decorator
@inline
export function stepRounds(episode: u32, step: u32): void {
  const first = <u64>step * M1;
  const c0 = <u32>(first >> 32) ^ episode ^ load<u32>(keys);
  const second = <u64>c0 * M0;
  store<u32>(stepNumbers, <u32>first ^ load<u32>(keys, 8));
  store<u32>(stepNumbers, <u32>(second >> 32) ^ load<u32>(keys, 12), 4);
  store<u32>(stepNumbers, <u32>second, 8);
}

/** The words of the draws (task, episode, step, 0) of twelve tasks, whose parts stand at `tasks`: 64 bytes for each four, to `to`. Two rounds a turn, so that no number changes its place. */
// @ts-ignore: decorator
@inline
export function restOfRounds12(tasks: usize, to: usize): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  const a = v128.load32_splat(stepNumbers);
  const b = v128.load32_splat(stepNumbers, 4);
  let c0 = v128.xor(v128.load(tasks), a);
  let c1 = v128.load(tasks, 16);
  let c2 = v128.xor(v128.load(tasks, 32), b);
  let c3 = v128.load32_splat(stepNumbers, 8);
  let d0 = v128.xor(v128.load(tasks, 48), a);
  let d1 = v128.load(tasks, 64);
  let d2 = v128.xor(v128.load(tasks, 80), b);
  let d3 = c3;
  let e0 = v128.xor(v128.load(tasks, 96), a);
  let e1 = v128.load(tasks, 112);
  let e2 = v128.xor(v128.load(tasks, 128), b);
  let e3 = c3;
  for (let key = keys + 16; key < keys + 80; key += 16) {
    const k0 = v128.load32_splat(key);
    const k1 = v128.load32_splat(key, 4);
    const c4 = v128.xor(high4(c2, m1), v128.xor(c1, k0));
    const c6 = v128.xor(high4(c0, m0), v128.xor(c3, k1));
    const c5 = i32x4.mul(c2, m1);
    const c7 = i32x4.mul(c0, m0);
    const d4 = v128.xor(high4(d2, m1), v128.xor(d1, k0));
    const d6 = v128.xor(high4(d0, m0), v128.xor(d3, k1));
    const d5 = i32x4.mul(d2, m1);
    const d7 = i32x4.mul(d0, m0);
    const e4 = v128.xor(high4(e2, m1), v128.xor(e1, k0));
    const e6 = v128.xor(high4(e0, m0), v128.xor(e3, k1));
    const e5 = i32x4.mul(e2, m1);
    const e7 = i32x4.mul(e0, m0);
    const k2 = v128.load32_splat(key, 8);
    const k3 = v128.load32_splat(key, 12);
    c0 = v128.xor(high4(c6, m1), v128.xor(c5, k2));
    c2 = v128.xor(high4(c4, m0), v128.xor(c7, k3));
    c1 = i32x4.mul(c6, m1);
    c3 = i32x4.mul(c4, m0);
    d0 = v128.xor(high4(d6, m1), v128.xor(d5, k2));
    d2 = v128.xor(high4(d4, m0), v128.xor(d7, k3));
    d1 = i32x4.mul(d6, m1);
    d3 = i32x4.mul(d4, m0);
    e0 = v128.xor(high4(e6, m1), v128.xor(e5, k2));
    e2 = v128.xor(high4(e4, m0), v128.xor(e7, k3));
    e1 = i32x4.mul(e6, m1);
    e3 = i32x4.mul(e4, m0);
  }
  v128.store(to, c0);
  v128.store(to, c1, 16);
  v128.store(to, c2, 32);
  v128.store(to, c3, 48);
  v128.store(to, d0, 64);
  v128.store(to, d1, 80);
  v128.store(to, d2, 96);
  v128.store(to, d3, 112);
  v128.store(to, e0, 128);
  v128.store(to, e1, 144);
  v128.store(to, e2, 160);
  v128.store(to, e3, 176);
}

/** The high halves of four products. The low ones are a plain product, which takes no shuffles: they are what Philox waits for. */
// @ts-ignore: decorator
@inline
function high4(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
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

/** Word w as uniforms in [−1, 1). */
// @ts-ignore: decorator
@inline
export function plusMinus4(w: usize): v128 {
  return f32x4.sub(f32x4.mul(f32x4.splat(2), uniform4(w)), f32x4.splat(1));
}

/** Word w as uniforms in (0, 1], safe under a logarithm. */
// @ts-ignore: decorator
@inline
export function uniformAboveZero4(w: usize): v128 {
  return scaled4(i32x4.add(i32x4.shr_u(v128.load(words + (w << 4)), 8), i32x4.splat(1)));
}
