// log π(a) of a diagonal Gaussian, its gradient, and the gradient of that. Rows m of A dimensions; z = (a − μ)/σ, s = 1/σ, ℓ = log σ.
//   L = −½ Σ z² − Σ ℓ − A/2 · log 2π
//   way back, from d = ∂/∂L:   ∂/∂μ = d z s     ∂/∂ℓ = Σₘ d (z² − 1)
//   and its way back, from u = ∂/∂(∂/∂μ) and v = ∂/∂(∂/∂ℓ):
//     ∂/∂d = Σ (u z s + v (z² − 1))     ∂/∂μ = −d s (u s + 2 v z)     ∂/∂ℓ = −2 Σₘ d z (u s + v z)
// Sums over rows are f64, in the order of m.
import { exp4 } from '../math';

const HALF_LOG_TWO_PI: f64 = 0.91893853320467274178;

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32): usize {
  return base + (<usize>i << 2);
}

// @ts-ignore: decorator
@inline
function inverseSpread(logStd: usize, a: i32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(-load<f32>(at(logStd, a)))), 0);
}

/** mean, actions [M, A], logStd [A] → logs [M]. */
export function gaussianLog(mean: usize, logStd: usize, actions: usize, logs: usize, M: i32, A: i32): void {
  let constant: f64 = 0;
  for (let a = 0; a < A; a++) constant -= <f64>load<f32>(at(logStd, a)) + HALF_LOG_TWO_PI;
  for (let m = 0; m < M; m++) store<f32>(at(logs, m), <f32>constant);
  for (let a = 0; a < A; a++) {
    const s = inverseSpread(logStd, a);
    for (let m = 0, i = a; m < M; m++, i += A) {
      const z = (load<f32>(at(actions, i)) - load<f32>(at(mean, i))) * s;
      store<f32>(at(logs, m), load<f32>(at(logs, m)) - <f32>0.5 * z * z);
    }
  }
}

/** d [M] → gMean [M, A], gLogStd [A]. */
export function gaussianLogBackward(d: usize, mean: usize, logStd: usize, actions: usize, gMean: usize, gLogStd: usize, M: i32, A: i32): void {
  for (let a = 0; a < A; a++) {
    const s = inverseSpread(logStd, a);
    let sum: f64 = 0;
    for (let m = 0, i = a; m < M; m++, i += A) {
      const z = (load<f32>(at(actions, i)) - load<f32>(at(mean, i))) * s;
      const dm = load<f32>(at(d, m));
      store<f32>(at(gMean, i), dm * z * s);
      sum += dm * (z * z - 1);
    }
    store<f32>(at(gLogStd, a), <f32>sum);
  }
}

/** u [M, A], v [A] → gd [M], gMean [M, A], gLogStd [A]. */
export function gaussianLogBackwardBackward(u: usize, v: usize, d: usize, mean: usize, logStd: usize, actions: usize, gd: usize, gMean: usize, gLogStd: usize, M: i32, A: i32): void {
  memory.fill(gd, 0, <usize>M << 2);
  for (let a = 0; a < A; a++) {
    const s = inverseSpread(logStd, a);
    const va = load<f32>(at(v, a));
    let sum: f64 = 0;
    for (let m = 0, i = a; m < M; m++, i += A) {
      const z = (load<f32>(at(actions, i)) - load<f32>(at(mean, i))) * s;
      const us = load<f32>(at(u, i)) * s;
      const dm = load<f32>(at(d, m));
      store<f32>(at(gd, m), load<f32>(at(gd, m)) + us * z + va * (z * z - 1));
      store<f32>(at(gMean, i), -dm * s * (us + 2 * va * z));
      sum += dm * z * (us + va * z);
    }
    store<f32>(at(gLogStd, a), <f32>(-2 * sum));
  }
}
