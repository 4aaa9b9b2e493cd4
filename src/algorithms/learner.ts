/** The meta-learners of the command line, under one roof: what training, resuming and meta-testing need of each. */

import { oneOf } from '../core/checks.ts';
import type { EnvConfig } from '../envs/spec.ts';
import {
  type AdaptationTest,
  type AdaptationTestOptions,
  adaptationPaths,
  adaptationReturns,
  adaptationTest,
} from '../evaluation/adaptation-test.ts';
import { type MetaTest, type MetaTestOptions, metaTest, metaTestReturns, type TestReturns } from '../evaluation/meta-test.ts';
import { type TrialPath, testPaths } from '../evaluation/paths.ts';
import type { PolicySpec } from '../policies/policy.ts';
import type { Iteration } from '../runs/record.ts';
import type { Executor } from '../workers/executor.ts';
import {
  checkGoalConditionedState,
  type GoalConditionedOptions,
  goalConditioned,
  goalConditionedDefaults,
  initialGoalConditionedState,
  resolveGoalConditioned,
} from './goal-conditioned.ts';
import {
  checkMamlState,
  initialMamlState,
  type MamlConfig,
  type MamlOptions,
  type MamlState,
  maml,
  mamlDefaults,
  resolveMaml,
} from './maml.ts';
import { checkRl2State, initialRl2State, type Rl2Options, resolveRl2, rl2, rl2Defaults } from './rl2.ts';
import { checkVaribadState, initialVaribadState, resolveVaribad, type VaribadOptions, varibad, varibadDefaults } from './varibad.ts';

export const algorithms = ['rl2', 'varibad', 'maml', 'her'] as const;
export type Algorithm = (typeof algorithms)[number];

/** What every learner's config has. */
export interface LearnerConfig {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly seed: number;
  readonly iterations: number;
  readonly steps: number;
}

/** What every learner's state has. */
export interface LearnerState {
  readonly iteration: number;
  readonly steps: number;
  readonly parameters: Float32Array;
}

export interface MetaLearner<Config extends LearnerConfig = LearnerConfig, State extends LearnerState = LearnerState> {
  readonly defaultPolicy: PolicySpec;
  resolve(options: unknown): Config;
  initialState(config: Config): State;
  checkState(config: Config, value: unknown): State;
  train(config: Config, executor: Executor, state: State): AsyncIterable<Iteration>;
  test(config: Config, state: State, options: TestOptions, executor: Executor): Promise<MetaTest | AdaptationTest>;
  /** What `test` sums up, task by task. */
  returns(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TestReturns>;
  /** Of a few unseen tasks, for drawing. */
  paths(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TrialPath[]>;
}

export interface TestOptions {
  /** Unseen tasks. */
  readonly tasks: number;
  readonly seed: number;
  /** Learners with memory: the likeliest action instead of a sampled one. */
  readonly greedy: boolean;
  /** Learners with memory: another reward of the family to be counted. */
  readonly score?: string;
  /** Learners that adapt by gradient steps: how many, and a task's episodes for each. */
  readonly gradientSteps: number;
  readonly episodes: number;
}

/** Of policies that play with the weights they have: what they learn of a task, they remember. `greedy`: whatever is asked for. */
const remembering = (greedy?: true) => {
  const asked = (config: LearnerConfig, state: LearnerState, options: TestOptions) =>
    metaTestOptions(config, state, greedy ? { ...options, greedy } : options);
  return {
    test: (config: LearnerConfig, state: LearnerState, options: TestOptions, executor: Executor) =>
      metaTest(asked(config, state, options), executor),
    returns: (config: LearnerConfig, state: LearnerState, options: TestOptions, executor: Executor) =>
      metaTestReturns(asked(config, state, options), executor),
    paths: ({ env, policy }: LearnerConfig, { parameters }: LearnerState, options: TestOptions, executor: Executor) =>
      testPaths({ env, policy, parameters, tasks: options.tasks, seed: options.seed, greedy: greedy ?? options.greedy }, executor),
  };
};

const learners = {
  rl2: {
    defaultPolicy: rl2Defaults.policy,
    resolve: (options: unknown) => resolveRl2(options as Rl2Options),
    initialState: initialRl2State,
    checkState: checkRl2State,
    train: rl2,
    ...remembering(),
  },
  varibad: {
    defaultPolicy: varibadDefaults.policy,
    resolve: (options: unknown) => resolveVaribad(options as VaribadOptions),
    initialState: initialVaribadState,
    checkState: checkVaribadState,
    train: varibad,
    ...remembering(),
  },
  her: {
    defaultPolicy: goalConditionedDefaults.policy,
    resolve: (options: unknown) => resolveGoalConditioned(options as GoalConditionedOptions),
    initialState: initialGoalConditionedState,
    checkState: checkGoalConditionedState,
    train: goalConditioned,
    // Its noise is for exploring alone.
    ...remembering(true),
  },
  maml: {
    defaultPolicy: mamlDefaults.policy,
    resolve: (options: unknown) => resolveMaml(options as MamlOptions),
    initialState: initialMamlState,
    checkState: checkMamlState,
    train: maml,
    test: (config: MamlConfig, state: MamlState, options: TestOptions, executor: Executor) =>
      adaptationTest(adaptationOptions(config, state, options), executor),
    returns: (config: MamlConfig, state: MamlState, options: TestOptions, executor: Executor) =>
      adaptationReturns(adaptationOptions(config, state, options), executor),
    paths: (config: MamlConfig, state: MamlState, options: TestOptions, executor: Executor) =>
      adaptationPaths(adaptationOptions(config, state, options), executor),
  },
};

function metaTestOptions(
  { env, policy }: LearnerConfig,
  { parameters }: LearnerState,
  { tasks, seed, greedy, score }: TestOptions,
): MetaTestOptions {
  return { env, policy, parameters, tasks, seed, greedy, score };
}

/** As in training. */
function adaptationOptions(config: MamlConfig, { parameters, stepSizes }: MamlState, options: TestOptions): AdaptationTestOptions {
  const { env, policy, gamma, lambda, surrogate, initialLogStd, initialWeights } = config;
  const { tasks, seed, gradientSteps, episodes } = options;
  const rules = { gamma, lambda, surrogate, initialLogStd, initialWeights };
  return { env, policy, parameters, stepSizes, tasks, seed, gradientSteps, episodes, ...rules };
}

/** Throws `E_UNKNOWN_NAME`. */
export function learnerOf(name: string): MetaLearner {
  return learners[oneOf('algo', name, algorithms)] as unknown as MetaLearner;
}
