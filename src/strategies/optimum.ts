/** The expected return of Bayes-optimal play, the best play without knowledge of the task, where it is known exactly. */
import { type EnvConfig, hasOwnTasks } from '../envs/spec.ts';
import { knownPlay } from './families.ts';

/** Expected total reward of a trial of the Bayes-optimal policy; null where it is not known. */
export function bayesOptimum(env: EnvConfig): number | null {
  return env.context || !hasOwnTasks(env) ? null : (knownPlay[env.id]?.optimum?.(env) ?? null);
}
