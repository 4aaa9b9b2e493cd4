/**
 * Meta-testing by gradient steps: fresh tasks, return after 0 … K policy-gradient steps from θ, each on fresh episodes of the task, advantages normalised
 * as in training. Means over tasks of each task's mean over its episodes. For comparison: the same steps from a random initialisation, and the oracle.
 */
import { floats, integer, number, oneOf, onlyFields, record, seed } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { split as splits } from '../core/philox.ts';
import { mean } from '../core/statistics.ts';
import { familyOf, hasOracle, portsOf } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { loadConfig } from '../envs/user/load-env.ts';
import type { AdaptJob } from '../jobs/maml.ts';
import {
  type InitialWeights,
  initialParameters,
  initialWeights,
  numParameters,
  type PolicySpec,
  resolvePolicy,
} from '../policies/policy.ts';
import { type Surrogate, surrogates } from '../policies/surrogates.ts';
import { taskMeans } from '../rollout/rounds.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';
import type { TestSplit } from './by-task.ts';
import { episodeReturns, summary, type TestReturns, type TestScores } from './meta-test.ts';
import { type TrialPath, testPaths } from './paths.ts';
import { rollout } from './rollouts.ts';

/** Of whom, on what and with how many gradient steps. */
export interface AdaptationTestOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec;
  /** θ [P] */
  readonly parameters: Float32Array;
  /** α of the first step, one for each parameter. */
  readonly stepSizes: Float32Array;
  /** α of the later steps, as a share of the first's. */
  readonly laterStepSize?: number;
  /** K */
  readonly gradientSteps: number;
  /** Episodes of a task for each step, and after the last. */
  readonly episodes: number;
  /** Unseen tasks. */
  readonly tasks: number;
  readonly seed: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly surrogate: Surrogate;
  /** log σ of the random initialisation beside it. */
  readonly initialLogStd: number;
  /** Its weights. */
  readonly initialWeights: InitialWeights;
  /** Another reward of the family to be counted; the policy adapts by the one it was trained with. */
  readonly score?: string;
  /** Default `test`; `validate` for choosing settings. */
  readonly split?: TestSplit;
  /** true: the result holds the returns of every task (`perTask`). */
  readonly perTask?: boolean;
}

/** Arrays over 0 … K gradient steps. `random`: the same steps from a random initialisation; the hash is of all returns. */
export interface AdaptationTest extends TestScores<'step'> {
  /** Inner steps that were not finite and were not taken. */
  readonly diverged: number;
}

const names = [
  'env',
  'policy',
  'parameters',
  'stepSizes',
  'laterStepSize',
  'gradientSteps',
  'episodes',
  'tasks',
  'seed',
  'gamma',
  'lambda',
  'surrogate',
  'initialLogStd',
  'initialWeights',
  'score',
  'split',
  'perTask',
];
const tasksPerJob = 10;
/** Finn et al. 2017 halved the step size after the first step. */
export const usualLaterStepSize = 0.5;

/**
 * Returns after 0 … K gradient steps on unseen tasks, beside a random initialisation and the oracle. Throws `E_ARGUMENT`, and `E_UNSUPPORTED` for policies
 * that can’t adapt so.
 */
export async function adaptationTest(options: AdaptationTestOptions, executor: Executor): Promise<AdaptationTest> {
  const { diverged, ...returns } = await adaptationReturns(options, executor);
  return { ...(await summary(options, returns, executor)), diverged };
}

export async function adaptationReturns(
  options: AdaptationTestOptions,
  executor: Executor,
): Promise<TestReturns<'step'> & { diverged: number }> {
  mustRunJobs(executor);
  const { env, gradientSteps, tasks } = await check(options);
  const jobs: AdaptJob[] = [];
  const ask = (parameters: Float32Array) => {
    for (let firstTask = 0; firstTask < tasks; firstTask += tasksPerJob) {
      const numTasks = Math.min(tasksPerJob, tasks - firstTask);
      jobs.push(adaptJob(jobs.length, env, options, { parameters, gradientSteps, firstTask, numTasks }));
    }
  };
  const shape = resolvePolicy(options.policy, portsOf(env));
  const first = { logStd: options.initialLogStd, weights: options.initialWeights };
  ask(options.parameters);
  ask(initialParameters(shape, options.seed, first));
  const played = await executor.run(jobs); // one call, so that its length is known from the start
  const [adapted, random] = [played.slice(0, jobs.length / 2), played.slice(jobs.length / 2)];
  const knows = hasOracle(env) ? await oracleMean(env, options, executor) : null;
  const returns = taskMeans(adapted, gradientSteps, options.episodes);
  return {
    axis: 'step',
    returns,
    random: taskMeans(random, gradientSteps, options.episodes).map(mean),
    oracle: knows === null ? null : returns.map(() => knows),
    diverged: adapted.reduce((sum, { diverged }) => sum + diverged, 0),
    hash: hashArrays(adapted.map(({ returns }) => returns)),
  };
}

