// One dense layer y = f(x·W + b), its gradient, and the gradient of its gradient: what MAML differentiates twice.
// Shapes: x [M, I], W [I, O], b [O], y [M, O]. f: 0 tanh, 4 relu, 5 none; f′ is taken from y.
//   way back:  p = dy ∘ f′(y)      dx = p·Wᵀ     dW = xᵀ·p     db = Σ p
//   and its way back, from u = ∂/∂dx, V = ∂/∂dW, q = ∂/∂db:   g = x·V + q + u·W
//     ∂/∂dy = g ∘ f′(y)    ∂/∂y = g ∘ dy ∘ f″    ∂/∂W = uᵀ·p    ∂/∂x = p·Vᵀ        (tanh: f′ = 1 − y², so ∂f′/∂y = −2y)
import { addProduct, bytesOf, product, productWorkBytes, sumRows } from './dense';
import { elementwise } from './elementwise';

const TANH = 0;
const RELU = 4;
const NONE = 5;

export function layerWorkBytes(M: i32, I: i32, O: i32): usize {
  return bytesOf(M * O + 4) + productWorkBytes(max(I, O), max(M, max(I, O)));
}

export function layerForward(x: usize, w: usize, b: usize, f: i32, y: usize, work: usize, M: i32, I: i32, O: i32): void {
  product(x, I, 1, w, O, 1, b, y, M, O, I, work);
  if (f != NONE) elementwise(f, y, y, M * O);
}

/** The vector f′(y). */
// @ts-ignore: decorator
@inline
function slope(f: i32, y: v128): v128 {
  if (f == TANH) return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
  if (f == RELU) return v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.splat(1));
  return f32x4.splat(1);
}

/** p = dy ∘ f′(y); `p` has room for a last whole vector. */
function pullBack(f: i32, dy: usize, y: usize, p: usize, count: i32): void {
  const whole = bytesOf(count & ~3);
  for (let i: usize = 0; i < whole; i += 16) v128.store(p + i, f32x4.mul(v128.load(dy + i), slope(f, v128.load(y + i))));
  for (let i = whole; i < bytesOf(count); i += 4) {
    const s = f32x4.extract_lane(slope(f, f32x4.splat(load<f32>(y + i))), 0);
    store<f32>(p + i, load<f32>(dy + i) * s);
  }
}

/** `dx` = 0 where x is data. */
export function layerBackward(dy: usize, x: usize, w: usize, y: usize, f: i32, dx: usize, dw: usize, db: usize, work: usize, M: i32, I: i32, O: i32): void {
  const rest = work + bytesOf(M * O + 4);
  pullBack(f, dy, y, work, M * O);
  if (dx) product(work, O, 1, w, 1, O, 0, dx, M, I, O, rest);
  product(x, 1, I, work, O, 1, 0, dw, I, O, M, rest);
  sumRows(work, O, db, M, O);
}

/** What y changes by when x, W, b change by dx, dW, db: dy = f′(y) ∘ (x·dW + db + dx·W). `dx` = 0 where x is data. */
export function layerTangent(dx: usize, dw: usize, db: usize, x: usize, w: usize, y: usize, f: i32, dy: usize, work: usize, M: i32, I: i32, O: i32): void {
  product(x, I, 1, dw, O, 1, db, dy, M, O, I, work);
  if (dx) addProduct(dx, I, 1, w, O, 1, 0, dy, M, O, I, work, true);
  pullBack(f, dy, y, dy, M * O);
}

/** `u` = 0 stands for zeros, `gx` = 0 where x is data. Writes ∂/∂dy to `gy` [M, O], ∂/∂x to `gx`, ∂/∂W to `gw`, ∂/∂y to `gz` [M, O]. */
export function layerBackwardBackward(u: usize, V: usize, q: usize, dy: usize, x: usize, w: usize, y: usize, f: i32, gy: usize, gx: usize, gw: usize, gz: usize, work: usize, M: i32, I: i32, O: i32): void {
  const p = work;
  const rest = work + bytesOf(M * O + 4);
  if (u || gx) pullBack(f, dy, y, p, M * O);
  product(x, I, 1, V, O, 1, q, gz, M, O, I, rest);
  if (u) {
    addProduct(u, I, 1, w, O, 1, 0, gz, M, O, I, rest, true);
    product(u, 1, I, p, O, 1, 0, gw, I, O, M, rest);
  } else memory.fill(gw, 0, bytesOf(I * O));
  if (gx) product(p, O, 1, V, 1, O, 0, gx, M, I, O, rest);
  const whole = bytesOf((M * O) & ~3);
  for (let i: usize = 0; i < whole; i += 16) {
    const sum = v128.load(gz + i);
    const z = v128.load(y + i);
    v128.store(gy + i, f32x4.mul(sum, slope(f, z)));
    v128.store(gz + i, bend(f, sum, v128.load(dy + i), z));
  }
  for (let i = whole; i < bytesOf(M * O); i += 4) {
    const sum = f32x4.splat(load<f32>(gz + i));
    const z = f32x4.splat(load<f32>(y + i));
    store<f32>(gy + i, f32x4.extract_lane(f32x4.mul(sum, slope(f, z)), 0));
    store<f32>(gz + i, f32x4.extract_lane(bend(f, sum, f32x4.splat(load<f32>(dy + i)), z), 0));
  }
}

/** g ∘ dy ∘ ∂f′/∂y. */
// @ts-ignore: decorator
@inline
function bend(f: i32, g: v128, dy: v128, y: v128): v128 {
  if (f == TANH) return f32x4.mul(f32x4.mul(g, dy), f32x4.mul(f32x4.splat(-2), y));
  return f32x4.splat(0);
}
