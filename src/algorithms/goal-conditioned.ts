/**
 * Goal-conditioned policies π(a | s, g) on rewards that are 1 at the goal and 0 elsewhere, [s' = g] or [‖s' − g‖ ≤ ε]: off-policy (src/losses/td3.ts), from a replay
 * of whole episodes, with hindsight (HER, Andrychowicz et al. 2017): most transitions are shown as if the goal had been a place where the walker was later in the
 * same episode, so that there is something to learn from episodes that never met their goal.
 *
 * One iteration: play episodes on fresh goals with exploration · put them into the replay in place of the oldest · U minibatches, each transition relabelled with
 * chance `relabel`, its reward and next state by the environment's own kernel (src/envs/transitions.ts). The nets read standardised sums (src/envs/goal-inputs.ts).
 * Sources and details: docs/algorithms/goal-conditioned.md.
 */
import { budgetFields, shareDone } from '../core/budget.ts';
import { fail } from '../core/checks.ts';
import { split } from '../core/philox.ts';
import { type FieldsOf, flag, numberIn, oneName, seedNumber, wholeNumber } from '../core/schema.ts';
import { goalInputs, told } from '../envs/goal-inputs.ts';
import { familyIds, familyOf, portsOf } from '../envs/registry.ts';
import type { Td3Job } from '../jobs/off-policy.ts';
import type { Td3Nets } from '../jobs/off-policy-data.ts';
import type { RolloutJob, RolloutResult } from '../jobs/rollout.ts';
import type { KeptSteps } from '../jobs/trials.ts';
import { adamState } from '../optim/adam.ts';
import { actorShape, criticShape } from '../policies/actor-critic.ts';
import { firstMoments, folded, follow, type LinearInput, onLinearInputs, scaleOf } from '../policies/linear-inputs.ts';
import { initialParameters, numParameters, type PolicyShape, parameterSlots, resolvePolicy } from '../policies/policy.ts';
import { lastStepPays } from '../rollout/last-step.ts';
import type { Executor } from '../workers/executor.ts';
import { drawTransitions, emptyReplay, type Replay, type ReplaySizes, remember } from './goal-replay.ts';
import { defineLearner } from './learner.ts';
import { environment, type GivenOf, misfit, policy, type ValuesOf } from './parts.ts';
import { reaching } from './tests.ts';

const settings = {
  seed: seedNumber(1),
  ...budgetFields,
  /** Iterations after which training ends. */
  iterations: wholeNumber(0, 10_000_000, 200),
  /** Episodes an iteration, each on a fresh goal. */
  tasks: wholeNumber(1, 65_536, 32),
  /** Fixed shares of them. */
  shards: wholeNumber(1, 1024, 2),
  /** Episodes kept. */
  replay: wholeNumber(1, 1_000_000, 2000),
  /** U, updates an iteration. */
  updates: wholeNumber(1, 100_000, 40),
  /** B, transitions an update. */
  batch: wholeNumber(1, 65_536, 256),
  /** Share of transitions whose goal is a place reached later in the episode; 0: no hindsight. */
  relabel: numberIn(0, 1, 0.8),
  /** Which places are shown as goals: all but those that `region` or `taskList` keep out (`drawn`), so that goals held out are held out here too, or all (`reached`). */
  hindsight: oneName(['drawn', 'reached'], 'drawn'),
  /** First iterations that are played at random. */
  warmup: wholeNumber(0, 1_000_000, 5),
  /** γ, the discount of each step. */
  gamma: numberIn(0, 0.9999, 0.95),
  /** Step size of Adam, of actor and critics. */
  learningRate: numberIn(0, 1, 1e-3),
  /** true: the learning rate falls linearly to 0 over the training, so that the last policy is no accident of the last updates. */
  anneal: flag(false),
  /** τ of the targets, for each update. */
  targetRate: numberIn(0, 1, 0.01),
  /** Actions in a box: log σ of the exploring actions. */
  explorationLogStd: numberIn(-10, 3, -1.2),
  /** σ of the noise on the target's action. */
  targetNoise: numberIn(0, 10, 0.2),
  /** Bound of that noise. */
  targetNoiseClip: numberIn(0, 10, 0.5),
  /** Weight of the penalty on the actor's means beyond the bounds of the action space. */
  boundWeight: numberIn(0, 1000, 1),
  /** Discrete actions: exploring ones are drawn with chances ∝ exp(Q/this). */
  temperature: numberIn(1e-6, 1e6, 0.2),
};

