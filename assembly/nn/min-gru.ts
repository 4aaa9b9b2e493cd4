// The minimal gated recurrent unit (Feng et al. 2024, "Were RNNs All We Needed?", section 3.1), for rollouts and for learning alike. It is the GRU whose gate and
// candidate read x alone, so that a step is linear in h and a sequence needs no product a step:
//   z = σ(x·Wxz + bz)        n = tanh(x·Wxn + bn)        h' = n + z ∘ (h − n)
// z keeps, as in gru.ts; the paper's gate is 1 − z. The paper's candidate is linear; here it is the GRU's, so that the state stays in (−1, 1).
// Shapes: x [N, I], h [N, H], Wx [I, 2H] with columns z | n, b [2H]. H is a multiple of 4.
import { sigmoid4, tanh4 } from '../math';
import { Cell } from './cell';
import { multiply, packedBytes, packPanels } from './dense';

/** One row. `gates` [2H] = x·Wx + b becomes z | n. `h` may be 0, for a state of zeros, or `next` itself. */
// @ts-ignore: decorator
@inline
export function minGruRow(gates: usize, h: usize, next: usize, H: i32): void {
  const row = <usize>H << 2;
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < row; j += 16) {
    const z = sigmoid4(v128.load(gates + j));
    const n = tanh4(v128.load(gates + j + row));
    const old = h ? v128.load(h + j) : zero;
    v128.store(next + j, f32x4.add(n, f32x4.mul(z, f32x4.sub(old, n))));
    v128.store(gates + j, z);
    v128.store(gates + j + row, n);
  }
}

/** Back through one row. `dh` [H] is ∂L/∂h' from later steps, to which `dout` adds this step's. Writes ∂L/∂(x·Wx + b) to `dgx` [2H] and ∂L/∂h to `dh`: 0 if `h` is 0. */
// @ts-ignore: decorator
@inline
export function minGruRowBackward(dout: usize, dh: usize, gates: usize, h: usize, dgx: usize, H: i32): void {
  const row = <usize>H << 2;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < row; j += 16) {
    const d = f32x4.add(v128.load(dh + j), v128.load(dout + j));
    const z = v128.load(gates + j);
    const n = v128.load(gates + j + row);
    const old = h ? v128.load(h + j) : zero;
    const dz = f32x4.mul(d, z);
    const dn = f32x4.mul(d, f32x4.sub(one, z));
    v128.store(dgx + j, f32x4.mul(f32x4.mul(dz, f32x4.sub(old, n)), f32x4.sub(one, z)));
    v128.store(dgx + j + row, f32x4.mul(dn, f32x4.sub(one, f32x4.mul(n, n))));
    v128.store(dh + j, h ? dz : zero);
  }
}

@unmanaged
export class MinGru extends Cell {
  sizes(): void {
    const G = 2 * this.units;
    this.states = 1;
    this.numWeights = G * (this.inputSize + 1);
    this.packedBytes = packedBytes(this.inputSize, G);
    this.gateFloats = G;
  }

  pack(from: usize): void {
    const I = this.inputSize;
    const G = 2 * this.units;
    packPanels(this.packed, from, G, 1, from + (<usize>(I * G) << 2), I, G);
  }

  step(inputs: usize, N: i32): void {
    const I = this.inputSize;
    const H = this.units;
    multiply(inputs, I, 1, this.packed, this.gates, 2 * H, N, 2 * H, I, false);
    const row = <usize>H << 2;
    for (let n: usize = 0; n < <usize>N; n++) minGruRow(this.gates + 2 * n * row, this.state + n * row, this.state + n * row, H);
  }
}
