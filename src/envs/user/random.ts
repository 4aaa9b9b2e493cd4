/** The random numbers of a user's environment: one stream of Philox words for each (seed, split, stream, task, episode, step), so that nothing depends on batches or workers. */
import { philox, purposeOf, toUniform, type Words } from '../../core/philox.ts';
import { math } from './math.ts';
import type { DrawKey } from './user-law.ts';

/** Random numbers at the present coordinates (seed, task, episode, step): the same wherever and in whatever order they are drawn. */
export class Random {
  #key: [seed: number, purpose: number] = [0, 0];
  #at: [task: number, episode: number, step: number] = [0, 0, 0];
  #words: Words = [0, 0, 0, 0];
  #drawn = 0;

  /** Puts the stream at its first number of these coordinates. */
  at({ seed, split }: DrawKey, stream: number, task: number, episode: number, step: number): this {
    this.#key[0] = seed;
    this.#key[1] = purposeOf(split, stream);
    this.#at[0] = task;
    this.#at[1] = episode;
    this.#at[2] = step;
    this.#drawn = 0;
    return this;
  }

  /** A whole number of 32 bits. */
  word(): number {
    const k = this.#drawn++;
    if (k % 4 === 0) this.#words = philox(...this.#key, ...this.#at, k / 4);
    return this.#words[k % 4];
  }

  /** In [low, high), with 24 random bits. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * toUniform(this.word());
  }

  /** One of 0 … n − 1. */
  integer(n: number): number {
    return Math.floor(toUniform(this.word()) * n);
  }

  /** By Box and Muller (1958); takes two words. */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * math.log(toUniform(this.word()) + 2 ** -24));
    return mean + deviation * radius * math.cos(2 * Math.PI * toUniform(this.word()));
  }
}
