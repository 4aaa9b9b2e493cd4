/** A run as the commands that test, play, export or report it need it: its learner with the config and state of a checkpoint, checked. */
import type { ActingLearner, Learner, LearnerConfig, LearnerState } from '../algorithms/learner.ts';
import { learnerOf } from '../algorithms/registry.ts';
import { WasmetaError } from '../core/errors.ts';
import { openRun } from '../runs/open-run.ts';
import type { Run } from '../runs/run.ts';
import { remark } from './output.ts';

export interface LoadedRun {
  readonly run: Run;
  readonly algo: string;
  readonly learner: Learner;
  readonly config: LearnerConfig;
  readonly state: LearnerState;
}

/** A newest checkpoint that can't be read is named, and the one before it is taken. Throws what `Run.load` and the learner's checks throw. */
export async function loadRun(dir: string, which: 'last' | 'best' = 'last'): Promise<LoadedRun> {
  const run = await openRun(dir);
  const checkpoint = await run.load(which, ({ message }) => remark(`wasmeta: warning: ${message}; the one before it is taken`));
  const { algo } = checkpoint;
  const learner = learnerOf(algo);
  const config = learner.resolve(checkpoint.config);
  return { run, algo, learner, config, state: learner.check(config, checkpoint.state) };
}

/** The policy that acts in the first environment. Throws `E_UNSUPPORTED` for learners that play in none; `title` asked for it. */
export function actingOf({ algo, learner, config, state }: LoadedRun, title: string): ActingLearner {
  const [acting] = learner.acting(config, state);
  if (acting === undefined)
    throw new WasmetaError('E_UNSUPPORTED', `"${title}" expected a learner that plays in an environment, got ${algo}`, { algo });
  return acting;
}
