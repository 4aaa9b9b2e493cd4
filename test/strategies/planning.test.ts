/** Planning against enumeration and against cases that can be done by hand. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../src/core/philox.ts';
import { backwardInduction, type Mdp, optimisticInduction } from '../../src/strategies/planning.ts';

function randomMdp(S: number, A: number, H: number, seed: number): Mdp {
  const uniform = (i: number) => toUniform(philox(seed, 0, i, 0, 0, 0)[0]);
  const P = Float64Array.from({ length: S * A * S }, (_, i) => uniform(i));
  for (let from = 0; from < P.length; from += S) {
    const sum = P.subarray(from, from + S).reduce((a, b) => a + b);
    for (let s = 0; s < S; s++) P[from + s] /= sum;
  }
  return { S, A, H, P, R: Float64Array.from({ length: S * A }, (_, i) => 4 * uniform(1000 + i) - 2) };
}

const none = ({ S, A }: Mdp) => new Float64Array(S * A);
const all = ({ S, A }: Mdp, value: number) => new Float64Array(S * A).fill(value);

test('backward induction is the best of all plans: 2 states, 2 actions, 3 steps, by trying every plan', () => {
  const mdp = randomMdp(2, 2, 3, 5);
  const worth = (plan: number[], h: number, s: number): number => {
    if (h === 0) return 0;
    const pair = s * 2 + plan[(h - 1) * 2 + s];
    return mdp.R[pair] + mdp.P[pair * 2] * worth(plan, h - 1, 0) + mdp.P[pair * 2 + 1] * worth(plan, h - 1, 1);
  };
  const plans = Array.from({ length: 64 }, (_, code) => Array.from({ length: 6 }, (_, i) => (code >> i) & 1));
  const Q = backwardInduction(mdp);
  for (const s of [0, 1])
    expect(Math.max(Q[2][s * 2], Q[2][s * 2 + 1])).toBeCloseTo(Math.max(...plans.map((plan) => worth(plan, 3, s))), 12);
});

describe('optimistic induction', () => {
  const mdp = randomMdp(4, 3, 6, 7);

  test('without slack is backward induction', () => {
    optimisticInduction(mdp, none(mdp), none(mdp)).forEach((Q, h) => {
      Q.forEach((q, i) => {
        expect(q).toBeCloseTo(backwardInduction(mdp)[h][i], 12);
      });
    });
  });

  test('with all the slack that there is always lands in the best state', () => {
    const Q = optimisticInduction(mdp, none(mdp), all(mdp, 2));
    Q.slice(1).forEach((values, h) => {
      values.forEach((q, i) => {
        expect(q).toBeCloseTo(mdp.R[i] + Math.max(...Q[h]), 12);
      });
    });
  });

  test('with slack in rewards alone adds it at every step', () => {
    const Q = optimisticInduction(mdp, all(mdp, 0.25), none(mdp));
    backwardInduction(mdp).forEach((values, h) => {
      values.forEach((q, i) => {
        expect(Q[h][i]).toBeCloseTo(q + 0.25 * (h + 1), 12);
      });
    });
  });

  test('moves half of the slack to the best state, from the worst first: by hand', () => {
    // One action leads from state 0 to states 0, 1, 2 with 0.5, 0.2, 0.3; the states pay 0, 1, 2 on the way out.
    const P = Float64Array.from([0.5, 0.2, 0.3, 0, 1, 0, 0, 0, 1]);
    const mdp = { S: 3, A: 1, H: 2, P, R: Float64Array.from([0, 1, 2]) };
    const Q = optimisticInduction(mdp, none(mdp), Float64Array.from([1.2, 0, 0]));
    // 0.6 go to state 2: 0.5 from state 0, 0.1 from state 1.
    expect(Q[1][0]).toBeCloseTo(0.1 * 1 + 0.9 * 2, 12);
  });
});
