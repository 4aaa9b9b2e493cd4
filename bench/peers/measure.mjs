/**
 * How two ways to do the same work are compared: in turns within one run, by CPU time, as medians of the rounds' ratios.
 * CPU time, because other programs on the machine take from a wall clock what they take from the core; the wall clock is kept beside it.
 */

/** Why a peer cannot be measured here: a sentence that ends with how to get it. */
export class Missing extends Error {}

/**
 * One measurement: how often the work was done, in how many seconds.
 * @typedef {{ count: number, cpu: number, wall: number }} Sample
 *
 * A way to do the work, ready to run. `numbers` is what comes of it, where all must get the same.
 * @typedef {{ version: string, sample: () => Sample | Promise<Sample>, numbers?: ArrayLike<number>[], close?: () => void }} Contender
 */

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const usedCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Does `work` (which answers with how much it did) again and again for about `seconds` of CPU time. */
export async function sampled(work, seconds = 0.3) {
  const [cpu, wall] = [usedCpu(), performance.now()];
  let count = 0;
  do count += await work();
  while (usedCpu() - cpu < seconds);
  return { count, cpu: usedCpu() - cpu, wall: (performance.now() - wall) / 1000 };
}

/**
 * Samples of each contender by name, one a round. Each round begins with another contender; a round before them is a warm-up.
 * @param {Record<string, Contender>} contenders
 * @returns {Promise<Record<string, Sample[]>>}
 */
export async function inTurns(contenders, rounds) {
  const names = Object.keys(contenders);
  /** @type {Record<string, Sample[]>} */
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round + 1) % names.length];
      const sample = await contenders[name].sample();
      if (round >= 0) samples[name].push(sample);
    }
  return samples;
}

/** Three digits are more than a shared machine gives. */
const rounded = (x) => Number(x.toPrecision(3));

/** @param {Sample[]} samples @param {'cpu' | 'wall'} clock */
const rates = (samples, clock) => samples.map((sample) => sample.count / sample[clock]);

/** Rate of a contender by its CPU time. */
export const rateOf = (samples) => rounded(median(rates(samples, 'cpu')));

/** How many times faster ours is: the median over rounds with the lowest and the highest, by CPU time, and the median by the wall clock. */
export function ratioOf(ours, theirs) {
  const by = (clock) => rates(ours, clock).map((rate, round) => rate / rates(theirs, clock)[round]);
  const ratios = by('cpu');
  return {
    ratio: rounded(median(ratios)),
    lowest: rounded(Math.min(...ratios)),
    highest: rounded(Math.max(...ratios)),
    wall: rounded(median(by('wall'))),
  };
}

/** The largest difference of two lists of numbers, as a share of the largest number of the first. */
export function difference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [largest, apart] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]));
    apart = Math.max(apart, Math.abs(a[i] - b[i]));
  }
  return apart / largest;
}
