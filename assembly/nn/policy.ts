// A policy network for N rows: an MLP, or a GRU or LSTM with an MLP (its readout, relu) that reads the state and the inputs side by side; then one head
// that gives the action distribution and the value side by side.
// Parameters come as one flat vector, in the order that src/policies/policy.ts writes down:
//   mlp: (W [in, out], b [out]) for each hidden layer      gru: Wx [I, 3H], Wh [H, 3H], b [3H], c [H]
//   lstm: Wx [I, 4H], Wh [H, 4H], b [4H]      of a readout: (W [in, out], b [out]) for each layer, the first one's in = H + I
//   then: W [last, A], b [A], log σ [A] (Gaussian only), W [last, 1], b [1] (with a value head)
import { block, floats } from '../memory';
import { exp4, tanh4 } from '../math';
import { multiply, packedBytes, packPanels } from './dense';
import { gruGates } from './gru';
import { lstmGates } from './lstm';

export const RANDOM = 0;
export const ORACLE = 1;
export const MLP = 2;
export const GRU = 3;
export const LSTM = 4;
const TANH = 0; // activations: tanh, else relu

@unmanaged
export class Policy {
  kind: i32;
  rows: i32; // N, the most rows it is asked for
  inputSize: i32; // I
  headSize: i32; // A: action dimensions (Gaussian) or choices (categorical)
  categorical: i32;
  valued: i32;
  activation: i32;
  numLayers: i32;
  layers: usize; // i32 sizes of the hidden layers; of a recurrent policy its state's, then its readout's
  numParameters: i32;
  parameters: usize;
  packed: usize; // all matrices but the head's in panels, one after the other
  packedHead: usize;
  spread: usize; // σ [A]
  logStd: usize; // log σ [A]
  hidden: usize; // [N, H], the recurrent state; an LSTM's cells [N, H] follow
  outputs: usize; // [N, A + 1]: distribution, then value
  gates: usize; // the gates' inputs
  joined: usize; // [N, H + I]: state and inputs side by side, for a readout
  work: usize; // two activations
}

