/**
 * The Bayes-optimal total reward of n pulls of k Bernoulli arms, p_i ~ U[0, 1], by dynamic programming over what has been seen of each arm.
 *   V(seen) = max_i p̂_i (1 + V(seen, i pays)) + (1 − p̂_i) V(seen, i does not),   p̂_i = (s_i + 1)/(s_i + f_i + 2),   V = 0 after n pulls
 * Arms that have paid equally often of as many pulls are the same arm, so `seen` is a multiset. Its size limits n: k = 5, n = 15 takes about a second.
 */
import { integer } from '../../core/checks.ts';

/** Successes s of m pulls have the number m (m + 1)/2 + s: 0 for an arm never pulled. */
const after = (code: number, pulls: number, paid: 0 | 1) => code + pulls + 1 + paid;

/** arms k 1 … 1000, pulls n 0 … 20; expected total reward, to rounding. Throws `E_ARGUMENT`. */
export function bayesOptimalBandit(arms: number, pulls: number): number {
  const k = integer('arms', arms, 1, 1000);
  const n = integer('pulls', pulls, 0, 20);
  const values = new Map<string, number>();

  // `seen` holds the codes of the arms pulled so far, falling; the others are never more useful than one of them.
  const value = (seen: readonly number[], left: number): number => {
    if (left === 0) return 0;
    const key = String.fromCharCode(...seen);
    const known = values.get(key);
    if (known !== undefined) return known;
    let best = seen.length < k ? pull(seen, -1, left) : 0;
    for (let i = 0; i < seen.length; i++) if (i === 0 || seen[i] !== seen[i - 1]) best = Math.max(best, pull(seen, i, left));
    values.set(key, best);
    return best;
  };

  /** Of arm i, or of a new one (−1). */
  const pull = (seen: readonly number[], i: number, left: number): number => {
    const code = i < 0 ? 0 : seen[i];
    const m = Math.floor((Math.sqrt(8 * code + 1) - 1) / 2);
    const p = (code - (m * (m + 1)) / 2 + 1) / (m + 2);
    const others = i < 0 ? seen : seen.filter((_, j) => j !== i);
    const then = (paid: 0 | 1) =>
      value(
        [...others, after(code, m, paid)].sort((a, b) => b - a),
        left - 1,
      );
    return p * (1 + then(1)) + (1 - p) * then(0);
  };

  return value([], n);
}
