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
  readonly keep: 'returns' | 'steps';
  /** Another reward of the family, whose sums are the returns; the policy reads the environment's reward all the same. Default: the environment's. */
  readonly score?: string;
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
    const { keep, score } = job;
    const { collector, returns: played } = trials.play(counting(job.trials, score), 'rollout', keep === 'steps' || score !== undefined);
    return {
      returns: score === undefined ? played.returns.slice() : trainingReturns(collector.record(), job.trials.env.episodes),
      lengths: played.lengths.slice(),
      steps: total(played.lengths),
      record: keep === 'steps' ? keptSteps(collector) : null,
    };
  },

  strategy(job: StrategyJob): RolloutResult {
    const { returns, lengths } = playStrategy(engine, job.trials);
    return { returns, lengths, steps: total(lengths), record: null };
  },
});

/** An environment computes two rewards a step, and no policy reads the second. Training has its reward there; where nothing is trained, the score has. */
function counting(trials: TrialsSpec, score?: string): TrialsSpec {
  return score === undefined ? trials : { ...trials, env: { ...trials.env, trainingReward: score } };
}

function total(lengths: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) sum += lengths[i];
  return sum;
}
