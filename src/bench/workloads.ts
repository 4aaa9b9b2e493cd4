/**
 * Workloads of the learner that are measured against other libraries (bench/peers holds the same in those).
 * Each is made once and then run many times; a run ends when its numbers can be read.
 */
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '#tf';
import { Program } from '../tf/capture.ts';
import { gaussianLog } from '../tf/gaussian.ts';
import { layer } from '../tf/layer.ts';
import { recurrentSequence } from '../tf/recurrent.ts';
import type { Tf } from '../tf/tf.ts';

/** Does the work once, and answers with the numbers that come of it; a kernel's are not read unless asked for, because it is faster than a copy. */
export type Workload = () => Float32Array[];

/** A fixed sequence in [−1, 1). Its values do not matter, except that they are not all the same. */
function filled(tf: Tf, shape: number[], scale: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  let state = size;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * (state / 2 ** 31 - 1);
  };
  return tf.tensor(Float32Array.from({ length: size }, next), shape);
}

const halfLogTwoPi = 0.9189385332046727;

export interface MlpShape {
  readonly sizes: readonly number[];
  readonly activation: 'tanh' | 'relu';
  readonly samples: number;
}

/** [6, 64, 64, 2] tanh, 2000 samples: a policy and a batch of the size that MAML uses on a small control task. */
export const mamlShape: MlpShape = { sizes: [6, 64, 64, 2], activation: 'tanh', samples: 2000 };

function mlpParameters(tf: Tf, { sizes }: MlpShape): Tensor[] {
  const layers = sizes.slice(1).flatMap((size, i) => [filled(tf, [sizes[i], size], 1 / Math.sqrt(sizes[i])), filled(tf, [size], 0.1)]);
  return [...layers, filled(tf, [sizes[sizes.length - 1]], 0.1)]; // the last is log σ
}

/** The ops that algorithms use: our fused ones, or the same functions written with single tfjs ops. */
interface Ops {
  readonly layer: typeof layer;
  readonly gaussianLog: typeof gaussianLog;
}

export const fusedOps: Ops = { layer, gaussianLog };

export const singleOps: Ops = {
  layer(tf, x, w, b, f) {
    const sum = tf.add(tf.matMul(x, w), b);
    return f === 'none' ? sum : f === 'tanh' ? tf.tanh(sum) : tf.relu(sum);
  },
  gaussianLog(tf, mean, logStd, actions) {
    const z = tf.div(tf.sub(actions, mean), tf.exp(logStd));
    const logs = tf.neg(tf.add(tf.mul(0.5, tf.square(z)), logStd));
    return tf.sub(tf.sum(logs, -1), mean.shape[mean.shape.length - 1] * halfLogTwoPi);
  },
};

/** −mean(A · log π(a|s)) of a Gaussian MLP policy on fixed samples. */
function surrogate(tf: Tf, { sizes, activation, samples }: MlpShape, ops: Ops): (parameters: Tensor[]) => Scalar {
  const states = filled(tf, [samples, sizes[0]], 1);
  const actions = filled(tf, [samples, sizes[sizes.length - 1]], 1);
  const advantages = filled(tf, [samples], 1);
  return (parameters) => {
    const logStd = parameters[parameters.length - 1];
    let x: Tensor = states;
    for (let i = 0; i + 1 < sizes.length; i++) {
      const f = i + 2 < sizes.length ? activation : 'none';
      x = ops.layer(tf, x, parameters[2 * i], parameters[2 * i + 1], f, i === 0 ? 'data' : 'activations');
    }
    return tf.neg(tf.mean(tf.mul(advantages, ops.gaussianLog(tf, x, logStd, actions)))) as Scalar;
  };
}

/** One policy gradient. */
export function policyGradient(tf: Tf, shape: MlpShape, ops = fusedOps): Workload {
  const loss = surrogate(tf, shape, ops);
  return gradients(tf, mlpParameters(tf, shape), (parameters) => tf.grads((...theta) => loss(theta))(parameters), ops === fusedOps);
}

/** Gradients at fixed parameters, run by a recorded program, as the learner runs those that it needs again and again, or by tfjs alone. */
function gradients(tf: Tf, parameters: Tensor[], of: (parameters: Tensor[]) => Tensor[], recorded: boolean): Workload {
  if (!recorded) return () => numbersOf(tf, () => of(parameters));
  const program = new Program(tf, Object.fromEntries(parameters.entries()), (given) =>
    Object.fromEntries(of(parameters.map((_, i) => given[i])).entries()),
  );
  return () => {
    program.run();
    return parameters.map((_, i) => program.output(`${i}`).slice());
  };
}

