/**
 * Supervised MAML (Finn et al. 2017): θ* = arg min_θ Σ_i L(f_{φ_i}, D_i^test), φ_i = K gradient steps from θ on L(f, D_i^train), on sinusoids.
 * The same inner steps as for policies (src/losses/inner-steps.ts); the outer update is Adam. One iteration: B fresh tasks, one Adam step.
 */
import { fail, finite } from '../core/checks.ts';
import { hashArrays } from '../core/hash.ts';
import { split as splits } from '../core/philox.ts';
import { type FieldsOf, flag, numberIn, seedNumber, wholeNumber } from '../core/schema.ts';
import { mean } from '../core/statistics.ts';
import type { DrawnTasks } from '../evaluation/by-task.ts';
import { scoresOf, type TestReturns } from '../evaluation/meta-test.ts';
import type { RegressionErrorsJob, RegressionErrorsResult, RegressionGradientJob } from '../jobs/regression.ts';
import { type AdamState, adamState, adamStep } from '../optim/adam.ts';
import { initialParameters, layerSize } from '../policies/policy.ts';
import { regressionShape } from '../policies/regression.ts';
import type { Executor } from '../workers/executor.ts';
import { defineLearner, type TestOptions } from './learner.ts';

const settings = {
  seed: seedNumber(1),
  /** Iterations after which training ends. */
  iterations: wholeNumber(0, 10_000_000, 70_000),
  /** Width of both hidden layers. */
  hidden: layerSize(40),
  /** B, tasks an iteration. */
  tasks: wholeNumber(1, 65_536, 25),
  /** Fixed shares of the B tasks. */
  shards: wholeNumber(1, 1024, 1),
  /** K, points a task adapts on, and as many for the outer loss. */
  points: wholeNumber(1, 4096, 10),
  /** K, gradient steps on each task. */
  innerSteps: wholeNumber(1, 100, 1),
  /** α */
  innerStepSize: numberIn(0, 100, 0.01),
  /** true: the outer gradient ignores the curvature of the inner steps (first-order MAML). */
  firstOrder: flag(false),
  /** Step size of Adam. */
  learningRate: numberIn(0, 1, 1e-3),
};

/** All settings of supervised MAML, checked (docs/settings.md). */
export interface SupervisedMamlConfig extends FieldsOf<typeof settings> {}
/** Settings of supervised MAML; what is left out has its default. */
export type SupervisedMamlOptions = Partial<SupervisedMamlConfig>;

/** What its training goes on from. */
export interface SupervisedMamlState {
  iteration: number;
  /** There is no environment: always 0. */
  steps: number;
  readonly parameters: Float32Array;
  readonly adam: AdamState;
}

/** MAML on sinusoids: regression with few points (docs/algorithms/maml.md). */
export const supervisedMaml = defineLearner({
  name: 'supervised-maml',
  title: 'supervised MAML',
  alsoKnownAs: ['sinusoid', 'few-shot regression'],
  settings,
  parts: {},
  fit(config, mistakes) {
    mistakes.attempt(() => {
      if (config.tasks % config.shards !== 0) fail('tasks', `a multiple of shards (${config.shards})`, config.tasks);
    });
    return config;
  },
  environments: () => [],
  initial(config: SupervisedMamlConfig): SupervisedMamlState {
    const parameters = initialOf(config, config.seed);
    return { iteration: 0, steps: 0, parameters, adam: adamState(parameters.length) };
  },
  async iterate(config, state, executor) {
    const { seed, points, hidden, innerSteps: steps, innerStepSize: stepSize, firstOrder, shards } = config;
    const perShard = config.tasks / shards;
    const parameters = state.parameters.slice();
    const first = state.iteration * config.tasks;
    const parts = await executor.run(
      Array.from({ length: shards }, (_, shard): RegressionGradientJob => {
        const tasks = {
          seed,
          split: splits.train,
          firstTask: first + shard * perShard,
          numTasks: perShard,
          support: points,
          query: points,
        };
        return { kind: 'regression-gradient', shard, spec: { hidden: [hidden, hidden], tasks, parameters, stepSize, steps, firstOrder } };
      }),
    );
    const gradient = new Float32Array(parameters.length);
    for (const part of parts) for (let i = 0; i < gradient.length; i++) gradient[i] += part.gradient[i] / config.tasks;
    adamStep(state.parameters, gradient, state.adam, config.learningRate);
    finite(`parameters after iteration ${state.iteration}`, state.parameters);
    return { 'train/query_error': parts.reduce((sum, part) => sum + part.loss, 0) / config.tasks, 'time/total_timesteps': 0 };
  },
  tests: {
    axis: 'step',
    measure: 'mean squared error',
    lowerIsBetter: true,
    gradients: true,
    returns: errorsAfterSteps,
    async test(config: SupervisedMamlConfig, state: SupervisedMamlState, options: TestOptions, executor: Executor) {
      const { returns, ...rest } = await errorsAfterSteps(config, state, options, executor);
      const { tasks, seed, split = 'test' } = options;
      return { env: 'sinusoids', preset: `${config.points}-points`, tasks, seed, split, ...rest, ...scoresOf(returns) };
    },
  },
  progress: { label: 'error', first: 'train/query_error', last: 'train/query_error' },
  checkpointEvery: 1000,
});

function initialOf({ hidden }: SupervisedMamlConfig, seed: number): Float32Array {
  return initialParameters(regressionShape([hidden, hidden]), seed, { weights: 'glorot' });
}

/** Mean squared errors on fresh tasks after 0 … K gradient steps [K + 1][tasks]: `points` to adapt on, 100 to measure on. The oracle makes none. */
async function errorsAfterSteps(
  config: SupervisedMamlConfig,
  { parameters }: SupervisedMamlState,
  { tasks, seed, split = 'test', gradientSteps: steps = 10 }: TestOptions,
  executor: Executor,
): Promise<TestReturns<'step'>> {
  const errors = (from: Float32Array) => executor.run(errorJobs(config, from, { tasks, seed, split, steps }));
  const tested = await errors(parameters);
  const returns = byStep(tested, steps);
  const random = byStep(await errors(initialOf(config, seed)), steps).map(mean);
  return { axis: 'step', returns, random, oracle: returns.map(() => 0), hash: hashArrays(tested.map((result) => result.errors)) };
}

const tasksPerJob = 100;

function errorJobs(
  { hidden, points, innerStepSize: stepSize }: SupervisedMamlConfig,
  parameters: Float32Array,
  { tasks, seed, split, steps }: DrawnTasks & { readonly steps: number },
): RegressionErrorsJob[] {
  return Array.from({ length: Math.ceil(tasks / tasksPerJob) }, (_, shard) => {
    const firstTask = shard * tasksPerJob;
    const numTasks = Math.min(tasksPerJob, tasks - firstTask);
    const drawn = { seed, split: splits[split], firstTask, numTasks, support: points, query: 100 };
    return {
      kind: 'regression-errors',
      shard,
      spec: { hidden: [hidden, hidden], tasks: drawn, parameters, stepSize, steps, firstOrder: true },
    };
  });
}

/** [jobs][steps + 1, B] as [steps + 1][tasks]. */
function byStep(results: readonly RegressionErrorsResult[], steps: number): Float64Array[] {
  return Array.from({ length: steps + 1 }, (_, k) =>
    Float64Array.from(
      results.flatMap(({ errors }) => {
        const B = errors.length / (steps + 1);
        return [...errors.subarray(k * B, (k + 1) * B)];
      }),
    ),
  );
}
