// The long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates; the form of PyTorch's LSTM), for rollouts and for learning alike.
//   i, f, o = σ(x·Wx + h·Wh + b)   g = tanh(…)        c' = f ∘ c + i ∘ g        h' = o ∘ tanh(c')
// Shapes: x [N, I], h and c [N, H], Wx [I, 4H], Wh [H, 4H] with columns i | f | g | o, b [4H]. H is a multiple of 4.
import { sigmoid4, tanh4 } from '../math';
import { Cell } from './cell';
import { multiply, packedBytes, packPanels } from './dense';

/** The gates of N rows. `pre` [N, 4H] = x·Wx + b + h·Wh. `c` and `next` may be the same. With `saved` ≠ 0, rows i | f | g | o | tanh(c') [N, 5H] are kept there. */
export function lstmGates(pre: usize, c: usize, next: usize, h: usize, saved: usize, N: i32, H: i32): void {
  const row = <usize>H << 2;
  for (let k = 0; k < N; k++) {
    for (let j: usize = 0; j < row; j += 16) {
      const i = sigmoid4(v128.load(pre + j));
      const f = sigmoid4(v128.load(pre + j + row));
      const g = tanh4(v128.load(pre + j + 2 * row));
      const o = sigmoid4(v128.load(pre + j + 3 * row));
      const cell = f32x4.add(f32x4.mul(f, v128.load(c + j)), f32x4.mul(i, g));
      const squashed = tanh4(cell);
      v128.store(next + j, cell);
      v128.store(h + j, f32x4.mul(o, squashed));
      if (saved) {
        v128.store(saved + j, i);
        v128.store(saved + j + row, f);
        v128.store(saved + j + 2 * row, g);
        v128.store(saved + j + 3 * row, o);
        v128.store(saved + j + 4 * row, squashed);
      }
    }
    pre += 4 * row;
    c += row;
    next += row;
    h += row;
    if (saved) saved += 5 * row;
  }
}

/** Back through the gates of N rows. `dh`, `dc` [N, H] are ∂L/∂h' and ∂L/∂c' from later steps; `c` is the entering cell. Writes ∂L/∂pre to `dpre` [N, 4H] and ∂L/∂c to `dc`. */
export function lstmGatesBackward(dh: usize, dc: usize, saved: usize, c: usize, dpre: usize, N: i32, H: i32): void {
  const row = <usize>H << 2;
  const one = f32x4.splat(1);
  for (let k = 0; k < N; k++) {
    for (let j: usize = 0; j < row; j += 16) {
      const d = v128.load(dh + j);
      const i = v128.load(saved + j);
      const f = v128.load(saved + j + row);
      const g = v128.load(saved + j + 2 * row);
      const o = v128.load(saved + j + 3 * row);
      const squashed = v128.load(saved + j + 4 * row);
      const dcell = f32x4.add(v128.load(dc + j), f32x4.mul(f32x4.mul(d, o), f32x4.sub(one, f32x4.mul(squashed, squashed))));
      v128.store(dpre + j, f32x4.mul(f32x4.mul(dcell, g), f32x4.mul(i, f32x4.sub(one, i))));
      v128.store(dpre + j + row, f32x4.mul(f32x4.mul(dcell, v128.load(c + j)), f32x4.mul(f, f32x4.sub(one, f))));
      v128.store(dpre + j + 2 * row, f32x4.mul(f32x4.mul(dcell, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(dpre + j + 3 * row, f32x4.mul(f32x4.mul(d, squashed), f32x4.mul(o, f32x4.sub(one, o))));
      v128.store(dc + j, f32x4.mul(dcell, f));
    }
    dh += row;
    dc += row;
    saved += 5 * row;
    c += row;
    dpre += 4 * row;
  }
}

@unmanaged
export class Lstm extends Cell {
  sizes(): void {
    const I = this.inputSize;
    const G = 4 * this.units;
    this.states = 2; // h, then the cells
    this.numWeights = G * (I + this.units + 1);
    this.packedBytes = packedBytes(I, G) + packedBytes(this.units, G);
    this.gateFloats = G;
  }

  pack(from: usize): void {
    const I = this.inputSize;
    const H = this.units;
    const G = 4 * H;
    const wh = from + (<usize>(I * G) << 2);
    packPanels(this.packed, from, G, 1, wh + (<usize>(H * G) << 2), I, G);
    packPanels(this.packed + packedBytes(I, G), wh, G, 1, 0, H, G);
  }

  step(inputs: usize, N: i32): void {
    const I = this.inputSize;
    const H = this.units;
    const G = 4 * H;
    const cells = this.state + (<usize>(this.rows * H) << 2);
    multiply(inputs, I, 1, this.packed, this.gates, G, N, G, I, false);
    multiply(this.state, H, 1, this.packed + packedBytes(I, G), this.gates, G, N, G, H, true);
    lstmGates(this.gates, cells, cells, this.state, 0, N, H);
  }
}
