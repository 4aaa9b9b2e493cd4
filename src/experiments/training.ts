/** One training with metrics, checkpoints and a line of progress: what `train`, `quickstart`, `reproduce` and `compare` share. */

import type { Learner, LearnerConfig, LearnerState } from '../algorithms/learner.ts';
import { isDone, shareDone } from '../core/budget.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { clock, plural, thousands } from '../core/wording.ts';
import { mustBelong, mustBeSavable } from '../runs/checkpoint.ts';
import type { MetricsLine, MetricsLog } from '../runs/metrics-log.ts';
import { differentBuild, provenance } from '../runs/provenance.ts';
import { record } from '../runs/record.ts';
import type { Run } from '../runs/run.ts';
import type { Executor } from '../workers/executor.ts';
import { type Course, roughly } from './course.ts';

/** Watches long work and may stop it. On the command line it is the terminal with its signals. */
export interface Watcher {
  say(text: string): void;
  warn(text: string): void;
  /** Shows a line in place of the one before it; the final line stays. */
  progress(line: readonly ProgressPart[], final: boolean): void;
  /** Whether the work shall stop after this iteration, with a checkpoint. */
  readonly stopping: boolean;
}

/** Part of a line of progress. Where the line is too narrow, parts of the highest rank are left out first; those of rank 0 stay. */
interface ProgressPart {
  readonly text: string;
  readonly rank: number;
}

// biome-ignore lint/suspicious/noExplicitAny: what may be given differs from learner to learner
type AnyOptions = any;
/** A learner whose options are checked by its `resolve` alone. A config is also a full set of options. */
export type Trainable<C extends LearnerConfig = LearnerConfig, S extends LearnerState = LearnerState> = Learner<AnyOptions, C, S>;

interface TrainingOptions<Config extends LearnerConfig, State extends LearnerState> {
  readonly label: string;
  readonly learner: Trainable<Config, State>;
  readonly config: Config;
  readonly executor: Executor;
  readonly run: Run;
  /** Iterations between checkpoints. Default: the learner's own. */
  readonly checkpointEvery?: number;
  /**
   * `fresh` refuses to touch a run that is there, `overwrite` drops it, `resume` continues from its newest checkpoint and refuses one that is done;
   * `continue` continues a run with a checkpoint, leaves one that is done as it is, and begins any other anew.
   */
  readonly mode: 'fresh' | 'overwrite' | 'resume' | 'continue';
  /** The trainings that this one is among, and how long it is beside the others (default 1). */
  readonly course?: Course;
  readonly share?: number;
  readonly watcher: Watcher;
  /** A run whose newest state the new one begins with. */
  readonly initFrom?: Run;
  /** Said before the first iteration, once nothing is left that could be refused. */
  readonly opening?: string;
}

export interface TrainingResult<State extends LearnerState = LearnerState> {
  readonly state: State;
  readonly seconds: number;
  readonly weightsHash: string;
  readonly history: readonly MetricsLine[];
  /** Whether it was stopped before it was done. */
  readonly stopped: boolean;
}

export async function trainRun<Config extends LearnerConfig, State extends LearnerState>(
  options: TrainingOptions<Config, State>,
): Promise<TrainingResult<State>> {
  const release = await options.run.hold();
  try {
    return await trainHeld(options);
  } finally {
    await release();
  }
}

async function trainHeld<Config extends LearnerConfig, State extends LearnerState>(
  options: TrainingOptions<Config, State>,
): Promise<TrainingResult<State>> {
  const { learner, config, executor, run, checkpointEvery = learner.checkpointEvery, watcher, course } = options;
  const place = course?.begin(options.share);
  const placed = (left: number | null) =>
    place === undefined ? options.label : `${place}${left === null ? '' : `, ${roughly(left)} left`}: ${options.label}`;
  const { state, log } = await begin({ ...options, label: placed(null) });
  if (options.opening !== undefined) watcher.say(options.opening);
  const warned = new Set<string>();
  const { progress, lowerIsBetter } = learner;
  const recording = {
    algo: learner.name,
    config,
    checkpointEvery,
    stepsBefore: state.steps,
    score: (metrics: Readonly<Record<string, number>>) => (lowerIsBetter ? -1 : 1) * metrics[progress.last],
    ...(executor.measured && { measured: () => executor.measured?.() ?? {} }),
    stopped: () => watcher.stopping,
    warn: ({ message }: WasmetaError) => {
      if (!warned.has(message)) watcher.warn(`${message}; training goes on`);
      warned.add(message);
    },
  };
  const before = { done: shareDone(config, state), seconds: log.lines.at(-1)?.['time/time_elapsed'] ?? 0 };
  for await (const line of record(learner.train(config, executor, state), run, log, recording)) {
    const seconds = line['time/time_elapsed'] - before.seconds;
    const done = shareDone(config, { iteration: line.iteration, steps: line['time/total_timesteps'] });
    const whole = seconds / (done - before.done);
    const left = whole * (1 - done);
    const parts = [
      [placed(course?.left(left, whole) ?? null), 0],
      [lengthOf(config, line), 2],
      [bar(done), 4],
      [adaptationOf(progress, line), 1],
      [rateOf(line), 3],
      [machinesOf(line), 2],
      [done >= 1 ? `in ${clock(line['time/time_elapsed'])}` : `${clock(left)} left`, 0],
    ] as const;
    watcher.progress(
      parts.filter(([text]) => text !== '').map(([text, rank]) => ({ text, rank })),
      done >= 1 || watcher.stopping,
    );
  }
  const elapsed = log.lines.at(-1)?.['time/time_elapsed'] ?? 0;
  course?.end(elapsed);
  const seconds = elapsed - before.seconds;
  return { state, seconds, weightsHash: hashArrays([state.parameters]), history: log.lines, stopped: !isDone(config, state) };
}

