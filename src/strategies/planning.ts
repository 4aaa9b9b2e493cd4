/**
 * Planning in a finite MDP over h steps left: Q_h(s, a) = R(s, a) + Σ P(s'|s, a) max_a' Q_{h−1}(s', a'), Q_0 = 0.
 * P is [S, A, S], R and every Q [S, A], row-major.
 */

export interface Mdp {
  readonly S: number;
  readonly A: number;
  readonly H: number;
  readonly P: Float64Array;
  readonly R: Float64Array;
}

/** Q_1 … Q_H. */
export function backwardInduction({ S, A, H, P, R }: Mdp): Float64Array[] {
  return overHorizon(S, A, H, (pair, V) => {
    let q = R[pair];
    for (let next = 0; next < S; next++) q += P[pair * S + next] * V[next];
    return q;
  });
}

/**
 * The same in the best of all MDPs whose R is within `rewardSlack` and whose P(·|s, a) within `chanceSlack` (L1) of the given one, [S, A] each:
 * extended value iteration (Jaksch, Ortner and Auer 2010). Half of the slack in chances goes to the best next state, from the worst ones.
 */
export function optimisticInduction({ S, A, H, P, R }: Mdp, rewardSlack: Float64Array, chanceSlack: Float64Array): Float64Array[] {
  let of: Float64Array | null = null;
  let rising: number[] = [];
  return overHorizon(S, A, H, (pair, V) => {
    if (V !== of) [of, rising] = [V, Array.from({ length: S }, (_, s) => s).sort((a, b) => V[a] - V[b])];
    const best = rising[S - 1];
    let moved = Math.min(chanceSlack[pair] / 2, 1 - P[pair * S + best]);
    let q = R[pair] + rewardSlack[pair] + (P[pair * S + best] + moved) * V[best];
    for (let i = 0; i < S - 1; i++) {
      const chance = P[pair * S + rising[i]];
      const kept = Math.max(0, chance - moved);
      moved -= chance - kept;
      q += kept * V[rising[i]];
    }
    return q;
  });
}

function overHorizon(S: number, A: number, H: number, quality: (pair: number, V: Float64Array) => number): Float64Array[] {
  const all: Float64Array[] = [];
  let V = new Float64Array(S);
  for (let h = 1; h <= H; h++) {
    const after = V;
    const Q = Float64Array.from({ length: S * A }, (_, pair) => quality(pair, after));
    V = Float64Array.from({ length: S }, (_, s) => Q.subarray(s * A, (s + 1) * A).reduce((a, b) => Math.max(a, b)));
    all.push(Q);
  }
  return all;
}
