/** The learners of the package: one line each. */
import { oneOf } from '../core/checks.ts';
import { goalConditioned } from './goal-conditioned.ts';
import type { Learner } from './learner.ts';
import { maml } from './maml.ts';
import { multiTask } from './multi-task.ts';
import { rl2 } from './rl2.ts';
import { supervisedMaml } from './supervised-maml.ts';
import { varibad } from './varibad.ts';

// biome-ignore lint/suspicious/noExplicitAny: each takes what its own `resolve` and `check` have made
const learners: readonly Learner<any, any, any>[] = [rl2, varibad, maml, goalConditioned, multiTask, supervisedMaml];

/** Their names, in the order of the list. */
export const algorithms: readonly string[] = learners.map(({ name }) => name);

/** A learner whose options and state are checked when they are used. Throws `E_UNKNOWN_NAME`. */
export function learnerOf(name: string): Learner {
  const alsoKnownAs = Object.fromEntries(learners.map((learner) => [learner.name, learner.alsoKnownAs]));
  return learners[algorithms.indexOf(oneOf('algo', name, algorithms, { alsoKnownAs }))];
}
