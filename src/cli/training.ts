/** Trains RL² with a progress line, metrics and checkpoints: what `train` and `quickstart` share. */
import { initialRl2State, type Rl2Config, type Rl2State, rl2 } from '../algorithms/rl2.ts';
import { hashArrays } from '../core/hash.ts';
import type { Executor } from '../executors/executor.ts';
import { mustBelong } from '../runs/checkpoint.ts';
import type { MetricsLine, RunFolder } from '../runs/run-folder.ts';
import { ProgressLine, remark } from './output.ts';

export interface TrainingOptions {
  readonly label: string;
  readonly config: Rl2Config;
  readonly executor: Executor;
  readonly folder: RunFolder | null;
  readonly checkpointEvery: number;
  readonly resume: boolean;
  readonly quiet: boolean;
}

export interface TrainingResult {
  readonly state: Rl2State;
  readonly seconds: number;
  readonly weightsHash: string;
  readonly history: MetricsLine[];
}

export async function trainRl2({
  label,
  config,
  executor,
  folder,
  checkpointEvery,
  resume,
  quiet,
}: TrainingOptions): Promise<TrainingResult> {
  let state = initialRl2State(config);
  let history: MetricsLine[] = [];
  if (resume && folder?.hasCheckpoint()) {
    const checkpoint = folder.load();
    mustBelong(checkpoint, 'rl2', config, folder.checkpointPath);
    state = checkpoint.state;
    history = folder.metricsUpTo(state.iteration);
    if (!quiet) remark(`${label}: going on from iteration ${state.iteration}`);
  } else folder?.begin({ algo: 'rl2', ...config });
  const progress = new ProgressLine(quiet);
  const start = Date.now();
  const before = { iteration: state.iteration, steps: state.steps };
  for await (const { iteration, steps, metrics } of rl2(config, executor, state)) {
    const seconds = (Date.now() - start) / 1000;
    const fps = (steps - before.steps) / Math.max(seconds, 1e-3);
    const line = { iteration, ...metrics, 'time/fps': Math.round(fps), 'time/time_elapsed': seconds };
    history.push(line);
    folder?.appendMetrics(line);
    const last = iteration === config.iterations;
    if (last || iteration % checkpointEvery === 0) folder?.save('rl2', config, state);
    const left = (seconds / (iteration - before.iteration)) * (config.iterations - iteration);
    progress.show(
      `${label}  ${iteration}/${config.iterations}  ${bar(iteration / config.iterations)}  return ${metrics['rollout/ep_rew_first'].toFixed(1)} → ${metrics['rollout/ep_rew_last'].toFixed(1)}` +
        `  ${(fps / 1000).toFixed(0)} k steps/s  ${clock(left)} left`,
      last,
    );
  }
  return { state, seconds: (Date.now() - start) / 1000, weightsHash: hashArrays([state.parameters]), history };
}

function bar(done: number): string {
  const filled = Math.round(done * 20);
  return `${'━'.repeat(filled)}${'·'.repeat(20 - filled)}`;
}

function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
