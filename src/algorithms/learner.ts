/**
 * What a learner is: one object that its file makes by `defineLearner`. It says
 *   settings, parts   the fields of its config, with range and default         initial   the state that training begins with
 *   iterate           one iteration: (config, state, executor) → metrics       tests     how it is meta-tested
 * and everything that learners do alike is derived here: the check of a config and of a state from a file, the generator of iterations, its tests.
 * The command line, recipes, runs and reports know learners by this object alone.
 */
import { isDone } from '../core/budget.ts';
import { callable, record, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { numbersIn, within } from '../core/room.ts';
import { defaultsOf, type Fields, type FieldsOf, type Mistakes, settle } from '../core/schema.ts';
import { checkState, cloneState, restoreState } from '../core/state.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { BeliefTest } from '../evaluation/belief-test.ts';
import type { TestSplit } from '../evaluation/by-task.ts';
import type { TestReturns, TestScores } from '../evaluation/meta-test.ts';
import type { TrialPath } from '../evaluation/paths.ts';
import type { PolicySpec } from '../policies/policy.ts';
import type { Surrogate } from '../policies/surrogates.ts';
import type { Acting } from '../rollout/agent.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';
import { orSkip } from './not-finite.ts';
import type { GivenOf, Parts, ValuesOf } from './parts.ts';

/** What every learner's config has. */
export interface LearnerConfig {
  readonly seed: number;
  readonly iterations: number;
  /** Environment steps after which training ends; 0: iterations alone decide. */
  readonly steps?: number;
}

/** What every learner's state has. It is nested plain data of numbers, Float32Array and Float64Array, changed in place by training. */
export interface LearnerState {
  /** Iterations done. */
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  /** Flat parameters of the policy that acts [P]. */
  readonly parameters: Float32Array;
}

/** How a policy adapts by gradient steps on its own episodes: the rules of its training. */
export interface AdaptationRules {
  /** α of the first step, one for each parameter. */
  readonly stepSizes: Float32Array;
  /** α of the later steps, as a share of the first's. */
  readonly laterStepSize: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly surrogate: Surrogate;
}

/** A policy that acts in an environment, and how it adapts if it does. */
export interface ActingLearner extends Acting {
  readonly adaptation?: AdaptationRules;
}

/** Values by the names of docs/metrics.md. */
export type Metrics = Readonly<Record<string, number>>;

/** What training yields after each iteration. */
export interface Iteration<State extends LearnerState = LearnerState> {
  readonly iteration: number;
  readonly steps: number;
  /** docs/metrics.md defines each. */
  readonly metrics: Metrics;
  /** The live state: clone or save it before asking for the next iteration. */
  readonly state: State;
}

/** What a meta-test is asked for. A learner reads the fields that concern it; the rest have no effect. */
export interface TestOptions {
  /** Unseen tasks. */
  readonly tasks: number;
  readonly seed: number;
  /** Learners that play with the weights they have: the likeliest action instead of a sampled one. */
  readonly greedy?: boolean;
  /** Learners whose policy has a memory: an ablation that empties it at the start of every episode. */
  readonly forget?: boolean;
  /** Another reward of the family to be counted; the policy reads, or adapts by, the one it was trained with. */
  readonly score?: string;
  /** Learners that adapt by gradient steps: how many. Default 3. */
  readonly gradientSteps?: number;
  /** The same: episodes that a task plays for each step. Default 40. */
  readonly episodes?: number;
  /** Default `test`; `validate` for choosing settings. */
  readonly split?: TestSplit;
  /** true: the result holds the returns of every task (`perTask`). */
  readonly perTask?: boolean;
}

/** How a learner is meta-tested. */
export interface Tests<Config, State, Result extends TestScores<string> = TestScores<string>> {
  /** What happens between two places of the result's axis: an episode of the trial, or a gradient step. */
  readonly axis: 'episode' | 'step';
  /** What the numbers are. Default: return of an episode, higher is better. */
  readonly measure?: string;
  readonly lowerIsBetter?: boolean;
  /** true: tests take the likeliest action whatever is asked, because the learner's noise only serves exploration. */
  readonly greedy?: boolean;
  /** true: tests compute gradients, so their executor needs a learner's modules. */
  readonly gradients?: boolean;
  /** Returns of every unseen task, beside those of the yardsticks. */
  returns(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TestReturns>;
  /** The same, summed up. */
  test(config: Config, state: State, options: TestOptions, executor: Executor): Promise<Result>;
  /** Trials on a few unseen tasks, for drawing. Default: none. */
  paths?(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TrialPath[]>;
}

type ConfigOf<F extends Fields, P extends Parts> = FieldsOf<F> & ValuesOf<P>;
type OptionsOf<F extends Fields, P extends Parts> = Partial<FieldsOf<F>> & GivenOf<P>;

/** All that a learner is: its fields with ranges and defaults, its first state, one iteration, and its tests. */
export interface LearnerDefinition<F extends Fields, P extends Parts, State extends LearnerState, Result extends TestScores<string>> {
  /** Its name in files and on the command line. */
  readonly name: string;
  /** Its name in text. */
  readonly title: string;
  /** Names by which people know it or a part of it, elsewhere: an error that meets one of them says which learner is meant. */
  readonly alsoKnownAs?: readonly string[];
  /** Config fields of numbers, flags and names. */
  readonly settings: F;
  /** Config fields with a check of their own: environments and policies. */
  readonly parts: P;
  /** Checks how the fields fit together and answers the final config. Default: they always fit. */
  fit?(config: ConfigOf<F, P>, mistakes: Mistakes): ConfigOf<F, P>;
  /** The environments that it plays in; the first is the one that reports draw. Default: `env` of the config. */
  environments?(config: ConfigOf<F, P>): readonly EnvConfig[];
  initial(config: ConfigOf<F, P>): State;
  /** The policies that act, one for each environment. Default: `policy` of the config with the state's parameters. */
  acting?(config: ConfigOf<F, P>, state: State): readonly ActingLearner[];
  /** One iteration: changes `state`, but for its count of iterations. Throws `E_NOT_FINITE`. */
  iterate(config: ConfigOf<F, P>, state: State, executor: Executor): Promise<Metrics>;
  /** Given: an iteration that is not finite is undone and answered by these, if the config's `onNotFinite` is `skip`. */
  skipped?(config: ConfigOf<F, P>, state: State): Metrics;
  readonly tests: Tests<ConfigOf<F, P>, NoInfer<State>, Result>;
  /** Learners that infer a belief over the task: what it is worth beside the exact posterior. Throws `E_UNSUPPORTED` where that is not known. */
  beliefs?(
    config: ConfigOf<F, P>,
    state: State,
    options: { readonly tasks: number; readonly seed: number },
    executor: Executor,
  ): Promise<BeliefTest>;
  /** Names of the two metrics that a line of progress shows, at the start and at the end of adaptation. Default: returns of the first and last episode. */
  readonly progress?: { readonly label: string; readonly first: string; readonly last: string };
  /** Iterations between checkpoints, unless the user says. Default 10. */
  readonly checkpointEvery?: number;
}

/** A learner, as the package exports it: `for await (const it of rl2.train(options, pool))`, `rl2.test(config, state, { tasks, seed }, pool)`. */
export interface Learner<
  Options = unknown,
  Config extends LearnerConfig = LearnerConfig,
  State extends LearnerState = LearnerState,
  Result extends TestScores<string> = TestScores<string>,
> {
  readonly name: string;
  readonly title: string;
  readonly alsoKnownAs: readonly string[];
  readonly settings: Fields;
  readonly parts: Parts;
  /** The defaults of all fields that have one. */
  readonly defaults: Readonly<Partial<Config>>;
  readonly axis: Tests<Config, State>['axis'];
  readonly measure: string;
  readonly lowerIsBetter: boolean;
  readonly greedy: boolean;
  readonly gradients: boolean;
  readonly progress: { readonly label: string; readonly first: string; readonly last: string };
  readonly checkpointEvery: number;
  /** Fills in the defaults and checks every field, then how they fit together. Throws `E_ARGUMENT` or `E_UNKNOWN_NAME` for one mistake, `E_CONFIG` for several. */
  resolve(options: Options): Config;
  environments(config: Config): readonly EnvConfig[];
  /** The state that training begins with. */
  initial(config: Config): State;
  /** The policies that act, one for each environment; none of learners that play in none. */
  acting(config: Config, state: State): readonly ActingLearner[];
  /** A state that came from a file. Throws `E_CHECKPOINT_CORRUPT` unless it has every field, of the sizes that the config asks for. */
  check(config: Config, value: unknown): State;
  /** A copy that training does not change. */
  clone(state: State): State;
  /** Trains, one record an iteration. `state` goes on from a checkpoint; it is changed in place. Throws what `resolve` throws, and `E_NOT_FINITE`. */
  train(options: Options, executor: Executor, state?: State): AsyncGenerator<Iteration<State>, void, undefined>;
  /** Meta-tests a state on unseen tasks. */
  test(config: Config, state: State, options: TestOptions, executor: Executor): Promise<Result>;
  /** What `test` sums up, task by task. */
  returns(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TestReturns>;
  /** Learners that infer a belief over the task: beside the exact posterior. Throws `E_UNSUPPORTED` where that is not known. */
  beliefs?(
    config: Config,
    state: State,
    options: { readonly tasks: number; readonly seed: number },
    executor: Executor,
  ): Promise<BeliefTest>;
  /** A few unseen trials, for drawing; none where there is nothing to draw. */
  paths(config: Config, state: State, options: TestOptions, executor: Executor): Promise<TrialPath[]>;
}

const returnsOfEpisodes = { label: 'return', first: 'rollout/ep_rew_first', last: 'rollout/ep_rew_last' };

/**
 * Makes a learner from its definition; checks, training, resuming, recipes, reports and the command line follow from it. CONTRIBUTING.md says how to write
 * one.
 */
export function defineLearner<F extends Fields, P extends Parts, State extends LearnerState, Result extends TestScores<string>>(
  definition: LearnerDefinition<F, P, State, Result>,
): Learner<OptionsOf<F, P>, ConfigOf<F, P> & LearnerConfig, State, Result> {
  type Config = ConfigOf<F, P> & LearnerConfig;
  checkDefinition(definition);
  const {
    name,
    title,
    alsoKnownAs = [],
    settings,
    parts,
    tests,
    iterate,
    initial,
    progress = returnsOfEpisodes,
    checkpointEvery = 10,
  } = definition;
  const { axis, measure = 'return', lowerIsBetter = false, greedy = false, gradients = false } = tests;
  const fallbacks = Object.fromEntries(
    Object.entries(parts).flatMap(([key, { fallback }]) => (fallback === undefined ? [] : [[key, fallback]])),
  );

  const environments = (config: Config) => definition.environments?.(config) ?? [(config as LearnerConfig & { env: EnvConfig }).env];

  /** Configs that were resolved here, and the states that are known to fit one of them: what others made is checked where it comes in. */
  const resolved = new WeakSet<object>();
  const fitting = new WeakMap<object, object>();
  const fits = (config: Config, state: State): State => {
    fitting.set(state, config);
    return state;
  };
  const own = (config: Config): Config => (resolved.has(Object(config)) ? config : resolve(config as OptionsOf<F, P>));
  const ownState = (config: Config, state: State): State =>
    fitting.get(Object(state)) === config ? state : given(() => check(config, state));

  function resolve(options: OptionsOf<F, P>): Config {
    const config = settle('config', (mistakes) => {
      const checks = Object.entries(parts).map(([key, part]) => [key, (value: unknown, path: string) => part.check(value, path, mistakes)]);
      const config = mistakes.fields('', options, settings, Object.fromEntries(checks));
      return config && ((definition.fit?.(config as Config, mistakes) ?? config) as Config);
    });
    resolved.add(config);
    return config;
  }

  const initialOf = (config: Config): State => fits(config, initial(config));

  function check(config: Config, value: unknown): State {
    checkState(
      'state',
      value,
      within(numbersIn(value), () => initial(config)),
    );
    return fits(config, value as State);
  }

  /** What a test is given, checked before it is asked for. */
  const tested =
    <R>(work: (config: Config, state: State, options: TestOptions, executor: Executor) => Promise<R>) =>
    async (given: Config, state: State, options: TestOptions, executor: Executor): Promise<R> => {
      const config = own(given);
      mustRunJobs(executor);
      return work(config, ownState(config, state), record('options', options) as object as TestOptions, executor);
    };

  async function* train(options: OptionsOf<F, P>, executor: Executor, from?: State): AsyncGenerator<Iteration<State>, void, undefined> {
    const named = record('options', options);
    for (const [key, part] of Object.entries(parts)) await part.load?.(named[key]);
    mustRunJobs(executor);
    const config = own(options as Config);
    const state = from === undefined ? initialOf(config) : ownState(config, from);
    while (!isDone(config, state)) {
      const metrics = definition.skipped === undefined ? await iterate(config, state, executor) : await guarded(config, state, executor);
      state.iteration++;
      yield { iteration: state.iteration, steps: state.steps, metrics, state };
    }
  }

  /** An iteration that is not finite leaves the state as it was. */
  async function guarded(config: Config, state: State, executor: Executor): Promise<Metrics> {
    const before = cloneState(state);
    return orSkip(config, state.iteration, iterate(config, state, executor), () => {
      restoreState(state, before);
      return definition.skipped?.(config, state) ?? {};
    });
  }

  return {
    name,
    title,
    alsoKnownAs,
    settings,
    parts,
    defaults: { ...fallbacks, ...defaultsOf(settings) } as Partial<Config>,
    axis,
    measure,
    lowerIsBetter,
    greedy,
    gradients,
    progress,
    checkpointEvery,
    resolve,
    environments: (config) => environments(own(config)),
    acting(given, asked) {
      const config = own(given);
      const state = ownState(config, asked);
      const played = () =>
        environments(config).map((env) => ({
          env,
          policy: (config as LearnerConfig & { policy: PolicySpec }).policy,
          parameters: state.parameters,
        }));
      return definition.acting?.(config, state) ?? played();
    },
    initial: (config) => initialOf(own(config)),
    check: (config, value) => check(own(config), value),
    clone(state) {
      const copy = cloneState(record('state', state) as object as State);
      const config = fitting.get(state);
      return config === undefined ? copy : fits(config as Config, copy);
    },
    train,
    test: tested(tests.test),
    returns: tested(tests.returns),
    paths: tested(tests.paths ?? (async () => [])),
    ...(definition.beliefs && { beliefs: tested(definition.beliefs) }),
  };
}

/** A state of no file: what is wrong with it is an argument that is wrong. */
function given<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code !== 'E_CHECKPOINT_CORRUPT') throw error;
    throw new WasmetaError('E_ARGUMENT', error.message, { ...error.details }, error);
  }
}

/** What a learner of a user's must have; its functions are trusted to do what they say. */
function checkDefinition(definition: unknown): void {
  const { name, title, settings, parts, initial, iterate, tests } = record('definition', definition);
  for (const [key, value] of Object.entries({ name, title })) text(`definition.${key}`, value);
  for (const [key, value] of Object.entries({ settings, parts, tests })) record(`definition.${key}`, value);
  for (const [key, value] of Object.entries({ initial, iterate })) callable(`definition.${key}`, value);
  const { test, returns } = tests as Record<string, unknown>;
  for (const [key, value] of Object.entries({ test, returns })) callable(`definition.tests.${key}`, value);
}
