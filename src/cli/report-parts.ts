/** What the pages of `report` and `quickstart` have in common. */
import { readFileSync } from 'node:fs';
import type { LearningPoint } from '../report/data.ts';
import type { MetricsLine } from '../runs/metrics-log.ts';

export function learningPoints(history: readonly MetricsLine[]): LearningPoint[] {
  return history.map((m) => ({
    steps: m['time/total_timesteps'],
    first: m['rollout/ep_rew_first'],
    last: m['rollout/ep_rew_last'],
    mean: m['rollout/ep_rew_mean'],
  }));
}

/** The script that draws a page's figures; beside the bundled build/cli.js. */
export function clientScript(): string {
  return readFileSync(new URL('./report-client.js', import.meta.url), 'utf8');
}
