/**
 * Supervised MAML (Finn et al. 2017): θ* = arg min_θ Σ_i L(f_{φ_i}, D_i^test), φ_i = K gradient steps from θ on L(f, D_i^train), on sinusoids.
 * The same inner steps as for policies (src/losses/inner-steps.ts); the outer update is Adam. One iteration: B fresh tasks, one Adam step.
 */
import { fail, finite } from '../core/checks.ts';
import { split } from '../core/philox.ts';
import { defaultsOf, type FieldsOf, flag, numberIn, seedNumber, settle, wholeNumber } from '../core/schema.ts';
import { mean, standardError } from '../core/statistics.ts';
import type { RegressionErrorsJob, RegressionGradientJob } from '../jobs/regression.ts';
import { type AdamState, adamState, adamStep } from '../optim/adam.ts';
import { initialParameters, layerSize, numParameters } from '../policies/policy.ts';
import { regressionShape } from '../policies/regression.ts';
import type { Executor } from '../workers/executor.ts';

const settings = {
  seed: seedNumber(1),
  iterations: wholeNumber(0, 10_000_000, 70_000),
  /** Width of both hidden layers. */
  hidden: layerSize(40),
  /** B, tasks an iteration. */
  tasks: wholeNumber(1, 65_536, 25),
  /** Fixed shares of the B tasks. */
  shards: wholeNumber(1, 1024, 1),
  /** K, points a task adapts on, and as many for the outer loss. */
  points: wholeNumber(1, 4096, 10),
  innerSteps: wholeNumber(1, 100, 1),
  /** α */
  innerStepSize: numberIn(0, 100, 0.01),
  firstOrder: flag(false),
  /** Of Adam. */
  learningRate: numberIn(0, 1, 1e-3),
};

export type SupervisedMamlConfig = FieldsOf<typeof settings>;
export type SupervisedMamlOptions = Partial<SupervisedMamlConfig>;

export const supervisedMamlDefaults = defaultsOf(settings);

/** Throws `E_ARGUMENT` for one mistake, `E_CONFIG` for several. */
export function resolveSupervisedMaml(options: SupervisedMamlOptions): SupervisedMamlConfig {
  return settle('config', (mistakes) => {
    const config = mistakes.fields('', options, settings);
    if (config === undefined) return undefined;
    mistakes.attempt(() => {
      if (config.tasks % config.shards !== 0) fail('tasks', `a multiple of shards (${config.shards})`, config.tasks);
    });
    return config;
  });
}

export interface SupervisedMamlState {
  iteration: number;
  readonly parameters: Float32Array;
  readonly adam: AdamState;
}

export function initialSupervisedMamlState(config: SupervisedMamlConfig): SupervisedMamlState {
  const shape = regressionShape([config.hidden, config.hidden]);
  return { iteration: 0, parameters: initialParameters(shape, config.seed, { weights: 'glorot' }), adam: adamState(numParameters(shape)) };
}

export interface SupervisedMamlIteration {
  readonly iteration: number;
  /** Mean squared error after adapting, over the iteration's tasks. */
  readonly loss: number;
  /** The live state: copy or save it before asking for the next iteration. */
  readonly state: SupervisedMamlState;
}

/** Trains, one record an iteration. `state` is changed in place. */
export async function* supervisedMaml(
  options: SupervisedMamlOptions,
  executor: Executor,
  state?: SupervisedMamlState,
): AsyncGenerator<SupervisedMamlIteration, void, undefined> {
  const config = resolveSupervisedMaml(options);
  state ??= initialSupervisedMamlState(config);
  const { seed, points, hidden, innerSteps: steps, innerStepSize: stepSize, firstOrder, shards } = config;
  const perShard = config.tasks / shards;
  while (state.iteration < config.iterations) {
    const parameters = state.parameters.slice();
    const first = state.iteration * config.tasks;
    const parts = await executor.run(
      Array.from({ length: shards }, (_, shard): RegressionGradientJob => {
        const tasks = { seed, split: split.train, firstTask: first + shard * perShard, numTasks: perShard, support: points, query: points };
        return { kind: 'regression-gradient', shard, spec: { hidden: [hidden, hidden], tasks, parameters, stepSize, steps, firstOrder } };
      }),
    );
    const gradient = new Float32Array(parameters.length);
    for (const part of parts) for (let i = 0; i < gradient.length; i++) gradient[i] += part.gradient[i] / config.tasks;
    adamStep(state.parameters, gradient, state.adam, config.learningRate);
    finite(`parameters after iteration ${state.iteration}`, state.parameters);
    state.iteration++;
    yield { iteration: state.iteration, loss: parts.reduce((sum, part) => sum + part.loss, 0) / config.tasks, state };
  }
}

export interface SinusoidTest {
  /** Arrays over 0 … K gradient steps: mean squared error on fresh tasks, and its standard error over tasks. */
  readonly mean: number[];
  readonly stderr: number[];
  readonly tasks: number;
}

/** Meta-tests on fresh tasks: `points` to adapt on, 100 to measure on. */
export async function sinusoidTest(
  config: SupervisedMamlConfig,
  parameters: Float32Array,
  {
    tasks,
    seed,
    points,
    gradientSteps,
  }: { readonly tasks: number; readonly seed: number; readonly points: number; readonly gradientSteps: number },
  executor: Executor,
): Promise<SinusoidTest> {
  const perJob = 100;
  const jobs = Array.from({ length: Math.ceil(tasks / perJob) }, (_, shard): RegressionErrorsJob => {
    const numTasks = Math.min(perJob, tasks - shard * perJob);
    const drawn = { seed, split: split.test, firstTask: shard * perJob, numTasks, support: points, query: 100 };
    const spec = {
      hidden: [config.hidden, config.hidden],
      tasks: drawn,
      parameters,
      stepSize: config.innerStepSize,
      steps: gradientSteps,
      firstOrder: true,
    };
    return { kind: 'regression-errors', shard, spec };
  });
  const results = await executor.run(jobs);
  const after = Array.from({ length: gradientSteps + 1 }, (_, k) =>
    Float64Array.from(
      results.flatMap(({ errors }, i) =>
        Array.from(errors.subarray(k * jobs[i].spec.tasks.numTasks, (k + 1) * jobs[i].spec.tasks.numTasks)),
      ),
    ),
  );
  return { mean: after.map(mean), stderr: after.map(standardError), tasks };
}
