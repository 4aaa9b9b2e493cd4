/** The ways to meta-test a policy: play with the weights it has, in one environment or in several, or adapt them by gradient steps first. */
import { overTasks } from '../core/estimates.ts';
import { hashText } from '../core/hash.ts';
import type { EnvConfig } from '../envs/spec.ts';
import {
  type AdaptationTest,
  type AdaptationTestOptions,
  adaptationPaths,
  adaptationReturns,
  adaptationTest,
} from '../evaluation/adaptation-test.ts';
import {
  type MetaTest,
  type MetaTestOptions,
  metaTest,
  metaTestReturns,
  scoresOf,
  type TestReturns,
  type TestScores,
} from '../evaluation/meta-test.ts';
import { testPaths } from '../evaluation/paths.ts';
import { type Reaching, successTest } from '../evaluation/success.ts';
import type { PolicySpec } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';
import type { LearnerState, TestOptions, Tests } from './learner.ts';

interface Playing {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
}

/** For policies that play with the weights they have: what they learn of a task, they remember. `greedy`: the likeliest action whatever is asked for. */
export function playing<Config extends Playing, State extends LearnerState>(greedy = false) {
  const asked = ({ env, policy }: Config, { parameters }: State, options: TestOptions): MetaTestOptions => {
    const { tasks, seed, forget, score, split, perTask } = options;
    return { env, policy, parameters, tasks, seed, greedy: greedy || options.greedy, forget, score, split, perTask };
  };
  return {
    axis: 'episode',
    greedy,
    test: (config: Config, state: State, options: TestOptions, executor: Executor): Promise<MetaTest> =>
      metaTest(asked(config, state, options), executor),
    returns: (config: Config, state: State, options: TestOptions, executor: Executor) =>
      metaTestReturns(asked(config, state, options), executor),
    paths: (config: Config, state: State, options: TestOptions, executor: Executor) => {
      const { env, policy } = config;
      const { tasks, seed } = options;
      return testPaths({ env, policy, parameters: state.parameters, tasks, seed, greedy: greedy || options.greedy }, executor);
    },
  } as const satisfies Tests<Config, State>;
}

/** For policies that are told a goal and act by the likeliest action: how often they reach it stands beside the returns. */
export function reaching<Config extends Playing, State extends LearnerState>() {
  const own = playing<Config, State>(true);
  return {
    ...own,
    async test(config: Config, state: State, options: TestOptions, executor: Executor): Promise<MetaTest & Reaching> {
      const { env, policy } = config;
      const { tasks, seed, split } = options;
      const tested = await own.test(config, state, options, executor);
      const { reached } = await successTest({ env, policy, parameters: state.parameters, tasks, seed, split }, executor);
      const { mean, stderr, interval } = overTasks(reached);
      return { ...tested, success: { mean, stderr, ci95: interval } };
    },
  } as const satisfies Tests<Config, State>;
}

/** For policies that adapt by gradient steps; `rules` are those of training. */
export function adapting<Config extends Playing, State extends LearnerState>(
  rules: (
    config: Config,
    state: State,
  ) => Omit<AdaptationTestOptions, 'env' | 'policy' | 'parameters' | 'tasks' | 'seed' | 'score' | 'gradientSteps' | 'episodes'>,
) {
  const asked = (config: Config, state: State, options: TestOptions): AdaptationTestOptions => {
    const { env, policy } = config;
    const { tasks, seed, score, split, perTask, gradientSteps = 3, episodes = 40 } = options;
    return {
      env,
      policy,
      parameters: state.parameters,
      tasks,
      seed,
      score,
      split,
      perTask,
      gradientSteps,
      episodes,
      ...rules(config, state),
    };
  };
  return {
    axis: 'step',
    gradients: true,
    test: (config: Config, state: State, options: TestOptions, executor: Executor): Promise<AdaptationTest> =>
      adaptationTest(asked(config, state, options), executor),
    returns: (config: Config, state: State, options: TestOptions, executor: Executor) =>
      adaptationReturns(asked(config, state, options), executor),
    paths: (config: Config, state: State, options: TestOptions, executor: Executor) =>
      adaptationPaths(asked(config, state, options), executor),
  } as const satisfies Tests<Config, State>;
}

interface Placed extends Playing {
  readonly parameters: Float32Array;
}

/** For a policy that plays single episodes in several environments. The axis of its tests is the environment. `place` says what plays in environment k. */
export function playingEach<Config extends { readonly envs: readonly EnvConfig[] }, State extends LearnerState>(
  place: (config: Config, state: State, k: number) => Placed,
) {
  const asked = (config: Config, state: State, options: TestOptions, k: number): MetaTestOptions => {
    const { tasks, seed, greedy, forget, score, split, perTask } = options;
    return { ...place(config, state, k), tasks, seed, greedy, forget, score, split, perTask };
  };
  async function returns(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TestReturns> {
    const each: TestReturns[] = [];
    for (const k of config.envs.keys()) each.push(await metaTestReturns(asked(config, state, options, k), executor));
    if (each.length === 1) return each[0];
    const oracles = each.map(({ oracle }) => oracle?.[0]);
    return {
      axis: 'environment',
      labels: config.envs.map(({ id, preset }) => `${id} ${preset}`),
      returns: each.map(({ returns }) => returns[0]),
      random: each.map(({ random }) => random[0]),
      oracle: oracles.includes(undefined) ? null : (oracles as number[]),
      hash: hashText(each.map(({ hash }) => hash).join(' ')),
    };
  }
  return {
    axis: 'episode',
    async test(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TestScores<string>> {
      if (config.envs.length === 1) return metaTest(asked(config, state, options, 0), executor);
      const { returns: played, ...rest } = await returns(config, state, options, executor);
      const all = (name: 'id' | 'preset') => config.envs.map((env) => env[name]).join(' + ');
      const { tasks, seed, split = 'test' } = options;
      return { env: all('id'), preset: all('preset'), tasks, seed, split, ...rest, ...scoresOf(played) };
    },
    returns,
    paths: (config: Config, state: State, { tasks, seed, greedy }: TestOptions, executor: Executor) =>
      testPaths({ ...place(config, state, 0), tasks, seed, greedy }, executor),
  } as const satisfies Tests<Config, State>;
}
