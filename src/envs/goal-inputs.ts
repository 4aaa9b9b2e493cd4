/**
 * What a goal-conditioned learner's network reads: beside the observation the goal g and the way there, g − place, in the place's units, and the place itself where
 * the observation does not hold it as a number of its own. Places, goals and ways are standardised, the rest of the observation is read as it is:
 * standardising it made the puck worse (docs/experiments.md, 2026-11-27). All are linear in (observation, goal), which the played policy reads (src/policies/linear-inputs.ts).
 */
import type { LinearInput, Sum } from '../policies/linear-inputs.ts';
import { familyOf } from './registry.ts';
import { countsOf, type EnvConfig } from './spec.ts';

/** For families with goals. The sums are over [observation; goal], as a policy with `context: true` reads them. */
export function goalInputs(env: EnvConfig): LinearInput[] {
  const { goal, observation } = familyOf(env.id);
  if (goal === undefined) return [];
  const fields = observation(env);
  const counts = countsOf(env, goal.coordinates);
  const place = goal.place(env);
  const standardised = (sum: Sum): LinearInput => ({ sum, standardised: true });
  return [
    ...fields.map((_, i): LinearInput => ({ sum: [[i, 1]], standardised: place.some((sum) => isNumber(sum, i)) })),
    ...place.filter(({ length }) => length > 1).map(standardised),
    ...place.flatMap((sum, w) => {
      const own = fields.length + w;
      if (counts[w] === 0) return [];
      return [standardised([[own, 1]]), standardised([[own, 1], ...sum.map(([i, weight]): [number, number] => [i, -weight])])];
    }),
  ];
}

/** Whether a sum is number i of the observation as it stands. */
const isNumber = (sum: Sum, i: number): boolean => sum.length === 1 && sum[0][0] === i && sum[0][1] === 1;

/** Where an observation says one is, by the sums of `place`. */
export function placeIn(observation: Float32Array, place: readonly Sum[]): number[] {
  return place.map((sum) => sum.reduce((total, [i, weight]) => total + weight * observation[i], 0));
}

/** Observations [N, O] with goals [N, W] behind them, as such a policy reads them. */
export function told(observations: Float32Array, goals: Float32Array, N: number): Float32Array {
  const [O, W] = [observations.length / N, goals.length / N];
  const rows = new Float32Array(N * (O + W));
  for (let n = 0; n < N; n++) {
    rows.set(observations.subarray(n * O, (n + 1) * O), n * (O + W));
    rows.set(goals.subarray(n * W, (n + 1) * W), n * (O + W) + O);
  }
  return rows;
}
