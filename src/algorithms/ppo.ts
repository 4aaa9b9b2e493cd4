/**
 * One iteration of PPO (Schulman et al. 2017) on whole trials, for one player or several:
 *   play B trials on fresh tasks · advantages over each trial · epochs × minibatches of whole trials, one Adam step each.
 * A player is an environment with the part of θ that plays there. Work is cut into shards by the config; their sums are added in shard order, so any number
 * of workers gives the same weights.
 */
import { shareDone } from '../core/budget.ts';
import { fail, finite } from '../core/checks.ts';
import { permutation, purposeOf, split, stream } from '../core/philox.ts';
import { type FieldsOf, flag, numberIn, oneName, wholeNumber } from '../core/schema.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { CollectJob, CollectResult, InputTransform, PpoGradientJob, PpoGradientResult } from '../jobs/ppo.ts';
import type { TrialsSpec } from '../jobs/trials.ts';
import { type AdamState, adamStep, clipByNorm } from '../optim/adam.ts';
import { type PolicySpec, resolvePolicy, valuesObservations } from '../policies/policy.ts';
import { rewardShape } from '../rollout/advantages.ts';
import type { Executor } from '../workers/executor.ts';
import { stopOrSkip } from './not-finite.ts';
import { misfit } from './parts.ts';

/** What PPO's algorithms have in common in their configs. */
export const ppoSettings = {
  /** Fixed shares of the B trials; the unit of parallel work. */
  shards: wholeNumber(1, 1024, 2),
  /** Passes over the trials of an iteration. */
  epochs: wholeNumber(1, 100, 2),
  /** Adam steps an epoch; each sees tasks/minibatches whole trials. */
  minibatches: wholeNumber(1, 4096, 4),
  /** Step size of Adam. */
  learningRate: numberIn(0, 1, 7e-4),
  /** true: the learning rate falls linearly to 0 over the training. */
  anneal: flag(false),
  /** ε of the clipped ratio. */
  clip: numberIn(1e-3, 10, 0.1),
  /** γ, over steps of the whole trial. */
  gamma: numberIn(0, 1, 0.99),
  /** λ of generalised advantage estimation. */
  lambda: numberIn(0, 1, 0.95),
  /** Weight of the values' squared error in the loss. */
  valueCoefficient: numberIn(0, 100, 0.5),
  /** Weight of the policy's entropy in the loss. */
  entropyCoefficient: numberIn(0, 100, 0.001),
  /** true: it falls linearly to 0 over the training, so that a policy can explore widely at first and is sure of itself in the end. */
  annealEntropy: flag(false),
  /** Longer gradients are scaled down to this Euclidean norm. */
  maxGradientNorm: numberIn(1e-6, 1e9, 0.5),
  /** log σ of the first policy. */
  initialLogStd: numberIn(-10, 3, -0.5),
  /**
   * true: the loss sees rewards less the mean of the iteration before, so that values need not tell how much of the trial is left nor, with `bootstrap`, learn the mean's 1/(1 − γ). For trials that are all
   * equally long, where it ranks policies as before; elsewhere it would reward or punish ending early.
   */
  centerRewards: flag(false),
  /** What a NaN or infinity in a loss or gradient costs: the run (`stop`, with `E_NOT_FINITE`) or the one update (`skip`, counted in the metrics). */
  onNotFinite: oneName(['stop', 'skip'], 'stop'),
};

/** For learners whose policy may have no memory (Pardo et al. 2018). After a trial that the law ended, the value is always 0. */
export const bootstrapFields = {
  /**
   * What the horizon leaves out. `truncation`: a trial that it cut off is followed by the value of the final observation; for an MLP that reads observations,
   * on trials of one episode. `none`: by 0, because the trial is all there is. `auto`: truncation where it can be and an episode has more than one step.
   */
  bootstrap: oneName(['auto', 'truncation', 'none'], 'auto'),
};

