/** Plays any number of trials through an executor and puts the results together in task order. */
import { boolean, floats, integer, oneOf, onlyFields, record, seed as seedOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { split } from '../core/philox.ts';
import { familyOf, hasOracle, portsOf } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { loadConfig } from '../envs/user/load-env.ts';
import { largestBatch } from '../envs/vector-env.ts';
import type { RolloutJob, StrategyJob } from '../jobs/rollout.ts';
import type { KeptSteps } from '../jobs/trials.ts';
import { remembering } from '../policies/cells.ts';
import { initialParameters, numParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { checkStrategy, type StrategyTrials } from '../strategies/registry.ts';
import type { StrategySpec } from '../strategies/strategy.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';

/** Whose trials, on which tasks, and what is kept of them. */
export interface RolloutOptions {
  readonly env: string | EnvOptions;
  /** A network, or a classic strategy of the family (`strategiesOf`). Default: uniform random actions. */
  readonly policy?: PolicySpec | StrategySpec;
  /** Flat parameters of a policy that has any; default: the initial ones of `seed`. */
  readonly parameters?: Float32Array;
  /** Fresh tasks, one trial each. */
  readonly tasks: number;
  /** Tasks a job. It cuts the work, so it is part of what must be equal for equal hashes of `steps`; returns do not depend on it. */
  readonly batch?: number;
  readonly seed?: number;
  /** Whose tasks: those of training, of meta-tests, of yardsticks, or those that settings are chosen on. */
  readonly split?: keyof typeof split;
  /** true: the likeliest action instead of a sampled one. */
  readonly greedy?: boolean;
  /** true: every episode begins as a trial does, with hidden state 0 and no previous action and reward. Policies with a memory. */
  readonly forget?: boolean;
  /** `steps`: keep every step as well (time-major, one record a job). */
  readonly keep?: 'returns' | 'steps';
  /** Another reward of the family, whose sums are returned; the policy reads `reward` as ever. */
  readonly score?: string;
}

/** What trials were worth; every step of them if it was asked for. */
export interface Rollouts {
  /** [tasks, E] */
  readonly returns: Float32Array;
  readonly lengths: Int32Array;
  readonly episodes: number;
  /** Environment steps inside trials. */
  readonly steps: number;
  /** SHA-256 of the returns and lengths, and of the steps where kept; computed when it is first read. */
  readonly hash: string;
  readonly records: readonly KeptSteps[];
}

const names = ['env', 'policy', 'parameters', 'tasks', 'batch', 'seed', 'split', 'greedy', 'forget', 'keep', 'score'];

/**
 * Plays whole trials inside of WebAssembly, by a policy or a strategy. The same seed gives the same bytes with any number of workers. Throws `E_ARGUMENT`,
 * `E_UNKNOWN_NAME`.
 */
export async function rollout(options: RolloutOptions, executor: Executor): Promise<Rollouts> {
  mustRunJobs(executor);
  onlyFields('rollout', record('rollout', options), names);
  const env = await loadConfig(options.env);
  const policy = options.policy ?? { kind: 'random' };
  const seed = seedOf('seed', options.seed ?? 0);
  const tasks = integer('tasks', options.tasks, 1, 100_000_000);
  const batch = integer('batch', options.batch ?? 256, 1, largestBatch);
  const greedy = boolean('greedy', options.greedy ?? false);
  const forget = boolean('forget', options.forget ?? false);
  const keep = oneOf('keep', options.keep ?? 'returns', ['returns', 'steps']);
  const from = oneOf('split', options.split ?? 'train', ['train', 'test', 'yardstick', 'validate']);
  const score = options.score === undefined ? undefined : oneOf('score', options.score, Object.keys(familyOf(env.id).rewards));
  if (policy.kind === 'oracle' && !hasOracle(env))
    throw new WasmetaError('E_UNSUPPORTED', `${env.id} has no oracle: its best play is not known`, { env: env.id });
  if (forget) remembering('forget', policy);
  if (score !== undefined && policy.kind === 'strategy')
    throw new WasmetaError('E_UNSUPPORTED', 'a strategy is counted by the reward of its environment: "score" expected none', { score });
  const player =
    policy.kind === 'strategy'
      ? strategyOf(env, policy, keep)
      : networkOf(env, { policy, given: options.parameters, seed, greedy, forget }, { keep, ...(score !== undefined && { score }) });
  const jobs: (RolloutJob | StrategyJob)[] = [];
  for (let firstTask = 0; firstTask < tasks; firstTask += batch) {
    const numTasks = Math.min(batch, tasks - firstTask);
    jobs.push(player(jobs.length, { env, seed, split: split[from], firstTask, numTasks }));
  }
  const results = await executor.run(jobs);
  const returns = new Float32Array(tasks * env.episodes);
  const lengths = new Int32Array(tasks * env.episodes);
  let at = 0;
  for (const result of results) {
    returns.set(result.returns, at);
    lengths.set(result.lengths, at);
    at += result.returns.length;
  }
  const records = results.flatMap((result) => (result.record === null ? [] : [result.record]));
  let hash: string | undefined;
  return {
    returns,
    lengths,
    episodes: env.episodes,
    steps: results.reduce((sum, result) => sum + result.steps, 0),
    get hash() {
      hash ??= hashArrays([
        returns,
        lengths,
        ...records.flatMap((r) => [r.tasks, r.inputs, r.actions, r.logProbabilities, r.rewards, r.valid, r.done]),
      ]);
      return hash;
    },
    records,
  };
}

type Trials = Omit<StrategyTrials, 'strategy'>;

function strategyOf(env: EnvConfig, spec: StrategySpec, keep: RolloutJob['keep']): (shard: number, trials: Trials) => StrategyJob {
  const strategy = checkStrategy(env, spec);
  if (keep === 'steps')
    throw new WasmetaError('E_UNSUPPORTED', 'a strategy’s steps are not kept, only its returns', { strategy: spec.name });
  return (shard, trials) => ({ kind: 'strategy', shard, trials: { ...trials, strategy } });
}

interface Network {
  readonly policy: PolicySpec;
  readonly given: Float32Array | undefined;
  readonly seed: number;
  readonly greedy: boolean;
  readonly forget: boolean;
}

function networkOf(
  env: EnvConfig,
  { policy, given, seed, greedy, forget }: Network,
  asked: Pick<RolloutJob, 'keep' | 'score'>,
): (shard: number, trials: Trials) => RolloutJob {
  const shape = resolvePolicy(policy, portsOf(env));
  const parameters = given ?? initialParameters(shape, seed);
  floats('parameters', parameters, numParameters(shape), `what ${policy.kind} needs`);
  return (shard, trials) => ({
    kind: 'rollout',
    shard,
    ...asked,
    trials: { ...trials, policy, parameters, greedy, ...(forget && { forget }) },
  });
}
