/** The players of `wasmeta compare`: the settings of each learner at equal environment steps, and what it is told about the task. */

import { goalConditioned } from '../algorithms/goal-conditioned.ts';
import { type MamlConfig, type MamlOptions, maml } from '../algorithms/maml.ts';
import { type Rl2Config, type Rl2Options, type Rl2State, rl2 } from '../algorithms/rl2.ts';
import { type VaribadOptions, varibad } from '../algorithms/varibad.ts';
import { familyOf, portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { adaptationReturns } from '../evaluation/adaptation-test.ts';
import { numParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { recipeSettings } from '../runs/recipes.ts';
import type { Trainable } from './training.ts';
import { withoutMemory } from './without-memory.ts';

/** Names of the players for `--only`. */
export const playerNames = [
  'blind',
  'blind-recurrent',
  'fine-tuned',
  'contextual',
  'goal-conditioned',
  'rl2',
  'varibad',
  'maml',
  'expert',
] as const;

export interface Player {
  readonly key: (typeof playerNames)[number];
  readonly name: string;
  readonly learner: Trainable;
  /** What the player knows about the task. */
  readonly knows: string;
  /** The learner's options, without the seed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** If given, this number of learners share the steps, and each is trained and tested on one task alone. */
  readonly experts?: number;
  /** Name of the player whose training this one is tested with, in another way. */
  readonly trainedAs?: string;
}

const player = (
  key: Player['key'],
  name: string,
  learner: Trainable,
  knows: string,
  settings: object,
  more: Pick<Player, 'experts' | 'trainedAs'> = {},
): Player => ({ key, name, learner, knows, settings: settings as Player['settings'], ...more });

/** Policies that were trained without adapting in mind, tested by the gradient steps of `rules`. Their value head, which comes last, is left out. */
function fineTuned(rules: MamlConfig): Trainable<Rl2Config, Rl2State> {
  const { innerStepSize, gamma, lambda, surrogate, initialLogStd, initialWeights } = rules;
  return {
    ...rl2,
    axis: 'step',
    returns({ env, policy }, { parameters: all }, { tasks, seed, gradientSteps = 3, episodes = 40 }, executor) {
      const alone = { ...policy, value: false } as PolicySpec;
      const parameters = all.slice(0, numParameters(resolvePolicy(alone, portsOf(env))));
      const stepSizes = new Float32Array(parameters.length).fill(innerStepSize);
      const own = { env, policy: alone, parameters, stepSizes, tasks, seed, gradientSteps, episodes };
      return adaptationReturns({ ...own, gamma, lambda, surrogate, initialLogStd, initialWeights }, executor);
    },
  };
}

/** Number of experts: few enough that each has a useful number of steps. */
const numExperts = 5;
/** Largest number of iterations of an expert if episodes end on arrival: it learns early, and then σ shrinks until an update destroys the policy. */
const expertIterations = 200;
/** Of policies without memory. An iteration is cut into this many shards, each of whole minibatches. */
const shards = 2;
/** Steps of an iteration, and the number of its minibatches. An expert needs fewer steps for a gradient on its one task, and has few steps in all. */
const batches = { many: { steps: 25_600, minibatches: 16 }, one: { steps: 6_400, minibatches: 4 } } as const;
/** Iterations of the off-policy learner without a recipe. It makes as many updates as its recipe says; more steps are played between them, and more are kept. */
const offPolicyIterations = 250;
/** Largest number of updates in an iteration, so that a small budget of steps does not cost many updates. */
const leastSteps = 8000;
const leastReplay = 2000;

/** Settings are those of the recipes for the preset, or the defaults. `steps`: environment steps of each player; null: as many as RL² takes by its recipe. */
export function playersOf(env: EnvConfig, steps: number | null): Player[] {
  const { id, preset, episodes } = env;
  const own = { ...recipeSettings('rl2', env), env: { id, preset, episodes } };
  const inferring = rl2.resolve(own as Rl2Options);
  const trial = env.horizon * episodes;
  const budget = steps ?? inferring.iterations * inferring.tasks * trial;
  const single = { id, preset, episodes: 1 };
  const { gamma, initialLogStd, entropyCoefficient, annealEntropy } = inferring;
  // Values bootstrap at the horizon. Centred, they need not first learn what the mean reward adds to all of them, 1/(1 − γ) times itself.
  const centerRewards = !endsEarly(env);
  const explored = portsOf(env).head === 'categorical' ? { entropyCoefficient, annealEntropy } : { entropyCoefficient: 0 };
  // γ, initial σ and entropy bonus are those of the family's RL².
  const memoryless = (budget: number, batch: (typeof batches)['many' | 'one']) => {
    const whole = shards * batch.minibatches;
    const tasks = whole * Math.max(1, Math.round(batch.steps / env.horizon / whole));
    const size = { tasks, minibatches: batch.minibatches, ...lasting(env, budget, tasks * env.horizon) };
    return { ...withoutMemory, shards, gamma, centerRewards, initialLogStd, ...explored, ...size };
  };
  // MAML learns from the reward of the environment, even if its recipe trains on another.
  const adapting = { ...recipeSettings('maml', env), env: single };
  const gradient = maml.resolve(adapting as MamlOptions);
  const expert = memoryless(budget / numExperts, batches.one);
  const iterations = endsEarly(env) ? expertIterations : expert.iterations;
  const round = gradient.tasks * gradient.episodes * (gradient.innerSteps + 1) * env.horizon;
  const blind = { ...memoryless(budget, batches.many), env: single };
  const whole = lasting(env, budget, inferring.tasks * trial);
  return [
    player('blind', 'blind', rl2, 'nothing', blind),
    player('blind-recurrent', 'blind, recurrent', rl2, 'nothing; remembers all but rewards', {
      ...own,
      policy: { ...inferring.policy, inputs: 'observation' },
      ...whole,
    }),
    player('fine-tuned', 'fine-tuned', fineTuned(gradient), 'adapts to it, not trained to', blind, { trainedAs: 'blind' }),
    player('contextual', 'contextual', rl2, 'is told the task', {
      ...memoryless(budget, batches.many),
      env: { ...single, context: true },
    }),
    ...reaching(env, budget).map((config) => player('goal-conditioned', 'goal-conditioned', goalConditioned, 'is told the goal', config)),
    player('rl2', 'RL²', rl2, 'infers it', { ...own, ...whole }),
    player('varibad', 'VariBAD', varibad, 'infers a belief over it', believing(env, own, budget)),
    player('maml', 'MAML', maml, 'adapts to it', { ...adapting, ...lasting(env, budget, round) }),
    player('expert', 'expert', rl2, 'is trained on it alone', { ...expert, iterations, env: single }, { experts: numExperts }),
  ];
}

/** Environment steps of each learner with `--quick`. Where episodes end early there are fewer, because as many steps would take more iterations. */
export const quickSteps = (env: EnvConfig) => (endsEarly(env) ? 1_000_000 : 2_000_000);

const endsEarly = (env: EnvConfig) => familyOf(env.id).ends?.(env) === true;

/** The length of a training of `budget` steps in iterations of at most `each`. Where episodes may end early, the number of iterations is not known before. */
function lasting(env: EnvConfig, budget: number, each: number): { iterations: number; steps?: number } {
  const iterations = Math.max(1, Math.round(budget / each));
  return endsEarly(env) ? { iterations: mostIterations, steps: Math.max(1, Math.round(budget)) } : { iterations };
}
const mostIterations = 10_000_000;

/** Options of the goal-conditioned learner; none if tasks are no goals. Its reward is 1 at the goal, whatever the reward of the preset is. */
function reaching(env: EnvConfig, budget: number): object[] {
  const { goal } = familyOf(env.id);
  if (goal === undefined) return [];
  const found = recipeSettings('goal-conditioned', env);
  const { iterations: asked = offPolicyIterations } = found as { iterations?: number };
  const iterations = Math.min(asked, Math.ceil(budget / leastSteps));
  const tasks = 2 * Math.max(1, Math.round(budget / (2 * iterations * env.horizon)));
  const { id, preset } = env;
  const { tolerance } = (found.env ?? {}) as { tolerance?: number };
  return [
    {
      ...found,
      env: { id, preset, episodes: 1, reward: goal.rewards(env)[0], ...(tolerance !== undefined && { tolerance }) },
      tasks,
      replay: Math.max(leastReplay, 4 * tasks),
      ...lasting(env, budget, tasks * env.horizon),
    },
  ];
}

/** Options of VariBAD: those of its recipe, or those of RL² with layers that read the belief. */
function believing(env: EnvConfig, rl2: Record<string, unknown>, budget: number): object {
  const { explorationEpisodes: _, ...shared } = rl2;
  const found = recipeSettings('varibad', env);
  const settings = {
    ...(Object.keys(found).length > 0 ? found : { ...shared, policy: { kind: 'gru', hidden: 64, readout: [128, 128] } }),
    env: { id: env.id, preset: env.preset, episodes: env.episodes },
  };
  const { tasks } = varibad.resolve(settings as VaribadOptions);
  return { ...settings, ...lasting(env, budget, tasks * env.horizon * env.episodes) };
}
