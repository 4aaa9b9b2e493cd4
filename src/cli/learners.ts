/** The meta-learners of the command line, under one roof: what training, resuming and meta-testing need of each. */
import {
  checkMamlState,
  initialMamlState,
  type MamlConfig,
  type MamlOptions,
  type MamlState,
  maml,
  mamlDefaults,
  resolveMaml,
} from '../algorithms/maml.ts';
import {
  checkRl2State,
  initialRl2State,
  type Rl2Config,
  type Rl2Options,
  type Rl2State,
  resolveRl2,
  rl2,
  rl2Defaults,
} from '../algorithms/rl2.ts';
import { oneOf } from '../core/checks.ts';
import type { PolicySpec } from '../core/policy.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { type AdaptationTest, adaptationTest } from '../evaluation/adaptation-test.ts';
import { type MetaTest, metaTest } from '../evaluation/meta-test.ts';
import type { Executor } from '../executors/executor.ts';
import type { Iteration } from '../runs/record.ts';

export const algorithms = ['rl2', 'maml'] as const;
export type Algorithm = (typeof algorithms)[number];

/** What every learner's config has. */
export interface LearnerConfig {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly seed: number;
  readonly iterations: number;
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
}

export interface TestOptions {
  /** Unseen tasks. */
  readonly tasks: number;
  readonly seed: number;
  /** Learners with memory: the likeliest action instead of a sampled one. */
  readonly greedy: boolean;
  /** Learners that adapt by gradient steps: how many, and a task's episodes for each. */
  readonly steps: number;
  readonly trajectories: number;
}

const learners = {
  rl2: {
    defaultPolicy: rl2Defaults.policy,
    resolve: (options: unknown) => resolveRl2(options as Rl2Options),
    initialState: initialRl2State,
    checkState: checkRl2State,
    train: rl2,
    test: ({ env, policy }: Rl2Config, { parameters }: Rl2State, { tasks, seed, greedy }: TestOptions, executor: Executor) =>
      metaTest({ env, policy, parameters, tasks, seed, greedy }, executor),
  },
  maml: {
    defaultPolicy: mamlDefaults.policy,
    resolve: (options: unknown) => resolveMaml(options as MamlOptions),
    initialState: initialMamlState,
    checkState: checkMamlState,
    train: maml,
    test: (
      config: MamlConfig,
      { parameters, stepSizes }: MamlState,
      { tasks, seed, steps, trajectories }: TestOptions,
      executor: Executor,
    ) => {
      const { env, policy, gamma, lambda, surrogate, initialLogSpread, initialWeights } = config;
      const rules = { gamma, lambda, surrogate, initialLogSpread, initialWeights };
      return adaptationTest({ env, policy, parameters, stepSizes, tasks, seed, steps, trajectories, ...rules }, executor);
    },
  },
};

/** Throws `E_UNKNOWN_NAME`. */
export function learnerOf(name: string): MetaLearner {
  return learners[oneOf('algo', name, algorithms)] as unknown as MetaLearner;
}
