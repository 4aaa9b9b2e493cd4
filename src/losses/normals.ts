import type { Tensor, Tensor2D } from '#tf';
import type { Tf } from '../tf/tf.ts';

/** Standard normal numbers [shape] of twice as many uniform ones in [0, 1), by Box and Muller (1958): the first half are the radii, the second the angles. */
export function normals(tf: Tf, uniforms: Tensor, shape: [number, number]): Tensor2D {
  const half = uniforms.size / 2;
  const [radii, angles] = [0, half].map((start) => tf.reshape(tf.slice(uniforms, [start], [half]), shape));
  const radius = tf.sqrt(tf.mul(tf.log(tf.sub(1, radii)), -2));
  return tf.mul(radius, tf.cos(tf.mul(angles, 2 * Math.PI)));
}
