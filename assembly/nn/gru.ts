// The gated recurrent unit (Cho et al. 2014, in the form of PyTorch's GRU), for rollouts and for learning alike.
//   r = σ(x·Wxr + h·Whr + br)        z = σ(x·Wxz + h·Whz + bz)
//   n = tanh(x·Wxn + bn + r ∘ (h·Whn + cn))        h' = n + z ∘ (h − n)
// Shapes: x [N, I], h [N, H], Wx [I, 3H], Wh [H, 3H] with columns r | z | n, b [3H], c [H]. H is a multiple of 4.
import { sigmoid4, tanh4 } from '../math';
import { Cell } from './cell';
import { multiply, packedBytes, packPanels } from './dense';

/**
 * The gates of N rows. `gx` [N, 3H] = x·Wx + b, `gh` [N, 3H] = h·Wh + (0, 0, c). Writes h' to `next`, which may be `h` itself; r | z take their place in `gx`.
 * With `saved` ≠ 0, rows r | z | n | gh_n [N, 4H] are kept there for the way back.
 * Two sweeps over a row: n waits for r, and one long chain for each vector leaves the processor waiting.
 */
export function gruGates(gx: usize, gh: usize, h: usize, next: usize, saved: usize, N: i32, H: i32): void {
  const row = <usize>H << 2;
  for (let i = 0; i < N; i++) {
    for (let j: usize = 0; j < 2 * row; j += 16) v128.store(gx + j, sigmoid4(f32x4.add(v128.load(gx + j), v128.load(gh + j))));
    for (let j: usize = 0; j < row; j += 16) {
      const ghn = v128.load(gh + j + 2 * row);
      const r = v128.load(gx + j);
      const z = v128.load(gx + j + row);
      const n = tanh4(f32x4.add(v128.load(gx + j + 2 * row), f32x4.mul(r, ghn)));
      const old = v128.load(h + j);
      v128.store(next + j, f32x4.add(n, f32x4.mul(z, f32x4.sub(old, n))));
      if (saved) {
        v128.store(saved + j, r);
        v128.store(saved + j + row, z);
        v128.store(saved + j + 2 * row, n);
        v128.store(saved + j + 3 * row, ghn);
      }
    }
    gx += 3 * row;
    gh += 3 * row;
    h += row;
    next += row;
    if (saved) saved += 4 * row;
  }
}

/**
 * Back through the gates of N rows. `dh` + `dout` [N, H] is ∂L/∂h'. Writes ∂L/∂gx to `dgx` [N, 3H], the columns n of ∂L/∂gh to `dghn` [N, H] (r and z are those of
 * dgx), and the direct part z ∘ ∂L/∂h' back into `dh`.
 */
export function gruGatesBackward(dh: usize, dout: usize, saved: usize, h: usize, dgx: usize, dghn: usize, N: i32, H: i32): void {
  const row = <usize>H << 2;
  const one = f32x4.splat(1);
  for (let i = 0; i < N; i++) {
    for (let j: usize = 0; j < row; j += 16) {
      const d = f32x4.add(v128.load(dh + j), v128.load(dout + j));
      const r = v128.load(saved + j);
      const z = v128.load(saved + j + row);
      const n = v128.load(saved + j + 2 * row);
      const ghn = v128.load(saved + j + 3 * row);
      const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + j), n)), f32x4.mul(z, f32x4.sub(one, z)));
      const dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
      const dr = f32x4.mul(f32x4.mul(dn, ghn), f32x4.mul(r, f32x4.sub(one, r)));
      v128.store(dgx + j, dr);
      v128.store(dgx + j + row, dz);
      v128.store(dgx + j + 2 * row, dn);
      v128.store(dghn + j, f32x4.mul(dn, r));
      v128.store(dh + j, f32x4.mul(d, z));
    }
    dh += row;
    dout += row;
    saved += 4 * row;
    h += row;
    dgx += 3 * row;
    dghn += row;
  }
}

@unmanaged
export class Gru extends Cell {
  sizes(): void {
    const I = this.inputSize;
    const H = this.units;
    this.states = 1;
    this.numWeights = 3 * H * (I + H + 1) + H;
    this.packedBytes = packedBytes(I, 3 * H) + packedBytes(H, 3 * H);
    this.gateFloats = 6 * H;
  }

  pack(from: usize): void {
    const I = this.inputSize;
    const H = this.units;
    const G = 3 * H;
    const wh = from + (<usize>(I * G) << 2);
    const b = wh + (<usize>(H * G) << 2);
    const bias = this.gates; // (0, 0, c) for h·Wh
    memory.fill(bias, 0, <usize>(2 * H) << 2);
    memory.copy(bias + (<usize>(2 * H) << 2), b + (<usize>G << 2), <usize>H << 2);
    packPanels(this.packed, from, G, 1, b, I, G);
    packPanels(this.packed + packedBytes(I, G), wh, G, 1, bias, H, G);
  }

  step(inputs: usize, N: i32): void {
    const I = this.inputSize;
    const H = this.units;
    const G = 3 * H;
    const gh = this.gates + (<usize>(N * G) << 2);
    multiply(inputs, I, 1, this.packed, this.gates, G, N, G, I, false);
    multiply(this.state, H, 1, this.packed + packedBytes(I, G), gh, G, N, G, H, false);
    gruGates(this.gates, gh, this.state, this.state, 0, N, H);
  }
}
