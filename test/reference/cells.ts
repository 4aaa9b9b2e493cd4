/** The memory cells in plain f64, written from their equations (assembly/nn/gru.ts, lstm.ts, min-gru.ts): twins for policies that act and for sequences alike. */
import { type CellKind, cells } from '../../src/policies/cells.ts';

type Numbers = ArrayLike<number>;
type Weights = Readonly<Record<string, Numbers>>;

interface CellTwin {
  /** State vectors of H numbers; the first one is what the cell puts out. */
  readonly states: number;
  /** One row: x [I] and the states [states][H] → the next states. */
  step(weights: Weights, x: Numbers, states: readonly Numbers[]): number[][];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Σₖ x[k] W[k, j] of a matrix with so many columns. */
function product(x: Numbers, w: Numbers, columns: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * w[k * columns + j];
  return sum;
}

const units = (h: Numbers, of: (j: number) => number) => Array.from({ length: h.length }, (_, j) => of(j));

const cellTwins: Readonly<Record<CellKind, CellTwin>> = {
  gru: {
    states: 1,
    step({ wx, wh, b, c }, x, [h]) {
      const H = h.length;
      const gx = (j: number) => product(x, wx, 3 * H, j) + b[j];
      const gh = (j: number) => product(h, wh, 3 * H, j);
      const next = units(h, (j) => {
        const r = sigmoid(gx(j) + gh(j));
        const z = sigmoid(gx(H + j) + gh(H + j));
        return (1 - z) * Math.tanh(gx(2 * H + j) + r * (gh(2 * H + j) + c[j])) + z * h[j];
      });
      return [next];
    },
  },
  lstm: {
    states: 2,
    step({ wx, wh, b }, x, [h, cells]) {
      const H = h.length;
      const pre = (j: number) => product(x, wx, 4 * H, j) + b[j] + product(h, wh, 4 * H, j); // i | f | g | o
      const kept = units(h, (j) => sigmoid(pre(H + j)) * cells[j] + sigmoid(pre(j)) * Math.tanh(pre(2 * H + j)));
      return [kept.map((cell, j) => sigmoid(pre(3 * H + j)) * Math.tanh(cell)), kept];
    },
  },
  mingru: {
    states: 1,
    step({ wx, b }, x, [h]) {
      const H = h.length;
      const pre = (j: number) => product(x, wx, 2 * H, j) + b[j]; // z | n
      const next = units(h, (j) => {
        const z = sigmoid(pre(j));
        return (1 - z) * Math.tanh(pre(H + j)) + z * h[j];
      });
      return [next];
    },
  },
};

/** Cells one on another: each but the first reads the state of the one below and the input. `tensor`: the weights by name, gru/wx …, gru2/wx … */
export function stackTwin(kind: CellKind, depth: number, H: number, tensor: (name: string) => Numbers) {
  const zeros = () => Array.from({ length: cellTwins[kind].states }, () => new Array<number>(H).fill(0));
  const weights = Array.from({ length: depth }, (_, i) =>
    Object.fromEntries(cells[kind].weights(1, H).map(([name]) => [name, tensor(`${kind}${i === 0 ? '' : i + 1}/${name}`)])),
  );
  let states = weights.map(zeros);
  return {
    /** One row x [I] → the last cell's state [H]. */
    step(x: Numbers): number[] {
      let below: number[] = [];
      states = states.map((own, i) => {
        const next = cellTwins[kind].step(weights[i], [...below, ...Array.from(x)], own);
        [below] = next;
        return next;
      });
      return below;
    },
    reset() {
      states = weights.map(zeros);
    },
  };
}