/** What `work` makes, read, with every tensor of it let go. */
function numbersOf(tf: Tf, work: () => Tensor[]): Float32Array[] {
  let numbers: Float32Array[] = [];
  tf.tidy(() => {
    numbers = work().map((tensor) => tensor.dataSync() as Float32Array);
  });
  return numbers;
}

/** ∇θ L'(θ − α ∇L(θ)), the second-order MAML gradient of one task and one inner step. */
export function metaGradient(tf: Tf, shape: MlpShape, ops = fusedOps): Workload {
  const [inner, outer] = [surrogate(tf, shape, ops), surrogate(tf, shape, ops)];
  const adapted = (theta: Tensor[]) => {
    const gradients = tf.grads((...at) => inner(at))(theta);
    return theta.map((tensor, i) => tf.sub(tensor, tf.mul(0.1, gradients[i])));
  };
  return gradients(
    tf,
    mlpParameters(tf, shape),
    (parameters) => tf.grads((...theta) => outer(adapted(theta)))(parameters),
    ops === fusedOps,
  );
}

export interface SequenceShape {
  readonly T: number;
  readonly N: number;
  readonly I: number;
  readonly H: number;
}

/** GRU-64 over 200 steps of 32 rows: a minibatch of 32 trials of 200 steps. */
export const gruShape: SequenceShape = { T: 200, N: 32, I: 6, H: 64 };

function gruTensors(tf: Tf, { T, N, I, H }: SequenceShape) {
  const scale = 1 / Math.sqrt(H);
  return {
    x: filled(tf, [T, N, I], 1) as Tensor3D,
    weights: [[I, 3 * H], [H, 3 * H], [3 * H], [H]].map((shape) => filled(tf, shape, scale)),
    pull: filled(tf, [T, N, H], 1),
  };
}

/** Forward and backward of L = Σ w ∘ h by the fused op. */
export function gruGradient(tf: Tf, shape: SequenceShape): Workload {
  const { x, weights, pull } = gruTensors(tf, shape);
  const keep = tf.ones([shape.T, shape.N]) as Tensor2D;
  return gradients(tf, weights, (given) => tf.grads((...w) => tf.sum(tf.mul(pull, recurrentSequence(tf, 'gru', x, keep, w))))(given), true);
}

/** The same loss written with single tfjs ops. */
export function gruGradientFromOps(tf: Tf, shape: SequenceShape): Workload {
  const { T, N, I, H } = shape;
  const { x, weights, pull } = gruTensors(tf, shape);
  const states = (w: Tensor[]) => {
    const [wx, wh, b, c] = w;
    const gx = tf.reshape(tf.add(tf.matMul(tf.reshape(x, [T * N, I]) as Tensor2D, wx as Tensor2D), b), [T, N, 3 * H]);
    let h: Tensor = tf.zeros([N, H]);
    return tf.unstack(gx).map((now) => {
      const [xr, xz, xn] = tf.split(now, 3, 1);
      const [hr, hz, hn] = tf.split(tf.matMul(h as Tensor2D, wh as Tensor2D), 3, 1);
      const r = tf.sigmoid(tf.add(xr, hr));
      const z = tf.sigmoid(tf.add(xz, hz));
      const n = tf.tanh(tf.add(xn, tf.mul(r, tf.add(hn, c))));
      h = tf.add(n, tf.mul(z, tf.sub(h, n)));
      return h;
    });
  };
  return gradients(tf, weights, (given) => tf.grads((...w) => tf.sum(tf.mul(pull, tf.stack(states(w)))))(given), false);
}

/** M × K by K × N, with the operands transposed or not: 2 · M · N · K floating-point operations. */
export function product(tf: Tf, M: number, N: number, K: number, transposeA: boolean, transposeB: boolean, read = false): Workload {
  const a = filled(tf, transposeA ? [K, M] : [M, K], 1) as Tensor2D;
  const b = filled(tf, transposeB ? [N, K] : [K, N], 1) as Tensor2D;
  return () => {
    const product = tf.matMul(a, b, transposeA, transposeB);
    const numbers = read ? [product.dataSync() as Float32Array] : [];
    product.dispose();
    return numbers;
  };
}

export const elementwiseCount = 1_000_000;

/** One elementwise function over a million numbers. */
export function elementwise(tf: Tf, name: 'tanh' | 'sigmoid' | 'exp' | 'softplus'): Workload {
  const x = filled(tf, [elementwiseCount], 4);
  return () => {
    tf[name](x).dispose();
    return [];
  };
}
