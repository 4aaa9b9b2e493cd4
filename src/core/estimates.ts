/**
 * The one rule by which results say how sure they are, everywhere: "±" is the standard error over the means of the seeds (SD of the means / √n), and an interval
 * is Student's t with n − 1 degrees of freedom over these means. A single seed has only its tasks to be sure by: then both are over tasks, and `of` says so. Such an
 * error says nothing about another seed.
 */
import { mean, standardError, studentQuantile } from './statistics.ts';

/** A mean with its error, by the one rule of docs/evaluation.md. */
export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean; null of a single value. */
  readonly stderr: number | null;
  /** 95 % interval of the mean; null of a single value. */
  readonly interval: readonly [low: number, high: number] | null;
  /** What the error is over: the means of several seeds, or the tasks of one. */
  readonly of: 'seeds' | 'tasks';
  /** How many of them. */
  readonly n: number;
}

/** Scores of several runs (seeds): scores[run][task]. */
export type Scores = readonly ArrayLike<number>[];

/** The estimate from the means of several seeds. */
export function overSeeds(means: ArrayLike<number>): Estimate {
  return { ...estimate(means), of: 'seeds' };
}

/** The estimate from the values of one seed on its tasks. */
export function overTasks(values: ArrayLike<number>): Estimate {
  return { ...estimate(values), of: 'tasks' };
}

/** Over the seeds if there are several, else over the tasks of the one. */
export function overRuns(scores: Scores): Estimate {
  return scores.length === 1 ? overTasks(scores[0]) : overSeeds(scores.map(mean));
}

/** "over 3 seeds", "over 1000 tasks, one seed". */
export function overWhat({ of, n }: Pick<Estimate, 'of' | 'n'>): string {
  return of === 'seeds' ? `over ${n} seeds` : `over ${n} tasks, one seed`;
}

function estimate(values: ArrayLike<number>): Omit<Estimate, 'of'> {
  const [m, n] = [mean(values), values.length];
  if (n < 2) return { mean: m, stderr: null, interval: null, n };
  const stderr = standardError(values);
  const half = studentQuantile(n - 1) * stderr;
  return { mean: m, stderr, interval: [m - half, m + half], n };
}
