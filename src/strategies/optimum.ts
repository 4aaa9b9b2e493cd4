/** What the best play that is told nothing earns in a trial, where it is known exactly. */
import { type EnvConfig, hasOwnTasks } from '../envs/spec.ts';
import { knownPlay } from './families.ts';

/** Expected total reward of a trial of the Bayes-optimal policy; null where it is not known. */
export function bayesOptimum(env: EnvConfig): number | null {
  return env.context || !hasOwnTasks(env) ? null : (knownPlay[env.id]?.optimum?.(env) ?? null);
}
