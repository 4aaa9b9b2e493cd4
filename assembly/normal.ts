// Standard normals from the words of `philox4`.
import { cosTurns4, log4 } from './math';
import { uniform4, uniformAboveZero4 } from './philox';

/** From words w and w + 1 (Box and Muller 1958). */
// @ts-ignore: decorator
@inline
export function normal4(w: usize): v128 {
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log4(uniformAboveZero4(w))));
  return f32x4.mul(radius, cosTurns4(uniform4(w + 1)));
}
