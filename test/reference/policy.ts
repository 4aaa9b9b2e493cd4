/** The policy networks in plain f64 TypeScript: twin of assembly/nn/policy.ts, written from the equations (gru: assembly/nn/gru.ts, lstm: assembly/nn/lstm.ts). */
import { type PolicyShape, parameterSlots } from '../../src/policies/policy.ts';

export interface Outputs {
  /** Means or logits [A]. */
  readonly head: number[];
  readonly value: number;
}

export interface ReferencePolicy {
  readonly logStd: number[];
  /** One row; a recurrent state moves on. */
  forward(input: ArrayLike<number>): Outputs;
  reset(): void;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export function referencePolicy(shape: PolicyShape, flat: Float32Array): ReferencePolicy {
  const slots = new Map(parameterSlots(shape).map((slot) => [slot.name, slot]));
  const tensor = (name: string) => {
    const slot = slots.get(name);
    return slot === undefined ? [] : Array.from(flat.subarray(slot.offset, slot.offset + slot.size));
  };
  /** x·W + b, W [in, out]. */
  const dense = (x: ArrayLike<number>, w: number[], b: number[]) =>
    b.map((bias, j) => {
      let sum = bias;
      for (let k = 0; k < x.length; k++) sum += x[k] * w[k * b.length + j];
      return sum;
    });
  const activate = shape.activation === 'tanh' ? Math.tanh : (x: number) => Math.max(0, x);
  const readout = shape.layers.length - 1;
  const layers = Array.from({ length: shape.kind === 'mlp' ? readout + 1 : readout }, (_, i) => [
    tensor(`layer${i}/w`),
    tensor(`layer${i}/b`),
  ]);
  const gru = { wx: tensor('gru/wx'), wh: tensor('gru/wh'), b: tensor('gru/b'), c: tensor('gru/c') };
  const lstm = { wx: tensor('lstm/wx'), wh: tensor('lstm/wh'), b: tensor('lstm/b') };
  const head = [tensor('head/w'), tensor('head/b')];
  const value = [tensor('value/w'), tensor('value/b')];
  const H = shape.layers[0];
  let hidden = new Array<number>(H).fill(0);
  let cells = new Array<number>(H).fill(0);

  const recurGru = (input: ArrayLike<number>) => {
    const gx = dense(input, gru.wx, gru.b);
    const gh = dense(hidden, gru.wh, [...new Array<number>(2 * H).fill(0), ...gru.c]);
    hidden = hidden.map((h, j) => {
      const r = sigmoid(gx[j] + gh[j]);
      const z = sigmoid(gx[H + j] + gh[H + j]);
      const n = Math.tanh(gx[2 * H + j] + r * gh[2 * H + j]);
      return (1 - z) * n + z * h;
    });
    return hidden;
  };

  const recurLstm = (input: ArrayLike<number>) => {
    const recurrent = dense(hidden, lstm.wh, new Array<number>(4 * H).fill(0));
    const gates = dense(input, lstm.wx, lstm.b).map((x, j) => x + recurrent[j]); // i | f | g | o
    cells = cells.map((c, j) => sigmoid(gates[H + j]) * c + sigmoid(gates[j]) * Math.tanh(gates[2 * H + j]));
    hidden = cells.map((c, j) => sigmoid(gates[3 * H + j]) * Math.tanh(c));
    return hidden;
  };

  return {
    logStd: tensor('head/logStd'),
    forward(input) {
      let x: ArrayLike<number> = input;
      if (shape.kind === 'gru') x = recurGru(input);
      if (shape.kind === 'lstm') x = recurLstm(input);
      if (shape.kind !== 'mlp' && readout > 0) x = [...Array.from(x), ...Array.from(input)];
      for (const [w, b] of layers) x = dense(x, w, b).map(activate);
      return { head: dense(x, head[0], head[1]), value: shape.value ? dense(x, value[0], value[1])[0] : 0 };
    },
    reset() {
      cells = new Array<number>(H).fill(0);
      hidden = new Array<number>(H).fill(0);
    },
  };
}
