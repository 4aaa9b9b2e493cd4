/** The form of a reproduction of a published result; the reproductions themselves are the other files of this folder. */

import type { LearnerConfig, LearnerState, TestOptions } from '../algorithms/learner.ts';
import { mean, standardError } from '../core/statistics.ts';
import type { Axis } from '../report/data.ts';
import { placeLabel } from '../report/text.ts';
import { openRun } from '../runs/open-run.ts';
import type { Executor } from '../workers/executor.ts';
import { type Trainable, trainRun, type Watcher } from './training.ts';

export interface Score {
  readonly mean: number;
  /** null if it was not published. */
  readonly stderr: number | null;
}

export interface ReproductionRow {
  readonly setting: string;
  readonly axis: string;
  readonly ours: Score;
  readonly published: Score | null;
  /** The exact value; null if it is not known. */
  readonly exact: number | null;
  /** (ours − published) in combined standard errors; null if the published value has none. */
  readonly difference: number | null;
}

export interface ReproductionOptions {
  readonly seeds: readonly number[];
  /** A rehearsal of a few seconds, which reproduces nothing. */
  readonly quick: boolean;
  /** Every row of the published table, not only those that fit in half an hour. */
  readonly all: boolean;
  readonly out: string;
  readonly executor: Executor;
  readonly watcher: Watcher;
}

/** One training run. */
export interface ReproductionPart {
  readonly setting: string;
  readonly seconds: number;
  /** Environment steps. */
  readonly steps: number;
  /** Commit of the build that trained it, if it is known. */
  readonly commit?: string | null;
  /** Learning curve: [steps, return before, return after], where the returns are of the first and the last episode of a trial, or before and after adaptation. */
  readonly curve?: readonly (readonly [number, number, number])[];
}

const points = 20;

/** About `points` of the logged iterations, the last one among them. */
function curveOf(history: readonly Readonly<Record<string, number>>[]): ReproductionPart['curve'] {
  const every = Math.max(1, Math.round(history.length / points));
  return history
    .filter((_, i) => (history.length - 1 - i) % every === 0)
    .map((line) => [line['time/total_timesteps'], line['rollout/ep_rew_first'], line['rollout/ep_rew_last']]);
}

export interface Reproduction {
  readonly title: string;
  /** Default of `--seeds`. */
  readonly seeds: string;
  /** Whether `exact` is the largest possible value, so that a larger one means a bug. */
  readonly exactIsMost?: boolean;
  /** null if a signal stopped it; the same command continues it. */
  run(options: ReproductionOptions): Promise<Trained | null>;
}

/** The result of one training run, or of several. */
export interface Trained {
  readonly parts: readonly ReproductionPart[];
  readonly rows: readonly ReproductionRow[];
}

/** Trains every seed, one after the other; null if a signal stopped it. */
export async function ofEachSeed(
  { seeds }: ReproductionOptions,
  train: (seed: number) => Promise<{ readonly part: ReproductionPart; readonly rows: readonly ReproductionRow[] } | null>,
): Promise<Trained | null> {
  const parts: ReproductionPart[] = [];
  const rows: ReproductionRow[] = [];
  for (const seed of seeds) {
    const trained = await train(seed);
    if (trained === null) return null;
    parts.push(trained.part);
    rows.push(...trained.rows);
  }
  return { parts, rows };
}

/** Mean over tasks and its standard error. */
export function scoreOf(values: Float64Array): { readonly mean: number; readonly stderr: number } {
  return { mean: mean(values), stderr: standardError(values) };
}

export function row(setting: string, axis: string, ours: Score, published: Score | null, exact: number | null = null): ReproductionRow {
  const both = Math.hypot(ours.stderr ?? 0, published?.stderr ?? 0);
  const difference = published === null || published.stderr === null ? null : (ours.mean - published.mean) / both;
  return { setting, axis, ours, published, exact, difference };
}

/** Rows for all seeds: the mean of the means, with a standard error from the standard errors of the seeds. */
export function pooled(rows: readonly ReproductionRow[], name: string): ReproductionRow[] {
  return [...new Set(rows.map(({ axis }) => axis))].map((axis) => {
    const same = rows.filter((one) => one.axis === axis);
    const mean = same.reduce((sum, { ours }) => sum + ours.mean, 0) / same.length;
    const stderr = Math.hypot(...same.map(({ ours }) => ours.stderr ?? 0)) / same.length;
    return row(name, axis, { mean, stderr }, same[0].published, same[0].exact);
  });
}

/** Rows more than 3 standard errors above the largest possible value. By chance this happens once in 740; otherwise it is a bug. */
export const aboveExact = (rows: readonly ReproductionRow[]) =>
  rows.filter(({ ours, exact }) => exact !== null && ours.mean > exact + 3 * (ours.stderr ?? 0));

/** Every run has test tasks of its own, so that errors of different seeds are independent. */
export const testSeed = (seed: number) => 1000 + seed;

/** Trains one part in its own folder, or continues the run that is there; null if a signal stopped it. */
export async function trainPart<Config extends LearnerConfig, State extends LearnerState>(
  label: string,
  learner: Trainable<Config, State>,
  config: Config,
  { out, executor, watcher }: ReproductionOptions,
): Promise<{ state: State; part: ReproductionPart } | null> {
  const run = await openRun(`${out}/${label.replace(/[ ,]+/g, '-')}`);
  const mode = (await run.hasCheckpoint()) ? 'resume' : 'overwrite';
  const { state, history, stopped } = await trainRun({ label, learner, config, executor, run, mode, watcher });
  if (stopped) return null;
  const seconds = history.at(-1)?.['time/time_elapsed'] ?? 0;
  const { commit } = await run.info();
  return { state, part: { setting: label, seconds, steps: state.steps, commit, curve: curveOf(history) } };
}

/** One row for each place of the axis, of returns [axis][tasks]. */
export const rowsOf = (setting: string, axis: Axis, returns: readonly Float64Array[]): ReproductionRow[] =>
  returns.map((values, e) => row(setting, placeLabel(axis, e), scoreOf(values), null));

/** Trains a part and tests its last checkpoint on unseen tasks, with sampled actions; null if a signal stopped it. */
export async function trainedRows<Config extends LearnerConfig, State extends LearnerState>(
  learner: Trainable<Config, State>,
  label: string,
  settings: object,
  plan: Omit<TestOptions, 'seed'>,
  seed: number,
  options: ReproductionOptions,
): Promise<{ part: ReproductionPart; rows: ReproductionRow[] } | null> {
  const config = learner.resolve({ ...settings, seed } as Config);
  const run = await trainPart(label, learner, config, options);
  if (run === null) return null;
  const { axis, returns } = await learner.returns(config, run.state, { ...plan, seed: testSeed(seed) }, options.executor);
  return { part: run.part, rows: rowsOf(label, axis as Axis, returns) };
}
