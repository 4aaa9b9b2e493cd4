/**
 * Meta-testing: fresh tasks, hidden state carried over the episodes of a trial and reset at its start. Return per episode with its standard error,
 * interquartile mean and 95 % bootstrap interval, compared with uniform random play and the oracle on the same tasks.
 */
import { onlyFields, record } from '../core/checks.ts';
import { bootstrapInterval, interquartileMean, mean, standardError } from '../core/statistics.ts';
import { hasOracle, resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { bayesOptimum } from '../strategies/optimum.ts';
import type { StrategySpec } from '../strategies/strategy.ts';
import type { Executor } from '../workers/executor.ts';
import { rollout } from './rollouts.ts';

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
}

/** What every meta-test says, in arrays over its axis. */
export interface TestScores<Axis extends string> {
  readonly env: string;
  readonly preset: string;
  readonly tasks: number;
  readonly seed: number;
  readonly axis: Axis;
  /** What the places of the axis are called, where they have names. */
  readonly labels?: readonly string[];
  readonly mean: number[];
  /** Over tasks. */
  readonly stderr: number[];
  readonly iqm: number[];
  readonly ci95: [number, number][];
  readonly random: number[];
  /** null in families without an oracle. */
  readonly oracle: number[] | null;
  /** Hash of the results of the policy's trials. */
  readonly hash: string;
}

/** Return of a whole trial. */
export interface TrialTotal {
  readonly mean: number;
  readonly stderr: number;
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

/** Returns of every unseen task, [E][tasks], without yardsticks. */
export async function unseenReturns(
  options: MetaTestOptions,
  executor: Executor,
): Promise<Pick<TestReturns<'episode'>, 'returns' | 'hash'>> {
  onlyFields('meta-test', record('meta-test', options), ['env', 'policy', 'parameters', 'tasks', 'seed', 'greedy', 'forget', 'score']);
  const { policy, parameters, tasks, seed, greedy = false, forget = false, score } = options;
  const env = resolveEnv(options.env);
  const { returns, hash } = await rollout({ env, policy, parameters, tasks, seed, split: 'test', greedy, forget, score }, executor);
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

export async function metaTest(options: MetaTestOptions, executor: Executor): Promise<MetaTest> {
  const tested = await metaTestReturns(options, executor);
  const totals = trialTotals(tested.returns);
  const total = {
    mean: mean(totals),
    stderr: standardError(totals),
    optimum: options.score === undefined ? bayesOptimum(resolveEnv(options.env)) : null,
    oracle: tested.oracle === null ? null : tested.oracle.reduce((a, b) => a + b),
  };
  return { ...summary(options, tested), total };
}

/** The sum of each trial's returns, from returns [E][tasks]. */
export function trialTotals(returns: readonly Float64Array[]): Float64Array {
  return returns[0].map((_, n) => returns.reduce((sum, episode) => sum + episode[n], 0));
}

export function summary<Axis extends string>(
  options: { readonly env: string | EnvOptions; readonly tasks: number; readonly seed: number },
  { returns, ...rest }: TestReturns<Axis>,
): TestScores<Axis> {
  const { id, preset } = resolveEnv(options.env);
  const { tasks, seed } = options;
  return { env: id, preset, tasks, seed, ...rest, ...scoresOf(returns, seed) };
}

/** Mean, standard error, IQM and interval of returns [axis][tasks]; `seed` is the seed of the bootstrap. */
export function scoresOf(returns: readonly Float64Array[], seed: number): Pick<TestScores<string>, 'mean' | 'stderr' | 'iqm' | 'ci95'> {
  return {
    mean: returns.map(mean),
    stderr: returns.map(standardError),
    iqm: returns.map(interquartileMean),
    ci95: returns.map((values) => bootstrapInterval(values, seed)),
  };
}

/** Column e of [N, E]. */
export function episodeReturns(returns: Float32Array, e: number, E: number): Float64Array {
  return Float64Array.from({ length: returns.length / E }, (_, n) => returns[n * E + e]);
}
