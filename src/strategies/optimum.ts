/** What the best play that is told nothing earns in a trial, where it is known exactly. */
import { type EnvConfig, hasOwnTasks } from '../envs/spec.ts';
import { bayesOptimalBandit } from './bernoulli-bandit.ts';
import { bayesOptimalWalk } from './grid-walk.ts';

/** Bandits of more pulls take too long here. */
const mostPulls = 15;

/** Expected total reward of a trial of the Bayes-optimal policy; null where it is not known. */
export function bayesOptimum(env: EnvConfig): number | null {
  if (env.context || !hasOwnTasks(env)) return null;
  const pulls = env.horizon * env.episodes;
  if (env.id === 'Bandit-v0' && env.reward === 'bernoulli' && pulls <= mostPulls) return bayesOptimalBandit(env.arms as number, pulls);
  if (env.id === 'GridNavi-v0') return bayesOptimalWalk(env)?.returns.reduce((a, b) => a + b) ?? null;
  return null;
}
