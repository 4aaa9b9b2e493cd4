/**
 * MAML's inner loop for B tasks at once, on any differentiable loss:
 *   φ₀ = θ,   φₖ₊₁ = φₖ − α ∘ ∇Lₖ(φₖ)                    each φ [B, P], one row a task
 *   ∂φ_K/∂θ = Π (I − diag(α) Hₖ),  Hₖ = ∇²Lₖ(φₖ), symmetric, block-diagonal over tasks
 * Every step keeps the tape of ∇Lₖ, so that a product with Hₖ costs one backward pass: the meta-gradient and the Fisher products of TRPO need many of them.
 */
import type { Scalar, Tensor } from '#tf';
import type { Tf } from '../tf/tf.ts';

/** The sum of the losses of B tasks; that of task b depends on row b of φ [B, P] alone. */
type TaskLoss = (phi: Tensor) => Scalar;

/** Step sizes α: one number, or a tensor [P] or [1, P] (Meta-SGD). */
type StepSizes = number | Tensor;

interface Step {
  readonly alpha: StepSizes;
  /** φₖ [B, P] */
  readonly from: Tensor;
  /** [B, 1]: 0 where the step was not taken. */
  taken: Tensor;
  /** true: every row took the step. */
  takenByAll: boolean;
  /** −∇Lₖ(φₖ) [B, P], 0 where not taken. */
  direction: Tensor;
  /** Hₖ v for v [B, P]. */
  hessian(v: Tensor): Tensor;
  dispose(): void;
}

export class InnerSteps {
  readonly #tf: Tf;
  readonly #firstOrder: boolean;
  readonly #steps: Step[] = [];
  /** φ [B, P] after the steps so far. */
  phi: Tensor;

  /** theta [B, P] has the same row for every task; the caller disposes of it. `firstOrder` takes all H for 0. */
  constructor(tf: Tf, theta: Tensor, firstOrder: boolean) {
    this.#tf = tf;
    this.#firstOrder = firstOrder;
    this.phi = tf.keep(tf.clone(theta));
  }

  /** Takes one step down `loss`. Returns which rows took it; a row whose step is not finite stays as it is. */
  step(loss: TaskLoss, alpha: StepSizes): boolean[] {
    const tf = this.#tf;
    const at = this.phi;
    const { gradient, moved, ...rest } = this.#gradientStep(loss, alpha);
    const { direction, taken, next } = tf.tidy(() => {
      const finite = tf.cast(tf.all(tf.isFinite(moved), 1, true), 'float32');
      // 0 · NaN is NaN, so values that are not finite have to be selected away.
      const keep = this.#rows(finite, gradient);
      return {
        taken: tf.keep(finite),
        direction: tf.keep(tf.where(keep, tf.neg(gradient), 0)),
        next: tf.keep(tf.where(keep, moved, at)),
      };
    });
    moved.dispose();
    this.phi = next;
    const rows = Array.from(taken.dataSync(), (value) => value === 1);
    this.#steps.push({ alpha, from: at, taken, takenByAll: rows.every((was) => was), direction, ...rest });
    return rows;
  }

  /** The same without a look at the numbers, so that it can be recorded. φ is the same if it comes out finite; if not, the step is not to be used. */
  stepUnseen(loss: TaskLoss, alpha: StepSizes): void {
    const tf = this.#tf;
    const at = this.phi;
    const { gradient, moved, ...rest } = this.#gradientStep(loss, alpha);
    this.phi = moved;
    const [direction, taken] = tf.tidy(() => [tf.keep(tf.neg(gradient)), tf.keep(tf.ones([at.shape[0], 1]))]);
    this.#steps.push({ alpha, from: at, taken, takenByAll: true, direction, ...rest });
  }

  /** ∇L(φ), φ − α ∘ ∇L(φ), and products with the Hessian there. */
  #gradientStep(loss: TaskLoss, alpha: StepSizes): { gradient: Tensor; moved: Tensor } & Pick<Step, 'hessian' | 'dispose'> {
    const tf = this.#tf;
    const linear = this.#firstOrder ? null : tf.linearise((phi) => tf.grad(loss as (x: Tensor) => Tensor)(phi), this.phi);
    const gradient = linear?.value ?? tf.keep(tf.grad(loss as (x: Tensor) => Tensor)(this.phi));
    const moved = tf.tidy(() => tf.keep(tf.sub(this.phi, tf.mul(alpha, gradient))));
    return {
      gradient,
      moved,
      hessian: (v) => (linear === null ? tf.zerosLike(v) : linear.pullBack(v)),
      dispose: () => {
        if (linear === null) gradient.dispose();
        else linear.dispose();
      },
    };
  }

  /** Takes back the last step of these tasks [B]. */
  undo(tasks: readonly boolean[]): void {
    const tf = this.#tf;
    const step = this.#steps[this.#steps.length - 1];
    const old = [step.taken, step.direction, this.phi];
    [step.taken, step.direction, this.phi] = tf.tidy(() => {
      const kept = tf.tensor2d(tasks.map((undone) => [undone ? 0 : 1]));
      const keep = this.#rows(kept, this.phi);
      return [tf.mul(kept, step.taken), tf.where(keep, step.direction, 0), tf.where(keep, this.phi, step.from)].map((tensor) =>
        tf.keep(tensor),
      );
    });
    step.takenByAll &&= !tasks.includes(true);
    tf.dispose(old);
  }

  /** ∂φ_K/∂θ · v, v [B, P]. */
  push(v: Tensor): Tensor {
    const tf = this.#tf;
    return tf.tidy(() =>
      this.#steps.reduce((u: Tensor, step) => tf.sub(u, tf.mul(step.alpha, this.#masked(step, step.hessian(u)))), tf.clone(v)),
    );
  }

  /** (∂φ_K/∂θ)ᵀ w, w [B, P]; and ∂/∂α of wᵀφ_K, [B, P], added over the steps. */
  pull(w: Tensor): { theta: Tensor; alpha: Tensor } {
    const tf = this.#tf;
    return tf.tidy(() => {
      let theta = tf.clone(w);
      let alpha = tf.zerosLike(w);
      for (const step of [...this.#steps].reverse()) {
        alpha = tf.add(alpha, tf.mul(theta, step.direction));
        theta = tf.sub(theta, this.#masked(step, step.hessian(tf.mul(step.alpha, theta))));
      }
      return { theta, alpha };
    });
  }

  /** A row that did not take the step has no curvature; its H may be NaN. */
  #masked(step: Step, v: Tensor): Tensor {
    return step.takenByAll ? v : this.#tf.where(this.#rows(step.taken, v), v, 0);
  }

  /** Flags [B, 1] as a mask of the shape of `like` [B, P]. */
  #rows(flags: Tensor, like: Tensor): Tensor {
    const tf = this.#tf;
    return tf.cast(tf.mul(flags, tf.onesLike(like)), 'bool');
  }

  dispose(): void {
    for (const step of this.#steps) {
      step.dispose();
      this.#tf.dispose([step.from, step.taken, step.direction]);
    }
    this.phi.dispose();
  }
}
