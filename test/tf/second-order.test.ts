/**
 * Gradients of gradients against f64: H·v of L(x) = Σ w ∘ f(x), by central differences (h = 1e-5, error ~1e-10) of the gradient written out in f64.
 * Each op over several random shapes and values; largest error relative to the largest entry of H·v below 1e-5.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor, Tensor2D, Tensor3D } from '#tf';
import { fusedOps, singleOps } from '../../src/bench/workloads.ts';
import { actionTerms, oneHot } from '../../src/losses/distributions.ts';
import { gaussianLog } from '../../src/tf/gaussian.ts';
import { layer } from '../../src/tf/layer.ts';
import { recurrentSequence } from '../../src/tf/recurrent.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { sequence, startedTf } from './tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

type Vector = Float64Array;
/** Σ w ∘ f for tfjs, and its gradient with respect to x in f64. Rows of length n for the ops that work along the last axis. */
interface Case {
  readonly f: (x: import('#tf').Tensor) => import('#tf').Tensor;
  readonly gradient: (x: Vector, w: Vector, n: number) => Vector;
  /** Maps a number in [−1, 1) to one in the op's domain. */
  readonly domain?: (u: number) => number;
}

const each =
  (derivative: (x: number) => number): Case['gradient'] =>
  (x, w) =>
    x.map((value, i) => w[i] * derivative(value));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const rows = (x: Vector, n: number, row: (from: number) => void) => {
  for (let from = 0; from < x.length; from += n) row(from);
};

