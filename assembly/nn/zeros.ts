// Products whose first operand has many zeros, as everything behind a relu has: the terms that are 0 for four rows at once are left out.
// A term 0·b is ±0 for a finite b, and a sum that is not −0 does not change by it, so the bits are those of `multiply`; B and the bias are looked at first.
// Rows that follow each other in time are 0 at mostly the same places. Columns of a layer's output are not, so rows of a transposed operand are put in
// groups of four that are alike; which rows stand in a group changes no sum.
import { bytesOf, multiply, put, putTail } from './dense';

/** Rows that can be put in order, and the longest sum at once. */
const MOST_ROWS: i32 = 512;
const MOST_TERMS: i32 = 256;
/** Where a workspace holds what: four rows of terms, the terms' places in a panel, the order of the rows, a row's signature. */
const PLACES: usize = 16 * MOST_TERMS;
const ORDER: usize = PLACES + 4 * MOST_TERMS;
const SIGNATURES: usize = ORDER + 4 * MOST_ROWS;
/** Bytes of workspace that the functions of this file need. */
export const ZEROS_WORK_BYTES: usize = SIGNATURES + 8 * MOST_ROWS;

/** What `findZeros` answers. */
export const DENSE: i32 = 0;
export const IN_PLACE: i32 = 1;
export const ORDERED: i32 = 2;

/** Whether leaving out zeros of A (M × K, as for `multiply`) pays for a product of N columns; for `ORDERED` the order is left in the workspace. */
export function findZeros(a: usize, rowStride: i32, columnStride: i32, M: i32, N: i32, K: i32, work: usize): i32 {
  if (N < 24 || M < 16) return DENSE;
  if (columnStride == 1) return K >= 24 && zerosInPlace(a, bytesOf(rowStride), M, K) ? IN_PLACE : DENSE;
  if (rowStride == 1 && K >= 512 && M <= MOST_ROWS) return orderRows(a, bytesOf(columnStride), M, K, work) ? ORDERED : DENSE;
  return DENSE;
}

/** Looks at up to 16 groups of four rows: is an eighth of their terms 0? */
function zerosInPlace(a: usize, rowBytes: usize, M: i32, K: i32): bool {
  const groups = min(16, M >> 2);
  const between = <usize>(M >> 2) / <usize>groups * 4 * rowBytes;
  const without = i32x4.splat(0x7fffffff); // the sign
  let zeros = 0;
  for (let g = 0; g < groups; g++) {
    for (let k = 0; k + 4 <= K; k += 4) {
      const p = a + bytesOf(k);
      const any = v128.or(v128.or(v128.load(p), v128.load(p + rowBytes)), v128.or(v128.load(p + 2 * rowBytes), v128.load(p + 3 * rowBytes)));
      zeros += popcnt(i32x4.bitmask(i32x4.eq(v128.and(any, without), i32x4.splat(0))));
    }
    a += between;
  }
  return zeros * 8 >= groups * (K & ~3);
}

/** A row's signature: at which of 64 places along K it is not 0. Each group is the first row left and the three most like it. Is an eighth of the terms 0? */
function orderRows(a: usize, stepBytes: usize, M: i32, K: i32, work: usize): bool {
  const signatures = work + SIGNATURES;
  const order = work + ORDER;
  const between = <usize>(K >> 6) * stepBytes;
  let seen = 0;
  for (let m = 0; m < M; m++) {
    let signature: u64 = 0;
    let p = a + bytesOf(m);
    for (let i = 0; i < 64; i++) {
      signature = (signature << 1) | u64((load<u32>(p) << 1) != 0);
      p += between;
    }
    store<u64>(signatures + (<usize>m << 3), signature);
    store<i32>(order + bytesOf(m), m);
    seen += <i32>popcnt(signature);
  }
  if (seen * 5 > M * 64 * 4) return false;
  let zeros = 0;
  for (let first = 0; first + 4 <= M; first += 4) {
    let together = signatureOf(signatures, order, first);
    for (let place = first + 1; place < first + 4; place++) {
      let best = place;
      let least: i32 = 65;
      for (let other = place; other < M; other++) {
        const added = <i32>popcnt(together | signatureOf(signatures, order, other));
        if (added < least) {
          least = added;
          best = other;
        }
      }
      together |= signatureOf(signatures, order, best);
      const row = load<i32>(order + bytesOf(best));
      store<i32>(order + bytesOf(best), load<i32>(order + bytesOf(place)));
      store<i32>(order + bytesOf(place), row);
    }
    zeros += 64 - <i32>popcnt(together);
  }
  return zeros * 8 >= (M & ~3) * 16;
}

