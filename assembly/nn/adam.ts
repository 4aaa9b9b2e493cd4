// Adam and slow targets over whole vectors in place: f64 between f32 stores, the same operations in the same order as src/optim/adam.ts.

const beta1: f64 = 0.9;
const beta2: f64 = 0.999;

/** `first`, `second`: 1 − β₁ᵗ and 1 − β₂ᵗ. */
export function adam(
  theta: usize,
  gradient: usize,
  m: usize,
  v: usize,
  count: i32,
  learningRate: f64,
  first: f64,
  second: f64,
  epsilon: f64,
): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) {
    const g = <f64>load<f32>(gradient + i);
    const mean = <f32>(beta1 * <f64>load<f32>(m + i) + (1 - beta1) * g);
    const square = <f32>(beta2 * <f64>load<f32>(v + i) + (1 - beta2) * g * g);
    store<f32>(m + i, mean);
    store<f32>(v + i, square);
    const step = (learningRate * (<f64>mean / first)) / (sqrt(<f64>square / second) + epsilon);
    store<f32>(theta + i, <f32>(<f64>load<f32>(theta + i) - step));
  }
}

/** target ← target + rate (net − target) */
export function blend(target: usize, net: usize, count: i32, rate: f64): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) {
    const from = <f64>load<f32>(target + i);
    store<f32>(target + i, <f32>(from + rate * (<f64>load<f32>(net + i) - from)));
  }
}