function softmaxRow(x: Vector, from: number, n: number): number[] {
  const top = Math.max(...x.subarray(from, from + n));
  const e = Array.from(x.subarray(from, from + n), (value) => Math.exp(value - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

const softmax: Case['gradient'] = (x, w, n) => {
  const out = new Float64Array(x.length);
  rows(x, n, (from) => {
    const p = softmaxRow(x, from, n);
    const inner = p.reduce((sum, pi, i) => sum + pi * w[from + i], 0);
    p.forEach((pi, i) => {
      out[from + i] = pi * (w[from + i] - inner);
    });
  });
  return out;
};

const logSoftmax: Case['gradient'] = (x, w, n) => {
  const out = new Float64Array(x.length);
  rows(x, n, (from) => {
    const p = softmaxRow(x, from, n);
    const total = p.reduce((sum, _, i) => sum + w[from + i], 0);
    p.forEach((pi, i) => {
      out[from + i] = w[from + i] - pi * total;
    });
  });
  return out;
};

const positive = (u: number) => 1.1 + u;
const away = (u: number) => (u < 0 ? u - 0.05 : u + 0.05); // from a kink at 0
const wide = (u: number) => 4 * u;

const cases: Record<string, Case> = {
  tanh: { f: (x) => tf.tanh(x), gradient: each((x) => 1 - Math.tanh(x) ** 2), domain: wide },
  exp: { f: (x) => tf.exp(x), gradient: each(Math.exp) },
  expm1: { f: (x) => tf.expm1(x), gradient: each(Math.exp) },
  sigmoid: { f: (x) => tf.sigmoid(x), gradient: each((x) => sigmoid(x) * (1 - sigmoid(x))), domain: wide },
  softplus: { f: (x) => tf.softplus(x), gradient: each(sigmoid), domain: wide },
  log: { f: (x) => tf.log(x), gradient: each((x) => 1 / x), domain: positive },
  sqrt: { f: (x) => tf.sqrt(x), gradient: each((x) => 0.5 / Math.sqrt(x)), domain: positive },
  rsqrt: { f: (x) => tf.rsqrt(x), gradient: each((x) => -0.5 * x ** -1.5), domain: positive },
  reciprocal: { f: (x) => tf.reciprocal(x), gradient: each((x) => -1 / x ** 2), domain: positive },
  square: { f: (x) => tf.square(x), gradient: each((x) => 2 * x) },
  'relu of a square': { f: (x) => tf.square(tf.relu(x)), gradient: each((x) => 2 * Math.max(0, x)), domain: away },
  'minimum of exp': { f: (x) => tf.minimum(tf.exp(x), 1), gradient: each((x) => (x < 0 ? Math.exp(x) : 0)), domain: away },
  'maximum of exp': { f: (x) => tf.maximum(tf.exp(x), 1), gradient: each((x) => (x > 0 ? Math.exp(x) : 0)), domain: away },
  'clipByValue of exp': { f: (x) => tf.clipByValue(tf.exp(x), 1, 10), gradient: each((x) => (x > 0 ? Math.exp(x) : 0)), domain: away },
  'where of exp': {
    f: (x) => tf.where(tf.greater(x, 0), tf.exp(x), tf.square(x)),
    gradient: each((x) => (x > 0 ? Math.exp(x) : 2 * x)),
    domain: away,
  },
  'pow of x': { f: (x) => tf.pow(x, 2.5), gradient: each((x) => 2.5 * x ** 1.5), domain: positive },
  'pow to the x': { f: (x) => tf.pow(tf.scalar(1.7), x), gradient: each((x) => Math.log(1.7) * 1.7 ** x) },
  softmax: { f: (x) => tf.softmax(x), gradient: softmax, domain: wide },
  logSoftmax: { f: (x) => tf.logSoftmax(x), gradient: logSoftmax, domain: wide },
  'mean of tanh': {
    f: (x) => tf.mul(tf.onesLike(x), tf.mean(tf.tanh(x), -1, true)),
    gradient: (x, w, n) => {
      const out = new Float64Array(x.length);
      rows(x, n, (from) => {
        const total = w.subarray(from, from + n).reduce((a, b) => a + b, 0) / n;
        for (let i = from; i < from + n; i++) out[i] = total * (1 - Math.tanh(x[i]) ** 2);
      });
      return out;
    },
  },
  'sum over the first axis': {
    f: (x) => tf.mul(x, tf.square(tf.sum(x, 0, true))),
    gradient: (x, w, n) => {
      const columns = (of: (i: number) => number) =>
        Float64Array.from({ length: n }, (_, j) => x.reduce((sum, _, i) => (i % n === j ? sum + of(i) : sum), 0));
      const [sums, pulls] = [columns((i) => x[i]), columns((i) => w[i] * x[i])];
      return x.map((_, i) => w[i] * sums[i % n] ** 2 + 2 * sums[i % n] * pulls[i % n]);
    },
  },
  logSumExp: {
    f: (x) => tf.mul(tf.onesLike(x), tf.logSumExp(x, -1, true)),
    gradient: (x, w, n) => {
      const out = new Float64Array(x.length);
      rows(x, n, (from) => {
        const total = w.subarray(from, from + n).reduce((a, b) => a + b, 0);
        softmaxRow(x, from, n).forEach((p, i) => {
          out[from + i] = total * p;
        });
      });
      return out;
    },
  },
};

function hessianVector(gradient: Case['gradient'], x: Vector, w: Vector, v: Vector, n: number): Vector {
  const h = 1e-5;
  const up = gradient(
    x.map((value, i) => value + h * v[i]),
    w,
    n,
  );
  const down = gradient(
    x.map((value, i) => value - h * v[i]),
    w,
    n,
  );
  return up.map((value, i) => (value - down[i]) / (2 * h));
}

function largestError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let error = 0;
  let scale = 0;
  for (let i = 0; i < wanted.length; i++) {
    error = Math.max(error, Math.abs(got[i] - wanted[i]));
    scale = Math.max(scale, Math.abs(wanted[i]));
  }
  return error / scale;
}

describe('a gradient of a gradient equals f64 to 1e-5', () => {
  for (const [name, { f, gradient, domain = (u: number) => u }] of Object.entries(cases)) {
    test.each([
      [1, 3],
      [4, 5],
      [7, 16],
    ])(`${name} over %i × %i`, (m, n) => {
      const next = sequence(m * 100 + n);
      const random = (map: (u: number) => number) => Float64Array.from({ length: m * n }, () => Math.fround(map(next())));
      const [x, w, v] = [random(domain), random((u) => u), random((u) => u)];
      const [W, V] = [w, v].map((values) => tf.tensor2d(Float32Array.from(values), [m, n]));
      const inner = tf.grad((y) => tf.sum(tf.mul(W, f(y))));
      const got = tf
        .grad((y) => tf.sum(tf.mul(V, inner(y))))(tf.tensor2d(Float32Array.from(x), [m, n]))
        .dataSync();
      expect(largestError(got, hessianVector(gradient, x, w, v, n))).toBeLessThan(1e-5);
    });
  }

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('matMul through tanh, operands transposed: %s, %s', (ta, tb) => {
    const [M, K, N] = [5, 7, 6];
    const next = sequence(3);
    const random = (size: number) => Float64Array.from({ length: size }, () => Math.fround(next()));
    const [a, b, w, v] = [random(M * K), random(K * N), random(M * N), random(M * K)];
    const at = (i: number, k: number) => (ta ? k * M + i : i * K + k);
    const bt = (k: number, j: number) => (tb ? j * K + k : k * N + j);
    const gradient = (x: Vector): Vector => {
      const out = new Float64Array(M * K);
      for (let i = 0; i < M; i++)
        for (let j = 0; j < N; j++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += x[at(i, k)] * b[bt(k, j)];
          for (let k = 0; k < K; k++) out[at(i, k)] += w[i * N + j] * (1 - Math.tanh(sum) ** 2) * b[bt(k, j)];
        }
      return out;
    };
    const tensor = (values: Vector, rows: number, columns: number) => tf.tensor2d(Float32Array.from(values), [rows, columns]);
    const [B, W] = [tb ? tensor(b, N, K) : tensor(b, K, N), tensor(w, M, N)];
    const A = ta ? tensor(a, K, M) : tensor(a, M, K);
    const V = ta ? tensor(v, K, M) : tensor(v, M, K);
    const inner = tf.grad((y) => tf.sum(tf.mul(W, tf.tanh(tf.matMul(y as typeof A, B, ta, tb)))));
    const got = tf
      .grad((y) => tf.sum(tf.mul(V, inner(y))))(A)
      .dataSync();
    expect(largestError(got, hessianVector(gradient, a, w, v, K))).toBeLessThan(1e-5);
  });
});

describe('a dense layer', () => {
  const [M, I, O] = [5, 7, 6];
  const next = sequence(11);
  const random = (size: number) => Float32Array.from({ length: size }, next);
  const data = { x: random(M * I), w: random(I * O), b: random(O), pull: random(M * O) };

  test.each(['tanh', 'relu', 'none'] as const)('%s: first and second derivatives equal those of matMul, add and the function', (f) => {
    const inputs = () => [tf.tensor2d(data.x, [M, I]), tf.tensor2d(data.w, [I, O]), tf.tensor1d(data.b)];
    const derivatives = (dense: typeof layer) => {
      // A square makes the loss curved even where f is not.
      const loss = (x: Tensor, w: Tensor, b: Tensor) => tf.sum(tf.mul(tf.tensor2d(data.pull, [M, O]), tf.square(dense(tf, x, w, b, f))));
      const first = tf.grads(loss);
      const second = tf.grads((...at: Tensor[]) => {
        const gradients = first(at);
        return gradients.reduce((sum: Tensor, g) => tf.add(sum, tf.sum(tf.mul(g, tf.square(g)))), tf.scalar(0));
      });
      return [...first(inputs()), ...second(inputs())].map((g) => g.dataSync());
    };
    const [got, wanted] = [derivatives(layer), derivatives(singleOps.layer)];
    wanted.forEach((values, i) => {
      expect(largestError(got[i], values)).toBeLessThan(1e-5);
    });
  });
});

/** First derivatives of Σ pull ∘ f², and the derivatives of Σ g³ over them. */
function twice(inputs: Tensor[], f: (...at: Tensor[]) => Tensor): Float32Array[] {
  const pull = sequence(29);
  const loss = (...at: Tensor[]) => {
    const y = f(...at);
    return tf.sum(tf.mul(tf.tensor(Float32Array.from({ length: y.size }, pull), y.shape), tf.square(y)));
  };
  const first = tf.grads(loss);
  const second = tf.grads((...at) => first(at).reduce((sum: Tensor, g) => tf.add(sum, tf.sum(tf.mul(g, tf.square(g)))), tf.scalar(0)));
  return [...first(inputs), ...second(inputs)].map((g) => g.dataSync() as Float32Array);
}

describe('a Gaussian log-probability', () => {
  test.each([
    [1, 1],
    [5, 2],
    [40, 6],
  ])('%i rows of %i dimensions: value, first and second derivatives equal those of single ops', (M, A) => {
    const next = sequence(100 * M + A);
    const random = (shape: number[]) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, next), shape);
    const [mean, logStd, actions] = [random([M, A]), random([A]), random([M, A])];
    const values = (f: typeof gaussianLog) => [
      f(tf, mean, logStd, actions).dataSync(),
      ...twice([mean, logStd, actions], (m, l, a) => f(tf, m, l, a)),
    ];
    const [got, wanted] = [values(gaussianLog), values(singleOps.gaussianLog)];
    wanted.forEach((numbers, i) => {
      expect(largestError(got[i], numbers)).toBeLessThan(1e-5);
    });
  });

  test('equals f64 to 1e-6', () => {
    const [mean, spread, actions] = [
      [0.3, -1.2],
      [-0.7, 0.4],
      [1.5, 0.25],
    ];
    const wanted = mean.reduce((sum, m, a) => {
      const z = (actions[a] - m) / Math.exp(spread[a]);
      return sum - 0.5 * z * z - spread[a] - 0.5 * Math.log(2 * Math.PI);
    }, 0);
    const got = gaussianLog(tf, tf.tensor2d([mean]), tf.tensor1d(spread), tf.tensor2d([actions])).dataSync()[0];
    expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-6);
  });
});

