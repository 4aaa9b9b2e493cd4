/**
 * Multi-task RL: a task is drawn at the start of each episode and one policy without memory plays them all, told the task (`context: true`) or not.
 * Over one family, or over several at once, padded and told apart by a one-hot (src/policies/padding.ts). Trained by PPO (ppo.ts), one player a family: advantages
 * and the scale of rewards are each family's own, and every family's mean gradient counts the same. Details: docs/algorithms/multi-task.md.
 */
import { budgetFields } from '../core/budget.ts';
import { type FieldsOf, seedNumber, wholeNumber } from '../core/schema.ts';
import { portsOf } from '../envs/registry.ts';
import { type AdamState, adamState } from '../optim/adam.ts';
import { Padding, sharedPorts } from '../policies/padding.ts';
import { initialParameters, resolvePolicy } from '../policies/policy.ts';
import { defineLearner } from './learner.ts';
import { environments, type GivenOf, misfit, policy, type ValuesOf } from './parts.ts';
import { bootstrapFields, bootstraps, initialRewards, mustDivide, type Player, ppoIteration, ppoSettings } from './ppo.ts';
import { playingEach } from './tests.ts';

const settings = {
  seed: seedNumber(1),
  ...budgetFields,
  /** Episodes an iteration in each environment, each on a fresh task. */
  tasks: wholeNumber(1, 65_536, 128),
  ...ppoSettings,
  ...bootstrapFields,
};

const parts = { envs: environments, policy: policy({ kind: 'mlp', hidden: [64, 64] }) };

/** All settings of multi-task RL, checked (docs/settings.md). */
export interface MultiTaskConfig extends FieldsOf<typeof settings>, ValuesOf<typeof parts> {}
/** Settings of multi-task RL; what is left out has its default. */
export type MultiTaskOptions = Partial<FieldsOf<typeof settings>> & GivenOf<typeof parts>;

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface MultiTaskState {
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  /** θ, of the policy for all. */
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  /** Statistics of each environment's training rewards so far (`initialRewards`). */
  readonly rewards: Float64Array;
}

/** The parameters that play in environment k: everything that takes a policy takes them with `config.policy`. */
export function multiTaskParameters(
  { envs, policy }: MultiTaskConfig,
  { parameters }: { readonly parameters: Float32Array },
  k: number,
): Float32Array {
  return new Padding(policy, envs.map(portsOf), k).parameters(parameters);
}

/** One policy without memory, trained by PPO on many tasks of one family or several (docs/algorithms/multi-task.md). */
export const multiTask = defineLearner({
  name: 'multi-task',
  title: 'multi-task RL',
  alsoKnownAs: ['MTRL', 'multitask PPO'],
  settings,
  parts,
  fit(config, mistakes) {
    const { policy, tasks, envs } = config;
    mistakes.attempt(() => {
      if (policy.kind !== 'mlp' || policy.value === false || policy.inputs === 'trial')
        misfit('policy', '{ kind: "mlp" } that reads observations and has a value head');
    });
    mistakes.attempt(() => {
      if (new Set(envs.map((env) => portsOf(env).head)).size > 1)
        misfit('envs', 'environments whose actions are all discrete or all in a box');
    });
    mistakes.attempt(() => mustDivide(config, tasks));
    return { ...config, envs: envs.map((env) => ({ ...env, episodes: 1 })) };
  },
  environments: ({ envs }) => envs,
  initial(config: MultiTaskConfig): MultiTaskState {
    const shape = resolvePolicy(config.policy, sharedPorts(config.envs.map(portsOf)));
    const parameters = initialParameters(shape, config.seed, { logStd: config.initialLogStd });
    return { iteration: 0, steps: 0, parameters, adam: adamState(parameters.length), rewards: initialRewards(config, config.envs.length) };
  },
  async iterate(config, state, executor) {
    const { parameters: theta, ...rest } = state;
    const { steps, metrics, returns } = await ppoIteration(config, { theta, ...rest }, playersOf(config), executor);
    state.steps += steps;
    const each = Object.fromEntries(returns.map((mean, k) => [`rollout/ep_rew_mean/${k}`, mean]));
    return { ...metrics, ...each, 'time/total_timesteps': state.steps };
  },
  acting: (config, state) => config.envs.map((_, k) => actingIn(config, state, k)),
  tests: playingEach<MultiTaskConfig, MultiTaskState>(actingIn),
});

function actingIn(config: MultiTaskConfig, state: MultiTaskState, k: number) {
  return { env: config.envs[k], policy: config.policy, parameters: multiTaskParameters(config, state, k) };
}

function playersOf({ envs, policy, tasks, bootstrap }: MultiTaskConfig): Player[] {
  const ports = envs.map(portsOf);
  return envs.map((env, k) => {
    const padding = new Padding(policy, ports, k);
    return {
      env,
      policy,
      tasks,
      explorationEpisodes: 0,
      bootstrap: bootstraps(bootstrap, policy, env),
      parameters: (theta) => padding.parameters(theta),
      pullBack: (gradient) => padding.pullBack(gradient),
    };
  });
}
