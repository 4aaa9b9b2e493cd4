/** Jobs and their results: plain data. A job is a pure function of its data, so doing it twice, or elsewhere, gives the same bytes. */

import type { EnvConfig } from '../envs/spec.ts';
import type { ElboOptions, ElboSums } from '../losses/elbo.ts';
import type { OuterGradient, OuterLoss, OuterSums, Surrogate } from '../losses/maml-types.ts';
import type { PpoLossOptions, PpoSums } from '../losses/ppo.ts';
import type { RegressionSpec } from '../losses/regression-types.ts';
import type { Td3Nets, Td3Options, Td3Sums } from '../losses/td3-types.ts';
import type { BeliefModel, BeliefSizes } from '../policies/belief.ts';
import type { PolicySpec } from '../policies/policy.ts';
import type { RewardShape } from '../rollout/advantages.ts';
import type { StrategyTrials } from '../strategies/registry.ts';

/** Which trials: tasks firstTask … firstTask + numTasks − 1 of (seed, split), played by a policy with these parameters. */
export interface TrialsSpec {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  readonly greedy: boolean;
}

/** Plays trials and returns each episode's return; `keep: 'steps'` returns the steps as well. */
export interface RolloutJob {
  readonly kind: 'rollout';
  readonly shard: number;
  readonly trials: TrialsSpec;
  /** `scores`: returns are sums of the training reward, which the policy does not read. */
  readonly keep: 'returns' | 'steps' | 'scores';
}

export interface RolloutResult {
  /** [N, E] */
  readonly returns: Float32Array;
  readonly lengths: Int32Array;
  /** Environment steps inside trials. */
  readonly steps: number;
  /** Only with `keep: 'steps'`. */
  readonly record: KeptSteps | null;
}

/** Plays trials by a strategy that needs no training; the result is that of a rollout that keeps returns. */
export interface StrategyJob {
  readonly kind: 'strategy';
  readonly shard: number;
  readonly trials: StrategyTrials;
}

/** Time-major copies [T, N, ·] of what happened, with the tasks [N, W]. */
export interface KeptSteps {
  readonly numTrials: number;
  readonly steps: number;
  readonly inputSize: number;
  readonly actionSize: number;
  readonly tasks: Float32Array;
  readonly inputs: Float32Array;
  readonly actions: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  readonly valid: Float32Array;
  readonly done: Float32Array;
}

/** How rewards become advantages. */
export interface AdvantageOptions {
  readonly gamma: number;
  readonly lambda: number;
  readonly reward: RewardShape;
  /** Rewards of a trial's first so many episodes do not count in the loss (E-RL²). */
  readonly explorationEpisodes: number;
}

/** Plays the trials and keeps them where they are; returns what the update needs to know of all shards before it begins. */
export interface CollectJob {
  readonly kind: 'collect';
  readonly shard: number;
  readonly trials: TrialsSpec;
  readonly advantages: AdvantageOptions;
}

export interface CollectResult {
  /** [N, E] */
  readonly returns: Float32Array;
  readonly steps: number;
  /** Sums over valid steps, f64. */
  readonly advantageSum: number;
  readonly advantageSquares: number;
  /** Of training rewards. */
  readonly rewardSum: number;
  /** Of the discounted sum of training rewards, less their mean, from each step to the trial's end, unscaled. */
  readonly discountedSum: number;
  readonly discountedSquares: number;
  /** Σ (R − mean R)² and Σ (R − V)² parts for explained variance: Σ R, Σ R², Σ (R − V)². */
  readonly targetSum: number;
  readonly targetSquares: number;
  readonly errorSquares: number;
}

/** Gradient of PPO's loss over some of a collect job's trials, at other parameters. Plays the trials again if they are not here. */
export interface PpoGradientJob {
  readonly kind: 'ppo-gradient';
  readonly shard: number;
  readonly trials: TrialsSpec;
  readonly advantages: AdvantageOptions;
  readonly parameters: Float32Array;
  /** Which of the trials, by their place in the shard. */
  readonly columns: Uint32Array;
  readonly loss: PpoLossOptions;
  /** Given: `parameters` are those of π(a | s, b), which is told what this model believed after each step. */
  readonly belief?: BeliefReader;
}

/** A model that stands still, to be read by a policy (src/policies/belief.ts). */
export interface BeliefReader extends BeliefSizes {
  readonly model: Float32Array;
}

export interface PpoGradientResult {
  /** Sum over valid steps, not mean: shards are added and divided by the count of all. */
  readonly gradient: Float32Array;
  readonly sums: PpoSums;
}

/** Gradient of VariBAD's objective over some of a collect job's trials. Plays the trials again if they are not here. */
export interface ElboGradientJob {
  readonly kind: 'elbo-gradient';
  readonly shard: number;
  readonly trials: TrialsSpec;
  /** The model's flat vector (src/policies/belief.ts). */
  readonly model: Float32Array;
  /** Which of the trials, by their place in the shard. */
  readonly columns: Uint32Array;
  readonly loss: ElboOptions;
  /** S, steps of a trial whose belief is decoded; which ones and their z are drawn by (seed, task, update). */
  readonly terms: number;
  readonly update: number;
}

export interface ElboGradientResult {
  /** Sum over trials, not mean. */
  readonly gradient: Float32Array;
  readonly sums: ElboSums;
}

/** Plays trials and returns what was believed after each step. */
export interface BeliefsJob {
  readonly kind: 'beliefs';
  readonly shard: number;
  readonly trials: TrialsSpec;
  readonly model: Float32Array;
  readonly spec: BeliefModel;
  /** [C, O], observations whose reward is asked for. */
  readonly places: Float32Array;
  /** Draws of z that the expected reward is the mean of. */
  readonly samples: number;
}

