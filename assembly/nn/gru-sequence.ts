// The GRU over a whole sequence [T, N, ·] and back-propagation through time. One call each way; cell law and shapes in gru.ts, `keep` in sequence.ts.
import { BLOCK, bytesOf, multiply, packedBytes, packPanels, sumRows } from './dense';
import { gruGates, gruGatesBackward } from './gru';
import { maskRows } from './sequence';

export function gruForwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(I, 3 * H) + packedBytes(H, 3 * H) + bytesOf(T * N * 3 * H) + bytesOf(N * 3 * H) + bytesOf(3 * H);
}

/** Writes h [T, N, H], the entering states `entering` [T, N, H] and the gates `saved` [T, N, 4H]. */
export function gruForward(x: usize, keep: usize, wx: usize, wh: usize, b: usize, c: usize, h: usize, entering: usize, saved: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 3 * H;
  const packedX = work;
  const packedH = packedX + packedBytes(I, G);
  const gx = packedH + packedBytes(H, G);
  const gh = gx + bytesOf(T * N * G);
  const bias = gh + bytesOf(N * G);
  memory.fill(bias, 0, bytesOf(2 * H));
  memory.copy(bias + bytesOf(2 * H), c, bytesOf(H));
  packPanels(packedX, wx, G, 1, b, I, G);
  packPanels(packedH, wh, G, 1, bias, H, G);
  multiply(x, I, 1, packedX, gx, G, T * N, G, I, false);
  for (let t = 0; t < T; t++) {
    const now = bytesOf(t * N * H);
    maskRows(t == 0 ? 0 : h + bytesOf((t - 1) * N * H), keep + bytesOf(t * N), entering + now, N, H);
    multiply(entering + now, H, 1, packedH, gh, G, N, G, H, false);
    gruGates(gx + bytesOf(t * N * G), gh, entering + now, h + now, saved + 4 * now, N, H);
  }
}

export function gruBackwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(2 * H, H) + packedBytes(H, H) + bytesOf(T * N * H) + bytesOf(N * H) + packedBytes(BLOCK, 3 * H);
}

/** From ∂L/∂h [T, N, H] to the gradients of Wx, Wh, b, c and of x·Wx + b, `dgx` [T, N, 3H]; that of x is dgx·Wxᵀ. */
export function gruBackward(dout: usize, x: usize, keep: usize, wh: usize, entering: usize, saved: usize, dwx: usize, dwh: usize, db: usize, dc: usize, dgx: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 3 * H;
  const packedGates = work; // columns r and z of Wh, transposed
  const packedNew = packedGates + packedBytes(2 * H, H); // column n
  const dghn = packedNew + packedBytes(H, H);
  const dh = dghn + bytesOf(T * N * H);
  const rest = dh + bytesOf(N * H);
  packPanels(packedGates, wh, 1, G, 0, 2 * H, H);
  packPanels(packedNew, wh + bytesOf(2 * H), 1, G, 0, H, H);
  memory.fill(dh, 0, bytesOf(N * H));
  for (let t = T - 1; t >= 0; t--) {
    const now = bytesOf(t * N * H);
    gruGatesBackward(dh, dout + now, saved + 4 * now, entering + now, dgx + 3 * now, dghn + now, N, H);
    multiply(dgx + 3 * now, G, 1, packedGates, dh, H, N, H, 2 * H, true);
    multiply(dghn + now, H, 1, packedNew, dh, H, N, H, H, true);
    maskRows(dh, keep + bytesOf(t * N), dh, N, H);
  }
  weightGradients(x, entering, dgx, dghn, dwx, dwh, rest, T * N, I, H);
  sumRows(dgx, G, db, T * N, G);
  sumRows(dghn, H, dc, T * N, H);
}

/** dWx = xᵀ·dgx and dWh = enteringᵀ·(columns r, z of dgx | dghn) over K rows, in blocks that are packed once for both. */
function weightGradients(x: usize, entering: usize, dgx: usize, dghn: usize, dwx: usize, dwh: usize, packed: usize, K: i32, I: i32, H: i32): void {
  const G = 3 * H;
  for (let k = 0; k < K; k += BLOCK) {
    const rows = min(BLOCK, K - k);
    const inputs = x + bytesOf(k * I);
    const states = entering + bytesOf(k * H);
    packPanels(packed, dgx + bytesOf(k * G), G, 1, 0, rows, G);
    multiply(inputs, 1, I, packed, dwx, G, I, G, rows, k > 0);
    multiply(states, 1, H, packed, dwh, G, H, 2 * H, rows, k > 0);
    packPanels(packed, dghn + bytesOf(k * H), H, 1, 0, rows, H);
    multiply(states, 1, H, packed, dwh + bytesOf(2 * H), G, H, H, rows, k > 0);
  }
}
