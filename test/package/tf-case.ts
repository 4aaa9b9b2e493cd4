/** One small gradient, first and second order, the same in Node and in Chromium to the last bit. */
type Tf = typeof import('#tf');

const X = [0.3, -1.7, 2.2, 0.9, -0.4, 1.1];
const W = [0.71, 1.3, 0.05, 0.6, -0.21, 0.33];

/** f(w) = Σ relu(x·w)², x [2, 3], w [3, 2]; answers ∇f and ∇Σ(∇f)². */
export function gradients(tf: Tf): { first: Float32Array; second: Float32Array } {
  const x = tf.tensor2d(X, [2, 3]);
  const w = tf.tensor2d(W, [3, 2]);
  const loss = (at: import('#tf').Tensor) => tf.sum(tf.square(tf.relu(tf.matMul(x, at as typeof w)))) as import('#tf').Scalar;
  const gradient = tf.grad(loss);
  const ofGradient = tf.grad((at) => tf.sum(tf.square(gradient(at))));
  return { first: gradient(w).dataSync() as Float32Array, second: ofGradient(w).dataSync() as Float32Array };
}

/** The same by hand, in f64: with z = x·w and its positive part r, ∇f = 2 xᵀr and ∇Σ(∇f)² = 8 xᵀ(1[z>0] ∘ (x xᵀ r)). */
export function expectedGradients(): { first: number[]; second: number[] } {
  const x = (i: number, k: number) => X[i * 3 + k];
  const r = (i: number, j: number) =>
    Math.max(
      0,
      sum(3, (k) => x(i, k) * W[k * 2 + j]),
    );
  const gram = (i: number, l: number) => sum(3, (k) => x(i, k) * x(l, k));
  const at = (f: (k: number, j: number) => number) => [0, 1, 2].flatMap((k) => [f(k, 0), f(k, 1)]);
  return {
    first: at((k, j) => 2 * sum(2, (i) => x(i, k) * r(i, j))),
    second: at((k, j) => 8 * sum(2, (i) => x(i, k) * (r(i, j) > 0 ? 1 : 0) * sum(2, (l) => gram(i, l) * r(l, j)))),
  };
}

function sum(count: number, term: (index: number) => number): number {
  return Array.from({ length: count }, (_, index) => term(index)).reduce((total, value) => total + value, 0);
}

export function hex(values: Float32Array): string {
  return Array.from(new Uint32Array(values.slice().buffer), (bits) => bits.toString(16).padStart(8, '0')).join(' ');
}

/** What Node computes; Chromium has to compute the same. */
export const FIRST_BITS = '3f32ca56 4018a3d7 be9eecbf bfae2eb0 3f5a8586 40511686';
export const SECOND_BITS = '40c2e1aa 420b88fd c02d3a5f c29f0d35 40ee3042 42eb1c25';
