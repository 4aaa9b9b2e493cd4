// Elementwise functions over whole tensors; the last vector of a tensor is done apart, so that nothing past its end is written.
import { exp4, sigmoid4, softplus4, tanh4 } from '../math';

const TANH = 0;
const SIGMOID = 1;
const EXP = 2;
const SOFTPLUS = 3; // else relu

// @ts-ignore: decorator
@inline
function apply(kind: i32, x: v128): v128 {
  if (kind == TANH) return tanh4(x);
  if (kind == SIGMOID) return sigmoid4(x);
  if (kind == EXP) return exp4(x);
  if (kind == SOFTPLUS) return softplus4(x);
  return f32x4.max(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function sweep(kind: i32, from: usize, to: usize, whole: usize): void {
  for (let i: usize = 0; i < whole; i += 16) v128.store(to + i, apply(kind, v128.load(from + i)));
}

export function elementwise(kind: i32, from: usize, to: usize, count: i32): void {
  const whole = <usize>(count & ~3) << 2;
  if (kind == TANH) sweep(TANH, from, to, whole);
  else if (kind == SIGMOID) sweep(SIGMOID, from, to, whole);
  else if (kind == EXP) sweep(EXP, from, to, whole);
  else if (kind == SOFTPLUS) sweep(SOFTPLUS, from, to, whole);
  else sweep(4, from, to, whole);
  for (let i = whole; i < <usize>count << 2; i += 4) {
    store<f32>(to + i, f32x4.extract_lane(apply(kind, f32x4.splat(load<f32>(from + i))), 0));
  }
}
