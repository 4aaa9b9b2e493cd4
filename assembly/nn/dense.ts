// Matrix product C = A·B + bias in 4 × 8 register blocks: SIMD runs over the columns of C, never along the sum.
// Every element of C is one sum over k = 0, 1, 2 … from its bias, whatever the block it falls in, so the result does not depend on how rows are split.
// B is first packed into panels of 8 columns: [⌈N/8⌉][K + 1][8], row 0 of a panel being the bias (or 0), missing columns 0.
import { canLeaveOut, DENSE, findZeros, multiplySkipping, ORDERED, ZEROS_WORK_BYTES } from './zeros';

/** Bytes of `count` numbers. */
// @ts-ignore: decorator
@inline
export function bytesOf(count: i32): usize {
  return <usize>count << 2;
}

/** Bytes of the packed form of a K × N matrix. */
// @ts-ignore: decorator
@inline
export function packedBytes(K: i32, N: i32): usize {
  return (<usize>((N + 7) >> 3) * (K + 1)) << 5;
}

/** Element (k, n) of B stands at b + 4·(k·rowStride + n·columnStride), so that a transposed operand is packed by swapping the strides. `bias` may be 0. */
export function packPanels(to: usize, b: usize, rowStride: i32, columnStride: i32, bias: usize, K: i32, N: i32): void {
  for (let n = 0; n < N; n += 8) {
    const columns = min(8, N - n);
    for (let j = 0; j < 8; j++)
      store<f32>(to + (<usize>j << 2), bias && j < columns ? load<f32>(bias + (<usize>(n + j) << 2)) : 0);
    to += 32;
    if (columns == 8 && columnStride == 1) {
      let from = b + (<usize>n << 2);
      for (let k = 0; k < K; k++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += <usize>rowStride << 2;
        to += 32;
      }
    } else {
      let k = 0;
      if (columns == 8 && rowStride == 1) {
        const column = <usize>columnStride << 2;
        let from = b + <usize>n * column;
        for (; k + 4 <= K; k += 4) {
          transpose4(from, column, to);
          transpose4(from + 4 * column, column, to + 16);
          from += 16;
          to += 128;
        }
      }
      for (; k < K; k++) {
        for (let j = 0; j < 8; j++)
          store<f32>(to + (<usize>j << 2), j < columns ? load<f32>(b + (<usize>(k * rowStride + (n + j) * columnStride) << 2)) : 0);
        to += 32;
      }
    }
  }
}

/** Four columns of four numbers, as the rows of a panel. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, column: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + column);
  const c = v128.load(from + 2 * column);
  const d = v128.load(from + 3 * column);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 96);
}

// @ts-ignore: decorator
@inline
export function put(c: usize, low: v128, high: v128, columns: i32, add: bool): void {
  if (columns == 8) {
    if (add) {
      low = f32x4.add(v128.load(c), low);
      high = f32x4.add(v128.load(c, 16), high);
    }
    v128.store(c, low);
    v128.store(c, high, 16);
  } else putTail(c, low, high, columns, add);
}

// Lanes are taken one by one: this code may own no static memory.
function lane(low: v128, high: v128, j: i32): f32 {
  switch (j) {
    case 0: return f32x4.extract_lane(low, 0);
    case 1: return f32x4.extract_lane(low, 1);
    case 2: return f32x4.extract_lane(low, 2);
    case 3: return f32x4.extract_lane(low, 3);
    case 4: return f32x4.extract_lane(high, 0);
    case 5: return f32x4.extract_lane(high, 1);
    default: return f32x4.extract_lane(high, 2);
  }
}

export function putTail(c: usize, low: v128, high: v128, columns: i32, add: bool): void {
  for (let j = 0; j < columns; j++) {
    const to = c + (<usize>j << 2);
    const value = lane(low, high, j);
    store<f32>(to, add ? load<f32>(to) + value : value);
  }
}

/** The last panel when it has four columns or fewer: half the arithmetic, the same sums. */
function multiplyNarrow(a: usize, rowBytes: usize, stepBytes: usize, packed: usize, c: usize, cBytes: usize, M: i32, columns: i32, panelBytes: usize, add: bool): void {
  const zero = f32x4.splat(0);
  const end = packed + panelBytes;
  let m = 0;
  for (; m + 4 <= M; m += 4) {
    let l0 = v128.load(packed);
    let l1 = l0, l2 = l0, l3 = l0;
    let p0 = a, p1 = a + rowBytes, p2 = a + 2 * rowBytes, p3 = a + 3 * rowBytes;
    for (let pb = packed + 32; pb < end; pb += 32) {
      const b = v128.load(pb);
      l0 = f32x4.add(l0, f32x4.mul(v128.load_splat<f32>(p0), b));
      l1 = f32x4.add(l1, f32x4.mul(v128.load_splat<f32>(p1), b));
      l2 = f32x4.add(l2, f32x4.mul(v128.load_splat<f32>(p2), b));
      l3 = f32x4.add(l3, f32x4.mul(v128.load_splat<f32>(p3), b));
      p0 += stepBytes;
      p1 += stepBytes;
      p2 += stepBytes;
      p3 += stepBytes;
    }
    putTail(c, l0, zero, columns, add);
    putTail(c + cBytes, l1, zero, columns, add);
    putTail(c + 2 * cBytes, l2, zero, columns, add);
    putTail(c + 3 * cBytes, l3, zero, columns, add);
    a += 4 * rowBytes;
    c += 4 * cBytes;
  }
  for (; m < M; m++) {
    let l = v128.load(packed);
    let p = a;
    for (let pb = packed + 32; pb < end; pb += 32) {
      l = f32x4.add(l, f32x4.mul(v128.load_splat<f32>(p), v128.load(pb)));
      p += stepBytes;
    }
    putTail(c, l, zero, columns, add);
    a += rowBytes;
    c += cBytes;
  }
}

