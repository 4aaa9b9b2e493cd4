/** Means, deviations and quantiles. Sums run in f64 and in index order, so a result does not depend on who computed the parts. */

/** NaN of no values. */
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

/** Standard error of the mean, with n − 1. A single value says nothing about the spread: NaN. */
export function standardError(values: ArrayLike<number>): number {
  return values.length < 2 ? Number.NaN : deviation(values) / Math.sqrt(values.length);
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

/** At 97.5 % for 1 … 30 degrees of freedom. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Student's t at 97.5 %: of 30 degrees of freedom or fewer from a table, of more by Fisher's expansion in 1/ν, right to 1e-4 there. */
export function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const square = z * z;
  const expanded = z * (1 + (square + 1) / (4 * freedom) + ((5 * square + 16) * square + 3) / (96 * freedom * freedom));
  return student[freedom - 1] ?? expanded;
}
