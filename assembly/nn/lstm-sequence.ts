// The LSTM over a whole sequence [T, N, ·] and back-propagation through time. One call each way; cell law and shapes in lstm.ts, `keep` in sequence.ts.
import { bytesOf, multiply, packedBytes, packPanels, product, productWorkBytes, sumRows } from './dense';
import { lstmGates, lstmGatesBackward } from './lstm';
import { addTo, maskRows } from './sequence';

export function lstmForwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(I, 4 * H) + packedBytes(H, 4 * H) + bytesOf(T * N * 4 * H) + bytesOf(N * H);
}

/** Writes h [T, N, H], the entering states `entering` and cells `cells` [T, N, H] and the gates `saved` [T, N, 5H]. */
export function lstmForward(x: usize, keep: usize, wx: usize, wh: usize, b: usize, h: usize, entering: usize, cells: usize, saved: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 4 * H;
  const packedX = work;
  const packedH = packedX + packedBytes(I, G);
  const pre = packedH + packedBytes(H, G);
  const cell = pre + bytesOf(T * N * G);
  packPanels(packedX, wx, G, 1, b, I, G);
  packPanels(packedH, wh, G, 1, 0, H, G);
  multiply(x, I, 1, packedX, pre, G, T * N, G, I, false);
  for (let t = 0; t < T; t++) {
    const now = bytesOf(t * N * H);
    maskRows(t == 0 ? 0 : h + bytesOf((t - 1) * N * H), keep + bytesOf(t * N), entering + now, N, H);
    maskRows(t == 0 ? 0 : cell, keep + bytesOf(t * N), cells + now, N, H);
    multiply(entering + now, H, 1, packedH, pre + 4 * now, G, N, G, H, true);
    lstmGates(pre + 4 * now, cells + now, cell, h + now, saved + 5 * now, N, H);
  }
}

export function lstmBackwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(4 * H, H) + 2 * bytesOf(N * H) + productWorkBytes(4 * H, T * N);
}

/** From ∂L/∂h [T, N, H] to the gradients of Wx, Wh, b and of x·Wx + b, `dpre` [T, N, 4H]; that of x is dpre·Wxᵀ. */
export function lstmBackward(dout: usize, x: usize, keep: usize, wh: usize, entering: usize, cells: usize, saved: usize, dwx: usize, dwh: usize, db: usize, dpre: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 4 * H;
  const packed = work;
  const dh = packed + packedBytes(G, H);
  const dc = dh + bytesOf(N * H);
  const rest = dc + bytesOf(N * H);
  packPanels(packed, wh, 1, G, 0, G, H);
  memory.fill(dh, 0, 2 * bytesOf(N * H));
  for (let t = T - 1; t >= 0; t--) {
    const now = bytesOf(t * N * H);
    addTo(dh, dout + now, N * H);
    lstmGatesBackward(dh, dc, saved + 5 * now, cells + now, dpre + 4 * now, N, H);
    multiply(dpre + 4 * now, G, 1, packed, dh, H, N, H, G, false);
    maskRows(dh, keep + bytesOf(t * N), dh, N, H);
    maskRows(dc, keep + bytesOf(t * N), dc, N, H);
  }
  product(x, 1, I, dpre, G, 1, 0, dwx, I, G, T * N, rest);
  product(entering, 1, H, dpre, G, 1, 0, dwh, H, G, T * N, rest);
  sumRows(dpre, G, db, T * N, G);
}
