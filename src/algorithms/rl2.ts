/**
 * RL² (Duan et al. 2016; Wang et al. 2016): a recurrent policy reads (observation, action, reward, done) and keeps its hidden state over the episodes of a
 * trial, so that the state itself learns the task. Trained by PPO on the return of the whole trial, with full back-propagation through it.
 *
 * One iteration is PPO's (ppo.ts) with one player, whose memory lasts a trial.
 * Details, metrics and sources: docs/algorithms/rl2.md.
 */
import { budgetFields } from '../core/budget.ts';
import { integer } from '../core/checks.ts';
import { type FieldsOf, numberIn, seedNumber, wholeNumber } from '../core/schema.ts';
import { portsOf } from '../envs/registry.ts';
import { type AdamState, adamState } from '../optim/adam.ts';
import { cellKinds } from '../policies/cells.ts';
import { initialParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { defineLearner } from './learner.ts';
import { environment, type GivenOf, misfit, policy, type ValuesOf } from './parts.ts';
import { bootstrapFields, bootstraps, initialRewards, mustDivide, type Player, ppoIteration, ppoSettings } from './ppo.ts';
import { playing } from './tests.ts';

const settings = {
  seed: seedNumber(1),
  /** An iteration is one update of the meta-policy, from fresh trials. */
  ...budgetFields,
  /** B, trials an iteration. */
  tasks: wholeNumber(1, 65_536, 64),
  ...ppoSettings,
  ...bootstrapFields,
  /** b: the first policy's units forget within 2 … 1 + e^b steps; at 0 all of them within 2. ln of a trial's steps lets some remember all of it. */
  gateBias: numberIn(0, 12, 0),
  /** Rewards of a trial's first so many episodes do not count in the loss: 0 is RL², more is E-RL² (Stadie et al. 2018). */
  explorationEpisodes: wholeNumber(0, 10_000, 0),
};

const parts = { env: environment, policy: policy({ kind: 'gru', hidden: 64 }) };

/** All settings of RL², checked (docs/settings.md). */
export interface Rl2Config extends FieldsOf<typeof settings>, ValuesOf<typeof parts> {}
/** Settings of RL²; what is left out has its default. */
export type Rl2Options = Partial<FieldsOf<typeof settings>> & GivenOf<typeof parts>;

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface Rl2State {
  /** Iterations done. */
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  /** Statistics of the training rewards so far (`initialRewards`). */
  readonly rewards: Float64Array;
}

/** RL²: a recurrent policy that learns a task within a trial, trained by PPO over whole trials (docs/algorithms/rl2.md). */
export const rl2 = defineLearner({
  name: 'rl2',
  title: 'RL²',
  alsoKnownAs: ['PPO', 'RL-squared', 'recurrent PPO', 'E-RL²', 'meta-RNN'],
  settings,
  parts,
  fit(config, mistakes) {
    const { env, policy, tasks, explorationEpisodes } = config;
    mistakes.attempt(() => mustLearn(policy));
    mistakes.attempt(() => mustDivide(config, tasks));
    mistakes.attempt(() => bootstraps(config.bootstrap, policy, env));
    mistakes.attempt(() => integer('explorationEpisodes', explorationEpisodes, 0, env.episodes - 1));
    return config;
  },
  initial(config: Rl2Config): Rl2State {
    const { env, policy, seed, initialLogStd: logStd, gateBias } = config;
    const parameters = initialParameters(resolvePolicy(policy, portsOf(env)), seed, { logStd, gateBias });
    return { iteration: 0, steps: 0, parameters, adam: adamState(parameters.length), rewards: initialRewards(config) };
  },
  async iterate(config, state, executor) {
    const { env, policy, tasks, explorationEpisodes } = config;
    const bootstrap = bootstraps(config.bootstrap, policy, env);
    const player: Player = { env, policy, tasks, explorationEpisodes, bootstrap, parameters: (theta) => theta };
    const { parameters: theta, ...rest } = state;
    const { steps, metrics } = await ppoIteration(config, { theta, ...rest }, [player], executor);
    state.steps += steps;
    return { ...metrics, 'time/total_timesteps': state.steps };
  },
  tests: playing<Rl2Config, Rl2State>(),
});

function mustLearn(policy: PolicySpec): void {
  if (policy.kind === 'random' || policy.kind === 'oracle')
    misfit('policy.kind', `a policy that can learn (mlp, ${cellKinds.join(', ')}), got "${policy.kind}"`);
  if (policy.value === false) misfit('policy.value', 'true: RL² needs a value head');
}
