/** VariBAD: the gradient of its model on trials that were played, what the model believed in them, and the beliefs as a policy's inputs. */
import { stream } from '../core/philox.ts';
import { uniforms } from '../core/uniforms.ts';
import { beliefInputs, readBeliefs } from '../losses/belief.ts';
import { type ElboOptions, type ElboSums, elboGradient } from '../losses/elbo.ts';
import { type BeliefModel, onBelief } from '../policies/belief.ts';
import type { TrialRecord } from '../rollout/collector.ts';
import type { GradientContext } from './context.ts';
import { gatherSteps } from './minibatch.ts';
import type { TransformInputs } from './ppo.ts';
import { type KeptSteps, keptSteps, type TrialsSpec } from './trials.ts';

/** Gradient of VariBAD's objective over some of a collect job's trials. Plays the trials again if they are not here. */
export interface ElboGradientJob {
  readonly kind: 'elbo-gradient';
  readonly shard: number;
  readonly trials: TrialsSpec;
  /** The model's flat vector (src/policies/belief.ts). */
  readonly model: Float32Array;
  /** Which of the trials, by their place in the shard. */
  readonly columns: Uint32Array;
  readonly loss: ElboOptions;
  /** S, steps of a trial whose belief is decoded; which ones and their z are drawn by (seed, task, update). */
  readonly terms: number;
  readonly update: number;
  /** true: trials of an iteration before. They are played again, on a collector of their own. */
  readonly past: boolean;
}

export interface ElboGradientResult {
  /** Sum over trials, not mean. */
  readonly gradient: Float32Array;
  readonly sums: ElboSums;
}

/** Plays trials and returns what was believed after each step. */
export interface BeliefsJob {
  readonly kind: 'beliefs';
  readonly shard: number;
  readonly trials: TrialsSpec;
  readonly model: Float32Array;
  readonly spec: BeliefModel;
  /** [C, R], what the decoder reads of the steps whose reward is asked for. */
  readonly asked: Float32Array;
  /** Draws of z that the expected reward is the mean of. */
  readonly samples: number;
}

export interface BeliefsResult {
  readonly record: KeptSteps;
  /** [T, N, 2Z]: means, then log variances, after reading the inputs of step t and before its action. */
  readonly beliefs: Float32Array;
  /** [T, N, C], expected reward of each such step; with `bernoulli` its chance. */
  readonly expected: Float32Array;
}

export const varibadHandlers = ({ tf, trials }: GradientContext) => ({
  'elbo-gradient'(job: ElboGradientJob): ElboGradientResult {
    const { columns, loss, terms: S, update } = job;
    const { collector } = job.past ? trials.recalled(job.shard, job.trials) : trials.collected(job.shard, job.trials);
    const batch = gatherSteps(collector, columns);
    const draw = uniforms(stream.latent, job.trials.seed, job.trials.firstTask + columns[0], update);
    const terms = Uint32Array.from({ length: S }, () => Math.floor(draw() * batch.steps));
    const noise = Float32Array.from({ length: 2 * S * columns.length * loss.latent }, draw);
    return elboGradient(tf, collector.shape, job.model, { ...batch, terms, uniforms: noise }, loss);
  },

  beliefs(job: BeliefsJob): BeliefsResult {
    const { collector } = trials.play(job.trials, 'beliefs', true);
    const { seed, firstTask } = job.trials;
    const noise = Float32Array.from({ length: 2 * job.samples * job.spec.latent }, uniforms(stream.latent, seed, firstTask, 0));
    const read = readBeliefs(tf, collector.shape, job.model, inputsOf(collector.record()), job.asked, noise, job.spec);
    return { record: keptSteps(collector), ...read };
  },
});

/** What π(a | s, b) reads of trials: inputs [T, N, 2Z + O]. Parameters: the model's; settings: Z. */
export const beliefTransform: TransformInputs = (tf, played, record, { parameters, settings }) => {
  const { latent } = settings as { latent: number };
  const inputs = beliefInputs(tf, played, parameters, inputsOf(record), latent);
  const inputSize = inputs.length / (record.taken * record.numTrials);
  return { shape: onBelief(played, latent, inputSize - 2 * latent), inputs, inputSize };
};

/** A copy, because a record's views end when memory grows. */
function inputsOf({ taken: steps, numTrials, inputSize, inputs }: TrialRecord) {
  return { steps, numTrials, inputs: inputs.slice(0, steps * numTrials * inputSize) };
}
