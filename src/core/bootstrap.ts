/**
 * Intervals for scores of several runs (seeds) on the same tasks, by the stratified bootstrap of Agarwal et al. 2021 (rliable): every task is a stratum, whose
 * scores are resampled from the runs with replacement. With `tasks`, the tasks are resampled too. That is right if the tasks are a sample from p(ω), and with a
 * single run it is the only source of variation. It leaves out what a run has in common over its tasks, so that intervals of few runs on many tasks are too
 * narrow: the results of this package use it for the interquartile mean of one run, and for several runs the rule of estimates.ts.
 */
import type { Scores } from './estimates.ts';
import { philox, purposeOf, split, stream, toUniform } from './philox.ts';
import { interquartileMean, mean } from './statistics.ts';

interface ScoreIntervals {
  readonly mean: number;
  readonly meanInterval: [low: number, high: number];
  /** Interquartile mean over all runs and tasks. */
  readonly iqm: number;
  readonly iqmInterval: [low: number, high: number];
}

interface BootstrapOptions {
  /** Whether tasks are resampled; default true. */
  readonly tasks?: boolean;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/** Percentile intervals. Draws come from Philox, so that the same scores and seed give the same intervals. */
export function scoreIntervals(scores: Scores, seed: number, options: BootstrapOptions = {}): ScoreIntervals {
  const { tasks = true, resamples = 1000, level = 0.95 } = options;
  const [R, N] = [scores.length, scores[0].length];
  const all = Float64Array.from({ length: R * N }, (_, i) => scores[Math.floor(i / N)][i % N]);
  const sample = new Float64Array(R * N);
  const means = new Float64Array(resamples);
  const iqms = new Float64Array(resamples);
  const chosen = Uint32Array.from({ length: N }, (_, task) => task);
  for (let r = 0; r < resamples; r++) {
    if (tasks) draws(seed, r, 0, N, (task, u) => (chosen[task] = Math.floor(u * N)));
    if (R === 1) for (let task = 0; task < N; task++) sample[task] = all[chosen[task]];
    else draws(seed, r, 1, R * N, (i, u) => (sample[i] = all[Math.floor(u * R) * N + chosen[i % N]]));
    means[r] = mean(sample);
    iqms[r] = interquartileMean(sample);
  }
  return { mean: mean(all), meanInterval: middle(means, level), iqm: interquartileMean(all), iqmInterval: middle(iqms, level) };
}

function draws(seed: number, resample: number, which: number, count: number, use: (i: number, u: number) => void): void {
  const purpose = purposeOf(split.test, stream.bootstrap);
  for (let i = 0; i < count; i += 4) {
    const words = philox(seed, purpose, resample, which, i, 1);
    for (let w = 0; w < Math.min(4, count - i); w++) use(i + w, toUniform(words[w]));
  }
}

/** Percentiles with linear interpolation; sorts in place. */
function middle(values: Float64Array, level: number): [number, number] {
  values.sort();
  const at = (share: number) => {
    const place = share * (values.length - 1);
    const low = Math.floor(place);
    return values[low] + (place - low) * (values[Math.min(low + 1, values.length - 1)] - values[low]);
  };
  return [at((1 - level) / 2), at((1 + level) / 2)];
}
