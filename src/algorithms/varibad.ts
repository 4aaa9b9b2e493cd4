/**
 * VariBAD (Zintgraf et al. 2020): a belief over the task as a latent variable. A recurrent net reads (s, a, r, done) over the episodes of a trial and gives
 * q(z | so far) = N(μ, σ²); the policy π(a | s, μ, log σ²) is told what is believed, nothing else of the past.
 *   model: −ELBO of what whole trials showed, given z (src/losses/elbo.ts), by Adam      policy: PPO on the return of the trial, the model standing still
 *
 * One iteration: PPO's (ppo.ts), then epochs of the model on the same trials. The policy that is played is that net with a readout (src/policies/belief.ts), so that
 * everything that evaluates RL² evaluates this too. Details and sources: docs/algorithms/varibad.md.
 */
import { budgetFields, shareDone } from '../core/budget.ts';
import { finite } from '../core/checks.ts';
import { permutation, philox, purposeOf, split, stream, toUniform } from '../core/philox.ts';
import { type FieldsOf, numberIn, oneName, seedNumber, someNames, wholeNumber } from '../core/schema.ts';
import { type DecodingOptions, decodingOf } from '../envs/decoding.ts';
import { familyOf, portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { beliefTest } from '../evaluation/belief-test.ts';
import type { CollectJob } from '../jobs/ppo.ts';
import type { TrialsSpec } from '../jobs/trials.ts';
import type { ElboGradientJob } from '../jobs/varibad.ts';
import { type AdamState, adamState, adamStep, clipByNorm } from '../optim/adam.ts';
import { type BeliefModel, type BeliefScale, Composition, decodings, likelihoods, modelSlots, stepParts } from '../policies/belief.ts';
import { readingOf } from '../policies/belief-reading.ts';
import { hasMemory } from '../policies/cells.ts';
import { initialParameters, initialTensors, layerSizes, type PolicyShape, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';
import { defineLearner } from './learner.ts';
import { stopOrSkip } from './not-finite.ts';
import { environment, type GivenOf, misfit, policy, type ValuesOf } from './parts.ts';
import { addedInOrder, initialRewards, mustDivide, type Player, ppoIteration, ppoSettings } from './ppo.ts';
import { playing } from './tests.ts';

const settings = {
  seed: seedNumber(1),
  ...budgetFields,
  /** B, trials an iteration. */
  tasks: wholeNumber(1, 65_536, 64),
  ...ppoSettings,
  /** The encoder's update gates start as in RL². */
  gateBias: numberIn(0, 12, 0),
  /** Z, dimensions of the belief. */
  latent: wholeNumber(1, 64, 5),
  /** Hidden relu layers of every decoder. */
  decoder: layerSizes(1, 3, [32, 32]),
  /** What z is decoded into: `reward`, `state` (s') and `task` (ω). The family says: rewards, and states where the task moves them. */
  decodes: someNames(decodings, 'family'),
  /** What the decoder of rewards reads of a step (s, a, s'): `next`, `state`, `action`. The family says what its reward depends on. */
  decoderInputs: someNames(stepParts, 'family'),
  /** Likelihood of the rewards: `bernoulli` for rewards of two values on either side of ½. The family says which it has. */
  likelihood: oneName(['family', ...likelihoods], 'family'),
  /** λ_s, weight of the loss of states beside that of rewards, which is 1. */
  stateWeight: numberIn(0, 1000, 1),
  /** λ_ω, weight of the loss of the task. */
  taskWeight: numberIn(0, 1000, 1),
  /** β, weight of the KL to the belief before. */
  klWeight: numberIn(0, 100, 0.05),
  /** S, steps of a trial whose belief is decoded in one update. */
  terms: wholeNumber(1, 4096, 16),
  /** Passes of the model over the trials of an iteration. */
  modelEpochs: wholeNumber(1, 100, 2),
  /** K, iterations before this one whose trials the model still learns from. Its first epoch is on the new trials, each other on those of one of K + 1 iterations. */
  pastIterations: wholeNumber(0, 1000, 0),
  /** With `anneal` it falls as the policy's does. */
  modelLearningRate: numberIn(0, 1, 1e-3),
  /** Longer gradients of the model are scaled down to this norm: where a sharp belief turns wide, the KL and its gradient know no bound. */
  modelGradientNorm: numberIn(1e-6, 1e9, 10),
};

const parts = { env: environment, policy: policy({ kind: 'gru', hidden: 64, readout: [64] }) };

/** All settings of VariBAD, checked (docs/settings.md). */
export interface VaribadConfig extends FieldsOf<typeof settings>, ValuesOf<typeof parts> {}
/** Settings of VariBAD; what is left out has its default. */
export type VaribadOptions = Partial<FieldsOf<typeof settings>> & GivenOf<typeof parts>;

/** All that training depends on besides the config: with it a run goes on to the same bits. */
export interface VaribadState {
  iteration: number;
  /** Environment steps taken. */
  steps: number;
  /** Parameters of the policy that acts: a function of θ, model and moments, stored so that it can act without them. */
  readonly parameters: Float32Array;
  /** θ, of π(a | s, b). */
  readonly theta: Float32Array;
  readonly adam: AdamState;
  /** Encoder, belief and decoder. */
  readonly model: Float32Array;
  readonly modelAdam: AdamState;
  /** Running means of b and b² [2, 2Z], by which the policy's b is standardised: the model's own scale drifts. */
  readonly moments: Float64Array;
  /** Statistics of the training rewards so far (`initialRewards`). */
  readonly rewards: Float64Array;
  /** [K, P], the parameters that played iteration i in row i mod K: with them, its trials can be played again. */
  readonly past: Float32Array;
}

interface Parts {
  readonly shape: PolicyShape;
  readonly composition: Composition;
  readonly observationSize: number;
}

function partsOf({ env, policy, latent }: { env: EnvConfig; policy: PolicySpec; latent: number }): Parts {
  const ports = portsOf(env);
  const shape = resolvePolicy(policy, ports);
  return { shape, observationSize: ports.observationSize, composition: new Composition(shape, latent, ports.observationSize) };
}

const modelOf = (config: { env: EnvConfig; latent: number; decoder: readonly number[] } & DecodingOptions): BeliefModel => ({
  latent: config.latent,
  decoder: config.decoder,
  ...decodingOf(config.env, config),
});

function initialState(config: VaribadConfig): VaribadState {
  const { shape, composition, observationSize } = partsOf(config);
  const { seed } = config;
  const theta = initialParameters(composition.own, seed, { logStd: config.initialLogStd });
  const widths = { observation: observationSize, task: familyOf(config.env.id).task(config.env).length };
  const model = initialTensors(modelSlots(shape, modelOf(config), widths), seed, { gateBias: config.gateBias, firstTensor: 64 });
  const moments = new Float64Array(4 * config.latent).fill(1, 2 * config.latent);
  const parameters = composition.parameters(composition.standardised(model, scaleOf(moments)), theta);
  return {
    iteration: 0,
    steps: 0,
    parameters,
    theta,
    adam: adamState(theta.length),
    model,
    modelAdam: adamState(model.length),
    moments,
    rewards: initialRewards(config),
    past: new Float32Array(config.pastIterations * parameters.length),
  };
}

/** A belief that hardly varies is not blown up to more than 1 / this. */
const leastDeviation = 0.05;

function scaleOf(moments: Float64Array): BeliefScale {
  const B = moments.length / 2;
  const mean = moments.slice(0, B);
  const deviation = mean.map((m, i) => Math.max(leastDeviation, Math.sqrt(Math.max(0, moments[B + i] - m * m))));
  return { mean, deviation };
}

/** VariBAD: a policy that reads a belief over tasks, inferred from the trial so far (docs/algorithms/varibad.md). */
export const varibad = defineLearner({
  name: 'varibad',
  title: 'VariBAD',
  settings,
  parts,
  fit(config, mistakes) {
    const { policy, tasks } = config;
    mistakes.attempt(() => {
      // The policy is the encoder, a recurrent net, with a readout, the policy's own layers.
      const fits =
        hasMemory(policy) &&
        (policy.readout?.length ?? 0) > 0 &&
        policy.value !== false &&
        !policy.separate &&
        policy.inputs !== 'observation';
      if (!fits) misfit('policy', '{ kind: "gru", readout: [64] }, or another memory and other sizes');
    });
    mistakes.attempt(() => mustDivide(config, tasks));
    const { decodes, decoderInputs, likelihood } = decodingOf(config.env, config);
    return { ...config, decodes: [...decodes], decoderInputs: [...decoderInputs], likelihood };
  },
  initial: initialState,
  async iterate(config, state, executor) {
    const { composition } = partsOf(config);
    const { env, policy, tasks } = config;
    const { iteration, theta, adam, rewards, model } = state;
    const read = composition.standardised(model, scaleOf(state.moments));
    const player: Player = {
      env,
      policy,
      tasks,
      explorationEpisodes: 0,
      bootstrap: false,
      parameters: (theta) => composition.parameters(read, theta),
      transform: { name: 'belief', parameters: read, settings: { latent: config.latent } },
    };
    const { steps, metrics, jobs } = await ppoIteration(
      config,
      { iteration, steps: state.steps, theta, adam, rewards },
      [player],
      executor,
    );
    const learned = await learnModel(config, state, jobs, executor);
    remember(config, state, jobs[0].trials.parameters);
    state.parameters.set(composition.parameters(composition.standardised(model, scaleOf(state.moments)), theta));
    state.steps += steps;
    return { ...metrics, ...learned, 'time/total_timesteps': state.steps };
  },
  acting: (config, { parameters, model }) => {
    const { env, policy } = config;
    const { shape, observationSize } = partsOf(config);
    return [{ env, policy, parameters, belief: readingOf(shape, modelOf(config), model, observationSize) }];
  },
  tests: playing<VaribadConfig, VaribadState>(),
  beliefs(config, { parameters, model }, { tasks, seed }, executor) {
    return beliefTest({ ...config, parameters, model, tasks, seed }, executor);
  },
});

/** Weight of the newest iteration in the running moments of beliefs. */
const momentRate = 0.1;

function remember({ pastIterations: K }: VaribadConfig, { past, iteration }: VaribadState, parameters: Float32Array): void {
  if (K > 0) past.set(parameters, (iteration % K) * parameters.length);
}

/** The trials that a shard played so many iterations ago, as they were: same parameters, same tasks. */
function playedBefore(
  { tasks, pastIterations: K }: VaribadConfig,
  { past, iteration }: VaribadState,
  { trials }: CollectJob,
  age: number,
): TrialsSpec {
  const P = trials.parameters.length;
  const row = ((iteration - age) % K) * P;
  return { ...trials, parameters: past.slice(row, row + P), firstTask: trials.firstTask - age * tasks };
}

/** Epochs of minibatches of whole trials, as many from every shard, each with terms of its own. */
async function learnModel(config: VaribadConfig, state: VaribadState, played: readonly CollectJob[], executor: Executor) {
  const { shards, minibatches, modelEpochs, terms, latent, klWeight, stateWeight, taskWeight, seed } = config;
  const loss = { ...modelOf(config), klWeight, stateWeight, taskWeight };
  const perShard = config.tasks / shards;
  const size = perShard / minibatches;
  const left = 1 - shareDone(config, state);
  const learningRate = config.modelLearningRate * (config.anneal ? left : 1);
  const sums = { trials: 0, reconstruction: 0, states: 0, tasks: 0, kl: 0, gradientNorm: 0, skipped: 0 };
  const believed = { steps: 0, totals: new Float64Array(4 * latent) };
  for (let epoch = 0; epoch < modelEpochs; epoch++) {
    const known = Math.min(config.pastIterations, state.iteration);
    const draw = philox(seed, purposeOf(split.train, stream.replay), state.iteration, epoch, 0, 0)[0];
    const age = epoch === 0 ? 0 : Math.floor((known + 1) * toUniform(draw));
    const sources = age === 0 ? played.map(({ trials }) => trials) : played.map((job) => playedBefore(config, state, job, age));
    const orders = played.map(({ shard }) =>
      permutation(perShard, seed, purposeOf(split.train, stream.modelShuffle), state.iteration * shards + shard, modelEpochs + epoch),
    );
    for (let m = 0; m < minibatches; m++) {
      try {
        const parts = await executor.run(
          played.map(
            ({ shard }): ElboGradientJob => ({
              kind: 'elbo-gradient',
              shard,
              trials: sources[shard],
              model: state.model, // moves when all have answered
              columns: orders[shard].slice(m * size, (m + 1) * size),
              loss,
              terms,
              update: (age * modelEpochs + epoch) * minibatches + m,
              past: age > 0,
            }),
          ),
        );
        const trials = parts.reduce((sum, part) => sum + part.sums.trials, 0);
        const gradient = addedInOrder(parts, trials);
        sums.gradientNorm += clipByNorm('gradient of the model', gradient, config.modelGradientNorm);
        adamStep(state.model, gradient, state.modelAdam, learningRate);
        for (const { sums: part } of parts) {
          for (const name of ['trials', 'reconstruction', 'states', 'tasks', 'kl'] as const) sums[name] += part[name];
          believed.steps += part.steps;
          for (const [i, b] of [...part.beliefs, ...part.squares].entries()) believed.totals[i] += b;
        }
      } catch (error) {
        stopOrSkip(error, config.onNotFinite, state.iteration);
        sums.skipped++;
      }
    }
  }
  finite(`model after iteration ${state.iteration}`, state.model);
  const rate = Math.max(momentRate, 1 / (state.iteration + 1));
  if (believed.steps > 0)
    believed.totals.forEach((total, i) => {
      state.moments[i] += rate * (total / believed.steps - state.moments[i]);
    });
  const count = Math.max(1, sums.trials); // all updates may have been skipped
  return {
    ...(loss.decodes.includes('reward') && { 'train/reconstruction_loss': sums.reconstruction / count }),
    ...(loss.decodes.includes('state') && { 'train/state_reconstruction_loss': sums.states / count }),
    ...(loss.decodes.includes('task') && { 'train/task_reconstruction_loss': sums.tasks / count }),
    'train/belief_kl': sums.kl / count,
    'train/model_gradient_norm': sums.gradientNorm / (modelEpochs * minibatches),
    'train/skipped_model_updates': sums.skipped,
  };
}