// @ts-ignore: decorator
@inline
function layer(p: Policy, i: i32): i32 {
  return load<i32>(p.layers + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function outputStride(p: Policy): i32 {
  return p.headSize + 1;
}

// @ts-ignore: decorator
@inline
function recurrent(p: Policy): bool {
  return p.kind == GRU || p.kind == LSTM;
}

/** The first dense layer: of a recurrent policy, its readout's. */
// @ts-ignore: decorator
@inline
function firstDense(p: Policy): i32 {
  return recurrent(p) ? 1 : 0;
}

function widest(p: Policy): i32 {
  let width = 0;
  for (let i = firstDense(p); i < p.numLayers; i++) width = max(width, layer(p, i));
  return width;
}

export function allocatePolicy(p: Policy): void {
  const rows = (p.rows + 3) & ~3;
  const A = p.headSize;
  let last = p.inputSize;
  let count = 0;
  let bytes: usize = 0;
  if (p.kind == GRU) {
    const H = layer(p, 0);
    count = 3 * H * (p.inputSize + H + 1) + H;
    bytes = packedBytes(p.inputSize, 3 * H) + packedBytes(H, 3 * H);
    p.hidden = floats(rows * H);
    p.gates = floats(2 * rows * 3 * H);
  } else if (p.kind == LSTM) {
    const H = layer(p, 0);
    count = 4 * H * (p.inputSize + H + 1);
    bytes = packedBytes(p.inputSize, 4 * H) + packedBytes(H, 4 * H);
    p.hidden = floats(2 * rows * H);
    p.gates = floats(rows * 4 * H);
  }
  if (recurrent(p)) {
    last = layer(p, 0);
    if (p.numLayers > 1) {
      last += p.inputSize;
      p.joined = floats(rows * last);
    }
  }
  if (p.kind >= MLP) {
    for (let i = firstDense(p); i < p.numLayers; i++) {
      count += (last + 1) * layer(p, i);
      bytes += packedBytes(last, layer(p, i));
      last = layer(p, i);
    }
    p.work = floats(2 * rows * widest(p));
  }
  if (p.kind >= MLP) count += (last + 1) * (A + p.valued) + (p.categorical ? 0 : A);
  p.numParameters = count;
  p.parameters = floats(count);
  p.packed = block(bytes);
  p.packedHead = block(packedBytes(last, A + 1));
  p.spread = floats(A);
  p.logStd = floats(A);
  p.outputs = floats(rows * outputStride(p));
}

export function freePolicy(p: Policy): void {
  heap.free(p.layers);
  heap.free(p.parameters);
  heap.free(p.packed);
  heap.free(p.packedHead);
  heap.free(p.spread);
  heap.free(p.logStd);
  heap.free(p.outputs);
  if (p.work) heap.free(p.work);
  if (p.gates) heap.free(p.gates);
  if (p.joined) heap.free(p.joined);
  if (p.hidden) heap.free(p.hidden);
  heap.free(changetype<usize>(p));
}

/** Packs the matrices once the flat parameters have been written. */
export function preparePolicy(p: Policy): void {
  if (p.kind < MLP) return;
  let from = p.parameters;
  let to = p.packed;
  let last = p.inputSize;
  if (p.kind == GRU) {
    const H = layer(p, 0);
    const wh = from + (<usize>(p.inputSize * 3 * H) << 2);
    const b = wh + (<usize>(H * 3 * H) << 2);
    const bias = p.gates; // (0, 0, c) for h·Wh
    memory.fill(bias, 0, <usize>(2 * H) << 2);
    memory.copy(bias + (<usize>(2 * H) << 2), b + (<usize>(3 * H) << 2), <usize>H << 2);
    packPanels(to, from, 3 * H, 1, b, p.inputSize, 3 * H);
    packPanels(to + packedBytes(p.inputSize, 3 * H), wh, 3 * H, 1, bias, H, 3 * H);
    to += packedBytes(p.inputSize, 3 * H) + packedBytes(H, 3 * H);
    from = b + (<usize>(4 * H) << 2);
  } else if (p.kind == LSTM) {
    const H = layer(p, 0);
    const wh = from + (<usize>(p.inputSize * 4 * H) << 2);
    const b = wh + (<usize>(H * 4 * H) << 2);
    packPanels(to, from, 4 * H, 1, b, p.inputSize, 4 * H);
    packPanels(to + packedBytes(p.inputSize, 4 * H), wh, 4 * H, 1, 0, H, 4 * H);
    to += packedBytes(p.inputSize, 4 * H) + packedBytes(H, 4 * H);
    from = b + (<usize>(4 * H) << 2);
  }
  if (recurrent(p)) last = layer(p, 0) + (p.numLayers > 1 ? last : 0);
  for (let i = firstDense(p); i < p.numLayers; i++) {
    const size = layer(p, i);
    const bias = from + (<usize>(last * size) << 2);
    packPanels(to, from, size, 1, bias, last, size);
    to += packedBytes(last, size);
    from = bias + (<usize>size << 2);
    last = size;
  }
  packHead(p, from, last);
}

function packHead(p: Policy, from: usize, last: i32): void {
  const A = p.headSize;
  const bias = from + (<usize>(last * A) << 2);
  let value = bias + (<usize>A << 2);
  if (!p.categorical) {
    for (let a = 0; a < A; a++) {
      const logStd = load<f32>(value + (<usize>a << 2));
      store<f32>(p.logStd + (<usize>a << 2), logStd);
      store<f32>(p.spread + (<usize>a << 2), f32x4.extract_lane(exp4(f32x4.splat(logStd)), 0));
    }
    value += <usize>A << 2;
  }
  const N = A + 1; // both heads side by side: [last + 1, A + 1], its last row the bias
  const joined = block(<usize>((last + 1) * N) << 2);
  for (let k = 0; k <= last; k++) {
    memory.copy(joined + (<usize>(k * N) << 2), from + (<usize>(k * A) << 2), <usize>A << 2);
    if (p.valued) store<f32>(joined + (<usize>(k * N + A) << 2), load<f32>(value + (<usize>k << 2)));
  }
  packPanels(p.packedHead, joined, N, 1, joined + (<usize>(last * N) << 2), last, N);
  heap.free(joined);
}

export function resetHidden(p: Policy): void {
  if (p.hidden) memory.fill(p.hidden, 0, <usize>((p.kind == LSTM ? 2 : 1) * p.rows * layer(p, 0)) << 2);
}

/** The same for row n alone. */
export function resetHiddenRow(p: Policy, n: i32): void {
  if (!p.hidden) return;
  const bytes = <usize>layer(p, 0) << 2;
  memory.fill(p.hidden + bytes * n, 0, bytes);
  if (p.kind == LSTM) memory.fill(p.hidden + bytes * (p.rows + n), 0, bytes);
}

/** inputs [N, I] → outputs [N, A + 1]. A recurrent state moves on by one step. */
export function forward(p: Policy, inputs: usize, N: i32): void {
  let last = p.inputSize;
  let from = inputs;
  let packed = p.packed;
  if (p.kind == GRU) {
    const H = layer(p, 0);
    const gh = p.gates + (<usize>(N * 3 * H) << 2);
    const wh = packed + packedBytes(last, 3 * H);
    multiply(inputs, last, 1, packed, p.gates, 3 * H, N, 3 * H, last, false);
    multiply(p.hidden, H, 1, wh, gh, 3 * H, N, 3 * H, H, false);
    gruGates(p.gates, gh, p.hidden, p.hidden, 0, N, H);
    packed = wh + packedBytes(H, 3 * H);
  } else if (p.kind == LSTM) {
    const H = layer(p, 0);
    const cells = p.hidden + (<usize>(p.rows * H) << 2);
    const wh = packed + packedBytes(last, 4 * H);
    multiply(inputs, last, 1, packed, p.gates, 4 * H, N, 4 * H, last, false);
    multiply(p.hidden, H, 1, wh, p.gates, 4 * H, N, 4 * H, H, true);
    lstmGates(p.gates, cells, cells, p.hidden, 0, N, H);
    packed = wh + packedBytes(H, 4 * H);
  }
  if (recurrent(p)) {
    from = p.hidden;
    last = layer(p, 0);
    if (p.numLayers > 1) {
      join(p, inputs, N);
      from = p.joined;
      last += p.inputSize;
    }
  }
  const half = <usize>(((p.rows + 3) & ~3) * widest(p)) << 2;
  for (let i = firstDense(p); i < p.numLayers; i++) {
    const size = layer(p, i);
    const to = p.work + (i & 1 ? half : 0);
    multiply(from, last, 1, packed, to, size, N, size, last, false);
    activate(p.activation, to, N * size);
    packed += packedBytes(last, size);
    from = to;
    last = size;
  }
  multiply(from, last, 1, p.packedHead, p.outputs, outputStride(p), N, outputStride(p), last, false);
}

function join(p: Policy, inputs: usize, N: i32): void {
  const state = <usize>layer(p, 0) << 2;
  const input = <usize>p.inputSize << 2;
  for (let n: usize = 0; n < <usize>N; n++) {
    const row = p.joined + n * (state + input);
    memory.copy(row, p.hidden + n * state, state);
    memory.copy(row + state, inputs + n * input, input);
  }
}

function activate(kind: i32, at: usize, count: i32): void {
  const end = at + (<usize>count << 2);
  const zero = f32x4.splat(0);
  if (kind == TANH) for (; at < end; at += 16) v128.store(at, tanh4(v128.load(at)));
  else for (; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
}
