// One memory cell of a policy that acts: it reads N rows of I numbers and keeps H units for each. What a cell is stands in gru.ts, lstm.ts and min-gru.ts, in classes with
//   sizes    sets `states`, `numWeights`, `packedBytes` and `gateFloats`
//   pack     from the flat parameters, in the order of src/policies/cells.ts, into `packed`
//   step     moves the state on by one step
@unmanaged
export class Cell {
  kind: i32; // which line of cells.ts
  rows: i32; // the most rows it is asked for
  inputSize: i32; // I
  units: i32; // H, a multiple of 4
  states: i32; // state vectors of H units a row; the first one is what the cell puts out
  numWeights: i32;
  packedBytes: usize; // of its matrices in panels
  gateFloats: i32; // a row of `gates`
  packed: usize;
  state: usize; // [states, rows, H]
  gates: usize; // [rows padded to 4, gateFloats]: scratch
}
