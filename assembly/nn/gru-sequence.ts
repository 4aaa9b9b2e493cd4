// The GRU over a whole sequence [T, N, ·] and back-propagation through time. One call each way; cell law and shapes in gru.ts, `keep` in sequence.ts.
import { multiply, packedBytes, packPanels, product, productWorkBytes, sumRows } from './dense';
import { gruGates, gruGatesBackward } from './gru';
import { addTo, floats, maskRows } from './sequence';

export function gruForwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(I, 3 * H) + packedBytes(H, 3 * H) + floats(T * N * 3 * H) + floats(N * 3 * H) + floats(3 * H);
}

/** Writes h [T, N, H], the entering states `entering` [T, N, H] and the gates `saved` [T, N, 4H]. */
export function gruForward(x: usize, keep: usize, wx: usize, wh: usize, b: usize, c: usize, h: usize, entering: usize, saved: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 3 * H;
  const packedX = work;
  const packedH = packedX + packedBytes(I, G);
  const gx = packedH + packedBytes(H, G);
  const gh = gx + floats(T * N * G);
  const bias = gh + floats(N * G);
  memory.fill(bias, 0, floats(2 * H));
  memory.copy(bias + floats(2 * H), c, floats(H));
  packPanels(packedX, wx, G, 1, b, I, G);
  packPanels(packedH, wh, G, 1, bias, H, G);
  multiply(x, I, 1, packedX, gx, G, T * N, G, I, false);
  for (let t = 0; t < T; t++) {
    const now = floats(t * N * H);
    maskRows(t == 0 ? 0 : h + floats((t - 1) * N * H), keep + floats(t * N), entering + now, N, H);
    multiply(entering + now, H, 1, packedH, gh, G, N, G, H, false);
    gruGates(gx + floats(t * N * G), gh, entering + now, h + now, saved + 4 * now, N, H);
  }
}

export function gruBackwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(3 * H, H) + floats(T * N * 3 * H) + floats(N * H) + productWorkBytes(3 * H, T * N);
}

/** From ∂L/∂h [T, N, H] to the gradients of Wx, Wh, b, c and of x·Wx + b, `dgx` [T, N, 3H]; that of x is dgx·Wxᵀ. */
export function gruBackward(dout: usize, x: usize, keep: usize, wh: usize, entering: usize, saved: usize, dwx: usize, dwh: usize, db: usize, dc: usize, dgx: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 3 * H;
  const packed = work;
  const dgh = packed + packedBytes(G, H);
  const dh = dgh + floats(T * N * G);
  const rest = dh + floats(N * H);
  packPanels(packed, wh, 1, G, 0, G, H);
  memory.fill(dh, 0, floats(N * H));
  for (let t = T - 1; t >= 0; t--) {
    const now = floats(t * N * H);
    addTo(dh, dout + now, N * H);
    gruGatesBackward(dh, saved + 4 * now, entering + now, dgx + 3 * now, dgh + 3 * now, N, H);
    multiply(dgh + 3 * now, G, 1, packed, dh, H, N, H, G, true);
    maskRows(dh, keep + floats(t * N), dh, N, H);
  }
  product(x, 1, I, dgx, G, 1, 0, dwx, I, G, T * N, rest);
  product(entering, 1, H, dgh, G, 1, 0, dwh, H, G, T * N, rest);
  sumRows(dgx, G, db, T * N, G);
  sumRows(dgh + floats(2 * H), G, dc, T * N, H);
}
