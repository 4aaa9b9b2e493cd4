/**
 * Classic strategies for Bernoulli bandits. s of an arm's m pulls have paid; p̂ = (s + 1)/(m + 2), the mean of its posterior Beta(s + 1, m − s + 1) under
 * the prior U[0, 1]; t pulls so far, this one included. Ties go to the first arm.
 *   greedy               max p̂
 *   epsilon-greedy       an arm at random with probability ε, else greedy
 *   ucb1                 max p̂ + c √(2 ln t / (m + 2)) (Auer et al. 2002, with the prior's two pulls)
 *   thompson             max of one draw from each posterior (Thompson 1933)
 *   optimistic-thompson  the same with the likeliest of several joint draws, by posterior density
 *   gittins              max of the Gittins index (gittins.ts)
 *   bayes-optimal        dynamic programming over all that can be seen (bernoulli-bandit.ts): few pulls only
 * As compared in Duan et al. 2016, table 1.
 */
import { fail } from '../core/checks.ts';
import { armsOf } from '../envs/bandit.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { bayesOptimalPlay } from './bernoulli-bandit.ts';
import { beta, type Uniform } from './draws.ts';
import { gittinsIndices } from './gittins.ts';
import { highest } from './highest.ts';
import type { Player, Strategy, StrategyOption } from './strategy.ts';

/** What a trial has shown so far. */
interface Seen {
  readonly paid: Float64Array;
  readonly pulled: Float64Array;
  /** Pulls so far, this one included. */
  readonly t: number;
}

type Choose = (seen: Seen, uniform: Uniform) => number;

/** Pulls of a trial, for strategies that look up how often an arm has paid. */
function countedPulls({ horizon, episodes, reward }: EnvConfig): number {
  if (reward !== 'bernoulli') fail('env.reward', 'bernoulli: this strategy counts which pulls paid', reward);
  return horizon * episodes;
}

function strategy(
  options: Readonly<Record<string, StrategyOption>>,
  chooser: (options: Readonly<Record<string, number>>, env: EnvConfig) => Choose,
): Strategy {
  return {
    options,
    prepare(env, given) {
      const choose = chooser(given, env);
      return (uniform): Player => {
        const seen = { paid: new Float64Array(armsOf(env)), pulled: new Float64Array(armsOf(env)), t: 1 };
        return {
          act: () => choose(seen, uniform),
          learn(_, arm, reward) {
            seen.paid[arm] += reward;
            seen.pulled[arm]++;
            seen.t++;
          },
        };
      };
    },
  };
}

const mean = ({ paid, pulled }: Seen, i: number) => (paid[i] + 1) / (pulled[i] + 2);
const greedy: Choose = (seen) => highest(seen.paid.length, (i) => mean(seen, i));
const posterior = ({ paid, pulled }: Seen, i: number): [number, number] => [paid[i] + 1, pulled[i] - paid[i] + 1];

/** The best arm of the joint draw with the highest density, among `draws` joint draws from the posteriors of all arms. */
const thompson =
  (draws: number): Choose =>
  (seen, uniform) => {
    let [arm, likeliest] = [0, -Infinity];
    for (let draw = 0; draw < draws; draw++) {
      const x = Float64Array.from(seen.paid, (_, i) => beta(...posterior(seen, i), uniform));
      let logDensity = 0;
      for (let i = 0; draws > 1 && i < x.length; i++) {
        const [a, b] = posterior(seen, i);
        logDensity += (a - 1) * Math.log(x[i]) + (b - 1) * Math.log(1 - x[i]);
      }
      if (logDensity > likeliest) [arm, likeliest] = [highest(x.length, (i) => x[i]), logDensity];
    }
    return arm;
  };

export const banditStrategies: Readonly<Record<string, Strategy>> = {
  greedy: strategy({}, () => greedy),
  'epsilon-greedy': strategy(
    { epsilon: { value: 0.1, low: 0, high: 1, meaning: 'ε, probability of an arm at random' } },
    ({ epsilon }) =>
      (seen, uniform) =>
        uniform() < epsilon ? Math.floor(uniform() * seen.paid.length) : greedy(seen, uniform),
  ),
  ucb1: strategy(
    { c: { value: 0.2, low: 0, high: 100, meaning: 'c, weight of the bound' } },
    ({ c }) =>
      (seen) =>
        highest(seen.paid.length, (i) => mean(seen, i) + c * Math.sqrt((2 * Math.log(seen.t)) / (seen.pulled[i] + 2))),
  ),
  thompson: strategy({}, () => thompson(1)),
  'optimistic-thompson': strategy({ draws: { value: 7, low: 1, high: 1000, meaning: 'joint draws to choose from' } }, ({ draws }) =>
    thompson(draws),
  ),
  gittins: strategy({ discount: { value: 0.99, low: 0.01, high: 0.9999, meaning: 'γ' } }, ({ discount }, env) => {
    const index = gittinsIndices(countedPulls(env), discount);
    return ({ paid, pulled }) => highest(paid.length, (i) => index(paid[i], pulled[i]));
  }),
  'bayes-optimal': strategy({}, (_, env) => {
    const play = bayesOptimalPlay(armsOf(env), countedPulls(env));
    return ({ paid, pulled }) => play.best(paid, pulled);
  }),
};
