/**
 * MAML on policies: adapts B tasks from recorded steps, and differentiates through the inner steps. Its inputs and outputs are flat vectors; the equations
 * are in inner-steps.ts and policy-losses.ts.
 */
import type { Scalar, Tensor } from '#tf';
import { WasmetaError } from '../core/errors.ts';
import { numParameters, type PolicyShape } from '../policies/policy.ts';
import type { Surrogate } from '../policies/surrogates.ts';
import type { Tf } from '../tf/tf.ts';
import { InnerSteps } from './inner-steps.ts';
import { PolicyFisher } from './policy-fisher.ts';
import { divergence, innerLoss, logProbabilities, policyHeads, ratio, type TaskData } from './policy-losses.ts';

/** The outer loss, over the data that φ collected: that of the likelihood ratio, plain (TRPO) or clipped (PPO). */
export type OuterLoss = { readonly kind: 'ratio' } | { readonly kind: 'clip'; readonly clip: number };

/** Sums over tasks of means over the steps of each task. */
export interface OuterSums {
  readonly loss: number;
  /** KL from the policies that acted to those after adapting from the parameters asked for. */
  readonly kl: number;
}

export interface OuterGradient extends OuterSums {
  /** ∂loss/∂θ [P] and ∂loss/∂α [P]. */
  readonly gradient: Float32Array;
  readonly alphaGradient: Float32Array;
}

/** Recorded steps of B tasks, n rows for each task, as in policy-losses.ts. */
export interface RecordedTasks {
  readonly B: number;
  readonly n: number;
  readonly T: number;
  readonly inputs: Float32Array;
  readonly actions: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly weights: Float32Array;
  readonly advantages: Float32Array;
}

interface AdaptationOptions {
  readonly shape: PolicyShape;
  readonly surrogate: Surrogate;
  readonly firstOrder: boolean;
}

export class Adaptation {
  readonly #tf: Tf;
  readonly #options: AdaptationOptions;
  readonly #B: number;
  readonly #P: number;
  readonly #steps: InnerSteps;
  /** Tensors that the tapes of the steps read. */
  readonly #kept: Tensor[] = [];