describe('a leading axis of tasks', () => {
  const [B, M, I, O] = [3, 5, 4, 6];
  const next = sequence(17);
  const random = (shape: number[]) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, next), shape);
  const ofTask = (tensors: Tensor[], task: number) =>
    tensors.map((tensor) => tf.reshape(tf.slice(tensor, [task], [1]), tensor.shape.slice(1)));
  /** Each task's numbers stand one after the other in the batched op's, bit for bit. */
  const compare = (inputs: Tensor[], f: (...at: Tensor[]) => Tensor, batched: (...at: Tensor[]) => Tensor) => {
    const whole = tf.grads((...at) => tf.sum(tf.square(batched(...at))))(inputs);
    for (let task = 0; task < B; task++) {
      const one = tf.grads((...at) => tf.sum(tf.square(f(...at))))(ofTask(inputs, task));
      one.forEach((g, i) => {
        const from = task * g.size;
        expect(whole[i].dataSync().slice(from, from + g.size)).toEqual(g.dataSync());
      });
    }
  };

  test('a dense layer: the same bits as task by task', () => {
    const f = (x: Tensor, w: Tensor, b: Tensor) => layer(tf, x, w, b, 'tanh');
    compare([random([B, M, I]), random([B, I, O]), random([B, O])], f, f);
  });

  test('a Gaussian log-probability: the same bits as task by task', () => {
    const f = (mean: Tensor, logStd: Tensor) => gaussianLog(tf, mean, logStd, tf.zerosLike(mean));
    compare([random([B, M, O]), random([B, O])], f, f);
  });

  test('second derivatives of a batched network equal those of single ops', () => {
    const inputs = [random([B, I, O]), random([B, O]), random([B, O, 2]), random([B, 2]), random([B, 2])];
    const [x, actions] = [random([B, M, I]), random([B, M, 2])];
    const by = (ops: typeof singleOps) =>
      twice(inputs, (w1, b1, w2, b2, spread) => {
        const row = (b: Tensor) => (ops === singleOps ? tf.expandDims(b, 1) : b);
        const h = ops.layer(tf, x, w1, row(b1), 'tanh', 'data');
        return ops.gaussianLog(tf, ops.layer(tf, h, w2, row(b2), 'none'), row(spread), actions);
      });
    const [got, wanted] = [by(fusedOps), by(singleOps)];
    wanted.forEach((numbers, i) => {
      expect(largestError(got[i], numbers)).toBeLessThan(1e-5);
    });
  });

  test('asking for the gradient of an input that was called data throws', () => {
    const [w, b] = [random([I, O]), random([O])];
    expect(() => tf.grad((x) => tf.sum(layer(tf, x, w, b, 'none', 'data')))(random([M, I]))).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED' }),
    );
  });
});

