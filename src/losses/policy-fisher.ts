/**
 * Products with the Fisher matrices of the policies of B tasks, each a mean over the task's steps: F = Jᵀ M J, where J = ∂heads/∂φ and M is the Hessian of
 * KL(π_φ ‖ ·) with respect to the heads, at π_φ. F is the Hessian of the KL with respect to φ, because its gradient is 0 there.
 *   Gaussian: M = 1/σ² for a mean, 2 for a log σ.   Categorical: M = diag(p) − p pᵀ for the logits.
 */
import type { Tensor } from '#tf';
import { type PolicyShape, parameterSlots } from '../policies/policy.ts';
import { layerPullBack, layerTangent } from '../tf/layer.ts';
import type { Tf } from '../tf/tf.ts';
import { type Heads, type Layer, layersOf, slotsOf, type TaskData } from './policy-losses.ts';

export class PolicyFisher {
  readonly #tf: Tf;
  readonly #shape: PolicyShape;
  readonly #data: TaskData;
  readonly #at: { readonly layers: Layer[]; readonly slots: Record<string, Tensor> };

  /** phi [B, P]. `dispose` disposes of the data, too. */
  constructor(tf: Tf, shape: PolicyShape, phi: Tensor, data: TaskData) {
    this.#tf = tf;
    this.#shape = shape;
    this.#data = data;
    this.#at = tf.tidy(() => {
      const slots = slotsOf(tf, shape, phi);
      return { layers: layersOf(tf, shape, slots, data.inputs), slots };
    });
  }

  /** F v for v [B, P]. */
  product(v: Tensor): Tensor {
    return this.#tf.tidy(() => this.#pullBack(this.#metric(this.#tangent(v))));
  }

  /** J v */
  #tangent(v: Tensor): Heads {
    const d = slotsOf(this.#tf, this.#shape, v);
    const head = this.#at.layers.reduce(
      (dx: Tensor | null, layer) => layerTangent(this.#tf, { dx, dw: d[`${layer.name}/w`], db: d[`${layer.name}/b`] }, layer),
      null,
    );
    return { head: head as Tensor, logStd: d['head/logStd'] ?? null };
  }

  /** M, times the weights of the steps. */
  #metric({ head, logStd }: Heads): Heads {
    const tf = this.#tf;
    const { layers, slots } = this.#at;
    const weights = tf.expandDims(this.#data.weights, 2);
    if (logStd === null) {
      const p = tf.softmax(layers[layers.length - 1].y);
      const weighted = tf.mul(p, head);
      return { head: tf.mul(weights, tf.sub(weighted, tf.mul(p, tf.sum(weighted, 2, true)))), logStd };
    }
    const precision = tf.expandDims(tf.exp(tf.mul(-2, slots['head/logStd'])), 1);
    return {
      head: tf.mul(weights, tf.mul(precision, head)),
      logStd: tf.mul(tf.mul(2, tf.sum(this.#data.weights, 1, true)), logStd),
    };
  }

  /** Jᵀ w */
  #pullBack({ head, logStd }: Heads): Tensor {
    const tf = this.#tf;
    const gradients: Record<string, Tensor> = logStd === null ? {} : { 'head/logStd': logStd };
    let dy = head;
    for (const layer of [...this.#at.layers].reverse()) {
      const { dx, dw, db } = layerPullBack(tf, dy, layer);
      gradients[`${layer.name}/w`] = dw;
      gradients[`${layer.name}/b`] = db;
      if (dx !== null) dy = dx;
    }
    const [B] = head.shape;
    return tf.concat(
      parameterSlots(this.#shape).map(({ name, size }) => tf.reshape(gradients[name], [B, size])),
      1,
    );
  }

  dispose(): void {
    this.#tf.dispose([this.#at, { ...this.#data }]);
  }
}