  /** theta [P]. */
  constructor(tf: Tf, options: AdaptationOptions, theta: Float32Array, B: number) {
    this.#tf = tf;
    this.#options = options;
    this.#B = B;
    this.#P = numParameters(options.shape);
    const rows = tf.tidy(() => tf.tile(tf.tensor2d(theta, [1, this.#P]), [B, 1]));
    this.#steps = new InnerSteps(tf, rows, options.firstOrder);
    rows.dispose();
  }

  /** Takes one inner step on these data; alpha [P]. Returns which tasks took it: the step of the others was not finite. */
  step(recorded: RecordedTasks, alpha: Float32Array): boolean[] {
    const tf = this.#tf;
    const { shape, surrogate } = this.#options;
    const data = tensorsOf(tf, recorded);
    const size = tf.keep(tf.tensor2d(alpha, [1, this.#P]));
    this.#kept.push(size, ...dataTensors(data));
    return this.#steps.step((phi) => innerLoss(tf, shape, surrogate, data, phi), size);
  }

  /** Takes back the last step of these tasks [B]. */
  undo(tasks: readonly boolean[]): void {
    this.#steps.undo(tasks);
  }

  /** φ [B, P] after the steps so far. */
  phi(): Float32Array {
    return this.#steps.phi.dataSync() as Float32Array;
  }

  /** The outer loss and its gradient through all inner steps. `old`: parameters [B, P] of the policies that acted, for the KL. */
  outerGradient(recorded: RecordedTasks, old: Float32Array, outer: OuterLoss): OuterGradient {
    const tf = this.#tf;
    return tf.tidy(() => {
      const data = tensorsOf(tf, recorded);
      let kl = null as Tensor | null; // set inside of the function that is differentiated
      try {
        const back = tf.valueAndGrad((phi: Tensor) => {
          const sums = this.#outer(data, phi, old, outer);
          kl = tf.keep(sums.kl);
          return sums.loss as Scalar;
        })(this.#steps.phi);
        const { theta, alpha } = this.#steps.pull(back.grad);
        return {
          loss: finite('outer loss', back.value.dataSync() as Float32Array)[0],
          kl: finite('KL', (kl as Tensor).dataSync() as Float32Array)[0],
          gradient: finite('meta-gradient', tf.sum(theta, 0).dataSync() as Float32Array),
          alphaGradient: finite('gradient of the step sizes', tf.sum(alpha, 0).dataSync() as Float32Array),
        };
      } finally {
        kl?.dispose();
      }
    });
  }

  outerSums(recorded: RecordedTasks, old: Float32Array, outer: OuterLoss): OuterSums {
    const tf = this.#tf;
    return tf.tidy(() => {
      const { loss, kl } = this.#outer(tensorsOf(tf, recorded), this.#steps.phi, old, outer);
      return { loss: loss.dataSync()[0], kl: kl.dataSync()[0] };
    });
  }

  #outer(data: TaskData, phi: Tensor, old: Float32Array, outer: OuterLoss): { loss: Tensor; kl: Tensor } {
    const tf = this.#tf;
    const { shape } = this.#options;
    const now = policyHeads(tf, shape, phi, data.inputs);
    const acted = policyHeads(tf, shape, tf.tensor2d(old, [this.#B, this.#P]), data.inputs);
    const rho = ratio(tf, logProbabilities(tf, now, data.actions), data);
    const plain = tf.mul(data.advantages, rho);
    const gain =
      outer.kind === 'ratio' ? plain : tf.minimum(plain, tf.mul(data.advantages, tf.clipByValue(rho, 1 - outer.clip, 1 + outer.clip)));
    return { loss: tf.neg(tf.sum(gain)), kl: tf.sum(tf.mul(data.weights, divergence(tf, acted, now))) };
  }

  /** E-MAML's term (Stadie et al. 2018) at theta [P], −Σ_b w_b Σ_rows log π_θ(a) over the steps that the unadapted policy took, and its gradient [P]. */
  exploration(recorded: RecordedTasks, theta: Float32Array, taskWeights: Float32Array): { loss: number; gradient: Float32Array } {
    const tf = this.#tf;
    return tf.tidy(() => {
      const data = tensorsOf(tf, recorded);
      const back = tf.valueAndGrad((rows: Tensor) => this.#unlikely(data, rows, taskWeights))(this.#rows(theta));
      return {
        loss: finite('exploration loss', back.value.dataSync() as Float32Array)[0],
        gradient: finite('exploration gradient', tf.sum(back.grad, 0).dataSync() as Float32Array),
      };
    });
  }

  /** The term alone. Like `outerSums` it may be NaN: the line search then takes a shorter step. */
  explorationLoss(recorded: RecordedTasks, theta: Float32Array, taskWeights: Float32Array): number {
    return this.#tf.tidy(() => this.#unlikely(tensorsOf(this.#tf, recorded), this.#rows(theta), taskWeights).dataSync()[0]);
  }

  #unlikely(data: TaskData, rows: Tensor, taskWeights: Float32Array): Scalar {
    const tf = this.#tf;
    const weights = tf.mul(tf.tensor2d(taskWeights, [this.#B, 1]), data.weights);
    return tf.neg(
      tf.sum(tf.mul(weights, logProbabilities(tf, policyHeads(tf, this.#options.shape, rows, data.inputs), data.actions))),
    ) as Scalar;
  }

  /** θ [P] → [B, P] */
  #rows(theta: Float32Array): Tensor {
    return this.#tf.tile(this.#tf.tensor2d(theta, [1, this.#P]), [this.#B, 1]);
  }

  /**
   * Products with the Fisher matrix of θ ↦ KL(π_φ(θ_old) ‖ π_φ(θ)), mean over each task's steps, added over tasks, at θ_old: Jᵀ F J with J = ∂φ/∂θ and F
   * that of π_φ. v [P] → [P].
   */
  fisher(recorded: RecordedTasks): { product(v: Float32Array): Float32Array; dispose(): void } {
    const tf = this.#tf;
    const policies = new PolicyFisher(tf, this.#options.shape, this.#steps.phi, tensorsOf(tf, recorded));
    return {
      product: (v) =>
        tf.tidy(() => {
          const rows = tf.tile(tf.tensor2d(v, [1, this.#P]), [this.#B, 1]);
          const product = this.#steps.pull(policies.product(this.#steps.push(rows))).theta;
          return finite('Fisher product', tf.sum(product, 0).dataSync() as Float32Array);
        }),
      dispose: () => policies.dispose(),
    };
  }

  dispose(): void {
    this.#steps.dispose();
    this.#tf.dispose(this.#kept);
  }
}

function tensorsOf(tf: Tf, { B, n, T, inputs, actions, ...rows }: RecordedTasks): TaskData {
  return {
    T,
    inputs: tf.tensor3d(inputs, [B, n, inputs.length / (B * n)]),
    actions: tf.tensor3d(actions, [B, n, actions.length / (B * n)]),
    logProbabilities: tf.tensor2d(rows.logProbabilities, [B, n]),
    weights: tf.tensor2d(rows.weights, [B, n]),
    advantages: tf.tensor2d(rows.advantages, [B, n]),
  };
}

function dataTensors(data: TaskData): Tensor[] {
  return [data.inputs, data.actions, data.logProbabilities, data.weights, data.advantages];
}

function finite(tensor: string, values: Float32Array): Float32Array {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new WasmetaError('E_NOT_FINITE', `"${tensor}" expected finite numbers, got ${values[bad]} at ${bad}`, { tensor, index: bad });
  return values;
}
