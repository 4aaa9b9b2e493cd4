/** Which of several is the highest. */
import type { Uniform } from './draws.ts';

/** The index of the highest value; ties go to the first. */
export function highest(count: number, value: (i: number) => number): number {
  let best = 0;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    const v = value(i);
    if (v > most) [best, most] = [i, v];
  }
  return best;
}

/** The same of [count] values; ties are broken at random. */
export function highestAtRandom(values: Float64Array, uniform: Uniform): number {
  let [best, ties] = [0, 1];
  for (let a = 1; a < values.length; a++) {
    if (values[a] > values[best]) [best, ties] = [a, 1];
    else if (values[a] === values[best] && uniform() * ++ties < 1) best = a;
  }
  return best;
}
