import { philox, purposeOf, split, toUniform } from './philox.ts';

/** Numbers in [0, 1) of a stream, one after the other, for (seed, task, update). */
export function uniforms(from: number, seed: number, task: number, update: number): () => number {
  let count = 0;
  let words: readonly number[] = [];
  return () => {
    if ((count & 3) === 0) words = philox(seed, purposeOf(split.train, from), task, update, count >>> 2, 0);
    return toUniform(words[count++ & 3]);
  };
}
