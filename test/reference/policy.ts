/** The policy networks in plain f64 TypeScript: twin of assembly/nn/policy.ts, written from the equations (gru: assembly/nn/gru.ts). */
import { type PolicyShape, parameterSlots } from '../../src/core/policy.ts';

export interface Outputs {
  /** Means or logits [A]. */
  readonly head: number[];
  readonly value: number;
}

export interface ReferencePolicy {
  readonly logSpread: number[];
  /** One row; a GRU's hidden state moves on. */
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
  const layers = shape.kind === 'mlp' ? shape.layers.map((_, i) => [tensor(`layer${i}/w`), tensor(`layer${i}/b`)]) : [];
  const gru = { wx: tensor('gru/wx'), wh: tensor('gru/wh'), b: tensor('gru/b'), c: tensor('gru/c') };
  const head = [tensor('head/w'), tensor('head/b')];
  const value = [tensor('value/w'), tensor('value/b')];
  const H = shape.layers[0];
  let hidden = new Array<number>(H).fill(0);

  const recur = (input: ArrayLike<number>) => {
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

  return {
    logSpread: tensor('head/logSpread'),
    forward(input) {
      let x: ArrayLike<number> = input;
      if (shape.kind === 'gru') x = recur(input);
      for (const [w, b] of layers) x = dense(x, w, b).map(activate);
      return { head: dense(x, head[0], head[1]), value: shape.value ? dense(x, value[0], value[1])[0] : 0 };
    },
    reset() {
      hidden = new Array<number>(H).fill(0);
    },
  };
}
