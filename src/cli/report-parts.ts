/** What the pages of `report` and `quickstart` have in common. */
import { readFileSync } from 'node:fs';
import type { LearningPoint } from '../report/data.ts';
import type { MetricsLine } from '../runs/metrics-log.ts';

/** The curve of a training: over environment steps, or over iterations where there is no environment. */
export function learningPoints(
  history: readonly MetricsLine[],
  { first, last }: { readonly first: string; readonly last: string },
): LearningPoint[] {
  return history.map((line) => ({
    steps: line['time/total_timesteps'] || line.iteration,
    first: line[first],
    last: line[last],
    mean: line['rollout/ep_rew_mean'] ?? line[last],
  }));
}

/** The script that draws a page's figures; beside the bundled build/cli.js. */
export function clientScript(): string {
  return readFileSync(new URL('./report-client.js', import.meta.url), 'utf8');
}
