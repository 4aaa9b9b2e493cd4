/** The form of a reproduction of a published result; the reproductions themselves are the other files of this folder. */

import type { LearnerConfig, LearnerState, TestOptions } from '../algorithms/learner.ts';
import { type Estimate, overSeeds, overTasks } from '../core/estimates.ts';
import { mean } from '../core/statistics.ts';
import { type EnvLabel, envLabel } from '../envs/spec.ts';
import type { Axis } from '../report/data.ts';
import { placeLabel } from '../report/text.ts';
import { openRun } from '../runs/open-run.ts';
import type { Executor } from '../workers/executor.ts';
import type { Course } from './course.ts';
import { type Trainable, trainRun, type Watcher } from './training.ts';

/** As it was published. */
export interface Score {
  readonly mean: number;
  /** null if it was not published. */
  readonly stderr: number | null;
}

/** What a result cost. */
export interface Budget {
  /** Seeds that were trained; none where nothing is trained, as for random play. */
  readonly seeds: readonly number[];
  /** Environment steps of training, the mean over the seeds; null where nothing is trained. */
  readonly steps: number | null;
  /** Parameters of the policy that acts; null where nothing is trained. */
  readonly parameters: number | null;
}

export interface ReproductionRow extends Budget {
  readonly setting: string;
  readonly axis: string;
  readonly ours: Estimate;
  readonly published: Score | null;
  /** The exact value; null if it is not known. */
  readonly exact: number | null;
  /** (ours − published) in combined standard errors, ours being that of `ours`; null if one of them has none. */
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
  /** All trainings of the command. */
  readonly course: Course;
  /** How long these trainings are beside the others of the course. Default 1. */
  readonly share?: number;
}

/** One training run. */
export interface ReproductionPart {
  readonly setting: string;
  readonly seed: number;
  /** The environments that it was trained in. */
  readonly envs: readonly EnvLabel[];
  readonly seconds: number;
  /** Environment steps. */
  readonly steps: number;
  /** Parameters of the policy that acts. */
  readonly parameters: number;
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
  /** How many trainings `run` makes. */
  trainings(options: Pick<ReproductionOptions, 'seeds' | 'all'>): number;
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
    rows.push(...ofPart(trained.part, trained.rows));
  }
  return { parts, rows };
}

/** A row of one run, or of what is not trained; its error is over tasks. */
export function row(setting: string, axis: string, ours: Estimate, published: Score | null, exact: number | null = null): ReproductionRow {
  const nothing: Budget = { seeds: [], steps: null, parameters: null };
  return { setting, axis, ...nothing, ours, published, exact, difference: differenceOf(ours, published) };
}

function differenceOf(ours: Estimate, published: Score | null): number | null {
  if (published === null || published.stderr === null || ours.stderr === null) return null;
  return (ours.mean - published.mean) / Math.hypot(ours.stderr, published.stderr);
}

/** The rows of one training run, with what it cost. */
export const ofPart = ({ seed, steps, parameters }: ReproductionPart, rows: readonly ReproductionRow[]): ReproductionRow[] =>
  rows.map((one) => ({ ...one, seeds: [seed], steps, parameters }));

/** Rows for all seeds by the rule of core/estimates.ts: over the means of the seeds; of a single seed they are its own. */
export function pooled(rows: readonly ReproductionRow[], name: string): ReproductionRow[] {
  return [...new Set(rows.map(({ axis }) => axis))].map((axis) => {
    const same = rows.filter((one) => one.axis === axis);
    const ours = same.length === 1 ? same[0].ours : overSeeds(same.map(({ ours }) => ours.mean));
    const [{ published, exact, parameters }] = same;
    const steps = same[0].steps === null ? null : mean(same.map(({ steps }) => steps ?? 0));
    return { ...row(name, axis, ours, published, exact), seeds: same.flatMap(({ seeds }) => seeds), steps, parameters };
  });
}

/**
 * Rows of single runs more than 3 standard errors above the largest possible value. By chance this happens once in 740; otherwise it is a bug. Rows over seeds
 * are not asked: every seed's row is, and how far seeds lie apart does not excuse one that earns too much.
 */
export const aboveExact = (rows: readonly ReproductionRow[]) =>
  rows.filter(({ ours, exact }) => ours.of === 'tasks' && exact !== null && ours.mean > exact + 3 * (ours.stderr ?? 0));

/** Seeds that results are reported of, and that settings are never chosen on (docs/evaluation.md): three, and one where a training takes long. */
export const reportedSeeds = '101,102,103';
export const reportedSeed = '101';

/** Every run has test tasks of its own, so that errors of different seeds are independent. */
export const testSeed = (seed: number) => 1000 + seed;

/** Every environment that the parts were trained in, once. */
export function environmentsOf(parts: readonly ReproductionPart[]): EnvLabel[] {
  const texts = parts.flatMap(({ envs }) => envs.map((env) => JSON.stringify(env)));
  return [...new Set(texts)].map((text) => JSON.parse(text));
}

/** Trains one part in its own folder, or continues the run that is there; null if a signal stopped it. */
export async function trainPart<Config extends LearnerConfig, State extends LearnerState>(
  label: string,
  learner: Trainable<Config, State>,
  config: Config,
  { out, executor, watcher, course, share }: ReproductionOptions,
): Promise<{ state: State; part: ReproductionPart } | null> {
  if (watcher.stopping) return null;
  const run = await openRun(`${out}/${label.replace(/[ ,]+/g, '-')}`);
  const { state, history, stopped } = await trainRun({ label, learner, config, executor, run, mode: 'continue', watcher, course, share });
  if (stopped) return null;
  const seconds = history.at(-1)?.['time/time_elapsed'] ?? 0;
  const { commit } = await run.info();
  const envs = learner.environments(config).map(envLabel);
  const { steps, parameters } = state;
  const cost = { seconds, steps, parameters: parameters.length };
  return { state, part: { setting: label, seed: config.seed, envs, ...cost, commit, curve: curveOf(history) } };
}

/** One row for each place of the axis, of returns [axis][tasks]. */
export const rowsOf = (setting: string, axis: Axis, returns: readonly Float64Array[]): ReproductionRow[] =>
  returns.map((values, e) => row(setting, placeLabel(axis, e), overTasks(values), null));

/** Trains a part and tests its last checkpoint on unseen tasks, with sampled actions; null if a signal stopped it. */
export async function trainedRows<Config extends LearnerConfig, State extends LearnerState>(
  learner: Trainable<Config, State>,
  label: string,
  settings: object,
  plan: Omit<TestOptions, 'seed'>,
  seed: number,
  options: ReproductionOptions,
): Promise<{ part: ReproductionPart; rows: ReproductionRow[]; returns: readonly Float64Array[] } | null> {
  const config = learner.resolve({ ...settings, seed } as Config);
  const run = await trainPart(label, learner, config, options);
  if (run === null) return null;
  const { axis, returns } = await learner.returns(config, run.state, { ...plan, seed: testSeed(seed) }, options.executor);
  return { part: run.part, rows: ofPart(run.part, rowsOf(label, axis as Axis, returns)), returns };
}
