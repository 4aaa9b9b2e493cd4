/** Returns of tasks that were played in rounds, [B, K + 1, M]: M episodes in each round, after 0 … K inner steps. */
import { mean } from '../core/statistics.ts';

/** Each task's mean return after k steps, [K + 1][tasks]. */
export function taskMeans(results: readonly { readonly returns: Float32Array }[], K: number, M: number): Float64Array[] {
  const rounds = K + 1;
  return Array.from({ length: rounds }, (_, k) =>
    Float64Array.from(
      results.flatMap(({ returns }) =>
        Array.from({ length: returns.length / (rounds * M) }, (__, b) => {
          const at = (b * rounds + k) * M;
          return mean(returns.subarray(at, at + M));
        }),
      ),
    ),
  );
}
