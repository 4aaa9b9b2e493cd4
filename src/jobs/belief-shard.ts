/** VariBAD's jobs on trials that were played: what the model learns from them, and what it believed in them. */

import type { Learner } from '../losses/learner.ts';
import { onBelief } from '../policies/belief.ts';
import type { PolicyShape } from '../policies/policy.ts';
import type { Collector, TrialRecord } from '../rollout/collector.ts';
import type { BeliefReader, BeliefsJob, ElboGradientJob, ElboGradientResult } from './jobs.ts';
import { gatherRewards } from './minibatch.ts';
import { sameNumbers } from './shard-parts.ts';
import { uniforms } from './uniforms.ts';

export function elboGradient(learner: Learner, shape: PolicyShape, record: TrialRecord, job: ElboGradientJob): ElboGradientResult {
  const { trials, columns, loss, terms: S, update } = job;
  const batch = gatherRewards(record, columns);
  const draw = uniforms(trials.seed, trials.firstTask + columns[0], update);
  const terms = Uint32Array.from({ length: S }, () => Math.floor(draw() * batch.steps));
  const noise = Float32Array.from({ length: 2 * S * columns.length * loss.latent }, draw);
  return learner.elboGradient(shape, job.model, { ...batch, terms, uniforms: noise }, loss);
}

/** Of recorded trials [T, N, I]. */
export function readBeliefs(learner: Learner, shape: PolicyShape, record: TrialRecord, job: BeliefsJob) {
  const { numTrials, taken: steps, inputSize } = record;
  const { seed, firstTask } = job.trials;
  const noise = Float32Array.from({ length: 2 * job.samples * job.spec.latent }, uniforms(seed, firstTask, 0));
  const inputs = record.inputs.slice(0, steps * numTrials * inputSize);
  return learner.readBeliefs(shape, job.model, { steps, numTrials, inputs }, job.places, noise, job.spec);
}

/** What π(a | s, b) reads of trials, by this model: inputs [T, N, 2Z + O]. A copy, since a record's views end when memory grows. */
export interface Believed {
  readonly model: Float32Array;
  readonly shape: PolicyShape;
  readonly inputs: Float32Array;
  readonly inputSize: number;
}

/** Of what a collector played last; `before` if the model is the same. */
export function believed(learner: Learner, collector: Collector, reader: BeliefReader, before: Believed | null): Believed {
  if (before !== null && sameNumbers(before.model, reader.model)) return before;
  const { taken: steps, numTrials, inputSize, inputs } = collector.record();
  const trials = { steps, numTrials, inputs: inputs.slice(0, steps * numTrials * inputSize) };
  const believed = learner.beliefInputs(collector.shape, reader.model, trials, reader);
  const width = believed.length / (steps * numTrials);
  const shape = onBelief(collector.shape, reader.latent, width - 2 * reader.latent);
  return { model: reader.model, shape, inputs: believed, inputSize: width };
}
