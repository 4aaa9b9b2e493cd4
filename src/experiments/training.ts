/** One training with metrics, checkpoints and a line of progress: what `train`, `quickstart`, `reproduce` and `compare` share. */

import { type Algorithm, type LearnerConfig, type LearnerState, learnerOf } from '../algorithms/learner.ts';
import { isDone, shareDone } from '../core/budget.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { mustBelong } from '../runs/checkpoint.ts';
import type { MetricsLine, MetricsLog } from '../runs/metrics-log.ts';
import { differentBuild, provenance } from '../runs/provenance.ts';
import { record } from '../runs/record.ts';
import type { Run } from '../runs/run.ts';
import type { Executor } from '../workers/executor.ts';

/** Sees long work and may stop it. The command line's is the terminal with its signals. */
export interface Watcher {
  say(text: string): void;
  warn(text: string): void;
  /** A line that may take the place of the one before it; the final one stays. */
  progress(text: string, final: boolean): void;
  /** Whether the work shall stop after this iteration, with a checkpoint. */
  readonly stopping: boolean;
}

export interface TrainingOptions {
  readonly label: string;
  readonly algo: Algorithm;
  readonly config: LearnerConfig;
  readonly executor: Executor;
  readonly run: Run;
  readonly checkpointEvery: number;
  /** `fresh` refuses to touch a run that is there, `overwrite` drops it, `resume` goes on from its newest checkpoint. */
  readonly mode: 'fresh' | 'overwrite' | 'resume';
  readonly watcher: Watcher;
}

export interface TrainingResult {
  readonly state: LearnerState;
  readonly seconds: number;
  readonly weightsHash: string;
  readonly history: readonly MetricsLine[];
  /** Whether it was stopped before it was done. */
  readonly stopped: boolean;
}

export async function trainRun({
  label,
  algo,
  config,
  executor,
  run,
  checkpointEvery,
  mode,
  watcher,
}: TrainingOptions): Promise<TrainingResult> {
  const learner = learnerOf(algo);
  const say = (text: string) => watcher.say(`${label}: ${text}`);
  const { state, log } = await begin(run, algo, config, mode, watcher, say);
  const warned = new Set<string>();
  const options = {
    algo,
    config,
    checkpointEvery,
    stepsBefore: state.steps,
    stopped: () => watcher.stopping,
    warn: ({ message }: WasmetaError) => {
      if (!warned.has(message)) watcher.warn(`${message}; training goes on`);
      warned.add(message);
    },
  };
  const before = { done: shareDone(config, state), seconds: log.lines.at(-1)?.['time/time_elapsed'] ?? 0 };
  for await (const line of record(learner.train(config, executor, state), run, log, options)) {
    const seconds = line['time/time_elapsed'] - before.seconds;
    const done = shareDone(config, { iteration: line.iteration, steps: line['time/total_timesteps'] });
    const left = (seconds / (done - before.done)) * (1 - done);
    watcher.progress(
      `${label}  ${lengthOf(config, line)}  ${bar(done)}  return ${line['rollout/ep_rew_first'].toFixed(1)} → ${line['rollout/ep_rew_last'].toFixed(1)}` +
        `  ${(line['time/fps'] / 1000).toFixed(0)} k steps/s  ${clock(left)} left`,
      done >= 1 || watcher.stopping,
    );
  }
  const seconds = (log.lines.at(-1)?.['time/time_elapsed'] ?? 0) - before.seconds;
  return { state, seconds, weightsHash: hashArrays([state.parameters]), history: log.lines, stopped: !isDone(config, state) };
}

async function begin(
  run: Run,
  algo: Algorithm,
  config: LearnerConfig,
  mode: TrainingOptions['mode'],
  watcher: Watcher,
  say: (text: string) => void,
): Promise<{ state: LearnerState; log: MetricsLog }> {
  const info = provenance(algo, config);
  if (mode === 'resume' && (await run.hasCheckpoint())) {
    const checkpoint = await run.load('last', ({ message }) => watcher.warn(`${message}; going on from the one before it`));
    // Of an older version: fields that it did not know have their defaults.
    const known = checkpoint.algo === algo ? { ...checkpoint, config: learnerOf(algo).resolve(checkpoint.config) } : checkpoint;
    mustBelong(known, algo, config, run.title);
    const state = learnerOf(algo).checkState(config, checkpoint.state);
    const different = differentBuild(await run.info(), info);
    if (different !== null) watcher.warn(`${run.title} was ${different}`);
    say(`going on from iteration ${state.iteration}`);
    return { state, log: await run.resume(checkpoint) };
  }
  if (mode === 'fresh' && (await run.exists()))
    throw new WasmetaError('E_CONFIG', `${run.title} holds a run already: --resume goes on with it, --overwrite drops it`, {
      run: run.title,
    });
  return { state: learnerOf(algo).initialState(config), log: await run.begin(info) };
}

/** 12/400, or 0.4/4.0 M steps. */
function lengthOf({ iterations, steps }: LearnerConfig, line: MetricsLine): string {
  if (steps === 0) return `${line.iteration}/${iterations}`;
  return `${[line['time/total_timesteps'], steps].map((n) => (n / 1e6).toFixed(1)).join('/')} M steps`;
}

function bar(done: number): string {
  const filled = Math.round(done * 20);
  return `${'━'.repeat(filled)}${'·'.repeat(20 - filled)}`;
}

function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