async function oracleMean(env: EnvConfig, { tasks, seed, split = 'test' }: AdaptationTestOptions, executor: Executor): Promise<number> {
  const { returns } = await rollout({ env, policy: { kind: 'oracle' }, tasks, seed, split }, executor);
  return mean(episodeReturns(returns, 0, env.episodes));
}

/** One episode of each of the first `tasks` unseen tasks after 0 … K steps: a trial's episodes are the steps'. */
export async function adaptationPaths(options: AdaptationTestOptions, executor: Executor): Promise<TrialPath[]> {
  const { env, gradientSteps, tasks } = await check(options);
  const places = Array.from({ length: tasks * (gradientSteps + 1) }, (_, i) => ({
    firstTask: Math.floor(i / (gradientSteps + 1)),
    gradientSteps: i % (gradientSteps + 1),
  }));
  const adapted = await executor.run(
    places.map((place, i) => adaptJob(i, env, options, { parameters: options.parameters, numTasks: 1, ...place }, 'each')),
  );
  const { policy, seed } = options;
  const paths = await Promise.all(
    places.map(({ firstTask }, i) =>
      testPaths({ env, policy, parameters: adapted[i].phi as Float32Array, tasks: 1, firstTask, seed }, executor),
    ),
  );
  if (paths[0].length === 0) return [];
  return Array.from({ length: tasks }, (_, task) => {
    const own = paths.slice(task * (gradientSteps + 1), (task + 1) * (gradientSteps + 1)).map(([path]) => path);
    const poses = own.flatMap(({ poses }) => poses?.slice(0, 1) ?? []);
    const filmed = own.flatMap(({ film }) => film?.episodes.slice(0, 1) ?? []);
    const second = own.flatMap(({ second }) => second?.slice(0, 1) ?? []);
    return {
      ...own[0],
      episodes: own.flatMap(({ episodes }) => episodes.slice(0, 1)),
      ...(poses.length > 0 && { poses }),
      ...(own[0].film && { film: { ...own[0].film, episodes: filmed } }),
      ...(second.length > 0 && { second }),
      returns: own.map(({ returns }) => returns[0]),
    };
  });
}

async function check(options: AdaptationTestOptions) {
  onlyFields('adaptation test', record('adaptation test', options), names);
  number('laterStepSize', options.laterStepSize ?? usualLaterStepSize, 0, 10);
  const env = await loadConfig(options.env);
  const scored = counted(env, options);
  const shape = resolvePolicy(options.policy, portsOf(env));
  for (const name of ['parameters', 'stepSizes'] as const) floats(name, options[name], numParameters(shape), `what ${shape.kind} needs`);
  for (const name of ['gamma', 'lambda'] as const) number(name, options[name], 0, 1);
  number('initialLogStd', options.initialLogStd);
  oneOf('surrogate', options.surrogate, surrogates);
  oneOf('initialWeights', options.initialWeights, initialWeights);
  integer('episodes', options.episodes, 1, 10_000);
  seed('seed', options.seed);
  return {
    env: scored,
    gradientSteps: integer('gradientSteps', options.gradientSteps, 0, 100),
    tasks: integer('tasks', options.tasks, 1, 1_000_000),
  };
}

/** A policy that reads no rewards may play with the score as the reward of its environment: it still adapts by the training reward. */
function counted(env: EnvConfig, { policy, score }: AdaptationTestOptions): EnvConfig {
  if (score === undefined) return env;
  if (resolvePolicy(policy, portsOf(env)).inputs === 'trial')
    throw new WasmetaError(
      'E_UNSUPPORTED',
      '"score" expected a policy that reads no rewards, got one whose inputs are those of the trial',
      { score },
    );
  return { ...env, reward: oneOf('score', score, Object.keys(familyOf(env.id).rewards)) };
}

interface Place {
  readonly parameters: Float32Array;
  readonly gradientSteps: number;
  readonly firstTask: number;
  readonly numTasks: number;
}

function adaptJob(
  shard: number,
  env: EnvConfig,
  options: AdaptationTestOptions,
  { gradientSteps, ...place }: Place,
  phi: AdaptJob['phi'] = 'none',
): AdaptJob {
  const { policy, seed, episodes, gamma, lambda, surrogate, laterStepSize = usualLaterStepSize, split = 'test' } = options;
  const rules = { policy, seed, episodes, gamma, lambda, surrogate, firstOrder: true };
  const stepSizes = Array.from({ length: gradientSteps }, (_, k) =>
    options.stepSizes.map((alpha) => (k === 0 ? alpha : laterStepSize * alpha)),
  );
  const spec = { id: null, env, split: splits[split], stepSizes, ...rules, ...place };
  return { kind: 'adapt', shard, spec, phi };
}