// @ts-ignore: decorator
@inline
function signatureOf(signatures: usize, order: usize, place: i32): u64 {
  return load<u64>(signatures + (<usize>load<i32>(order + bytesOf(place)) << 3));
}

/** Whether packed panels hold finite numbers only, and no −0 in the rows of the bias: then terms can be left out. */
export function canLeaveOut(packed: usize, N: i32, K: i32): bool {
  let sum = f32x4.splat(0);
  const zero = f32x4.splat(0);
  const minusZero = i32x4.splat(0x80000000);
  let bad = i32x4.splat(0);
  for (let n = 0; n < N; n += 8) {
    bad = v128.or(bad, v128.or(i32x4.eq(v128.load(packed), minusZero), i32x4.eq(v128.load(packed, 16), minusZero)));
    const end = packed + (<usize>(K + 1) << 5);
    for (; packed < end; packed += 32) sum = f32x4.add(sum, f32x4.add(f32x4.mul(v128.load(packed), zero), f32x4.mul(v128.load(packed, 16), zero)));
  }
  return !v128.any_true(bad) && i32x4.all_true(f32x4.eq(sum, sum));
}

/** `multiply` without the terms that are 0 for four rows; `order` as `findZeros` left it in the workspace, for `ordered`. K ≤ 256. */
export function multiplySkipping(a: usize, rowStride: i32, columnStride: i32, packed: usize, c: usize, cStride: i32, M: i32, N: i32, K: i32, add: bool, ordered: bool, work: usize): void {
  const order = work + ORDER;
  const rowBytes = bytesOf(rowStride);
  const cBytes = bytesOf(cStride);
  const whole = M & ~3;
  for (let m = 0; m < whole; m += 4) {
    let r0: usize = m, r1: usize = m + 1, r2: usize = m + 2, r3: usize = m + 3;
    if (ordered) {
      r0 = load<u32>(order + bytesOf(m));
      r1 = load<u32>(order + bytesOf(m), 4);
      r2 = load<u32>(order + bytesOf(m), 8);
      r3 = load<u32>(order + bytesOf(m), 12);
    }
    const end = gather(a + r0 * rowBytes, a + r1 * rowBytes, a + r2 * rowBytes, a + r3 * rowBytes, bytesOf(columnStride), K, work);
    multiplyGathered(work, end, packed, c + r0 * cBytes, c + r1 * cBytes, c + r2 * cBytes, c + r3 * cBytes, N, K, add);
  }
  for (let m = whole; m < M; m++) {
    const row: usize = ordered ? load<u32>(order + bytesOf(m)) : m;
    multiply(a + row * rowBytes, rowStride, columnStride, packed, c + row * cBytes, cStride, 1, N, K, add);
  }
}

