/** Plays trials by a policy network or by a classic strategy, and returns what the episodes earned. */
import { trainingReturns } from '../rollout/advantages.ts';
import { playStrategy, type StrategyTrials } from '../strategies/registry.ts';
import type { JobContext } from './context.ts';
import { type KeptSteps, keptSteps, type TrialsSpec } from './trials.ts';

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

export const rolloutHandlers = ({ engine, trials }: JobContext) => ({
  rollout(job: RolloutJob): RolloutResult {
    const { collector, returns: played } = trials.play(job.trials, 'rollout', job.keep !== 'returns');
    return {
      returns: job.keep === 'scores' ? trainingReturns(collector.record(), job.trials.env.episodes) : played.returns.slice(),
      lengths: played.lengths.slice(),
      steps: total(played.lengths),
      record: job.keep === 'steps' ? keptSteps(collector) : null,
    };
  },

  strategy(job: StrategyJob): RolloutResult {
    const { returns, lengths } = playStrategy(engine, job.trials);
    return { returns, lengths, steps: total(lengths), record: null };
  },
});

const total = (lengths: Int32Array) => lengths.reduce((a, b) => a + b, 0);
