/**
 * MAML on policies: adapts B tasks from recorded steps, and differentiates through the inner steps. Its inputs and outputs are flat vectors; the equations
 * are in inner-steps.ts and policy-losses.ts.
 */
import type { Scalar, Tensor } from '#tf';
import { numParameters, type PolicyShape } from '../policies/policy.ts';
import type { Surrogate } from '../policies/surrogates.ts';
import { Program } from '../tf/capture.ts';
import type { Tf } from '../tf/tf.ts';
import { InnerSteps } from './inner-steps.ts';
import { checkedGradient, finite, outerGradientOf, outerSumsOf } from './outer-loss.ts';
import { PolicyFisher } from './policy-fisher.ts';
import { type Heads, innerLoss, logProbabilities, policyHeads, type TaskData, tensorsOf } from './policy-losses.ts';
import type { Acted, OuterGradient, OuterLoss, OuterSums, RecordedTasks } from './recorded-tasks.ts';

export interface AdaptationOptions {
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

  /** The heads of φ on recorded steps. */
  acted(recorded: RecordedTasks): Acted {
    const tf = this.#tf;
    const [head, logStd] = tf.tidy(() => {
      const heads = policyHeads(tf, this.#options.shape, this.#steps.phi, tensorsOf(tf, recorded).inputs);
      return [heads.head, heads.logStd ?? tf.zeros([0])].map((tensor) => tensor.dataSync() as Float32Array);
    });
    return { head, logStd: logStd.length > 0 ? logStd : null };
  }

  /** The outer loss and its gradient through all inner steps. */
  outerGradient(recorded: RecordedTasks, acted: Acted, outer: OuterLoss): OuterGradient {
    const tf = this.#tf;
    return tf.tidy(() => {
      const heads = this.#headsOf(recorded, acted);
      const tensors = outerGradientOf(tf, this.#options.shape, this.#steps, tensorsOf(tf, recorded), heads, outer);
      return { ...checkedGradient(tensors, (tensor) => tensor.dataSync() as Float32Array) };
    });
  }

  outerSums(recorded: RecordedTasks, acted: Acted, outer: OuterLoss): OuterSums {
    const tf = this.#tf;
    return tf.tidy(() => {
      const heads = this.#headsOf(recorded, acted);
      const { loss, kl } = outerSumsOf(tf, this.#options.shape, this.#steps.phi, tensorsOf(tf, recorded), heads, outer);
      return { loss: loss.dataSync()[0], kl: kl.dataSync()[0] };
    });
  }

  #headsOf({ B, n }: RecordedTasks, { head, logStd }: Acted): Heads {
    const tf = this.#tf;
    return {
      head: tf.tensor3d(head, [B, n, head.length / (B * n)]),
      logStd: logStd === null ? null : tf.tensor2d(logStd, [B, logStd.length / B]),
    };
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
   * that of π_φ. v [P] → [P]. The products are a recorded program over the tapes of the steps and the layers at φ, which stay where they are meanwhile; no
   * step may be taken back before `dispose`.
   */
  fisher(recorded: RecordedTasks): { product(v: Float32Array): Float32Array; dispose(): void } {
    const tf = this.#tf;
    const policies = new PolicyFisher(tf, this.#options.shape, this.#steps.phi, tensorsOf(tf, recorded));
    const program = new Program(tf, { v: { shape: [1, this.#P] } }, ({ v }) => {
      const rows = tf.tile(v, [this.#B, 1]);
      return { product: tf.sum(this.#steps.pull(policies.product(this.#steps.push(rows))).theta, 0) };
    });
    return {
      product: (v) => {
        program.write('v', v);
        program.run();
        return finite('Fisher product', program.output('product').slice());
      },
      dispose: () => {
        program.dispose();
        policies.dispose();
      },
    };
  }

  dispose(): void {
    this.#steps.dispose();
    this.#tf.dispose(this.#kept);
  }
}

function dataTensors(data: TaskData): Tensor[] {
  return [data.inputs, data.actions, data.logProbabilities, data.weights, data.advantages];
}
