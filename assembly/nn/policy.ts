// A policy network for N rows: an MLP; or memory cells with an MLP (their readout, relu). Every cell but the first, and the readout, read the state of the cell
// below and the inputs side by side. Then one head that gives the action distribution and the value side by side.
// Parameters come as one flat vector, in the order that src/policies/policy.ts writes down:
//   mlp: (W [in, out], b [out]) for each hidden layer      memory: the weights of each cell (src/policies/cells.ts)
//   of a readout: (W [in, out], b [out]) for each layer, the first one's in = H + I
//   then: W [last, A], b [A], log σ [A] (Gaussian only), W [last, 1], b [1] (with a value head)
// A separate value has hidden layers of its own, as many and as wide, that read what the policy's read; they come before its W and b.
import { block, floats } from '../memory';
import { exp4, tanh4 } from '../math';
import { Cell } from './cell';
import { createCell, freeCell, packCell, resetCell, resetCellRow, stepCell } from './cells';
import { multiply, packedBytes, packPanels } from './dense';

export const RANDOM = 0;
export const ORACLE = 1;
export const MLP = 2;
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
  layers: usize; // i32 sizes: the memory cells', then the hidden layers'
  numCells: i32;
  cells: usize; // pointers to the cells
  numParameters: i32;
  parameters: usize;
  packed: usize; // all matrices but the head's in panels, one after the other
  packedHead: usize;
  separate: i32; // whether the value has hidden layers of its own
  packedValue: usize; // then: those layers and the value's head, as `packed`
  spread: usize; // σ [A]
  logStd: usize; // log σ [A]
  outputs: usize; // [N, A + 1]: distribution, then value
  joined: usize; // [N, H + I]: state and inputs side by side, for the next cell or the readout
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
function cellOf(p: Policy, i: i32): Cell {
  return changetype<Cell>(load<usize>(p.cells + <usize>i * sizeof<usize>()));
}

function widest(p: Policy): i32 {
  let width = 0;
  for (let i = p.numCells; i < p.numLayers; i++) width = max(width, layer(p, i));
  return width;
}

export function allocatePolicy(p: Policy): void {
  const rows = (p.rows + 3) & ~3;
  const A = p.headSize;
  let last = p.inputSize;
  let count: i64 = 0;
  let hidden: i64 = 0; // parameters of the hidden layers
  let bytes: usize = 0;
  let widestState = 0;
  if (p.numCells > 0) {
    p.cells = block(<usize>p.numCells * sizeof<usize>());
    for (let i = 0; i < p.numCells; i++) {
      const cell = createCell(p.kind, p.rows, i == 0 ? last : last + p.inputSize, layer(p, i));
      store<usize>(p.cells + <usize>i * sizeof<usize>(), changetype<usize>(cell));
      count += cell.numWeights;
      last = cell.units;
      widestState = max(widestState, last);
    }
    p.joined = floats(rows, widestState + p.inputSize);
    if (p.numLayers > p.numCells) last += p.inputSize;
  }
  if (p.kind >= MLP) {
    for (let i = p.numCells; i < p.numLayers; i++) {
      hidden += <i64>(last + 1) * layer(p, i);
      bytes += packedBytes(last, layer(p, i));
      last = layer(p, i);
    }
    p.work = floats(2 * <i64>rows, widest(p));
  }
  if (p.kind >= MLP) count += <i64>(last + 1) * (A + p.valued) + (p.categorical ? 0 : A);
  count += hidden * (1 + p.separate);
  p.numParameters = <i32>count;
  p.parameters = floats(count);
  p.packed = block(bytes);
  p.packedHead = block(packedBytes(last, A + 1));
  if (p.separate) p.packedValue = block(bytes + packedBytes(last, 1));
  p.spread = floats(A);
  p.logStd = floats(A);
  p.outputs = floats(rows, outputStride(p));
}

export function freePolicy(p: Policy): void {
  heap.free(p.layers);
  heap.free(p.parameters);
  heap.free(p.packed);
  heap.free(p.packedHead);
  if (p.packedValue) heap.free(p.packedValue);
  heap.free(p.spread);
  heap.free(p.logStd);
  heap.free(p.outputs);
  if (p.work) heap.free(p.work);
  if (p.joined) heap.free(p.joined);
  for (let i = 0; i < p.numCells; i++) freeCell(cellOf(p, i));
  if (p.cells) heap.free(p.cells);
  heap.free(changetype<usize>(p));
}

/** Size of what the hidden layers read, or without any the heads: I, or H (+ I). */
function readSize(p: Policy): i32 {
  if (p.numCells == 0) return p.inputSize;
  return layer(p, p.numCells - 1) + (p.numLayers > p.numCells ? p.inputSize : 0);
}

/** Size of what the heads read. */
function lastSize(p: Policy): i32 {
  return p.numLayers > p.numCells ? layer(p, p.numLayers - 1) : readSize(p);
}

/** Packs the matrices once the flat parameters have been written. */
export function preparePolicy(p: Policy): void {
  if (p.kind < MLP) return;
  let from = p.parameters;
  for (let i = 0; i < p.numCells; i++) {
    const cell = cellOf(p, i);
    packCell(cell, from);
    from += <usize>cell.numWeights << 2;
  }
  from = packHead(p, packLayers(p, from, p.packed));
  if (p.separate) packValue(p, from);
}

