/** Random variables for the strategies, from uniform draws of a trial's own. */
import { philox, purposeOf, stream, toUniform } from '../core/philox.ts';

/** The next draw in [0, 1). */
export type Uniform = () => number;

/** The draws of one trial's player: policy draws of its task. */
export function uniformsOf(seed: number, split: number, task: number): Uniform {
  let draw = 0;
  let words = [0, 0, 0, 0];
  return () => {
    if ((draw & 3) === 0) words = philox(seed, purposeOf(split, stream.policy), task, 0, 0, draw >> 2);
    return toUniform(words[draw++ & 3]);
  };
}

/** One standard normal (Box and Muller 1958). */
export const normal = (uniform: Uniform) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** Gamma(shape, 1) for shape ≥ 1 (Marsaglia and Tsang 2000). */
export function gamma(shape: number, uniform: Uniform): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(uniform);
    const root = 1 + c * x;
    const v = root * root * root;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

export function beta(a: number, b: number, uniform: Uniform): number {
  const x = gamma(a, uniform);
  return x / (x + gamma(b, uniform));
}
