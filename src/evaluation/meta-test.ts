/**
 * Meta-testing: fresh tasks, hidden state carried over the episodes of a trial and reset at its start. Return per episode with its standard error,
 * 95 % interval (core/estimates.ts) and interquartile mean, compared with uniform random play and the oracle on the same tasks.
 */
import { onlyFields, record } from '../core/checks.ts';
import { overTasks } from '../core/estimates.ts';
import { interquartileMean, mean } from '../core/statistics.ts';
import { hasOracle, resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { loadConfig } from '../envs/user/load-env.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { bayesOptimum } from '../strategies/optimum.ts';
import type { StrategySpec } from '../strategies/strategy.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';
import { byKind, byTask, drawnTasks, hasKinds, type KindReturns, kindsOf, type TaskReturns, type TestSplit } from './by-task.ts';
import { rollout } from './rollouts.ts';

/** Of whom and on what: policy, parameters [P], environment, number of unseen tasks, seed. */
export interface MetaTestOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec | StrategySpec;
  /** Flat parameters of a policy that has any. */
  readonly parameters?: Float32Array;
  /** Unseen tasks, one trial each. */
  readonly tasks: number;
  readonly seed: number;
  /** Default false: actions are sampled, as in training. */
  readonly greedy?: boolean;
  /** An ablation: true empties the policy's memory at the start of every episode. Policies with a memory. */
  readonly forget?: boolean;
  /** Another reward of the family to be counted; the policy reads the one it was trained with. */
  readonly score?: string;
  /** Default `test`; `validate` for choosing settings. */
  readonly split?: TestSplit;
  /** true: the result holds the returns of every task (`perTask`). */
  readonly perTask?: boolean;
}

/** What every meta-test says, in arrays over its axis. */
export interface TestScores<Axis extends string> {
  readonly env: string;
  readonly preset: string;
  readonly tasks: number;
  readonly seed: number;
  readonly split: TestSplit;
  readonly axis: Axis;
  /** What the places of the axis are called, where they have names. */
  readonly labels?: readonly string[];
  readonly mean: number[];
  /** Over tasks: what is tested is one run. null of a single task. */
  readonly stderr: (number | null)[];
  readonly iqm: number[];
  /** 95 % interval of the mean by Student's t over tasks; null of a single task. */
  readonly ci95: (readonly [low: number, high: number] | null)[];
  readonly random: number[];
  /** null in families without an oracle. */
  readonly oracle: number[] | null;
  /** Hash of the results of the policy's trials. */
  readonly hash: string;
  /** Where the family's tasks are of a few kinds. */
  readonly kinds?: readonly KindReturns[];
  /** If it was asked for. */
  readonly perTask?: readonly TaskReturns[];
}

/** Return of a whole trial. */
export interface TrialTotal {
  readonly mean: number;
  /** Over tasks; null of a single task. */
  readonly stderr: number | null;
  /** The exact value of Bayes-optimal play; null if it is not known. */
  readonly optimum: number | null;
  /** Mean return of the oracle on the same tasks; null if the family has none. */
  readonly oracle: number | null;
}

/** Arrays over the E episodes of a trial; the hash is of all returns and lengths. */
export interface MetaTest extends TestScores<'episode'> {
  readonly total: TrialTotal;
}

/** Returns of every unseen task: [axis][tasks] of the policy, and means of the yardsticks over the same tasks. */
export interface TestReturns<Axis extends string = string> {
  readonly axis: Axis;
  /** What the places of the axis are called, where they have names. */
  readonly labels?: readonly string[];
  readonly returns: readonly Float64Array[];
  readonly random: number[];
  readonly oracle: number[] | null;
  /** Hash of all results of the policy's trials. */
  readonly hash: string;
}

const names = ['env', 'policy', 'parameters', 'tasks', 'seed', 'greedy', 'forget', 'score', 'split', 'perTask'];

/** Returns of every unseen task, [E][tasks], without yardsticks. */
export async function unseenReturns(
  options: MetaTestOptions,
  executor: Executor,
): Promise<Pick<TestReturns<'episode'>, 'returns' | 'hash'>> {
  mustRunJobs(executor);
  onlyFields('meta-test', record('meta-test', options), names);
  const { policy, parameters, tasks, seed, greedy = false, forget = false, score, split = 'test' } = options;
  const env = await loadConfig(options.env);
  const { returns, hash } = await rollout({ env, policy, parameters, tasks, seed, split, greedy, forget, score }, executor);
  return { returns: Array.from({ length: env.episodes }, (_, e) => episodeReturns(returns, e, env.episodes)), hash };
}

export async function metaTestReturns(options: MetaTestOptions, executor: Executor): Promise<TestReturns<'episode'>> {
  const played = await unseenReturns(options, executor);
  const means = async (kind: 'random' | 'oracle') =>
    (await unseenReturns({ ...options, policy: { kind }, parameters: undefined, forget: false }, executor)).returns.map(mean);
  const random = await means('random');
  const oracle = hasOracle(options.env) ? await means('oracle') : null;
  return { axis: 'episode', ...played, random, oracle };
}

/**
 * Plays one trial on each of `tasks` unseen tasks with fixed parameters: mean return of each episode [E] with its error, beside random play and the oracle.
 * Throws `E_ARGUMENT` for what is refused.
 */
export async function metaTest(options: MetaTestOptions, executor: Executor): Promise<MetaTest> {
  const tested = await metaTestReturns(options, executor);
  const totals = trialTotals(tested.returns);
  const { mean, stderr } = overTasks(totals);
  const total = {
    mean,
    stderr,
    optimum: options.score === undefined ? bayesOptimum(resolveEnv(options.env)) : null,
    oracle: tested.oracle === null ? null : tested.oracle.reduce((a, b) => a + b),
  };
  return { ...(await summary(options, tested, executor)), total };
}

/** The sum of each trial's returns, from returns [E][tasks]. */
export function trialTotals(returns: readonly Float64Array[]): Float64Array {
  return returns[0].map((_, n) => returns.reduce((sum, episode) => sum + episode[n], 0));
}

export async function summary<Axis extends string>(
  options: Pick<MetaTestOptions, 'env' | 'tasks' | 'seed' | 'split' | 'perTask'>,
  { returns, ...rest }: TestReturns<Axis>,
  executor: Executor,
): Promise<TestScores<Axis>> {
  const env = resolveEnv(options.env);
  const { tasks, seed, split = 'test', perTask = false } = options;
  const drawn = { tasks, seed, split };
  const played = perTask || hasKinds(env) ? await drawnTasks(env, drawn, executor) : [];
  const kinds = kindsOf(env, played);
  return {
    env: env.id,
    preset: env.preset,
    ...drawn,
    ...rest,
    ...scoresOf(returns),
    ...(kinds && { kinds: byKind(kinds, [returns]) }),
    ...(perTask && { perTask: byTask(played, kinds, returns) }),
  };
}

/** Mean, standard error, IQM and interval of returns [axis][tasks]. */
export function scoresOf(returns: readonly Float64Array[]): Pick<TestScores<string>, 'mean' | 'stderr' | 'iqm' | 'ci95'> {
  const estimates = returns.map(overTasks);
  return {
    mean: estimates.map(({ mean }) => mean),
    stderr: estimates.map(({ stderr }) => stderr),
    iqm: returns.map(interquartileMean),
    ci95: estimates.map(({ interval }) => interval),
  };
}

/** Column e of [N, E]. */
export function episodeReturns(returns: Float32Array, e: number, E: number): Float64Array {
  return Float64Array.from({ length: returns.length / E }, (_, n) => returns[n * E + e]);
}