/** Packs the hidden layers that begin at `from`; answers where they end. */
function packLayers(p: Policy, from: usize, to: usize): usize {
  let last = readSize(p);
  for (let i = p.numCells; i < p.numLayers; i++) {
    const size = layer(p, i);
    const bias = from + (<usize>(last * size) << 2);
    packPanels(to, from, size, 1, bias, last, size);
    to += packedBytes(last, size);
    from = bias + (<usize>size << 2);
    last = size;
  }
  return from;
}

/** Answers where the head and log σ end. */
function packHead(p: Policy, from: usize): usize {
  const A = p.headSize;
  const last = lastSize(p);
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
  const N = A + 1; // both heads side by side: [last + 1, A + 1], its last row the bias; a separate value has zeros here
  const shared = p.valued && !p.separate;
  const joined = floats(last + 1, N);
  for (let k = 0; k <= last; k++) {
    memory.copy(joined + (<usize>(k * N) << 2), from + (<usize>(k * A) << 2), <usize>A << 2);
    if (shared) store<f32>(joined + (<usize>(k * N + A) << 2), load<f32>(value + (<usize>k << 2)));
  }
  packPanels(p.packedHead, joined, N, 1, joined + (<usize>(last * N) << 2), last, N);
  heap.free(joined);
  return value;
}

/** The value's own layers and head. */
function packValue(p: Policy, from: usize): void {
  const last = lastSize(p);
  const head = packLayers(p, from, p.packedValue);
  packPanels(p.packedValue + layerBytes(p), head, 1, 1, head + (<usize>last << 2), last, 1);
}

/** Bytes of the packed hidden layers. */
function layerBytes(p: Policy): usize {
  let last = readSize(p);
  let bytes: usize = 0;
  for (let i = p.numCells; i < p.numLayers; i++) {
    bytes += packedBytes(last, layer(p, i));
    last = layer(p, i);
  }
  return bytes;
}

export function resetHidden(p: Policy): void {
  for (let i = 0; i < p.numCells; i++) resetCell(cellOf(p, i));
}

/** The same for row n alone. */
export function resetHiddenRow(p: Policy, n: i32): void {
  for (let i = 0; i < p.numCells; i++) resetCellRow(cellOf(p, i), n);
}

/** Floats of memory that a row keeps. */
export function hiddenSize(p: Policy): i32 {
  let size = 0;
  for (let i = 0; i < p.numCells; i++) size += cellOf(p, i).states * cellOf(p, i).units;
  return size;
}

/** Copies the memory of all rows to `rows` [N, hiddenSize], or from there: cell after cell, and of each cell state after state. */
export function copyHidden(p: Policy, rows: usize, fromRows: bool): void {
  const width = <usize>hiddenSize(p) << 2;
  let column = rows;
  for (let i = 0; i < p.numCells; i++) {
    const cell = cellOf(p, i);
    const bytes = <usize>cell.units << 2;
    for (let s = 0; s < cell.states; s++) {
      for (let n = 0; n < cell.rows; n++) {
        const own = cell.state + bytes * (s * cell.rows + n);
        const given = column + width * n;
        if (fromRows) memory.copy(own, given, bytes);
        else memory.copy(given, own, bytes);
      }
      column += bytes;
    }
  }
}

/** inputs [N, I] → outputs [N, A + 1]. A recurrent state moves on by one step. */
export function forward(p: Policy, inputs: usize, N: i32): void {
  let from = inputs;
  for (let i = 0; i < p.numCells; i++) {
    const cell = cellOf(p, i);
    stepCell(cell, from, N);
    from = cell.state;
    if (i + 1 < p.numLayers) {
      join(p, cell, inputs, N);
      from = p.joined;
    }
  }
  const last = lastSize(p);
  const stride = outputStride(p);
  multiply(throughLayers(p, from, p.packed, N), last, 1, p.packedHead, p.outputs, stride, N, stride, last, false);
  if (p.separate) {
    const value = p.outputs + (<usize>p.headSize << 2);
    multiply(throughLayers(p, from, p.packedValue, N), last, 1, p.packedValue + layerBytes(p), value, stride, N, 1, last, false);
  }
}

/** Rows [N, ·] at `from` through the hidden layers; answers where their activations are. */
function throughLayers(p: Policy, from: usize, packed: usize, N: i32): usize {
  const half = <usize>(((p.rows + 3) & ~3) * widest(p)) << 2;
  let last = readSize(p);
  for (let i = p.numCells; i < p.numLayers; i++) {
    const size = layer(p, i);
    const to = p.work + (i & 1 ? half : 0);
    multiply(from, last, 1, packed, to, size, N, size, last, false);
    activate(p.activation, to, N * size);
    packed += packedBytes(last, size);
    from = to;
    last = size;
  }
  return from;
}

/** (state, inputs): what the next cell or the readout reads. */
function join(p: Policy, cell: Cell, inputs: usize, N: i32): void {
  const state = <usize>cell.units << 2;
  const input = <usize>p.inputSize << 2;
  for (let n: usize = 0; n < <usize>N; n++) {
    const row = p.joined + n * (state + input);
    memory.copy(row, cell.state + n * state, state);
    memory.copy(row + state, inputs + n * input, input);
  }
}

function activate(kind: i32, at: usize, count: i32): void {
  const end = at + (<usize>count << 2);
  const zero = f32x4.splat(0);
  if (kind == TANH) for (; at < end; at += 16) v128.store(at, tanh4(v128.load(at)));
  else for (; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
}
