/** What the golden hashes are of; the same file runs in Node and in Chromium. */
import type { GoalConditionedOptions } from '../../src/algorithms/goal-conditioned.ts';
import type { MamlOptions } from '../../src/algorithms/maml.ts';
import type { MultiTaskOptions } from '../../src/algorithms/multi-task.ts';
import type { Rl2Options } from '../../src/algorithms/rl2.ts';
import type { SupervisedMamlOptions } from '../../src/algorithms/supervised-maml.ts';
import type { VaribadOptions } from '../../src/algorithms/varibad.ts';
import type { RolloutOptions } from '../../src/evaluation/rollouts.ts';
import type { Executor } from '../../src/workers/executor.ts';

/** The package itself, as the build has it. */
export type Api = typeof import('../../src/index.ts');

const play = { tasks: 37, batch: 10, seed: 7, keep: 'steps' } as const;

export const trajectories: Readonly<Record<string, RolloutOptions>> = {
  'navigation, random': { ...play, env: { id: 'PointMass-v0', preset: 'maml-navigation', episodes: 2 } },
  'semicircle, oracle': { ...play, env: { id: 'PointMass-v0', preset: 'pearl-semicircle' }, policy: { kind: 'oracle' } },
  'semicircle, mlp relu': {
    ...play,
    env: { id: 'PointMass-v0', preset: 'pomdp-semicircle' },
    policy: { kind: 'mlp', hidden: [16, 8], activation: 'relu' },
  },
  'direction, gru, context': {
    ...play,
    env: { id: 'PointMass-v0', preset: 'walking-direction', context: true },
    policy: { kind: 'gru', hidden: 16 },
  },
  'mdp of 5 states, lstm': { ...play, env: { id: 'TabularMdp-v0', states: 5, actions: 3 }, policy: { kind: 'lstm', hidden: 8 } },
  'mdp, oracle': { ...play, env: { id: 'TabularMdp-v0', episodes: 2 }, policy: { kind: 'oracle' } },
  'bandit of 7 arms, gru': { ...play, env: { id: 'Bandit-v0', arms: 7 }, policy: { kind: 'gru', hidden: 8 } },
  'grid of 6, gru, context': { ...play, env: { id: 'GridNavi-v0', size: 6, context: true }, policy: { kind: 'gru', hidden: 16 } },
  'puck, gru': { ...play, env: { id: 'Puck-v0' }, policy: { kind: 'gru', hidden: 16 } },
  'puck over the cushion, oracle': { ...play, env: { id: 'Puck-v0', preset: 'rebound' }, policy: { kind: 'oracle' } },
  'moving puck, lstm with a readout': {
    ...play,
    env: { id: 'Puck-v0', preset: 'moving', horizon: 60 },
    policy: { kind: 'lstm', hidden: 8, readout: [12] },
  },
  'puck of unknown friction, told': {
    ...play,
    env: { id: 'Puck-v0', preset: 'unknown-friction', context: true },
    policy: { kind: 'mlp', hidden: [8] },
  },
  'runner, gru': { ...play, env: { id: 'Runner-v1', horizon: 60 }, policy: { kind: 'gru', hidden: 16 } },
  'runner, either way, told': {
    ...play,
    env: { id: 'Runner-v1', preset: 'direction', horizon: 40, context: true },
    policy: { kind: 'mlp', hidden: [8] },
  },
  'hopper, random': { ...play, env: { id: 'Hopper-v1' }, policy: { kind: 'random' } },
  'walker, gru': { ...play, env: { id: 'Walker2d-v0', horizon: 60 }, policy: { kind: 'gru', hidden: 16 } },
  'hoppers of random parameters, told': {
    ...play,
    env: { id: 'Hopper-v1', preset: 'random-parameters', horizon: 60, context: true },
    policy: { kind: 'mlp', hidden: [8] },
  },
  'crippled runners, random': { ...play, env: { id: 'Runner-v1', preset: 'crippled', horizon: 30 }, policy: { kind: 'random' } },
  'point of unknown dynamics, gru': { ...play, env: { id: 'PointDynamics-v0' }, policy: { kind: 'gru', hidden: 16 } },
  'point of unknown dynamics, oracle': {
    ...play,
    env: { id: 'PointDynamics-v0', preset: 'delayed', context: true },
    policy: { kind: 'oracle' },
  },
  'cart and pole of unknown dynamics, gru': {
    ...play,
    env: { id: 'CartPole-v1', preset: 'hidden-dynamics' },
    policy: { kind: 'gru', hidden: 16 },
  },
  'pendulum of unknown dynamics, lstm': {
    ...play,
    env: { id: 'Pendulum-v1', preset: 'hidden-dynamics' },
    policy: { kind: 'lstm', hidden: 8 },
  },
  'acrobot, told': {
    ...play,
    env: { id: 'Acrobot-v1', preset: 'hidden-dynamics', context: true, horizon: 200 },
    policy: { kind: 'mlp', hidden: [16] },
  },
  'car in a valley, oracle': { ...play, env: { id: 'MountainCar-v0', preset: 'hidden-dynamics' }, policy: { kind: 'oracle' } },
  'corridor of 30 steps, gru': {
    ...play,
    env: { id: 'TMaze-v0', preset: 'steps-10', length: 29, horizon: 40, episodes: 2 },
    policy: { kind: 'gru', hidden: 8 },
  },
  'stack of two, oracle': { ...play, env: { id: 'Stack-v0', preset: 'stack-2' }, policy: { kind: 'oracle' } },
  'stack of three, told, gru': {
    ...play,
    env: { id: 'Stack-v0', preset: 'stack-3', horizon: 60, context: true },
    policy: { kind: 'gru', hidden: 16 },
  },
  'grid, two mingru cells with a readout': {
    ...play,
    env: { id: 'GridNavi-v0', episodes: 2 },
    policy: { kind: 'mingru', hidden: 16, depth: 2, readout: [8] },
  },
  'semicircle, lstm': { ...play, env: { id: 'PointMass-v0', preset: 'pearl-semicircle' }, policy: { kind: 'lstm', hidden: 12 } },
};

