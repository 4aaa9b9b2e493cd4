/** Goal-conditioned play on goals that training never drew: the share of episodes whose last step is at the goal, by the likeliest action. */
import { integer } from '../core/checks.ts';
import { split as splits } from '../core/philox.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { RolloutJob } from '../jobs/rollout.ts';
import type { KeptSteps } from '../jobs/trials.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { lastStepPays } from '../rollout/last-step.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';
import type { TestSplit } from './by-task.ts';

/** Of whom and on which goals. */
export interface SuccessTestOptions {
  /** An environment with one episode in a trial and with the goal in the observation. */
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  /** Episodes, each on a goal of its own. */
  readonly tasks: number;
  readonly seed: number;
  /** Default `test`. */
  readonly split?: TestSplit;
}

/** The share of goals that are reached, as a meta-test of a learner that is told them reports it. */
export interface Reaching {
  readonly success: {
    readonly mean: number;
    /** Over tasks; null of a single task. */
    readonly stderr: number | null;
    readonly ci95: readonly [low: number, high: number] | null;
  };
}

/** Which goals were reached. */
export interface Successes {
  /** [tasks], 1 where the last step paid. */
  readonly reached: Float64Array;
  /** [tasks, W] */
  readonly goals: Float32Array;
}

const batch = 250;

/** Plays one episode on each of `tasks` goals and says which were reached: whose last step paid. */
export async function successTest(options: SuccessTestOptions, executor: Executor): Promise<Successes> {
  mustRunJobs(executor);
  const { env, policy, parameters, seed, split = 'test' } = options;
  const tasks = integer('tasks', options.tasks, 1, 1_000_000);
  const jobs = Array.from({ length: Math.ceil(tasks / batch) }, (_, b): RolloutJob => {
    const numTasks = Math.min(batch, tasks - b * batch);
    const trials = { env, policy, parameters, seed, split: splits[split], firstTask: b * batch, numTasks, greedy: true };
    return { kind: 'rollout', shard: b, keep: 'steps', trials };
  });
  const records = (await executor.run(jobs)).map(({ record }) => record as KeptSteps);
  return {
    reached: Float64Array.from(records.flatMap(lastStepPays), Number),
    goals: Float32Array.from(records.flatMap(({ tasks }) => [...tasks])),
  };
}
