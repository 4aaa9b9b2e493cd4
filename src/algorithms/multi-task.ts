/**
 * Multi-task RL: a task is drawn at the start of each episode and one policy without memory plays them all, told the task (`context: true`) or not.
 * Over one family, or over several at once, padded and told apart by a one-hot (src/policies/padding.ts). Trained by PPO (ppo.ts), one player a family: advantages
 * and the scale of rewards are each family's own, and every family's mean gradient counts the same. Details: docs/algorithms/multi-task.md.
 */
import { budgetFields, isDone } from '../core/budget.ts';
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { defaultsOf, type FieldsOf, seedNumber, settle, wholeNumber } from '../core/schema.ts';
import { checkState } from '../core/state.ts';
import { checkEnv, portsOf } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { type AdamState, adamState } from '../optim/adam.ts';
import { Padding, sharedPorts } from '../policies/padding.ts';
import { checkPolicy, initialParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';
import { initialRewards, mustDivide, type Player, ppoIteration, ppoSettings } from './ppo.ts';

const settings = {
  seed: seedNumber(1),
  ...budgetFields,
  /** Episodes an iteration in each environment, each on a fresh task. */
  tasks: wholeNumber(1, 65_536, 128),
  ...ppoSettings,
};

export interface MultiTaskConfig extends FieldsOf<typeof settings> {
  readonly envs: readonly EnvConfig[];
  /** An MLP that reads observations. */
  readonly policy: PolicySpec;
}

export type MultiTaskOptions = { readonly envs: readonly (string | EnvOptions)[] } & Partial<Omit<MultiTaskConfig, 'envs'>>;

export const multiTaskDefaults = { policy: { kind: 'mlp', hidden: [64, 64] } as PolicySpec, ...defaultsOf(settings) } as const;

const mostEnvs = 64;

/** Every environment plays single episodes. Throws `E_ARGUMENT` or `E_UNKNOWN_NAME` for one mistake, `E_CONFIG` for several. */
export function resolveMultiTask(options: MultiTaskOptions): MultiTaskConfig {
  return settle('config', (mistakes) => {
    const config = mistakes.fields('', options, settings, {
      envs: (value, path) => {
        if (!Array.isArray(value) || value.length < 1 || value.length > mostEnvs)
          return mistakes.attempt(() => fail(path, `a list of 1 to ${mostEnvs} environments`, value));
        const envs = value.map((one, k) => checkEnv(one, `${path}[${k}]`, mistakes));
        return envs.includes(undefined) ? undefined : envs.map((env) => ({ ...(env as EnvConfig), episodes: 1 }));
      },
      policy: (value: unknown = multiTaskDefaults.policy, path) => checkPolicy(value, path, mistakes),
    });
    if (config === undefined) return undefined;
    const { policy, tasks } = config;
    const refuse = (title: string, expected: string) => {
      throw new WasmetaError('E_CONFIG', `"${title}" expected ${expected}`, { title });
    };
    mistakes.attempt(() => {
      if (policy.kind !== 'mlp' || policy.value === false || policy.inputs === 'trial')
        refuse('policy', '{ kind: "mlp" } that reads observations and has a value head');
    });
    mistakes.attempt(() => {
      const heads = new Set(config.envs.map((env) => portsOf(env).head));
      if (heads.size > 1) refuse('envs', 'environments whose actions are all discrete or all in a box');
    });
    mistakes.attempt(() => mustDivide(config, tasks));
    return config;
  });
}

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface MultiTaskState {
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  /** θ, of the policy for all. */
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  /** Of each environment's training rewards so far (`initialRewards`). */
  readonly rewards: Float64Array;
}

export function initialMultiTaskState(config: MultiTaskConfig): MultiTaskState {
  const shape = resolvePolicy(config.policy, sharedPorts(config.envs.map(portsOf)));
  const parameters = initialParameters(shape, config.seed, { logStd: config.initialLogStd });
  return { iteration: 0, steps: 0, parameters, adam: adamState(parameters.length), rewards: initialRewards(config, config.envs.length) };
}

/** A state that came from a file. Throws `E_CHECKPOINT_CORRUPT` unless it has every field, of the sizes that the config asks for. */
export function checkMultiTaskState(config: MultiTaskConfig, value: unknown): MultiTaskState {
  checkState('state', value, initialMultiTaskState(config));
  return value as MultiTaskState;
}

/** What plays in environment k: everything that takes a policy takes these parameters with `config.policy`. */
export function multiTaskParameters({ envs, policy }: MultiTaskConfig, { parameters }: MultiTaskState, k: number): Float32Array {
  return new Padding(policy, envs.map(portsOf), k).parameters(parameters);
}

export interface MultiTaskIteration {
  readonly iteration: number;
  readonly steps: number;
  /** PPO's, means over the environments, and each one's `rollout/ep_rew_mean/k`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The live state: copy or save it before asking for the next iteration. */
  readonly state: MultiTaskState;
}

/** Trains, one record an iteration. `state` goes on from a checkpoint; it is changed in place. */
export async function* multiTask(
  options: MultiTaskOptions,
  executor: Executor,
  state?: MultiTaskState,
): AsyncGenerator<MultiTaskIteration, void, undefined> {
  const config = resolveMultiTask(options);
  state ??= initialMultiTaskState(config);
  const { envs, policy, tasks } = config;
  const ports = envs.map(portsOf);
  const players = envs.map((env, k): Player => {
    const padding = new Padding(policy, ports, k);
    return {
      env,
      policy,
      tasks,
      explorationEpisodes: 0,
      parameters: (theta) => padding.parameters(theta),
      pullBack: (gradient) => padding.pullBack(gradient),
    };
  });
  while (!isDone(config, state)) {
    const { iteration, parameters: theta, adam, rewards } = state;
    const { steps, metrics, returns } = await ppoIteration(
      config,
      { iteration, steps: state.steps, theta, adam, rewards },
      players,
      executor,
    );
    state.steps += steps;
    state.iteration++;
    const each = Object.fromEntries(returns.map((mean, k) => [`rollout/ep_rew_mean/${k}`, mean]));
    yield { iteration: state.iteration, steps: state.steps, metrics: { ...metrics, ...each, 'time/total_timesteps': state.steps }, state };
  }
}