/** Whether trials cut off by the horizon are followed by a value. Throws `E_CONFIG` where it is asked for and cannot be. */
export function bootstraps(setting: FieldsOf<typeof bootstrapFields>['bootstrap'], policy: PolicySpec, env: EnvConfig): boolean {
  if (setting === 'none') return false;
  const can = env.episodes === 1 && valuesObservations(resolvePolicy(policy, portsOf(env)));
  if (setting === 'truncation' && !can) misfit('bootstrap', '"none", or trials of one episode and { kind: "mlp" } that reads observations');
  return can && (setting === 'truncation' || env.horizon > 1); // the one observation of an episode of one step tells its time
}

type PpoConfig = FieldsOf<typeof ppoSettings> & { readonly seed: number; readonly iterations: number; readonly steps: number };

/** Throws `E_ARGUMENT` unless minibatches of whole trials can be made. */
export function mustDivide({ shards, minibatches }: PpoConfig, tasks: number): void {
  if (tasks % (shards * minibatches) !== 0) fail('tasks', `a multiple of shards × minibatches (${shards} × ${minibatches})`, tasks);
}

/** Who plays where. The parameters of its policy are a function of θ, the vector that all players share and PPO moves. */
export interface Player {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  /** B, trials an iteration. */
  readonly tasks: number;
  /** Rewards of a trial's first so many episodes do not count in the loss. */
  readonly explorationEpisodes: number;
  /** Whether a trial that the horizon ended is followed by the value of its final observation, not by 0. */
  readonly bootstrap: boolean;
  /** Parameters of the policy that acts; θ itself, if they are the same. */
  parameters(theta: Float32Array): Float32Array;
  /** The gradient with respect to θ, from that with respect to `parameters(theta)`. Left out: they are the same. */
  pullBack?(gradient: Float32Array): Float32Array;
  /** Given: the loss is that of a policy with parameters θ that reads the transformed inputs; the policy that plays is both in one. */
  readonly transform?: InputTransform;
}

interface PpoState {
  readonly iteration: number;
  /** Environment steps taken before. */
  readonly steps: number;
  /** θ, moved in place. */
  readonly theta: Float32Array;
  readonly adam: AdamState;
  /** See `initialRewards`. */
  readonly rewards: Float64Array;
}

/**
 * For each player: count, sum and sum of squares of the discounted training rewards ahead of every step so far, whose deviation scales the loss's rewards;
 * with `centerRewards` also the last iteration's mean reward.
 */
export const initialRewards = ({ centerRewards }: PpoConfig, players = 1) => new Float64Array(players * (centerRewards ? 4 : 3));

interface PpoResult {
  /** Environment steps taken. */
  readonly steps: number;
  readonly metrics: Record<string, number>;
  /** Mean return of an episode, by player. */
  readonly returns: readonly number[];
  /** What was played, for learners that go on with it. */
  readonly jobs: readonly CollectJob[];
}

/** The shards of one player, with what their losses have in common. */
interface Play {
  readonly player: Player;
  readonly jobs: readonly CollectJob[];
  readonly collected: readonly CollectResult[];
  readonly steps: number;
  readonly advantageMean: number;
  readonly advantageDeviation: number;
  total(of: (result: CollectResult) => number): number;
}

