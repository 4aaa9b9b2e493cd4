/**
 * Supervised MAML on sinusoids (Finn et al. 2017; cbfinn/maml, data_generator.py): tasks y = A sin(x − φ), A ~ U[0.1, 5], φ ~ U[0, π], x ~ U[−5, 5].
 * A task adapts on its first K points; the others are for the outer loss. All numbers are functions of (seed, split, task).
 */
import type { Scalar, Tensor } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import { philox, purposeOf, stream, toUniform } from '../core/philox.ts';
import { numParameters, type PolicyShape } from '../policies/policy.ts';
import { regressionShape } from '../policies/regression.ts';
import type { Tf } from '../tf/tf.ts';
import { InnerSteps } from './inner-steps.ts';
import { policyHeads } from './policy-losses.ts';

interface RegressionTasks {
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  /** K, points a task adapts on. */
  readonly support: number;
  /** Points of the outer loss. */
  readonly query: number;
}

export interface RegressionSpec {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly tasks: RegressionTasks;
  /** θ [P] */
  readonly parameters: Float32Array;
  readonly stepSize: number;
  readonly steps: number;
  readonly firstOrder: boolean;
}

interface Points {
  /** [B, K, 1] */
  readonly x: Tensor;
  readonly y: Tensor;
}

function pointsOf(tf: Tf, { seed, split, firstTask, numTasks: B, support, query }: RegressionTasks): { support: Points; query: Points } {
  const n = support + query;
  const uniform = (task: number, index: number) =>
    toUniform(philox(seed, purposeOf(split, stream.task), task, 0, index >> 2, 0)[index & 3]);
  const amplitudes = Float32Array.from({ length: B }, (_, b) => 0.1 + 4.9 * uniform(firstTask + b, 0));
  const phases = Float32Array.from({ length: B }, (_, b) => Math.PI * uniform(firstTask + b, 1));
  const xs = Float32Array.from({ length: B * n }, (_, i) => -5 + 10 * uniform(firstTask + Math.floor(i / n), 4 + (i % n)));
  const x = tf.tensor3d(xs, [B, n, 1]);
  const y = tf.mul(tf.tensor3d(amplitudes, [B, 1, 1]), tf.sin(tf.sub(x, tf.tensor3d(phases, [B, 1, 1]))));
  const part = (from: number, size: number): Points => ({
    x: tf.slice(x, [0, from, 0], [B, size, 1]),
    y: tf.slice(y, [0, from, 0], [B, size, 1]),
  });
  return { support: part(0, support), query: part(support, query) };
}

/** Mean squared error of every task on its points, [B]. */
function errors(tf: Tf, shape: PolicyShape, phi: Tensor, { x, y }: Points): Tensor {
  return tf.mean(tf.square(tf.sub(policyHeads(tf, shape, phi, x).head, y)), [1, 2]);
}

function adapting<T>(
  tf: Tf,
  { hidden, tasks, parameters, stepSize, firstOrder }: RegressionSpec,
  use: (steps: InnerSteps, step: () => void, queryErrors: (phi: Tensor) => Tensor) => T,
): T {
  const shape = regressionShape(hidden);
  tf.engine().startScope();
  const theta = tf.tile(tf.tensor2d(parameters, [1, numParameters(shape)]), [tasks.numTasks, 1]);
  const points = pointsOf(tf, tasks);
  const inner = new InnerSteps(tf, theta, firstOrder);
  try {
    const step = () => {
      inner.step((phi) => tf.sum(errors(tf, shape, phi, points.support)) as Scalar, stepSize);
    };
    return use(inner, step, (phi) => errors(tf, shape, phi, points.query));
  } finally {
    inner.dispose();
    tf.engine().endScope();
  }
}

/** Gradient [P] of the query errors after the inner steps, and those errors, both added over tasks. Throws `E_NOT_FINITE`. */
export function regressionGradient(tf: Tf, spec: RegressionSpec): { gradient: Float32Array; loss: number } {
  return adapting(tf, spec, (inner, step, queryErrors) => {
    for (let k = 0; k < spec.steps; k++) step();
    const { value, grad } = tf.valueAndGrad((phi: Tensor) => tf.sum(queryErrors(phi)) as Scalar)(inner.phi);
    const gradient = tf.sum(inner.pull(grad).theta, 0).dataSync() as Float32Array;
    const loss = value.dataSync()[0];
    if (!Number.isFinite(loss) || !gradient.every(Number.isFinite))
      throw new WasmetaError('E_NOT_FINITE', '"meta-gradient" expected finite numbers', { tensor: 'meta-gradient' });
    return { gradient: gradient.slice(), loss };
  });
}

/** Query errors after 0 … steps inner steps, [steps + 1, B]. */
export function regressionErrors(tf: Tf, spec: RegressionSpec): Float32Array {
  const B = spec.tasks.numTasks;
  return adapting(tf, { ...spec, firstOrder: true }, (inner, step, queryErrors) => {
    const all = new Float32Array((spec.steps + 1) * B);
    for (let k = 0; k <= spec.steps; k++) {
      if (k > 0) step();
      all.set(
        tf.tidy(() => queryErrors(inner.phi).dataSync() as Float32Array),
        k * B,
      );
    }
    return all;
  });
}