/**
 * C (M × N, row stride `cStride`) = or += A·B + bias. Element (m, k) of A stands at a + 4·(m·rowStride + k·columnStride).
 * `packed` is B in panels.
 */
export function multiply(a: usize, rowStride: i32, columnStride: i32, packed: usize, c: usize, cStride: i32, M: i32, N: i32, K: i32, add: bool): void {
  const rowBytes = <usize>rowStride << 2;
  const stepBytes = <usize>columnStride << 2;
  const cBytes = <usize>cStride << 2;
  const panelBytes = <usize>(K + 1) << 5;
  for (let n = 0; n < N; n += 8) {
    const columns = min(8, N - n);
    if (columns <= 4) {
      multiplyNarrow(a, rowBytes, stepBytes, packed, c + (<usize>n << 2), cBytes, M, columns, panelBytes, add);
      break;
    }
    let pa = a;
    let pc = c + (<usize>n << 2);
    let m = 0;
    for (; m + 4 <= M; m += 4) {
      let pb = packed;
      const end = packed + panelBytes;
      let l0 = v128.load(pb);
      let h0 = v128.load(pb, 16);
      let l1 = l0, l2 = l0, l3 = l0;
      let h1 = h0, h2 = h0, h3 = h0;
      let p0 = pa, p1 = pa + rowBytes, p2 = pa + 2 * rowBytes, p3 = pa + 3 * rowBytes;
      for (pb += 32; pb < end; pb += 32) {
        const bl = v128.load(pb);
        const bh = v128.load(pb, 16);
        let x = v128.load_splat<f32>(p0);
        l0 = f32x4.add(l0, f32x4.mul(x, bl));
        h0 = f32x4.add(h0, f32x4.mul(x, bh));
        x = v128.load_splat<f32>(p1);
        l1 = f32x4.add(l1, f32x4.mul(x, bl));
        h1 = f32x4.add(h1, f32x4.mul(x, bh));
        x = v128.load_splat<f32>(p2);
        l2 = f32x4.add(l2, f32x4.mul(x, bl));
        h2 = f32x4.add(h2, f32x4.mul(x, bh));
        x = v128.load_splat<f32>(p3);
        l3 = f32x4.add(l3, f32x4.mul(x, bl));
        h3 = f32x4.add(h3, f32x4.mul(x, bh));
        p0 += stepBytes;
        p1 += stepBytes;
        p2 += stepBytes;
        p3 += stepBytes;
      }
      put(pc, l0, h0, columns, add);
      put(pc + cBytes, l1, h1, columns, add);
      put(pc + 2 * cBytes, l2, h2, columns, add);
      put(pc + 3 * cBytes, l3, h3, columns, add);
      pa += 4 * rowBytes;
      pc += 4 * cBytes;
    }
    for (; m + 2 <= M; m += 2) {
      let pb = packed;
      const end = packed + panelBytes;
      let l0 = v128.load(pb);
      let h0 = v128.load(pb, 16);
      let l1 = l0;
      let h1 = h0;
      let p0 = pa, p1 = pa + rowBytes;
      for (pb += 32; pb < end; pb += 32) {
        const bl = v128.load(pb);
        const bh = v128.load(pb, 16);
        let x = v128.load_splat<f32>(p0);
        l0 = f32x4.add(l0, f32x4.mul(x, bl));
        h0 = f32x4.add(h0, f32x4.mul(x, bh));
        x = v128.load_splat<f32>(p1);
        l1 = f32x4.add(l1, f32x4.mul(x, bl));
        h1 = f32x4.add(h1, f32x4.mul(x, bh));
        p0 += stepBytes;
        p1 += stepBytes;
      }
      put(pc, l0, h0, columns, add);
      put(pc + cBytes, l1, h1, columns, add);
      pa += 2 * rowBytes;
      pc += 2 * cBytes;
    }
    for (; m < M; m++) {
      let pb = packed;
      const end = packed + panelBytes;
      let l0 = v128.load(pb);
      let h0 = v128.load(pb, 16);
      let p0 = pa;
      for (pb += 32; pb < end; pb += 32) {
        const x = v128.load_splat<f32>(p0);
        l0 = f32x4.add(l0, f32x4.mul(x, v128.load(pb)));
        h0 = f32x4.add(h0, f32x4.mul(x, v128.load(pb, 16)));
        p0 += stepBytes;
      }
      put(pc, l0, h0, columns, add);
      pa += rowBytes;
      pc += cBytes;
    }
    packed += panelBytes;
  }
}

