/**
 * Meta-testing by gradient steps: fresh tasks, return after 0 … K policy-gradient steps from θ, each on fresh episodes of the task, advantages normalised
 * as in training. Means over tasks of each task's mean over its episodes. Beside it: the same steps from a random initialisation, and one who knows the task.
 */
import { integer, number, onlyFields, record } from '../core/checks.ts';
import { hashArrays } from '../core/hash.ts';
import { split } from '../core/philox.ts';
import { type InitialWeights, initialParameters, type PolicySpec, resolvePolicy } from '../core/policy.ts';
import { mean } from '../core/statistics.ts';
import { portsOf, resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import type { Executor } from '../executors/executor.ts';
import type { AdaptJob } from '../executors/jobs.ts';
import type { Surrogate } from '../nn/maml-types.ts';
import { taskMeans } from '../rollout/rounds.ts';
import { episodeReturns, scoresOf, type TestScores } from './meta-test.ts';
import { rollout } from './rollouts.ts';

export interface AdaptationTestOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec;
  /** θ [P] */
  readonly parameters: Float32Array;
  /** α of the first step, one for each parameter. */
  readonly stepSizes: Float32Array;
  /** α of the later steps, as a share of the first's: Finn et al. 2017 halved it. */
  readonly laterStepSize?: number;
  /** K */
  readonly steps: number;
  /** Episodes of a task for each step, and after the last. */
  readonly trajectories: number;
  /** Unseen tasks. */
  readonly tasks: number;
  readonly seed: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly surrogate: Surrogate;
  /** log σ of the random initialisation beside it. */
  readonly initialLogSpread: number;
  /** Its weights. */
  readonly initialWeights: InitialWeights;
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
  'steps',
  'trajectories',
  'tasks',
  'seed',
  'gamma',
  'lambda',
  'surrogate',
  'initialLogSpread',
  'initialWeights',
];
const tasksPerJob = 10;

export async function adaptationTest(options: AdaptationTestOptions, executor: Executor): Promise<AdaptationTest> {
  onlyFields('adaptation test', record('adaptation test', options), names);
  const env = resolveEnv(options.env);
  const steps = integer('steps', options.steps, 0, 100);
  const tasks = integer('tasks', options.tasks, 1, 1_000_000);
  const later = number('laterStepSize', options.laterStepSize ?? 0.5, 0, 10);
  const stepSizes = Array.from({ length: steps }, (_, k) => options.stepSizes.map((alpha) => (k === 0 ? alpha : later * alpha)));
  const play = async (parameters: Float32Array) => {
    const jobs: AdaptJob[] = [];
    for (let firstTask = 0; firstTask < tasks; firstTask += tasksPerJob) {
      const { policy, seed, trajectories, gamma, lambda, surrogate } = options;
      const numTasks = Math.min(tasksPerJob, tasks - firstTask);
      jobs.push({
        kind: 'adapt',
        shard: jobs.length,
        keep: false,
        spec: {
          env,
          policy,
          parameters,
          stepSizes,
          seed,
          split: split.test,
          firstTask,
          numTasks,
          trajectories,
          gamma,
          lambda,
          surrogate,
          firstOrder: true,
        },
      });
    }
    return executor.run(jobs);
  };
  const shape = resolvePolicy(options.policy, portsOf(env));
  const adapted = await play(options.parameters);
  const random = await play(
    initialParameters(shape, options.seed, { logSpread: options.initialLogSpread, weights: options.initialWeights }),
  );
  const oracle = await rollout({ env, policy: { kind: 'oracle' }, trials: tasks, seed: options.seed, split: 'test' }, executor);
  const perStep = taskMeans(adapted, steps, options.trajectories);
  const knows = mean(episodeReturns(oracle.returns, 0, env.episodes));
  return {
    env: env.id,
    preset: env.preset,
    tasks,
    seed: options.seed,
    axis: 'step',
    ...scoresOf(perStep, options.seed),
    random: taskMeans(random, steps, options.trajectories).map(mean),
    oracle: perStep.map(() => knows),
    diverged: adapted.reduce((sum, { diverged }) => sum + diverged, 0),
    hash: hashArrays(adapted.map(({ returns }) => returns)),
  };
}