const parts = { env: environment, policy: policy({ kind: 'mlp', hidden: [64, 64], activation: 'relu', value: false }) };

/** All settings of the goal-conditioned learner, checked (docs/settings.md). */
export interface GoalConditionedConfig extends FieldsOf<typeof settings>, ValuesOf<typeof parts> {}
/** Settings of the goal-conditioned learner; what is left out has its default. */
export type GoalConditionedOptions = Partial<FieldsOf<typeof settings>> & GivenOf<typeof parts>;

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface GoalConditionedState {
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  /** Parameters of the exploring policy; its greedy action is the learned one. */
  readonly parameters: Float32Array;
  nets: Td3Nets;
  /** Means of the nets' inputs and of their squares so far, [2, K], by which they are standardised. */
  readonly moments: Float64Array;
  readonly replay: Replay;
}

interface Sizes extends ReplaySizes {
  /** The shape of the policy that is played. */
  readonly shape: PolicyShape;
  /** What the learner's nets read. */
  readonly inputs: readonly LinearInput[];
  /** The shape of the nets: `shape` with other inputs. */
  readonly own: PolicyShape;
}

function sizesOf({ env, policy }: GoalConditionedConfig): Sizes {
  const shape = resolvePolicy(policy, portsOf(env));
  const W = familyOf(env.id).task(env).length;
  const inputs = goalInputs(env);
  const A = shape.head === 'categorical' ? 1 : shape.headSize;
  return { O: shape.inputSize - W, A, W, shape, inputs, own: onLinearInputs(shape, inputs) };
}

function initialState(config: GoalConditionedConfig): GoalConditionedState {
  const sizes = sizesOf(config);
  const { shape, inputs, own } = sizes;
  const { seed } = config;
  const actor = shape.head === 'categorical' ? new Float32Array(0) : initialParameters(actorShape(own), seed);
  const critic = criticShape(own);
  const P = numParameters(critic);
  const critics = new Float32Array(2 * P);
  [0, 1].forEach((i) => {
    critics.set(initialParameters(critic, seed + 0x10000 * (i + 1)), i * P);
  });
  const state: GoalConditionedState = {
    iteration: 0,
    steps: 0,
    parameters: new Float32Array(numParameters(shape)),
    nets: {
      actor,
      actorTarget: actor.slice(),
      actorAdam: adamState(actor.length),
      critics,
      criticTargets: critics.slice(),
      criticAdam: adamState(2 * P),
      updates: 0,
    },
    moments: firstMoments(inputs),
    replay: emptyReplay(config.replay, config.env.horizon, sizes),
  };
  state.parameters.set(exploring(config, sizes, state));
  return state;
}

/** The actor with its noise as log σ; or Q_1/temperature as logits. Standardised inputs become part of the first layer. */
function exploring(
  { explorationLogStd, temperature }: GoalConditionedConfig,
  { shape, inputs, own }: Sizes,
  { nets: { actor, critics }, moments }: Pick<GoalConditionedState, 'nets' | 'moments'>,
): Float32Array {
  const net = new Float32Array(numParameters(own)).fill(explorationLogStd);
  net.set(shape.head === 'categorical' ? critics.subarray(0, critics.length / 2) : actor);
  const flat = folded(shape, inputs, scaleOf(moments), net);
  if (shape.head !== 'categorical') return flat;
  for (const { name, offset, size } of parameterSlots(shape))
    if (name.startsWith('head/')) for (let i = offset; i < offset + size; i++) flat[i] /= temperature;
  return flat;
}

