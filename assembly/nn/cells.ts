// The memory cells, one line each, and what can be asked of one. The numbers are places in `policyKinds` (src/policies/policy.ts).
import { block, floats } from '../memory';
import { Cell } from './cell';
import { Gru } from './gru';
import { Lstm } from './lstm';
import { MinGru } from './min-gru';

const GRU = 3;
const LSTM = 4;
const MIN_GRU = 5;

const SIZES = 0;
const PACK = 1; // from the parameters `at`
const STEP = 2; // reads inputs [N, I] `at`

function ask(c: Cell, operation: i32, at: usize = 0, N: i32 = 0): void {
  switch (c.kind) {
    case GRU: perform<Gru>(c, operation, at, N); break;
    case LSTM: perform<Lstm>(c, operation, at, N); break;
    case MIN_GRU: perform<MinGru>(c, operation, at, N); break;
    default: unreachable();
  }
}

function perform<C extends Cell>(c: Cell, operation: i32, at: usize, N: i32): void {
  const cell = changetype<C>(c);
  switch (operation) {
    case SIZES: cell.sizes(); break;
    case PACK: cell.pack(at); break;
    case STEP: cell.step(at, N); break;
    default: unreachable();
  }
}

export function createCell(kind: i32, rows: i32, inputSize: i32, units: i32): Cell {
  const c = changetype<Cell>(block(offsetof<Cell>()));
  c.kind = kind;
  c.rows = rows;
  c.inputSize = inputSize;
  c.units = units;
  ask(c, SIZES);
  c.packed = block(c.packedBytes);
  c.state = floats(<i64>c.states * rows, units);
  c.gates = floats((rows + 3) & ~3, c.gateFloats);
  return c;
}

export function freeCell(c: Cell): void {
  heap.free(c.packed);
  heap.free(c.state);
  heap.free(c.gates);
  heap.free(changetype<usize>(c));
}

export function packCell(c: Cell, parameters: usize): void { ask(c, PACK, parameters); }
/** inputs [N, I] → the first state [N, H]. */
export function stepCell(c: Cell, inputs: usize, N: i32): void { ask(c, STEP, inputs, N); }

export function resetCell(c: Cell): void {
  memory.fill(c.state, 0, <usize>(c.states * c.rows * c.units) << 2);
}

/** The same for row n alone. */
export function resetCellRow(c: Cell, n: i32): void {
  const bytes = <usize>c.units << 2;
  for (let s = 0; s < c.states; s++) memory.fill(c.state + bytes * (s * c.rows + n), 0, bytes);
}
