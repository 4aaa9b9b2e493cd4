/**
 * Philox4x32-10, the twin of assembly/philox.ts: four 32-bit words as a pure function of key (seed, purpose) and counter (task, episode, step, draw).
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */

/**
 * The table of streams: whatever draws random numbers draws them from a stream of its own, so that no two uses share a number and a new use shifts no old
 * one. There is room for 16.
 */
export const stream = {
  // Drawn in WebAssembly, too (assembly/batch.ts holds the same four).
  /** Tasks ω. */
  task: 0,
  /** Where an episode starts. */
  start: 1,
  /** A policy's sampled actions. */
  policy: 2,
  /** Noise of the environment's own: rewards, transitions. */
  noise: 3,
  // Drawn in TypeScript alone.
  /** The first weights of networks. */
  weights: 4,
  /** The order of trials in minibatches. */
  shuffle: 5,
  /** Resamples of confidence intervals. */
  bootstrap: 6,
  /** Samples of a latent variable, and the steps at which it is sampled. */
  latent: 7,
  /** The order of trials in minibatches of a model that is trained beside the policy. */
  modelShuffle: 8,
  /** Which steps a minibatch takes out of a replay buffer, and the goals that they are shown with. */
  replay: 9,
  /** Noise on the actions of target networks. */
  targetNoise: 10,
} as const;
/**
 * Splits never share a number: `train` is learned from, settings are chosen by what they earn on `validate`, and what is reported is of `test`. `yardstick` is for
 * play that nothing is compared with.
 */
export const split = { train: 0, test: 1, yardstick: 2, validate: 3 } as const;
export type SplitName = keyof typeof split;

/** The second word of Philox's key, for a stream within a split. Twin: `key` in assembly/batch.ts. */
export function purposeOf(of: number, from: number): number {
  return 16 * of + from;
}

export type Words = [number, number, number, number];

function multiply(a: number, b: number): [high: number, low: number] {
  const low = Math.imul(a, b) >>> 0;
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = ah * bl + ((al * bl) >>> 16);
  const other = al * bh + (middle & 0xffff);
  const high = (ah * bh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
  return [high, low];
}

/** Philox4x32-10 (Salmon et al. 2011): four random words of 32 bits from the key (seed, purpose) and the counter (task, episode, step, draw). */
export function philox(seed: number, purpose: number, task: number, episode: number, step: number, draw: number): Words {
  let [c0, c1, c2, c3] = [task >>> 0, episode >>> 0, step >>> 0, draw >>> 0];
  let [k0, k1] = [seed >>> 0, purpose >>> 0];
  for (let round = 0; round < 10; round++) {
    const [h0, l0] = multiply(0xd2511f53, c0);
    const [h1, l1] = multiply(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(h1 ^ c1 ^ k0) >>> 0, l1, (h0 ^ c3 ^ k1) >>> 0, l0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** In [0, 1): the upper 24 bits of a word, exact in f32. */
export function toUniform(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/** A permutation of 0 … n − 1 by Fisher and Yates; a pure function of its coordinates. */
export function permutation(n: number, seed: number, purpose: number, task: number, episode: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(toUniform(philox(seed, purpose, task, episode, i, 0)[0]) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