/** Goal-conditioned policies with hindsight: TD3 for actions in a box, double Q-learning for discrete ones (docs/algorithms/goal-conditioned.md). */
export const goalConditioned = defineLearner({
  name: 'goal-conditioned',
  title: 'goal-conditioned',
  alsoKnownAs: ['HER', 'hindsight', 'TD3', 'DDPG', 'DQN', 'UVFA'],
  settings,
  parts,
  /** The policy always sees its goal: `env.context` is set. */
  fit(config, mistakes) {
    const { env, policy, tasks, shards } = config;
    const { goal } = familyOf(env.id);
    mistakes.attempt(() => {
      if (goal === undefined) misfit('env.id', `a family whose tasks are goals (${goalFamilies().join(', ')}), got "${env.id}"`);
      const rewards = goal.rewards(env);
      if (!rewards.includes(env.reward)) misfit('env.reward', `"${rewards.join('" or "')}", got "${env.reward}"`);
      if (env.episodes !== 1) fail('env.episodes', '1: a policy without memory has no use for more', env.episodes);
    });
    mistakes.attempt(() => {
      if (policy.kind !== 'mlp' || policy.value !== false || policy.inputs === 'trial')
        misfit('policy', '{ kind: "mlp", value: false } that reads observations');
    });
    mistakes.attempt(() => {
      if (tasks % shards !== 0) fail('tasks', `a multiple of shards (${shards})`, tasks);
    });
    return { ...config, env: { ...env, context: true } };
  },
  initial: initialState,
  iterate,
  tests: reaching<GoalConditionedConfig, GoalConditionedState>(),
});

const goalFamilies = () => familyIds().filter((id) => familyOf(id).goal !== undefined);

async function iterate(config: GoalConditionedConfig, state: GoalConditionedState, executor: Executor): Promise<Record<string, number>> {
  const sizes = sizesOf(config);
  const played = await executor.run(collection(config, state));
  const { env, policy, updates, batch: size, seed, relabel, hindsight } = config;
  for (const { record } of played) remember(state.replay, env.horizon, sizes, record as KeptSteps);
  const { iteration } = state;
  const drawn = drawTransitions(state.replay, env.horizon, sizes, { env, seed, iteration, count: updates * size, relabel, hindsight });
  const seen = told(drawn.observations, drawn.goals, updates * size);
  follow(state.moments, sizes.inputs, seen, sizes.shape.inputSize, 1 / (iteration + 1));
  const { gamma, targetRate, targetNoise, targetNoiseClip, boundWeight } = config;
  const learningRate = config.learningRate * (config.anneal ? 1 - shareDone(config, state) : 1);
  const job: Td3Job = {
    kind: 'td3',
    shard: 0,
    env,
    policy,
    nets: state.nets,
    updates,
    size,
    ...drawn,
    scale: scaleOf(state.moments),
    seed,
    options: { gamma, learningRate, targetRate, targetNoise, targetNoiseClip, boundWeight },
  };
  const [{ nets, sums }] = await executor.run([job]);
  state.nets = nets;
  state.parameters.set(exploring(config, sizes, state));
  const total = (of: (result: RolloutResult) => number) => played.reduce((sum, result) => sum + of(result), 0);
  state.steps += total(({ steps }) => steps);
  const mean = total(({ returns }) => returns.reduce((a, b) => a + b, 0)) / config.tasks;
  return {
    'rollout/ep_rew_mean': mean,
    'rollout/ep_rew_first': mean,
    'rollout/ep_rew_last': mean,
    'rollout/success_rate': total(({ record }) => lastStepPays(record as KeptSteps).filter(Boolean).length) / config.tasks,
    'time/total_timesteps': state.steps,
    'train/critic_loss': sums.criticLoss,
    'train/value': sums.value,
    'train/learning_rate': learningRate,
  };
}

function collection({ env, policy, tasks, shards, seed, warmup }: GoalConditionedConfig, state: GoalConditionedState): RolloutJob[] {
  const random = state.iteration < warmup;
  const numTasks = tasks / shards;
  return Array.from({ length: shards }, (_, shard) => ({
    kind: 'rollout',
    shard,
    keep: 'steps',
    trials: {
      env,
      policy: random ? { kind: 'random' } : policy,
      parameters: random ? new Float32Array(0) : state.parameters.slice(),
      seed,
      split: split.train,
      firstTask: state.iteration * tasks + shard * numTasks,
      numTasks,
      greedy: false,
    },
  }));
}
