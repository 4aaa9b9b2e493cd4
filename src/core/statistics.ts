/** Means and intervals of returns. Sums run in f64 and in index order, so a result does not depend on who computed the parts. */
import { philox, purposeOf, split, stream, toUniform } from './philox.ts';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sample standard deviation (n − 1). */
export function deviation(values: ArrayLike<number>): number {
  const m = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - m) ** 2;
  return Math.sqrt(sum / Math.max(1, values.length - 1));
}

export function standardError(values: ArrayLike<number>): number {
  return deviation(values) / Math.sqrt(values.length);
}

/** Interquartile mean: the mean of the middle half, with fractional weights at its two ends (Agarwal et al. 2021; scipy's trim_mean agrees where n is a multiple of 4). */
export function interquartileMean(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const low = n / 4;
  const high = n - low;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sorted[i] * Math.max(0, Math.min(i + 1, high) - Math.max(i, low));
  return sum / (high - low);
}

/** Percentile bootstrap interval of the mean (default 95 %, 1000 resamples). Resamples come from Philox, so the same values give the same interval. */
export function bootstrapInterval(values: ArrayLike<number>, seed: number, level = 0.95, resamples = 1000): [low: number, high: number] {
  const n = values.length;
  const means = new Float64Array(resamples);
  const purpose = purposeOf(split.test, stream.bootstrap);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i += 4) {
      const words = philox(seed, purpose, r, 0, i, 0);
      for (let w = 0; w < Math.min(4, n - i); w++) sum += values[Math.floor(toUniform(words[w]) * n)];
    }
    means[r] = sum / n;
  }
  means.sort();
  const tail = (1 - level) / 2;
  return [means[Math.floor(tail * (resamples - 1))], means[Math.ceil((1 - tail) * (resamples - 1))]];
}

/** Student's t at 97.5 % for 1 … 30 degrees of freedom. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** 95 % interval of the mean of a few values that are normal, such as the scores of a few seeds; of more than 31 by the normal distribution. */
export function studentInterval(values: ArrayLike<number>): [low: number, high: number] {
  const half = (student[values.length - 2] ?? 1.96) * standardError(values);
  return [mean(values) - half, mean(values) + half];
}
