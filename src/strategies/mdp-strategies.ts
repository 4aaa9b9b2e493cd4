/**
 * Classic strategies for random tabular MDPs, as compared in Duan et al. 2016, table 2. Each plans once an episode from what it has seen, then plays
 * max Q, ties at random. With N(s, a) visits, their sum of rewards Σr and N(s, a, s') moves, belief weights w and α and the prior mean μ of rewards:
 *   R̂ = (w μ + Σr)/(w + N),   P̂ = (α + N(s, a, s'))/(S α + Σ N(s, a, ·)),   posterior R ~ N(R̂, 1/(w + N)), P ~ Dirichlet(α + N(s, a, ·))
 *   greedy, epsilon-greedy  the MDP of P̂, R̂ with hardly any prior: w = α = 10⁻⁴
 *   psrl                    an MDP drawn from the posterior, w = α = 1 (Strens 2000; Osband et al. 2013)
 *   opsrl                   the largest Q of several such draws, entry by entry (Osband and Van Roy 2016)
 *   beb                     P̂, R̂ + β/(1 + S α + Σ N(s, a, ·)), w = α = 1 (Kolter and Ng 2009)
 *   ucrl2                   the best MDP within confidence, no prior (Jaksch, Ortner and Auer 2010)
 * The published table has μ = 0, as if nothing were known of the rewards; in truth μ = 1, and strategies that are told so do far better.
 */
import type { EnvConfig } from '../envs/spec.ts';
import { mdpSizes } from '../envs/tabular-mdp.ts';
import { gamma, normal, type Uniform } from './draws.ts';
import { highestAtRandom } from './highest.ts';
import { backwardInduction, type Mdp, optimisticInduction } from './planning.ts';
import type { Player, Strategy, StrategyOption } from './strategy.ts';

/** What a trial has shown so far. */
interface Seen {
  readonly S: number;
  readonly A: number;
  readonly H: number;
  /** [S, A] */
  readonly visits: Float64Array;
  readonly rewards: Float64Array;
  /** [S, A, S] */
  readonly moves: Float64Array;
  /** Episodes before this one. */
  episodes: number;
}

type Plan = (seen: Seen, uniform: Uniform) => Float64Array[];

const hardlyAny = 1e-4;
/** δ of UCRL2: its bounds fail with at most this probability. */
const failure = 0.05;

/** P̂ and R̂. */
function estimate({ S, A, H, visits, rewards, moves }: Seen, weight: number, mean: number): Mdp {
  const R = visits.map((n, pair) => (weight * mean + rewards[pair]) / (weight + n));
  const P = moves.map((n) => weight + n);
  for (let from = 0; from < P.length; from += S) scale(P.subarray(from, from + S));
  return { S, A, H, P, R };
}

function scale(chances: Float64Array): void {
  const sum = chances.reduce((a, b) => a + b);
  for (let i = 0; i < chances.length; i++) chances[i] /= sum;
}

/** An MDP of the posterior. */
function draw(seen: Seen, mean: number, uniform: Uniform): Mdp {
  const mdp = estimate(seen, 1, mean);
  const R = mdp.R.map((r, pair) => r + normal(uniform) / Math.sqrt(1 + seen.visits[pair]));
  const P = seen.moves.map((n) => gamma(1 + n, uniform));
  for (let from = 0; from < P.length; from += seen.S) scale(P.subarray(from, from + seen.S));
  return { ...mdp, P, R };
}

/** Moves seen from each pair, [S, A]: the last of an episode is not. */
const movesFrom = ({ S, moves, visits }: Seen) => visits.map((_, pair) => moves.subarray(pair * S, (pair + 1) * S).reduce((a, b) => a + b));

function strategy(
  options: Readonly<Record<string, StrategyOption>>,
  planner: (options: Readonly<Record<string, number>>) => Plan,
): Strategy {
  return {
    options,
    prepare(env, given) {
      const plan = planner(given);
      return (uniform) => player(env, plan, given.epsilon ?? 0, uniform);
    },
  };
}

function player(env: EnvConfig, plan: Plan, epsilon: number, uniform: Uniform): Player {
  const { states: S, actions: A } = mdpSizes(env);
  const H = env.horizon;
  const pairs = S * A;
  const [visits, rewards, moves] = [pairs, pairs, pairs * S].map((size) => new Float64Array(size));
  const seen: Seen = { S, A, H, visits, rewards, moves, episodes: 0 };
  let Q: Float64Array[] = [];
  let left = 0;
  return {
    act(s) {
      if (left === 0) [Q, left] = [plan(seen, uniform), H];
      if (epsilon > 0 && uniform() < epsilon) return Math.floor(uniform() * A);
      return highestAtRandom(Q[left - 1].subarray(s * A, (s + 1) * A), uniform);
    },
    learn(s, a, reward, next) {
      visits[s * A + a]++;
      rewards[s * A + a] += reward;
      if (next !== null) moves[(s * A + a) * S + next]++;
      left--;
      if (next === null) seen.episodes++;
    },
  };
}

const prior = { value: 0, low: -1e6, high: 1e6, meaning: 'μ, what rewards are believed to be before they are seen' };

const greedy =
  ({ prior }: Readonly<Record<string, number>>): Plan =>
  (seen) =>
    backwardInduction(estimate(seen, hardlyAny, prior));

export const mdpStrategies: Readonly<Record<string, Strategy>> = {
  greedy: strategy({ prior }, greedy),
  'epsilon-greedy': strategy({ epsilon: { value: 0.1, low: 0, high: 1, meaning: 'ε, probability of an action at random' }, prior }, greedy),
  psrl: strategy(
    { prior },
    ({ prior }) =>
      (seen, uniform) =>
        backwardInduction(draw(seen, prior, uniform)),
  ),
  opsrl: strategy(
    { draws: { value: 10, low: 1, high: 1000, meaning: 'MDPs drawn an episode' }, prior },
    ({ draws, prior }) =>
      (seen, uniform) => {
        const plans = Array.from({ length: draws }, () => backwardInduction(draw(seen, prior, uniform)));
        return plans.reduce((a, b) => a.map((Q, h) => Q.map((q, i) => Math.max(q, b[h][i]))));
      },
  ),
  beb: strategy({ bonus: { value: 30, low: 0, high: 1e6, meaning: 'β' }, prior }, ({ bonus, prior }) => (seen) => {
    const mdp = estimate(seen, 1, prior);
    const moves = movesFrom(seen);
    return backwardInduction({ ...mdp, R: mdp.R.map((r, pair) => r + bonus / (1 + seen.S + moves[pair])) });
  }),
  ucrl2: strategy(
    { scale: { value: 0.15, low: 0, high: 100, meaning: 'of the confidence bounds; 1 is the theory’s' }, prior },
    ({ scale: c, prior }) =>
      (seen) => {
        const { S, A, episodes, visits } = seen;
        const bound = (n: number, states: number) =>
          c * Math.sqrt((4 * states * Math.log((2 * S * A * (episodes + 1)) / failure)) / Math.max(1, n));
        const rewardSlack = visits.map((n) => bound(n, 1));
        const chanceSlack = movesFrom(seen).map((n) => bound(n, S));
        return optimisticInduction(estimate(seen, hardlyAny, prior), rewardSlack, chanceSlack);
      },
  ),
};
