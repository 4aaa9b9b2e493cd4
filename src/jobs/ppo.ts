/** PPO: plays trials and keeps them where they are, then computes gradients of the loss over some of them, again and again. */
import { fail } from '../core/checks.ts';
import { type PpoLossOptions, type PpoSums, ppoGradient } from '../losses/ppo.ts';
import type { PolicyShape } from '../policies/policy.ts';
import { type Advantages, advantagesOf, countedRewards, type RewardShape } from '../rollout/advantages.ts';
import type { TrialRecord } from '../rollout/collector.ts';
import type { Tf } from '../tf/tf.ts';
import type { GradientContext } from './context.ts';
import { gatherTrials } from './minibatch.ts';
import { type Played, sameNumbers, type TrialsSpec } from './trials.ts';

/** How rewards become advantages. */
interface AdvantageOptions {
  readonly gamma: number;
  readonly lambda: number;
  readonly reward: RewardShape;
  /** Rewards of a trial's first so many episodes do not count in the loss (E-RL²). */
  readonly explorationEpisodes: number;
  /** true: where the horizon ended the trial, its last step is followed by the policy's value of the final observation; false: by 0. */
  readonly bootstrap: boolean;
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
  /** Sum of the training rewards. */
  readonly rewardSum: number;
  /** Sums over the steps of the discounted training rewards, less their mean, from the step to the trial's end, unscaled. */
  readonly discountedSum: number;
  readonly discountedSquares: number;
  /** Parts of the explained variance 1 − Σ (R − V)² / Σ (R − mean R)²: Σ R, Σ R², Σ (R − V)². */
  readonly targetSum: number;
  readonly targetSquares: number;
  readonly errorSquares: number;
}

/**
 * Names a function from what was recorded to what a policy reads, for policies that are not those that played. It is data, so that it can be sent:
 * the functions are registered in table.ts.
 */
export interface InputTransform {
  readonly name: string;
  readonly parameters: Float32Array;
  /** Whatever else the function needs; plain data. */
  readonly settings: unknown;
}

interface TransformedInputs {
  /** The policy that reads them. */
  readonly shape: PolicyShape;
  /** [T, N, I] */
  readonly inputs: Float32Array;
  readonly inputSize: number;
}

/** `played`: the policy that played. */
export type TransformInputs = (tf: Tf, played: PolicyShape, record: TrialRecord, transform: InputTransform) => TransformedInputs;

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
  /** Given: `parameters` are those of a policy that reads the transformed inputs. */
  readonly transform?: InputTransform;
}

export interface PpoGradientResult {
  /** Sum over valid steps, not mean: shards are added and divided by the count of all. */
  readonly gradient: Float32Array;
  readonly sums: PpoSums;
}

export function ppoHandlers({ tf, trials }: GradientContext, transforms: Readonly<Record<string, TransformInputs>>) {
  // What was last computed of trials. It goes with them.
  const advantagesMade = new WeakMap<Played, { readonly options: string; readonly values: Advantages }>();
  const inputsMade = new WeakMap<Played, { readonly transform: InputTransform; readonly values: TransformedInputs }>();

  function advantages(played: Played, options: AdvantageOptions): Advantages {
    const asked = JSON.stringify(options);
    const known = advantagesMade.get(played);
    if (known?.options === asked) return known.values;
    const record = played.collector.record();
    const rewards = countedRewards(record, options.explorationEpisodes);
    const { gamma, lambda, reward } = options;
    const after = options.bootstrap ? played.collector.valuesAfter() : undefined;
    const values = advantagesOf(rewards, record.values, record.valid, record.numTrials, gamma, lambda, reward, after);
    advantagesMade.set(played, { options: asked, values });
    return values;
  }

  function inputs(played: Played, transform: InputTransform): TransformedInputs {
    const known = inputsMade.get(played);
    if (known !== undefined && sameTransform(known.transform, transform)) return known.values;
    if (!Object.hasOwn(transforms, transform.name)) fail('transform.name', `one of ${Object.keys(transforms).join(', ')}`, transform.name);
    const { collector } = played;
    const values = transforms[transform.name](tf, collector.shape, collector.record(), transform);
    inputsMade.set(played, { transform, values });
    return values;
  }

  return {
    collect(job: CollectJob): CollectResult {
      const played = trials.collect(job.shard, job.trials);
      const made = advantages(played, job.advantages);
      return { returns: played.returns.returns.slice(), ...sumsOf(played.collector.record(), made, job.advantages) };
    },

    'ppo-gradient'(job: PpoGradientJob): PpoGradientResult {
      const played = trials.collected(job.shard, job.trials);
      const { shape, ...read } = job.transform === undefined ? { shape: played.collector.shape } : inputs(played, job.transform);
      const made = advantages(played, job.advantages);
      const minibatch = gatherTrials({ ...played.collector.record(), ...read }, made, job.columns);
      return ppoGradient(tf, shape, job.parameters, minibatch, job.loss);
    },
  };
}

/** Sums over valid steps, from the last to the first. */
function sumsOf(record: TrialRecord, { advantages, targets }: Advantages, options: AdvantageOptions): Omit<CollectResult, 'returns'> {
  const { valid, values, numTrials } = record;
  const rewards = countedRewards(record, options.explorationEpisodes);
  const sums = {
    steps: 0,
    rewardSum: 0,
    advantageSum: 0,
    advantageSquares: 0,
    discountedSum: 0,
    discountedSquares: 0,
    targetSum: 0,
    targetSquares: 0,
    errorSquares: 0,
  };
  const ahead = new Float64Array(numTrials);
  for (let at = valid.length - 1; at >= 0; at--) {
    if (valid[at] === 0) continue;
    const n = at % numTrials;
    ahead[n] = rewards[at] - options.reward.mean + options.gamma * ahead[n];
    sums.steps++;
    sums.rewardSum += rewards[at];
    sums.advantageSum += advantages[at];
    sums.advantageSquares += advantages[at] ** 2;
    sums.discountedSum += ahead[n];
    sums.discountedSquares += ahead[n] ** 2;
    sums.targetSum += targets[at];
    sums.targetSquares += targets[at] ** 2;
    sums.errorSquares += (targets[at] - values[at]) ** 2;
  }
  return sums;
}

function sameTransform(a: InputTransform, b: InputTransform): boolean {
  return a.name === b.name && JSON.stringify(a.settings) === JSON.stringify(b.settings) && sameNumbers(a.parameters, b.parameters);
}
