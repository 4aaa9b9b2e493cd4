/**
 * Some iterations of a training as one job: from a state at its start to the state after them, with what each measured. A pure function of its data, as every job; a
 * sweep sends many of them at once. The machine does them with one of its workers.
 */
import type { LearnerConfig, LearnerState, Metrics } from '../algorithms/learner.ts';
import { learnerOf } from '../algorithms/registry.ts';
import type { Executor } from '../workers/executor.ts';

export interface TrainingJob {
  readonly kind: 'training';
  readonly shard: number;
  /** The learner's name. */
  readonly algo: string;
  readonly config: LearnerConfig;
  readonly state: LearnerState;
  /** How many; fewer where the training ends. */
  readonly iterations: number;
}

export interface TrainingJobResult {
  readonly state: LearnerState;
  /** One an iteration, in their order. */
  readonly lines: readonly { readonly iteration: number; readonly steps: number; readonly metrics: Metrics }[];
}

/** Throws what the learner throws. */
export async function doTraining(job: TrainingJob, executor: Executor): Promise<TrainingJobResult> {
  const learner = learnerOf(job.algo);
  const config = learner.resolve(job.config);
  const state = learner.check(config, job.state);
  const lines: TrainingJobResult['lines'][number][] = [];
  for await (const { iteration, steps, metrics } of learner.train(config, executor, state)) {
    lines.push({ iteration, steps, metrics });
    if (lines.length >= job.iterations) break;
  }
  return { state, lines };
}