const training = {
  env: { id: 'PointMass-v0', preset: 'pearl-semicircle', episodes: 2, trainingReward: 'dense' },
  tasks: 40,
  shards: 5,
  minibatches: 2,
  iterations: 5,
  seed: 3,
} as const;

export const trainings: Readonly<Record<string, Rl2Options>> = {
  'grid, gru after 5 updates': { ...training, env: { id: 'GridNavi-v0', episodes: 2 }, policy: { kind: 'gru', hidden: 16 } },
  'gru after 5 updates': { ...training, policy: { kind: 'gru', hidden: 16 } },
  'mingru after 5 updates': { ...training, policy: { kind: 'mingru', hidden: 16, depth: 2 } },
  'lstm after 5 updates': { ...training, policy: { kind: 'lstm', hidden: 12 } },
  'mlp after 5 updates': { ...training, policy: { kind: 'mlp', hidden: [16, 16], inputs: 'trial' }, explorationEpisodes: 1 },
};

const adapting = {
  env: { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 20 },
  policy: { kind: 'mlp', hidden: [16, 16], value: false },
  tasks: 10,
  shards: 5,
  episodes: 5,
  iterations: 3,
  seed: 3,
} as const;

export const metaTrainings: Readonly<Record<string, MamlOptions>> = {
  'maml, trpo, two steps': { ...adapting, innerSteps: 2, surrogate: 'log-likelihood' },
  'maml on the grid, trpo': { ...adapting, env: { id: 'GridNavi-v0', episodes: 1 } },
  'maml, ppo, learned step sizes, exploration': { ...adapting, outer: 'ppo', learnStepSizes: true, exploration: 0.1, surrogate: 'dice' },
};

const believing: VaribadOptions = {
  ...training,
  policy: { kind: 'gru', hidden: 16, readout: [8] },
  iterations: 3,
  latent: 3,
  decoder: [8],
  terms: 5,
};

export const beliefTrainings: Readonly<Record<string, VaribadOptions>> = {
  'varibad after 3 updates': believing,
  'varibad on the grid': { ...believing, env: { id: 'GridNavi-v0', episodes: 2 }, likelihood: 'bernoulli' },
  'varibad that decodes all, on past trials too': {
    ...believing,
    env: { id: 'TabularMdp-v0', states: 3, actions: 2, horizon: 4, episodes: 2 },
    decodes: ['reward', 'state', 'task'],
    pastIterations: 2,
  },
};

const { env: _, ...ppo } = training;

export const multiTaskTrainings: Readonly<Record<string, MultiTaskOptions>> = {
  'point mass and puck under one policy': {
    ...ppo,
    envs: [
      { id: 'PointMass-v0', preset: 'reach', reward: 'dense', context: true },
      { id: 'Puck-v0', horizon: 20 },
    ],
    policy: { kind: 'mlp', hidden: [16, 8] },
    iterations: 3,
  },
};

const toGoals = {
  policy: { kind: 'mlp', hidden: [16, 16], value: false },
  tasks: 8,
  warmup: 1,
  updates: 10,
  batch: 32,
  iterations: 3,
} as const;

export const goalTrainings: Readonly<Record<string, GoalConditionedOptions>> = {
  'point mass with hindsight': { ...toGoals, env: { id: 'PointMass-v0', preset: 'reach', horizon: 20 }, replay: 20 },
  'grid with hindsight': { ...toGoals, env: { id: 'GridNavi-v0', episodes: 1, reward: 'exact' } },
};

const sinusoids: SupervisedMamlOptions = { iterations: 20, tasks: 10, shards: 5, hidden: 8 };

/** All hashes by name. */
export async function hashes(api: Api, executor: Executor): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, options] of Object.entries(trajectories)) found[name] = (await api.rollout(options, executor)).hash;
  for (const [name, options] of Object.entries(trainings)) {
    let parameters = new Float32Array(0);
    for await (const { state } of api.rl2.train(options, executor)) parameters = state.parameters as Float32Array<ArrayBuffer>;
    found[name] = api.hashArrays([parameters]);
  }
  for (const [name, options] of Object.entries(beliefTrainings)) {
    let learned: Float32Array[] = [];
    for await (const { state } of api.varibad.train(options, executor)) learned = [state.parameters, state.model];
    found[name] = api.hashArrays(learned);
  }
  for (const [name, options] of Object.entries(multiTaskTrainings)) {
    let parameters = new Float32Array(0);
    for await (const { state } of api.multiTask.train(options, executor)) parameters = state.parameters as Float32Array<ArrayBuffer>;
    found[name] = api.hashArrays([parameters]);
  }
  for (const [name, options] of Object.entries(goalTrainings)) {
    let learned: Float32Array[] = [];
    for await (const { state } of api.goalConditioned.train(options, executor)) learned = [state.parameters, state.nets.critics];
    found[name] = api.hashArrays(learned);
  }
  for (const [name, options] of Object.entries(metaTrainings)) {
    let learned: Float32Array[] = [];
    for await (const { state } of api.maml.train(options, executor)) learned = [state.parameters, state.stepSizes];
    found[name] = api.hashArrays(learned);
  }
  let parameters = new Float32Array(0);
  for await (const { state } of api.supervisedMaml.train(sinusoids, executor)) parameters = state.parameters as Float32Array<ArrayBuffer>;
  found['sinusoids after 20 updates'] = api.hashArrays([parameters]);
  return found;
}
