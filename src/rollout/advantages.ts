/**
 * Generalised advantage estimation (Schulman et al. 2016) over whole trials.
 *   δ_t = c (r_t − r̄) + γ V_{t+1} − V_t        A_t = δ_t + γ λ A_{t+1}        R_t = A_t + V_t
 * V after the last step of the trial is 0, or, where the horizon cut off a task that has no end, what the caller gives (`after` [N]). The end of an episode
 * inside a trial does not cut the sum (RL²).
 * r, V, valid: [T, N]; c and r̄ scale and centre the rewards for the loss alone. Steps after a trial's end (valid = 0) get 0.
 */
import type { TrialRecord } from './collector.ts';

export interface Advantages {
  /** [T, N] */
  readonly advantages: Float32Array;
  /** [T, N], the value function's targets. */
  readonly targets: Float32Array;
}

/** The loss uses scale · (r − mean) for a reward r. */
export interface RewardShape {
  readonly scale: number;
  readonly mean: number;
}

/**
 * From count, sum and sum of squares of the discounted rewards ahead of every step so far, and the mean to subtract. Scale: 1/σ, so that value targets have
 * unit variance; 1 until they differ by more than rounding, so that the first reward of all is not multiplied by a large number.
 */
export function rewardShape([count, sum, squares, mean = 0]: ArrayLike<number> & Iterable<number>): RewardShape {
  const variance = squares / count - (sum / count) ** 2;
  if (!(variance > (1e-8 * squares) / count)) return { scale: 1, mean };
  return { scale: 1 / Math.sqrt(Math.max(variance, 1e-8)), mean };
}

export function advantagesOf(
  rewards: Float32Array,
  values: Float32Array,
  valid: Float32Array,
  numTrials: number,
  gamma: number,
  lambda: number,
  { scale, mean }: RewardShape,
  after?: Float32Array,
): Advantages {
  const N = numTrials;
  const advantages = new Float32Array(rewards.length);
  const targets = new Float32Array(rewards.length);
  for (let n = 0; n < N; n++) {
    let next = after?.[n] ?? 0;
    let advantage = 0;
    for (let at = rewards.length - N + n; at >= 0; at -= N) {
      if (valid[at] === 0) continue;
      const delta = scale * (rewards[at] - mean) + gamma * next - values[at];
      advantage = delta + gamma * lambda * advantage;
      next = values[at];
      advantages[at] = advantage;
      targets[at] = advantage + next;
    }
  }
  return { advantages, targets };
}

/** Training rewards summed over each episode, [N, E]. */
export function trainingReturns({ numTrials: N, trainingRewards, valid, done }: TrialRecord, E: number): Float32Array {
  const returns = new Float32Array(N * E);
  for (let n = 0; n < N; n++) {
    let episode = 0;
    for (let at = n; at < valid.length && valid[at] === 1; at += N) {
      returns[n * E + episode] += trainingRewards[at];
      if (done[at] === 1) episode++;
    }
  }
  return returns;
}

/**
 * The training rewards [T, N] with those of each trial's first `explorationEpisodes` episodes set to 0, so that exploring there costs nothing
 * (E-RL², Stadie et al. 2018). The policy still reads the true rewards.
 */
export function countedRewards(record: TrialRecord, explorationEpisodes: number): Float32Array {
  if (explorationEpisodes === 0) return record.trainingRewards;
  const { numTrials: N, done } = record;
  const counted = record.trainingRewards.slice();
  for (let n = 0; n < N; n++) {
    let episode = 0;
    for (let at = n; at < counted.length && episode < explorationEpisodes; at += N) {
      counted[at] = 0;
      episode += done[at];
    }
  }
  return counted;
}