export interface BeliefsResult {
  readonly record: KeptSteps;
  /** [T, N, 2Z]: means, then log variances, after reading the inputs of step t and before its action. */
  readonly beliefs: Float32Array;
  /** [T, N, C], expected reward of each place; with `bernoulli` its chance. */
  readonly expected: Float32Array;
}

/** Off-policy updates of actor and critics on U minibatches of B transitions, whose steps are taken again towards the goals given. */
export interface Td3Job {
  readonly kind: 'td3';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  readonly nets: Td3Nets;
  /** U, B */
  readonly updates: number;
  readonly size: number;
  /** [U·B, O] without goals, [U·B, A], [U·B, W] */
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly goals: Float32Array;
  /** Of the noise on the targets' actions. */
  readonly seed: number;
  readonly options: Td3Options;
}

export interface Td3Result {
  readonly nets: Td3Nets;
  readonly sums: Td3Sums;
}

/**
 * MAML: B tasks, each played by θ, adapted, played again, K times; then once more with what came out. All of it is a pure function of these data.
 * A round plays M episodes, and more of them where they end early, until they come to about M · H steps.
 */
export interface AdaptSpec {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  /** θ [P] */
  readonly parameters: Float32Array;
  /** Step sizes of the K inner steps, [P] each. */
  readonly stepSizes: readonly Float32Array[];
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
  /** M, episodes a task plays at a time between steps. */
  readonly episodes: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly surrogate: Surrogate;
  readonly firstOrder: boolean;
}

/** Plays and adapts. */
export interface AdaptJob {
  readonly kind: 'adapt';
  readonly shard: number;
  readonly spec: AdaptSpec;
  /** Whether other MAML jobs follow: what they need then stays where it is. */
  readonly keep: boolean;
}

export interface AdaptResult {
  /** [B, K + 1, M] */
  readonly returns: Float32Array;
  readonly steps: number;
  /** Inner steps that were not finite and were not taken. */
  readonly diverged: number;
  /** Baseline fits that failed. */
  readonly singular: number;
  /** Σ_b φ_K [P] */
  readonly phiSum: Float32Array;
}

/** Gradient of the outer loss through the inner steps, with the adapt job's data but from other parameters. Sums over the shard's tasks. */
export interface MetaGradientJob {
  readonly kind: 'meta-gradient';
  readonly shard: number;
  readonly spec: AdaptSpec;
  /** θ and α where the gradient is wanted; null: those of the spec. */
  readonly at: { readonly parameters: Float32Array; readonly stepSizes: readonly Float32Array[] } | null;
  readonly outer: OuterLoss;
  /** E-MAML: for each task of the shard, the weight of its exploration's log-likelihood; null without. */
  readonly exploration: Float32Array | null;
}

export type MetaGradientResult = OuterGradient;

/** Outer loss and KL at other parameters: TRPO's line search. */
export interface MetaLossJob {
  readonly kind: 'meta-loss';
  readonly shard: number;
  readonly spec: AdaptSpec;
  readonly parameters: Float32Array;
}

export type MetaLossResult = OuterSums;

/** Product of the Fisher matrix, summed over the shard's tasks, with a vector [P]. */
export interface FisherJob {
  readonly kind: 'fisher';
  readonly shard: number;
  readonly spec: AdaptSpec;
  readonly vector: Float32Array;
}

export interface FisherResult {
  readonly product: Float32Array;
}

/** Supervised MAML: gradient of the query errors through the inner steps, added over tasks. */
export interface RegressionGradientJob {
  readonly kind: 'regression-gradient';
  readonly shard: number;
  readonly spec: RegressionSpec;
}

export interface RegressionGradientResult {
  readonly gradient: Float32Array;
  readonly loss: number;
}

/** Query errors after 0 … steps inner steps, [steps + 1, B]. */
export interface RegressionErrorsJob {
  readonly kind: 'regression-errors';
  readonly shard: number;
  readonly spec: RegressionSpec;
}

export interface RegressionErrorsResult {
  readonly errors: Float32Array;
}

/** The bare kernel, for the benchmark: steps N environments of task 0 … N − 1 with zero actions, observations and autoreset included. */
export interface StepJob {
  readonly kind: 'step';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly numEnvs: number;
  readonly steps: number;
}

export interface StepResult {
  readonly steps: number;
  /** Of the last step, [N]. */
  readonly rewards: Float32Array;
}

/** Every kind of job with its result. */
export interface JobTable {
  rollout: [RolloutJob, RolloutResult];
  strategy: [StrategyJob, RolloutResult];
  collect: [CollectJob, CollectResult];
  'ppo-gradient': [PpoGradientJob, PpoGradientResult];
  'elbo-gradient': [ElboGradientJob, ElboGradientResult];
  beliefs: [BeliefsJob, BeliefsResult];
  td3: [Td3Job, Td3Result];
  adapt: [AdaptJob, AdaptResult];
  'meta-gradient': [MetaGradientJob, MetaGradientResult];
  'meta-loss': [MetaLossJob, MetaLossResult];
  fisher: [FisherJob, FisherResult];
  'regression-gradient': [RegressionGradientJob, RegressionGradientResult];
  'regression-errors': [RegressionErrorsJob, RegressionErrorsResult];
  step: [StepJob, StepResult];
}

export type Job = JobTable[keyof JobTable][0];
export type JobResult = JobTable[keyof JobTable][1];
export type ResultOf<J extends Job> = JobTable[J['kind']][1];
