// Elementwise functions over whole tensors; the last vector of a tensor is done apart, so that nothing past its end is written.
import { exp4, sigmoid4, tanh4 } from '../math';

const TANH = 0;
const SIGMOID = 1; // else exp

// @ts-ignore: decorator
@inline
function apply(kind: i32, x: v128): v128 {
  if (kind == TANH) return tanh4(x);
  if (kind == SIGMOID) return sigmoid4(x);
  return exp4(x);
}

export function elementwise(kind: i32, from: usize, to: usize, count: i32): void {
  const whole = from + (<usize>(count & ~3) << 2);
  if (kind == TANH) for (; from < whole; from += 16, to += 16) v128.store(to, tanh4(v128.load(from)));
  else if (kind == SIGMOID) for (; from < whole; from += 16, to += 16) v128.store(to, sigmoid4(v128.load(from)));
  else for (; from < whole; from += 16, to += 16) v128.store(to, exp4(v128.load(from)));
  for (let i = 0; i < (count & 3); i++) {
    store<f32>(to, f32x4.extract_lane(apply(kind, f32x4.splat(load<f32>(from))), 0));
    from += 4;
    to += 4;
  }
}
