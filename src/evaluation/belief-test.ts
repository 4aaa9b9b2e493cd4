/**
 * What VariBAD believes, beside what it could know: after every step of unseen trials, the decoder's chance of finding the goal on each of the places
 * where it may be, normalised, against the exact posterior p:  KL(p ‖ q) = Σ p log (p/q), in nats.
 */

import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type Estimate, overTasks } from '../core/estimates.ts';
import { split } from '../core/philox.ts';
import { mean } from '../core/statistics.ts';
import { type DecodingOptions, decodingOf } from '../envs/decoding.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { BeliefsJob } from '../jobs/varibad.ts';
import type { BeliefSizes } from '../policies/belief.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { exactPosterior } from '../strategies/registry.ts';
import { type Executor, mustRunJobs } from '../workers/executor.ts';
import { chancesOf } from './goal-chances.ts';

/** Whose beliefs, on which tasks. */
export interface BeliefTestOptions extends Pick<BeliefSizes, 'latent' | 'decoder'>, DecodingOptions {
  readonly env: EnvConfig;
  readonly policy: PolicySpec;
  /** Parameters of the policy that acts. */
  readonly parameters: Float32Array;
  readonly model: Float32Array;
  /** Unseen tasks, one trial each. */
  readonly tasks: number;
  readonly seed: number;
  /** Draws of z that a chance is the mean of. Default 32. */
  readonly samples?: number;
}

/** One trial: after each step [T], both distributions over the goals [G] and where one is. */
export interface TrialBeliefs {
  /** A place, as the posterior numbers them. */
  readonly goal: number;
  readonly cells: readonly number[];
  readonly exact: readonly (readonly number[])[];
  readonly believed: readonly (readonly number[])[];
}

/** How far a policy’s beliefs are from exact inference. */
export interface BeliefTest {
  /** KL(p ‖ q) over all steps and tasks, nat; standard error and 95 % interval over tasks. */
  readonly kl: number;
  readonly stderr: Estimate['stderr'];
  readonly interval: Estimate['interval'];
  /** By step of the trial [T], mean over tasks. */
  readonly byStep: readonly number[];
  /** KL of the posterior to the uniform belief, over the same steps: the divergence of a belief that learns nothing. */
  readonly uniform: number;
  readonly goals: readonly number[];
  /** Places in a row, for drawing: place = side · y + x. */
  readonly side: number;
  readonly trials: readonly TrialBeliefs[];
}

const batch = 50;

/** Throws `E_UNSUPPORTED` where the exact posterior is not known, or the model does not decode the reward of a place. */
export async function beliefTest(options: BeliefTestOptions, executor: Executor): Promise<BeliefTest> {
  mustRunJobs(executor);
  const { env, policy, parameters, model, latent, decoder } = options;
  const posterior = exactPosterior(env);
  if (posterior?.cells === undefined)
    throw new WasmetaError('E_UNSUPPORTED', `the exact posterior over the tasks of ${env.id} is not known, or not of these tasks`, { env });
  const spec = { latent, decoder, ...decodingOf(env, options) };
  if (!spec.decodes.includes('reward') || spec.decoderInputs.join() !== 'next')
    throw new WasmetaError('E_UNSUPPORTED', 'beliefs are read off a decoder of rewards that reads s′ alone', {
      decoderInputs: spec.decoderInputs,
    });
  const tasks = integer('tasks', options.tasks, 1, 1_000_000);
  const { side, goals } = posterior.cells;
  const O = portsOf(env).observationSize;
  const asked = Float32Array.from(posterior.reached.flat());
  const jobs = Array.from({ length: Math.ceil(tasks / batch) }, (_, b): BeliefsJob => {
    const firstTask = b * batch;
    const numTasks = Math.min(batch, tasks - firstTask);
    const trials = { env, policy, parameters, seed: options.seed, split: split.test, firstTask, numTasks, greedy: false };
    return { kind: 'beliefs', shard: b, trials, model, spec, asked, samples: options.samples ?? 32 };
  });
  const trials: TrialBeliefs[] = [];
  for (const { record, expected } of await executor.run(jobs)) {
    const { numTrials: N, steps: T, inputSize, inputs, actions, rewards, tasks } = record;
    const W = tasks.length / N;
    for (let n = 0; n < N; n++) {
      const belief = posterior.start();
      const observed = (t: number) => inputs.subarray((t * N + n) * inputSize, (t * N + n) * inputSize + O);
      const cellOf = (t: number) => observed(t).indexOf(1);
      const steps = Array.from({ length: T }, (_, t) => {
        if (t > 0) belief.see(observed(t - 1), actions.subarray((t - 1) * N + n), rewards[(t - 1) * N + n]);
        const believed = chancesOf(expected.subarray((t * N + n) * goals.length, (t * N + n + 1) * goals.length));
        return { cell: cellOf(t), exact: belief.chances(), believed };
      });
      trials.push({
        goal: goals[posterior.nearest(tasks.subarray(n * W, (n + 1) * W))],
        cells: steps.map(({ cell }) => cell),
        exact: steps.map(({ exact }) => exact),
        believed: steps.map(({ believed }) => believed),
      });
    }
  }
  const divergences = trials.map(({ exact, believed }) => exact.map((p, t) => divergence(p, believed[t])));
  const perTask = Float64Array.from(divergences, (steps) => mean(steps));
  const { mean: kl, stderr, interval } = overTasks(perTask);
  const flat = goals.map(() => 1 / goals.length);
  return {
    kl,
    stderr,
    interval,
    byStep: divergences[0].map((_, t) => mean(divergences.map((steps) => steps[t]))),
    uniform: mean(trials.flatMap(({ exact }) => exact.map((p) => divergence(p, flat)))),
    goals,
    side,
    trials,
  };
}

/** KL(p ‖ q), nat. */
export function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, x, i) => (x === 0 ? sum : sum + x * Math.log(x / q[i])), 0);
}
