// The minimal GRU over a whole sequence [T, N, ·] and back-propagation through time: a scan each way and no product a step but the inputs'. One call each way;
// cell law and shapes in min-gru.ts, `keep` in sequence.ts.
import { bytesOf, multiply, packedBytes, packPanels, product, productWorkBytes, sumRows } from './dense';
import { minGruRow, minGruRowBackward } from './min-gru';

export function minGruForwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return packedBytes(I, 2 * H);
}

/** Row n of the state that enters a step, or 0 where there is none. */
// @ts-ignore: decorator
@inline
function entering(before: usize, keep: usize, n: i32, H: i32): usize {
  return before && load<f32>(keep + bytesOf(n)) != 0 ? before + bytesOf(n * H) : 0;
}

/** Writes h [T, N, H] and the gates `saved` [T, N, 2H]. */
export function minGruForward(x: usize, keep: usize, wx: usize, b: usize, h: usize, saved: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 2 * H;
  packPanels(work, wx, G, 1, b, I, G);
  for (let t = 0; t < T; t++) {
    const now = h + bytesOf(t * N * H);
    const gates = saved + bytesOf(t * N * G);
    const before = t == 0 ? 0 : now - bytesOf(N * H);
    multiply(x + bytesOf(t * N * I), I, 1, work, gates, G, N, G, I, false);
    for (let n = 0; n < N; n++) minGruRow(gates + bytesOf(n * G), entering(before, keep + bytesOf(t * N), n, H), now + bytesOf(n * H), H);
  }
}

export function minGruBackwardWorkBytes(T: i32, N: i32, I: i32, H: i32): usize {
  return bytesOf(N * H) + productWorkBytes(2 * H, T * N);
}

/** From ∂L/∂h [T, N, H] to the gradients of Wx, b and of x·Wx + b, `dgx` [T, N, 2H]; that of x is dgx·Wxᵀ. */
export function minGruBackward(dout: usize, x: usize, keep: usize, h: usize, saved: usize, dwx: usize, db: usize, dgx: usize, work: usize, T: i32, N: i32, I: i32, H: i32): void {
  const G = 2 * H;
  const dh = work;
  memory.fill(dh, 0, bytesOf(N * H));
  for (let t = T - 1; t >= 0; t--) {
    const now = bytesOf(t * N * H);
    const before = t == 0 ? 0 : h + now - bytesOf(N * H);
    for (let n = 0; n < N; n++) {
      const row = bytesOf(n * H);
      const old = entering(before, keep + bytesOf(t * N), n, H);
      minGruRowBackward(dout + now + row, dh + row, saved + 2 * (now + row), old, dgx + 2 * (now + row), H);
    }
  }
  product(x, 1, I, dgx, G, 1, 0, dwx, I, G, T * N, dh + bytesOf(N * H));
  sumRows(dgx, G, db, T * N, G);
}
