/** Two sets of runs on shared tasks side by side: what Agarwal et al. 2021 ("Deep RL at the edge of the statistical precipice") ask for beside means. */
import { type Estimate, overRuns, type Scores } from './estimates.ts';
import { mean } from './statistics.ts';

/** a − b, where run r of both played the same tasks: what the tasks have in common cancels. Over the seeds' differences, or over the tasks of one seed. */
export function pairedDifference(a: Scores, b: Scores): Estimate {
  return overRuns(a.map((run, r) => Float64Array.from(run, (value, task) => value - b[r][task])));
}

/** The chance that a run of a is better than a run of b on a task: mean over tasks of P(X > Y) + P(X = Y)/2 over all pairs of runs (Mann and Whitney's U). */
export function probabilityOfImprovement(a: Scores, b: Scores): number {
  const tasks = Float64Array.from(a[0], (_, task) => {
    const wins = a.flatMap((x) => b.map((y) => (x[task] > y[task] ? 1 : x[task] === y[task] ? 0.5 : 0)));
    return mean(wins);
  });
  return mean(tasks);
}

/** Performance profile: for each threshold, the share of all runs and tasks with a score above it. */
export function performanceProfile(scores: Scores, thresholds: readonly number[]): number[] {
  return thresholds.map((threshold) => mean(scores.map((run) => mean(Float64Array.from(run, (value) => (value > threshold ? 1 : 0))))));
}
