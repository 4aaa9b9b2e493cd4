/**
 * RL² (Duan et al. 2016; Wang et al. 2016): a recurrent policy reads (observation, action, reward, done) and keeps its hidden state over the episodes of a
 * trial, so that the state itself learns the task. Trained by PPO on the return of the whole trial, with full back-propagation through it.
 *
 * One iteration: play B trials on fresh tasks · advantages over each trial · epochs × minibatches of whole trials, one Adam step each.
 * Work is cut into shards by the config; their sums are added in shard order, so any number of workers gives the same weights.
 * Details, metrics and sources: docs/algorithms/rl2.md.
 */
import { fail, finite, integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { permutation, split, stream } from '../core/philox.ts';
import { checkPolicy, initialParameters, type PolicySpec, resolvePolicy } from '../core/policy.ts';
import { defaultsOf, type FieldsOf, flag, numberIn, oneName, seedNumber, settle, wholeNumber } from '../core/schema.ts';
import { checkState } from '../core/state.ts';
import { checkEnv, portsOf } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import type { Executor } from '../executors/executor.ts';
import type { CollectJob, CollectResult, PpoGradientJob, PpoGradientResult, TrialsSpec } from '../executors/jobs.ts';
import { type AdamState, adamState, adamStep, norm } from '../nn/adam.ts';
import type { RewardShape } from '../rollout/advantages.ts';
import { stopOrSkip } from './not-finite.ts';

const settings = {
  seed: seedNumber(1),
  /** Updates of the meta-policy, each from fresh trials. */
  iterations: wholeNumber(0, 10_000_000, 100),
  /** B, trials an iteration. */
  tasks: wholeNumber(1, 65_536, 64),
  /** Fixed shares of the B trials; the unit of parallel work. */
  shards: wholeNumber(1, 1024, 2),
  epochs: wholeNumber(1, 100, 2),
  /** Adam steps an epoch; each sees tasks/minibatches whole trials. */
  minibatches: wholeNumber(1, 4096, 4),
  learningRate: numberIn(0, 1, 7e-4),
  /** true: the learning rate falls linearly to 0 over the iterations. */
  anneal: flag(false),
  /** ε of the clipped ratio. */
  clip: numberIn(1e-3, 10, 0.1),
  /** γ, over steps of the whole trial. */
  gamma: numberIn(0, 1, 0.99),
  /** λ of generalised advantage estimation. */
  lambda: numberIn(0, 1, 0.95),
  valueCoefficient: numberIn(0, 100, 0.5),
  entropyCoefficient: numberIn(0, 100, 0.001),
  /** true: it falls linearly to 0 over the iterations, so that a policy can explore widely at first and is sure of itself in the end. */
  annealEntropy: flag(false),
  /** Longer gradients are scaled down to this Euclidean norm. */
  maxGradientNorm: numberIn(1e-6, 1e9, 0.5),
  /** log σ of the first policy. */
  initialLogSpread: numberIn(-10, 3, -0.5),
  /** b: the first policy's units forget within 2 … 1 + e^b steps; at 0 all of them within 2. ln of a trial's steps lets some remember all of it. */
  gateBias: numberIn(0, 12, 0),
  /**
   * true: the loss sees rewards less the mean of the iteration before, so that values need not tell how much of the trial is left. For trials that are all
   * equally long, where it ranks policies as before; elsewhere it would reward or punish ending early.
   */
  centerRewards: flag(false),
  /** Rewards of a trial's first so many episodes do not count in the loss: 0 is RL², more is E-RL² (Stadie et al. 2018). */
  explorationEpisodes: wholeNumber(0, 10_000, 0),
  /** What a NaN or infinity in a loss or gradient costs: the run (`stop`, with `E_NOT_FINITE`) or the one update (`skip`, counted in the metrics). */
  onNotFinite: oneName(['stop', 'skip'], 'stop'),
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
    const { env, policy, tasks, shards, minibatches, explorationEpisodes } = config;
    mistakes.attempt(() => mustLearn(policy));
    mistakes.attempt(() => {
      if (tasks % (shards * minibatches) !== 0) fail('tasks', `a multiple of shards × minibatches (${shards} × ${minibatches})`, tasks);
    });
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
  /**
   * Count, sum and sum of squares of the discounted training rewards ahead of every step so far; their deviation scales the loss's rewards. With
   * `centerRewards` also the last iteration's mean reward.
   */
  readonly rewards: Float64Array;
}

export function initialRl2State(config: Rl2Config): Rl2State {
  const shape = resolvePolicy(config.policy, portsOf(config.env));
  const parameters = initialParameters(shape, config.seed, { logSpread: config.initialLogSpread, gateBias: config.gateBias });
  return {
    iteration: 0,
    steps: 0,
    parameters,
    adam: adamState(parameters.length),
    rewards: new Float64Array(config.centerRewards ? 4 : 3),
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
  while (state.iteration < config.iterations) {
    const metrics = await iterate(config, state, executor);
    state.iteration++;
    yield { iteration: state.iteration, steps: state.steps, metrics, state };
  }
}

async function iterate(config: Rl2Config, state: Rl2State, executor: Executor): Promise<Record<string, number>> {
  // Collect: every shard plays its share of B fresh tasks and keeps the steps.
  const perShard = config.tasks / config.shards;
  const behaviour = state.parameters.slice();
  const { gamma, lambda, explorationEpisodes } = config;
  const advantages = { gamma, lambda, explorationEpisodes, reward: rewardShape(state.rewards) };
  const jobs = Array.from({ length: config.shards }, (_, shard): CollectJob => {
    const trials: TrialsSpec = {
      env: config.env,
      policy: config.policy,
      parameters: behaviour,
      seed: config.seed,
      split: split.train,
      firstTask: state.iteration * config.tasks + shard * perShard,
      numTasks: perShard,
      greedy: false,
    };
    return { kind: 'collect', shard, trials, advantages };
  });
  const collected = await executor.run(jobs);

  // The advantages are normalised over all shards.
  const total = (of: (result: CollectResult) => number) => collected.reduce((sum, result) => sum + of(result), 0);
  const steps = total((r) => r.steps);
  const advantageMean = total((r) => r.advantageSum) / steps;
  const advantageDeviation = Math.sqrt(Math.max(0, total((r) => r.advantageSquares) / steps - advantageMean ** 2)) + 1e-8;
  const { clip, valueCoefficient } = config;
  const left = 1 - state.iteration / config.iterations;
  const entropyCoefficient = config.entropyCoefficient * (config.annealEntropy ? left : 1);
  const loss = { clip, valueCoefficient, entropyCoefficient, advantageMean, advantageDeviation };

  // Update: each minibatch takes the same number of whole trials from every shard.
  const learningRate = config.learningRate * (config.anneal ? left : 1);
  const perMinibatch = perShard / config.minibatches;
  const sums = { count: 0, policyLoss: 0, valueLoss: 0, entropy: 0, kl: 0, clipped: 0, gradientNorm: 0, skipped: 0 };
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const orders = jobs.map(({ shard }) =>
      permutation(perShard, config.seed, 16 * split.train + stream.shuffle, state.iteration * config.shards + shard, epoch),
    );
    for (let start = 0; start < perShard; start += perMinibatch) {
      const parameters = state.parameters.slice();
      let parts: PpoGradientResult[];
      let gradient: Float32Array;
      let length: number;
      try {
        parts = await executor.run(
          jobs.map(
            (job, i): PpoGradientJob => ({
              ...job,
              kind: 'ppo-gradient',
              parameters,
              columns: orders[i].slice(start, start + perMinibatch),
              loss,
            }),
          ),
        );
        ({ gradient, length } = reduceGradients(parts, config.maxGradientNorm));
      } catch (error) {
        stopOrSkip(error, config.onNotFinite, state.iteration);
        sums.skipped++;
        continue;
      }
      adamStep(state.parameters, gradient, state.adam, learningRate);
      for (const part of parts)
        for (const name of ['count', 'policyLoss', 'valueLoss', 'entropy', 'kl', 'clipped'] as const) sums[name] += part.sums[name];
      sums.gradientNorm += length;
    }
  }
  finite(`parameters after iteration ${state.iteration}`, state.parameters);
  sums.count = Math.max(1, sums.count); // all updates may have been skipped
  state.steps += steps;
  state.rewards[0] += steps;
  state.rewards[1] += total((r) => r.discountedSum);
  state.rewards[2] += total((r) => r.discountedSquares);
  if (config.centerRewards) state.rewards[3] = total((r) => r.rewardSum) / steps;

  const E = config.env.episodes;
  const episodeMeans = Array.from({ length: E }, (_, e) => total((r) => sumOfEpisode(r.returns, e, E)) / config.tasks);
  const targetVariance = total((r) => r.targetSquares) / steps - (total((r) => r.targetSum) / steps) ** 2;
  return {
    'rollout/ep_rew_mean': episodeMeans.reduce((a, b) => a + b, 0) / E,
    'rollout/ep_rew_first': episodeMeans[0],
    'rollout/ep_rew_last': episodeMeans[E - 1],
    'time/total_timesteps': state.steps,
    'train/policy_gradient_loss': sums.policyLoss / sums.count,
    'train/value_loss': sums.valueLoss / sums.count,
    'train/entropy_loss': -sums.entropy / sums.count,
    'train/approx_kl': sums.kl / sums.count,
    'train/clip_fraction': sums.clipped / sums.count,
    'train/gradient_norm': sums.gradientNorm / (config.epochs * config.minibatches),
    'train/explained_variance': 1 - total((r) => r.errorSquares) / steps / Math.max(targetVariance, 1e-12),
    'train/skipped_updates': sums.skipped,
    'train/learning_rate': learningRate,
    'train/reward_scale': advantages.reward.scale,
  };
}

/**
 * Scale: 1/σ of the discounted rewards ahead, so that value targets have unit variance; 1 before anything is known. Mean: the last iteration's where
 * rewards are centred, else 0. The policy's inputs are never changed.
 */
function rewardShape([count, sum, squares, mean = 0]: Float64Array): RewardShape {
  if (count === 0) return { scale: 1, mean };
  const variance = squares / count - (sum / count) ** 2;
  return { scale: 1 / Math.sqrt(Math.max(variance, 1e-8)), mean };
}

/** Mean gradient over the steps of all shards, in shard order, no longer than `longest`. */
function reduceGradients(parts: readonly PpoGradientResult[], longest: number): { gradient: Float32Array; length: number } {
  const count = parts.reduce((sum, part) => sum + part.sums.count, 0);
  const gradient = new Float32Array(parts[0].gradient.length);
  for (const part of parts) for (let i = 0; i < gradient.length; i++) gradient[i] += part.gradient[i] / count;
  const length = norm(gradient);
  if (!Number.isFinite(length)) throw new WasmetaError('E_NOT_FINITE', '"gradient" expected a finite norm', { tensor: 'gradient' });
  if (length > longest) for (let i = 0; i < gradient.length; i++) gradient[i] *= longest / length;
  return { gradient, length };
}

function sumOfEpisode(returns: Float32Array, episode: number, E: number): number {
  let sum = 0;
  for (let i = episode; i < returns.length; i += E) sum += returns[i];
  return sum;
}
