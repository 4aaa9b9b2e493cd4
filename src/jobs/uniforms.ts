import { philox, split, stream, toUniform } from '../core/philox.ts';

/** Numbers in [0, 1), one after the other, of (seed, task, update). */
export function uniforms(seed: number, task: number, update: number): () => number {
  let count = 0;
  let words: readonly number[] = [];
  return () => {
    if ((count & 3) === 0) words = philox(seed, 16 * split.train + stream.latent, task, update, count >>> 2, 0);
    return toUniform(words[count++ & 3]);
  };
}
