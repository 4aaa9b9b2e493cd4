import type { Tensor2D } from '#tf';
import type { Tf } from '../tf/tf.ts';

/** Standard normal numbers of a shape [N, M], from 2·N·M uniform numbers in [0, 1), by Box and Muller (1958). */
export function normals(tf: Tf, uniforms: Float32Array, shape: [number, number]): Tensor2D {
  const half = uniforms.length / 2;
  const radius = tf.sqrt(tf.mul(tf.log(tf.sub(1, tf.tensor2d(uniforms.subarray(0, half), shape))), -2));
  return tf.mul(radius, tf.cos(tf.mul(tf.tensor2d(uniforms.subarray(half), shape), 2 * Math.PI)));
}