/** Puts the terms of four rows that are not all 0 side by side, [count][4], with their byte offsets in a panel; where the list of these ends. */
function gather(p0: usize, p1: usize, p2: usize, p3: usize, stepBytes: usize, K: i32, work: usize): usize {
  let to = work;
  let place = work + PLACES;
  let at: u32 = 32;
  const last = <u32>(K + 1) << 5;
  if (stepBytes == 4) {
    const without = i32x4.splat(0x7fffffff); // the sign
    for (; at + 96 < last; at += 128) {
      const x0 = v128.load(p0), x1 = v128.load(p1), x2 = v128.load(p2), x3 = v128.load(p3);
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      const any = v128.and(v128.or(v128.or(x0, x1), v128.or(x2, x3)), without);
      const counts = <usize>i32x4.bitmask(i32x4.ne(any, i32x4.splat(0)));
      if (counts == 0) continue;
      const a0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), a1 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const b0 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), b1 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(a0, b0, 0, 2));
      store<u32>(place, at);
      to += (counts & 1) << 4;
      place += (counts & 1) << 2;
      v128.store(to, v128.shuffle<f64>(a0, b0, 1, 3));
      store<u32>(place, at + 32);
      to += (counts & 2) << 3;
      place += (counts & 2) << 1;
      v128.store(to, v128.shuffle<f64>(a1, b1, 0, 2));
      store<u32>(place, at + 64);
      to += (counts & 4) << 2;
      place += counts & 4;
      v128.store(to, v128.shuffle<f64>(a1, b1, 1, 3));
      store<u32>(place, at + 96);
      to += (counts & 8) << 1;
      place += (counts & 8) >> 1;
    }
  }
  for (; at < last; at += 32) {
    const x0 = load<u32>(p0), x1 = load<u32>(p1), x2 = load<u32>(p2), x3 = load<u32>(p3);
    store<u32>(to, x0);
    store<u32>(to, x1, 4);
    store<u32>(to, x2, 8);
    store<u32>(to, x3, 12);
    store<u32>(place, at);
    const counts = <usize>(((x0 | x1 | x2 | x3) << 1) != 0);
    to += counts << 4;
    place += counts << 2;
    p0 += stepBytes;
    p1 += stepBytes;
    p2 += stepBytes;
    p3 += stepBytes;
  }
  return place;
}

function multiplyGathered(terms: usize, end: usize, packed: usize, c0: usize, c1: usize, c2: usize, c3: usize, N: i32, K: i32, add: bool): void {
  const panelBytes = <usize>(K + 1) << 5;
  const zero = f32x4.splat(0);
  for (let n = 0; n < N; n += 8) {
    const columns = min(8, N - n);
    let x = terms;
    let l0 = v128.load(packed);
    let l1 = l0, l2 = l0, l3 = l0;
    if (columns <= 4) {
      for (let place = terms + PLACES; place < end; place += 4) {
        const b = v128.load(packed + load<u32>(place));
        l0 = f32x4.add(l0, f32x4.mul(v128.load_splat<f32>(x), b));
        l1 = f32x4.add(l1, f32x4.mul(v128.load_splat<f32>(x, 4), b));
        l2 = f32x4.add(l2, f32x4.mul(v128.load_splat<f32>(x, 8), b));
        l3 = f32x4.add(l3, f32x4.mul(v128.load_splat<f32>(x, 12), b));
        x += 16;
      }
      putTail(c0, l0, zero, columns, add);
      putTail(c1, l1, zero, columns, add);
      putTail(c2, l2, zero, columns, add);
      putTail(c3, l3, zero, columns, add);
      return;
    }
    let h0 = v128.load(packed, 16);
    let h1 = h0, h2 = h0, h3 = h0;
    for (let place = terms + PLACES; place < end; place += 4) {
      const b = packed + load<u32>(place);
      const bl = v128.load(b);
      const bh = v128.load(b, 16);
      let term = v128.load_splat<f32>(x);
      l0 = f32x4.add(l0, f32x4.mul(term, bl));
      h0 = f32x4.add(h0, f32x4.mul(term, bh));
      term = v128.load_splat<f32>(x, 4);
      l1 = f32x4.add(l1, f32x4.mul(term, bl));
      h1 = f32x4.add(h1, f32x4.mul(term, bh));
      term = v128.load_splat<f32>(x, 8);
      l2 = f32x4.add(l2, f32x4.mul(term, bl));
      h2 = f32x4.add(h2, f32x4.mul(term, bh));
      term = v128.load_splat<f32>(x, 12);
      l3 = f32x4.add(l3, f32x4.mul(term, bl));
      h3 = f32x4.add(h3, f32x4.mul(term, bh));
      x += 16;
    }
    put(c0, l0, h0, columns, add);
    put(c1, l1, h1, columns, add);
    put(c2, l2, h2, columns, add);
    put(c3, l3, h3, columns, add);
    c0 += 32;
    c1 += 32;
    c2 += 32;
    c3 += 32;
    packed += panelBytes;
  }
}
