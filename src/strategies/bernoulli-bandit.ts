/**
 * Bayes-optimal play of n pulls of k Bernoulli arms, p_i ~ U[0, 1], by dynamic programming over what has been seen of each arm.
 *   V(seen) = max_i p̂_i (1 + V(seen, i pays)) + (1 − p̂_i) V(seen, i does not),   p̂_i = (s_i + 1)/(m_i + 2),   V = 0 after n pulls
 * Arms that have paid equally often of as many pulls are the same arm, so `seen` is a multiset. Its size limits n: k = 5, n = 15 takes about a second.
 */
import { integer } from '../core/checks.ts';
import { armsOf } from '../envs/bandit.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { highest } from './highest.ts';

/** More take too long. */
const mostPulls = 20;

/** Successes s of m pulls have the number m (m + 1)/2 + s: 0 for an arm never pulled. */
const codeOf = (paid: number, pulled: number) => (pulled * (pulled + 1)) / 2 + paid;
const after = (code: number, pulled: number, paid: 0 | 1) => code + pulled + 1 + paid;

interface BayesOptimalPlay {
  /** Expected total reward of a trial. */
  readonly value: number;
  /** The best arm, given each arm's successes and pulls [k]. */
  best(paid: ArrayLike<number>, pulled: ArrayLike<number>): number;
}

/** arms k 1 … 1000, pulls n 0 … 20. Throws `E_ARGUMENT`. */
export function bayesOptimalPlay(arms: number, pulls: number): BayesOptimalPlay {
  const k = integer('arms', arms, 1, 1000);
  const n = integer('pulls', pulls, 0, mostPulls);
  const values = new Map<string, number>();

  // `seen` holds the codes of the arms pulled so far, falling; the others are never more useful than one of them.
  const value = (seen: readonly number[], left: number): number => {
    if (left === 0) return 0;
    const key = String.fromCharCode(...seen);
    const known = values.get(key);
    if (known !== undefined) return known;
    let best = seen.length < k ? pull(seen, 0, left) : 0;
    for (let i = 0; i < seen.length; i++) if (i === 0 || seen[i] !== seen[i - 1]) best = Math.max(best, pull(seen, seen[i], left));
    values.set(key, best);
    return best;
  };

  /** Value of a pull of the arm with this code; code 0 is an arm that is not in `seen`. */
  const pull = (seen: readonly number[], code: number, left: number): number => {
    const m = Math.floor((Math.sqrt(8 * code + 1) - 1) / 2);
    const p = (code - codeOf(0, m) + 1) / (m + 2);
    const i = seen.indexOf(code);
    const others = seen.filter((_, j) => j !== i);
    const then = (paid: 0 | 1) =>
      value(
        [...others, after(code, m, paid)].sort((a, b) => b - a),
        left - 1,
      );
    return p * (1 + then(1)) + (1 - p) * then(0);
  };

  return {
    value: value([], n),
    best(paid, pulled) {
      const codes = Array.from(paid, (s, i) => codeOf(s, pulled[i]));
      const seen = codes.filter((code) => code > 0).sort((a, b) => b - a);
      const left = n - Array.from(pulled).reduce((a, b) => a + b, 0);
      return highest(codes.length, (i) => pull(seen, codes[i], left));
    },
  };
}

/** Expected total reward of the Bayes-optimal play, to rounding. arms k 1 … 1000, pulls n 0 … 20. Throws `E_ARGUMENT`. */
export function bayesOptimalBandit(arms: number, pulls: number): number {
  return bayesOptimalPlay(arms, pulls).value;
}

/** Trials of more pulls take too long to be asked for in passing. */
const mostPullsInPassing = 15;

/** The same of a bandit's trials; null where it is not known or takes too long. */
export function bernoulliOptimum(env: EnvConfig): number | null {
  const pulls = env.horizon * env.episodes;
  return env.reward === 'bernoulli' && pulls <= mostPullsInPassing ? bayesOptimalBandit(armsOf(env), pulls) : null;
}
