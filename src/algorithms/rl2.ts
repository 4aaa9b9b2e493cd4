/**
 * RL² (Duan et al. 2016; Wang et al. 2016): a recurrent policy reads (observation, action, reward, done) and keeps its hidden state over the episodes of a
 * trial, so that the state itself learns the task. Trained by PPO on the return of the whole trial, with full back-propagation through it.
 *
 * One iteration is PPO's (ppo.ts) with one player, whose memory lasts a trial.
 * Details, metrics and sources: docs/algorithms/rl2.md.
 */
import { budgetFields, isDone } from '../core/budget.ts';
import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { defaultsOf, type FieldsOf, numberIn, seedNumber, settle, wholeNumber } from '../core/schema.ts';
import { checkState } from '../core/state.ts';
import { checkEnv, portsOf } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { type AdamState, adamState } from '../optim/adam.ts';
import { checkPolicy, initialParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';
import { initialRewards, mustDivide, type Player, ppoIteration, ppoSettings } from './ppo.ts';

const settings = {
  seed: seedNumber(1),
  /** An iteration is one update of the meta-policy, from fresh trials. */
  ...budgetFields,
  /** B, trials an iteration. */
  tasks: wholeNumber(1, 65_536, 64),
  ...ppoSettings,
  /** b: the first policy's units forget within 2 … 1 + e^b steps; at 0 all of them within 2. ln of a trial's steps lets some remember all of it. */
  gateBias: numberIn(0, 12, 0),
  /** Rewards of a trial's first so many episodes do not count in the loss: 0 is RL², more is E-RL² (Stadie et al. 2018). */
  explorationEpisodes: wholeNumber(0, 10_000, 0),
};

export interface Rl2Config extends FieldsOf<typeof settings> {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
}

export type Rl2Options = { readonly env: string | EnvOptions } & Partial<Omit<Rl2Config, 'env'>>;

export const rl2Defaults = { policy: { kind: 'gru', hidden: 64 } as PolicySpec, ...defaultsOf(settings) } as const;

/**
 * Fills in the defaults and checks every field, then how they fit together. Throws `E_ARGUMENT` or `E_UNKNOWN_NAME` for one mistake, `E_CONFIG` for
 * several and for a policy that RL² can't train.
 */
export function resolveRl2(options: Rl2Options): Rl2Config {
  return settle('config', (mistakes) => {
    const config = mistakes.fields('', options, settings, {
      env: (value, path) => checkEnv(value, path, mistakes),
      policy: (value: unknown = rl2Defaults.policy, path) => checkPolicy(value, path, mistakes),
    });
    if (config === undefined) return undefined;
    const { env, policy, tasks, explorationEpisodes } = config;
    mistakes.attempt(() => mustLearn(policy));
    mistakes.attempt(() => mustDivide(config, tasks));
    mistakes.attempt(() => integer('explorationEpisodes', explorationEpisodes, 0, env.episodes - 1));
    return config;
  });
}

function mustLearn(policy: PolicySpec): void {
  const refuse = (title: string, message: string) => {
    throw new WasmetaError('E_CONFIG', `"${title}" expected ${message}`, { title });
  };
  if (policy.kind === 'random' || policy.kind === 'oracle')
    refuse('policy.kind', `a policy that can learn (mlp, gru or lstm), got "${policy.kind}"`);
  else if (policy.value === false) refuse('policy.value', 'true: RL² needs a value head');
}

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface Rl2State {
  /** Iterations done. */
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  /** Of the training rewards so far (`initialRewards`). */
  readonly rewards: Float64Array;
}

export function initialRl2State(config: Rl2Config): Rl2State {
  const shape = resolvePolicy(config.policy, portsOf(config.env));
  const parameters = initialParameters(shape, config.seed, { logStd: config.initialLogStd, gateBias: config.gateBias });
  return {
    iteration: 0,
    steps: 0,
    parameters,
    adam: adamState(parameters.length),
    rewards: initialRewards(config),
  };
}

/** A state that came from a file. Throws `E_CHECKPOINT_CORRUPT` unless it has every field, of the sizes that the config asks for. */
export function checkRl2State(config: Rl2Config, value: unknown): Rl2State {
  const wanted = initialRl2State(config);
  checkState('state', value, wanted);
  return value as Rl2State;
}

export interface Rl2Iteration {
  readonly iteration: number;
  readonly steps: number;
  /** By Stable-Baselines3's names where they exist; docs/algorithms/rl2.md defines each. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The live state: copy or save it before asking for the next iteration. */
  readonly state: Rl2State;
}

/** Trains, one record an iteration. `state` goes on from a checkpoint; it is changed in place. */
export async function* rl2(options: Rl2Options, executor: Executor, state?: Rl2State): AsyncGenerator<Rl2Iteration, void, undefined> {
  const config = resolveRl2(options);
  state ??= initialRl2State(config);
  while (!isDone(config, state)) {
    const metrics = await iterate(config, state, executor);
    state.iteration++;
    yield { iteration: state.iteration, steps: state.steps, metrics, state };
  }
}

async function iterate(config: Rl2Config, state: Rl2State, executor: Executor): Promise<Record<string, number>> {
  const { env, policy, tasks, explorationEpisodes } = config;
  const player: Player = {
    env,
    policy,
    tasks,
    explorationEpisodes,
    parameters: (theta) => theta.slice(),
  };
  const { iteration, parameters: theta, adam, rewards } = state;
  const { steps, metrics } = await ppoIteration(config, { iteration, steps: state.steps, theta, adam, rewards }, [player], executor);
  state.steps += steps;
  return { ...metrics, 'time/total_timesteps': state.steps };
}