export const BLOCK: i32 = 256; // rows of B packed at once: a panel block of 8 KiB stays in the first-level cache

/** Bytes of workspace that `product` needs: the panels, and before them what zeros.ts needs. */
export function productWorkBytes(N: i32, K: i32): usize {
  return packedBytes(min(BLOCK, K), N) + ZEROS_WORK_BYTES;
}

/**
 * C (M × N, dense) = A·B + bias for any strides of A and B (see `multiply` and `packPanels`), in blocks of K that are added in order.
 * `bias` [N] may be 0.
 */
export function product(a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, bias: usize, c: usize, M: i32, N: i32, K: i32, work: usize): void {
  addProduct(a, aRow, aColumn, b, bRow, bColumn, bias, c, M, N, K, work, false);
}

/** The same, or C += A·B + bias with `add`. */
export function addProduct(a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, bias: usize, c: usize, M: i32, N: i32, K: i32, work: usize, add: bool): void {
  const packed = work + ZEROS_WORK_BYTES;
  const zeros = findZeros(a, aRow, aColumn, M, N, K, work);
  for (let k = 0; k < K; k += BLOCK) {
    const rows = min(BLOCK, K - k);
    const from = a + bytesOf(k * aColumn);
    const more = add || k > 0;
    packPanels(packed, b + bytesOf(k * bRow), bRow, bColumn, k == 0 ? bias : 0, rows, N);
    if (zeros != DENSE && canLeaveOut(packed, N, rows)) multiplySkipping(from, aRow, aColumn, packed, c, N, M, N, rows, more, zeros == ORDERED, work);
    else multiply(from, aRow, aColumn, packed, c, N, M, N, rows, more);
  }
}

/** to[n] = Σₖ b[k, n], summed in the order of k; sixteen columns at a time, one line of the cache. */
export function sumRows(b: usize, bStride: i32, to: usize, K: i32, N: i32): void {
  const step = <usize>bStride << 2;
  const end = <usize>N << 2;
  let n: usize = 0;
  for (; n + 64 <= end; n += 64) {
    let s0 = f32x4.splat(0);
    let s1 = s0, s2 = s0, s3 = s0;
    let from = b + n;
    for (let k = 0; k < K; k++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    v128.store(to + n, s0);
    v128.store(to + n, s1, 16);
    v128.store(to + n, s2, 32);
    v128.store(to + n, s3, 48);
  }
  for (; n < end; n += 4) {
    let sum: f32 = 0;
    let from = b + n;
    for (let k = 0; k < K; k++) {
      sum += load<f32>(from);
      from += step;
    }
    store<f32>(to + n, sum);
  }
}

/** to[a, b, c] = from[a, c], the way back of a sum over the middle axis. */
export function spread(from: usize, to: usize, A: i32, B: i32, C: i32): void {
  const row = <usize>C << 2;
  for (let a = 0; a < A; a++) {
    if (C == 1) {
      const value = load<f32>(from);
      const four = f32x4.splat(value);
      let b = 0;
      for (; b + 4 <= B; b += 4) {
        v128.store(to, four);
        to += 16;
      }
      for (; b < B; b++) {
        store<f32>(to, value);
        to += 4;
      }
    } else {
      for (let b = 0; b < B; b++) {
        memory.copy(to, from, row);
        to += row;
      }
    }
    from += row;
  }
}