async function begin<Config extends LearnerConfig, State extends LearnerState>({
  label,
  learner,
  config,
  run,
  mode,
  watcher,
  initFrom,
}: TrainingOptions<Config, State>): Promise<{ state: State; log: MetricsLog }> {
  const { name } = learner;
  const info = provenance(name, config);
  if ((mode === 'resume' || mode === 'continue') && (await run.hasCheckpoint())) {
    const checkpoint = await run.load('last', ({ message }) => watcher.warn(`${message}; going on from the one before it`));
    // A config of an older version gets the defaults of fields that it did not know.
    const known = checkpoint.algo === name ? { ...checkpoint, config: learner.resolve(checkpoint.config as Config) } : checkpoint;
    mustBelong(known, name, config, run.title);
    const state = learner.check(config, checkpoint.state);
    if (isDone(config, state) && mode === 'continue') return { state, log: await run.resume(checkpoint, config, info) };
    if (isDone(config, state))
      throw new WasmetaError(
        'E_CONFIG',
        `${run.title} is done after ${plural(state.iteration, 'iteration')}: --iterations N trains it longer, --init-from ${run.title} begins a new run with its state`,
        { run: run.title, iteration: state.iteration },
      );
    const theirs = await run.infoIfThere();
    if (theirs === null) watcher.warn(`${run.title} has lost its config: it is written again, from that of its checkpoint`);
    const different = theirs === null ? null : differentBuild(theirs, info);
    if (different !== null) watcher.warn(`${run.title} was ${different}`);
    watcher.say(`${label}: going on from iteration ${state.iteration}`);
    return { state, log: await run.resume(checkpoint, config, info) };
  }
  if (mode === 'resume') watcher.warn(`${run.title} has no checkpoint: training begins again from the start`);
  if (mode === 'fresh' && (await run.exists()))
    throw new WasmetaError('E_CONFIG', `${run.title} holds a run already: --resume goes on with it, --overwrite drops it`, {
      run: run.title,
    });
  const state = initFrom === undefined ? learner.initial(config) : await stateOf(initFrom, learner, config, watcher);
  mustBeSavable(name, config, state); // refuses now what could not be saved later
  return { state, log: await run.begin(info) };
}

/** Another run's newest state with its counters at 0. Throws `E_CHECKPOINT_MISMATCH` where it does not fit the config. */
async function stateOf<Config extends LearnerConfig, State extends LearnerState>(
  from: Run,
  learner: Trainable<Config, State>,
  config: Config,
  watcher: Watcher,
): Promise<State> {
  const { algo, state } = await from.load('last', ({ message }) => watcher.warn(`${message}; the one before it is taken`));
  const misfit = (why: string, cause?: unknown) =>
    new WasmetaError('E_CHECKPOINT_MISMATCH', `${from.title} can't be begun with: ${why}`, { run: from.title }, cause);
  if (algo !== learner.name) throw misfit(`it was trained by ${algo}, this run by ${learner.name}`);
  try {
    const begun = learner.check(config, state);
    watcher.say(`begins with the state of ${from.title} after iteration ${begun.iteration}`);
    begun.iteration = 0;
    begun.steps = 0;
    return begun;
  } catch (error) {
    if (error instanceof WasmetaError && error.code === 'E_CHECKPOINT_CORRUPT')
      throw misfit(`its state is of other sizes than this config asks for (${error.message})`, error);
    throw error;
  }
}

/** return 37.6 → 51.7; error 0.553 where both ends are one number. */
function adaptationOf({ label, first, last }: Learner['progress'], line: MetricsLine): string {
  return first === last ? `${label} ${line[last].toFixed(3)}` : `${label} ${line[first].toFixed(1)} → ${line[last].toFixed(1)}`;
}

/** Environment steps a second; none where there is no environment. */
function rateOf(line: MetricsLine): string {
  return line['time/total_timesteps'] === 0 ? '' : `${thousands(line['time/fps'])} steps/s`;
}

/** What the machines of a queue do; nothing of other executors. */
function machinesOf({ 'queue/machines': machines, 'queue/jobs_per_second': rate, 'queue/waiting': waiting }: MetricsLine): string {
  return machines === undefined
    ? ''
    : `${plural(machines, 'machine')}, ${rate.toFixed(rate < 10 ? 1 : 0)} jobs/s, ${Math.round(100 * waiting)} % waiting`;
}

/** 12/400, or 0.4/4.0 M steps. */
function lengthOf({ iterations, steps = 0 }: LearnerConfig, line: MetricsLine): string {
  if (steps === 0) return `${line.iteration}/${iterations}`;
  return `${[line['time/total_timesteps'], steps].map((n) => (n / 1e6).toFixed(1)).join('/')} M steps`;
}

function bar(done: number): string {
  const filled = Math.round(done * 20);
  return `${'━'.repeat(filled)}${'·'.repeat(20 - filled)}`;
}