/** Moves `state.theta`, `state.adam` and `state.rewards`; the caller counts iterations and steps. Throws `E_NOT_FINITE`. */
export async function ppoIteration(config: PpoConfig, state: PpoState, players: readonly Player[], executor: Executor): Promise<PpoResult> {
  const plays = await collect(config, state, players, executor);
  const left = 1 - shareDone(config, state);
  const learningRate = config.learningRate * (config.anneal ? left : 1);
  const entropyCoefficient = config.entropyCoefficient * (config.annealEntropy ? left : 1);
  const sums = await update(config, state, plays, learningRate, entropyCoefficient, executor);
  finite(`parameters after iteration ${state.iteration}`, state.theta);
  const scales = plays.map(({ jobs }) => jobs[0].advantages.reward.scale);
  plays.forEach((play, p) => {
    countRewards(config, rewardsOf(state, plays.length, p), play);
  });

  const episodes = plays.map(episodeMeans);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    steps: plays.reduce((sum, { steps }) => sum + steps, 0),
    returns: episodes.map(mean),
    jobs: plays.flatMap(({ jobs }) => jobs),
    metrics: {
      'rollout/ep_rew_mean': mean(episodes.map(mean)),
      'rollout/ep_rew_first': mean(episodes.map((means) => means[0])),
      'rollout/ep_rew_last': mean(episodes.map((means) => means[means.length - 1])),
      'train/policy_gradient_loss': sums.policyLoss / sums.count,
      'train/value_loss': sums.valueLoss / sums.count,
      'train/entropy_loss': -sums.entropy / sums.count,
      'train/approx_kl': sums.kl / sums.count,
      'train/clip_fraction': sums.clipped / sums.count,
      'train/gradient_norm': sums.gradientNorm / (config.epochs * config.minibatches),
      'train/explained_variance': mean(plays.map(explainedVariance)),
      'train/skipped_updates': sums.skipped,
      'train/learning_rate': learningRate,
      'train/reward_scale': mean(scales),
    },
  };
}

const rewardsOf = ({ rewards }: PpoState, players: number, p: number) => {
  const each = rewards.length / players;
  return rewards.subarray(p * each, (p + 1) * each);
};

/** Every shard plays its share of B fresh tasks and keeps the steps; a player's advantages are normalised over all of its shards. */
async function collect(config: PpoConfig, state: PpoState, players: readonly Player[], executor: Executor): Promise<Play[]> {
  const { seed, shards, gamma, lambda } = config;
  const jobs = players.map(({ env, policy, tasks, explorationEpisodes, bootstrap, parameters }, p) => {
    const behaviour = parameters(state.theta).slice();
    const advantages = { gamma, lambda, explorationEpisodes, bootstrap, reward: rewardShape(rewardsOf(state, players.length, p)) };
    const numTasks = tasks / shards;
    const shared = { env, policy, parameters: behaviour, seed, split: split.train, numTasks, greedy: false };
    return Array.from({ length: shards }, (_, shard): CollectJob => {
      const trials: TrialsSpec = { ...shared, firstTask: state.iteration * tasks + shard * numTasks };
      return { kind: 'collect', shard: p * shards + shard, trials, advantages };
    });
  });
  const results = await executor.run(jobs.flat());
  return players.map((player, p) => {
    const collected = results.slice(p * shards, (p + 1) * shards);
    const total = (of: (result: CollectResult) => number) => collected.reduce((sum, result) => sum + of(result), 0);
    const steps = total((r) => r.steps);
    const advantageMean = total((r) => r.advantageSum) / steps;
    const advantageDeviation = Math.sqrt(Math.max(0, total((r) => r.advantageSquares) / steps - advantageMean ** 2)) + 1e-8;
    return { player, jobs: jobs[p], collected, steps, advantageMean, advantageDeviation, total };
  });
}

