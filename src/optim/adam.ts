/**
 * Adam (Kingma & Ba 2015) on one flat vector, in f64 between f32 stores. β₁ᵗ and β₂ᵗ are kept as running products, so that no power function is needed.
 *   m ← β₁ m + (1 − β₁) g    v ← β₂ v + (1 − β₂) g²    θ ← θ − η · m̂ / (√v̂ + ε)
 */
import { WasmetaError } from '../core/errors.ts';

export interface AdamState {
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** β₁ᵗ, β₂ᵗ */
  readonly decay: Float64Array;
}

export function adamState(size: number): AdamState {
  return { m: new Float32Array(size), v: new Float32Array(size), decay: Float64Array.of(1, 1) };
}

const beta1 = 0.9;
const beta2 = 0.999;

/** Changes `parameters` and `state` in place. */
export function adamStep(
  parameters: Float32Array,
  gradient: Float32Array,
  { m, v, decay }: AdamState,
  learningRate: number,
  epsilon = 1e-5,
): void {
  decay[0] *= beta1;
  decay[1] *= beta2;
  const first = 1 - decay[0];
  const second = 1 - decay[1];
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i];
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    parameters[i] -= (learningRate * (m[i] / first)) / (Math.sqrt(v[i] / second) + epsilon);
  }
}

/** Euclidean norm in f64. A plain loop: `for … of` takes five times as long. */
function norm(vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/** Scales a gradient down, in place, to a Euclidean norm of at most `maxNorm`, and returns the norm it had. Throws `E_NOT_FINITE`. */
export function clipByNorm(title: string, gradient: Float32Array, maxNorm: number): number {
  const length = norm(gradient);
  if (!Number.isFinite(length)) throw new WasmetaError('E_NOT_FINITE', `"${title}" expected a finite norm`, { tensor: title });
  if (length > maxNorm) {
    const scale = maxNorm / length;
    for (let i = 0; i < gradient.length; i++) gradient[i] *= scale;
  }
  return length;
}
