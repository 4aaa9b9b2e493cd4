/**
 * One step of TRPO (Schulman et al. 2015) on a flat vector; the caller supplies the Fisher products and the losses:
 *   x = F⁻¹ g by conjugate gradients,   step = −x · √(2 δ / xᵀF x),   shortened by `shrink` until the loss has fallen and KL ≤ δ
 */

interface TrpoOptions {
  /** δ, largest mean KL of a step. */
  readonly maxKl: number;
  readonly cgIterations: number;
  /** Added to the diagonal of F. */
  readonly cgDamping: number;
  /** Step lengths tried before the step is rejected. */
  readonly lineSearchSteps: number;
  readonly lineSearchShrink: number;
}

interface TrpoProblem {
  /** Loss at the current parameters, and its gradient [P]. */
  readonly loss: number;
  readonly gradient: Float32Array;
  /** F v. */
  fisher(v: Float32Array): Promise<Float32Array>;
  /** Loss and KL at other parameters. */
  evaluate(parameters: Float32Array): Promise<{ loss: number; kl: number }>;
}

interface TrpoStep {
  /** The new parameters; the old ones if every step length was rejected. */
  readonly parameters: Float32Array;
  readonly accepted: boolean;
  readonly kl: number;
  readonly improvement: number;
  readonly triedLengths: number;
}

export async function trpoStep(parameters: Float32Array, problem: TrpoProblem, options: TrpoOptions): Promise<TrpoStep> {
  const { direction, curvature } = await solve(problem, options);
  const rejected = { parameters, accepted: false, kl: 0, improvement: 0 };
  const scale = Math.sqrt((2 * options.maxKl) / curvature);
  if (!Number.isFinite(scale)) return { ...rejected, triedLengths: 0 };
  let length = scale;
  for (let tried = 1; tried <= options.lineSearchSteps; tried++, length *= options.lineSearchShrink) {
    const moved = parameters.map((x, i) => x - length * direction[i]);
    const { loss, kl } = await problem.evaluate(moved);
    if (loss < problem.loss && kl <= options.maxKl)
      return { parameters: moved, accepted: true, kl, improvement: problem.loss - loss, triedLengths: tried };
  }
  return { ...rejected, triedLengths: options.lineSearchSteps };
}

/** x ≈ (F + damping · I)⁻¹ g and xᵀ(F + damping · I) x, in f64. */
async function solve({ gradient, fisher }: TrpoProblem, options: TrpoOptions): Promise<{ direction: Float64Array; curvature: number }> {
  const x = new Float64Array(gradient.length);
  const r = Float64Array.from(gradient);
  const p = r.slice();
  let rr = dot(r, r);
  const damped = async (v: Float64Array) => {
    const product = await fisher(Float32Array.from(v));
    return v.map((value, i) => product[i] + options.cgDamping * value);
  };
  for (let k = 0; k < options.cgIterations && rr > 1e-10 * dot(gradient, gradient); k++) {
    const Fp = await damped(p);
    const alpha = rr / dot(p, Fp);
    for (let i = 0; i < x.length; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * Fp[i];
    }
    const next = dot(r, r);
    for (let i = 0; i < p.length; i++) p[i] = r[i] + (next / rr) * p[i];
    rr = next;
  }
  // r = g − (F + damping) x, so the curvature costs no further product.
  return { direction: x, curvature: x.reduce((sum, value, i) => sum + value * (gradient[i] - r[i]), 0) };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