describe('what tfjs gets wrong', () => {
  test('tfjs#3252: the gradient of Σ (tanh′(x) · x)² is the true one', () => {
    // d/dx (t x)², t = 1 − tanh²: 2 t x (t + x t′), t′ = −2 tanh · t
    const x = 0.7;
    const t = 1 - Math.tanh(x) ** 2;
    const truth = 2 * t * x * (t - 2 * x * Math.tanh(x) * t);
    const inner = tf.grad((y) => tf.tanh(y));
    const got = tf
      .grad((y) => tf.sum(tf.square(tf.mul(inner(y), y))))(tf.scalar(x))
      .dataSync()[0];
    expect(Math.abs(got / truth - 1)).toBeLessThan(1e-5);
  });

  test('oneHot as float32 holds the bits of integers; ours holds ones', () => {
    const choices = tf.tensor1d([2, 0], 'int32');
    expect(Math.max(...tf.oneHot(choices, 3, 1, 0, 'float32').dataSync())).toBeLessThan(1e-44);
    expect([...oneHot(tf, choices, 3).dataSync()]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test('the categorical log-probability and entropy are those of f64', () => {
    const [logits, choice] = [[0.3, -1, 2], 1];
    const all = logits.map((l) => l - Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0)));
    const outputs = { head: tf.tensor2d([logits]), logStd: null, values: null };
    const { logProbabilities, entropies } = actionTerms(tf, outputs, tf.tensor2d([[choice]]));
    expect(logProbabilities.dataSync()[0]).toBeCloseTo(all[choice], 5);
    expect(entropies.dataSync()[0]).toBeCloseTo(-all.reduce((sum, l) => sum + Math.exp(l) * l, 0), 5);
  });

  test('an op without a second derivative refuses and names itself', () => {
    const inner = tf.grad((y) => tf.sum(tf.elu(y)));
    expect(inner(tf.tensor1d([-1])).dataSync()[0]).toBeCloseTo(Math.exp(-1), 5); // the first derivative is there
    expect(() => tf.grad((y) => tf.sum(tf.square(inner(y))))(tf.tensor1d([-1, 0.5]))).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED', details: { op: 'EluGrad' } }),
    );
  });

  test('the GRU over a sequence refuses a second derivative and names itself', () => {
    const [x, keep, wx, wh, b, c] = [tf.ones([2, 1, 3]), tf.ones([2, 1]), tf.ones([3, 12]), tf.ones([4, 12]), tf.ones([12]), tf.ones([4])];
    const inner = tf.grad((w) => tf.sum(recurrentSequence(tf, 'gru', x as Tensor3D, keep as Tensor2D, [wx, w, b, c])));
    expect(() => tf.grad((w) => tf.sum(tf.square(inner(w))))(wh)).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED', details: { op: 'WasmetaGruBackward' } }),
    );
  });
});
