/** A learner whose iterations are done by machines, some at once (training-job.ts). States, metrics and weights are those of the learner itself. */
import type { Iteration, Learner, LearnerConfig, LearnerState } from '../algorithms/learner.ts';
import { isDone } from '../core/budget.ts';
import { restoreState } from '../core/state.ts';
import type { QueueExecutor } from './executor.ts';

interface RemoteLearner {
  readonly learner: Learner;
  /** Whether the iteration that was yielded last is one whose state is at hand: only there may training stop or be saved. */
  readonly whole: boolean;
}

/** `every`: iterations between checkpoints, and so those of one job. `place`: where its jobs go, in the place of a shard. */
export function remoteLearner(learner: Learner, executor: QueueExecutor, every: number, place: number): RemoteLearner {
  let whole = true;

  async function* train(options: unknown, _: unknown, from?: LearnerState): AsyncGenerator<Iteration, void, undefined> {
    const config: LearnerConfig = learner.resolve(options);
    const state = from ?? learner.initial(config);
    while (!isDone(config, state)) {
      const iterations = every - (state.iteration % every);
      const result = await executor.train({ kind: 'training', shard: place, algo: learner.name, config, state, iterations });
      restoreState(state, learner.check(config, result.state));
      for (const [i, line] of result.lines.entries()) {
        whole = i === result.lines.length - 1;
        yield { ...line, state };
      }
    }
  }

  return {
    learner: { ...learner, train },
    get whole() {
      return whole;
    },
  };
}