/** Epochs of minibatches; each takes the same number of whole trials from every shard of a player. */
async function update(
  config: PpoConfig,
  state: PpoState,
  plays: readonly Play[],
  learningRate: number,
  entropyCoefficient: number,
  executor: Executor,
) {
  const { clip, valueCoefficient, shards, minibatches } = config;
  const sums = { count: 0, policyLoss: 0, valueLoss: 0, entropy: 0, kl: 0, clipped: 0, gradientNorm: 0, skipped: 0 };
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const orders = plays.flatMap(({ player, jobs }) =>
      jobs.map(({ shard }) => {
        const place = state.iteration * shards * plays.length + shard;
        return permutation(player.tasks / shards, config.seed, purposeOf(split.train, stream.shuffle), place, epoch);
      }),
    );
    for (let m = 0; m < minibatches; m++) {
      const jobs = plays.flatMap(({ player, jobs, advantageMean, advantageDeviation }) => {
        const size = player.tasks / shards / minibatches;
        const { transform } = player;
        const parameters = transform === undefined ? player.parameters(state.theta) : state.theta; // θ moves when all have answered
        const loss = { clip, valueCoefficient, entropyCoefficient, advantageMean, advantageDeviation };
        return jobs.map(
          (job): PpoGradientJob => ({
            ...job,
            kind: 'ppo-gradient',
            parameters,
            columns: orders[job.shard].slice(m * size, (m + 1) * size),
            loss,
            ...(transform && { transform }),
          }),
        );
      });
      try {
        const parts = await executor.run(jobs);
        const { gradient, length } = reduceGradients(
          plays.map(({ player }, p) => ({ player, parts: parts.slice(p * shards, (p + 1) * shards) })),
          config.maxGradientNorm,
        );
        adamStep(state.theta, gradient, state.adam, learningRate);
        for (const part of parts)
          for (const name of ['count', 'policyLoss', 'valueLoss', 'entropy', 'kl', 'clipped'] as const) sums[name] += part.sums[name];
        sums.gradientNorm += length;
      } catch (error) {
        stopOrSkip(error, config.onNotFinite, state.iteration);
        sums.skipped++;
      }
    }
  }
  sums.count = Math.max(1, sums.count); // all updates may have been skipped
  return sums;
}

interface PlayerGradients {
  readonly player: Player;
  readonly parts: readonly PpoGradientResult[];
}

/** Mean over players of the mean gradient over a player's steps, added in shard order, no longer than `maxNorm`. */
function reduceGradients(players: readonly PlayerGradients[], maxNorm: number): { gradient: Float32Array; length: number } {
  let gradient: Float32Array | undefined;
  for (const { player, parts } of players) {
    const count = players.length * parts.reduce((sum, part) => sum + part.sums.count, 0);
    const mean = addedInOrder(parts, count);
    const pulled = player.pullBack?.(mean) ?? mean;
    if (gradient === undefined) gradient = pulled;
    else for (let i = 0; i < gradient.length; i++) gradient[i] += pulled[i];
  }
  const whole = gradient as Float32Array;
  return { gradient: whole, length: clipByNorm('gradient', whole, maxNorm) };
}

/** Σ gradients / count, in the place of the first: a fresh vector for each update costs more than the sum. */
export function addedInOrder([{ gradient: sum }, ...others]: readonly { readonly gradient: Float32Array }[], count: number): Float32Array {
  for (let i = 0; i < sum.length; i++) sum[i] = 0 + sum[i] / count; // 0 + −0 is 0
  for (const { gradient } of others) for (let i = 0; i < sum.length; i++) sum[i] += gradient[i] / count;
  return sum;
}

function countRewards({ centerRewards }: PpoConfig, numbers: Float64Array, { steps, total }: Play): void {
  numbers[0] += steps;
  numbers[1] += total((r) => r.discountedSum);
  numbers[2] += total((r) => r.discountedSquares);
  if (centerRewards) numbers[3] = total((r) => r.rewardSum) / steps;
}

function episodeMeans({ player, total }: Play): number[] {
  const E = player.env.episodes;
  return Array.from({ length: E }, (_, e) => total((r) => sumOfEpisode(r.returns, e, E)) / player.tasks);
}

function explainedVariance({ steps, total }: Play): number {
  const variance = total((r) => r.targetSquares) / steps - (total((r) => r.targetSum) / steps) ** 2;
  return 1 - total((r) => r.errorSquares) / steps / Math.max(variance, 1e-12);
}

function sumOfEpisode(returns: Float32Array, episode: number, E: number): number {
  let sum = 0;
  for (let i = episode; i < returns.length; i += E) sum += returns[i];
  return sum;
}
