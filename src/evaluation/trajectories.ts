/** Trials as arrays, trial by trial, for whoever wants the data themselves. */
import { familyOf, portsOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { loadConfig } from '../envs/user/load-env.ts';
import type { KeptSteps } from '../jobs/trials.ts';
import type { Executor } from '../workers/executor.ts';
import { type RolloutOptions, rollout } from './rollouts.ts';

/** N trials of at most T = E · H steps; all numbers after the end of a trial are 0. */
export interface Trajectories {
  readonly env: EnvConfig;
  readonly numTrials: number;
  readonly steps: number;
  readonly sizes: { readonly observation: number; readonly action: number; readonly task: number };
  /** [N, T, O], what the policy saw before each step. */
  readonly observations: Float32Array;
  /** [N, T, A], as sampled, before the environment clips; a choice is one whole number. */
  readonly actions: Float32Array;
  /** [N, T] each. */
  readonly rewards: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  /** 1 while the trial runs. */
  readonly valid: Uint8Array;
  /** 1 where an episode ended. */
  readonly done: Uint8Array;
  /** [N, T] of the steps of a trial, the episode that each belongs to; −1 after its end. */
  readonly episode: Int32Array;
  /** [N, W] */
  readonly tasks: Float32Array;
  /** [N, E, O], the last observation of each episode. */
  readonly finalObservations: Float32Array;
  /** [N, E] each. */
  readonly returns: Float32Array;
  readonly lengths: Int32Array;
}

/** Plays trials and keeps every step. Throws what `rollout` throws. */
export async function trajectories(options: Omit<RolloutOptions, 'keep'>, executor: Executor): Promise<Trajectories> {
  const env = await loadConfig(options.env);
  const { records, returns, lengths } = await rollout({ ...options, keep: 'steps' }, executor);
  const task = familyOf(env.id).task(env).length;
  const observation = portsOf(env).observationSize;
  const action = records[0].actionSize;
  const N = options.tasks;
  const T = env.episodes * env.horizon;
  const made = {
    observations: new Float32Array(N * T * observation),
    actions: new Float32Array(N * T * action),
    rewards: new Float32Array(N * T),
    logProbabilities: new Float32Array(N * T),
    values: new Float32Array(N * T),
    valid: new Uint8Array(N * T),
    done: new Uint8Array(N * T),
    episode: new Int32Array(N * T).fill(-1),
    tasks: new Float32Array(N * task),
    finalObservations: new Float32Array(N * env.episodes * observation),
  };
  let first = 0;
  for (const record of records) {
    made.tasks.set(record.tasks, first * task);
    made.finalObservations.set(record.finals, first * env.episodes * observation);
    for (let n = 0; n < record.numTrials; n++) copyTrial(record, n, made, (first + n) * T, observation);
    first += record.numTrials;
  }
  return { env, numTrials: N, steps: T, sizes: { observation, action, task }, ...made, returns, lengths };
}

type Arrays = Pick<Trajectories, 'observations' | 'actions' | 'rewards' | 'logProbabilities' | 'values' | 'valid' | 'done' | 'episode'>;

/** Column n of a time-major record into the rows from `to` on. */
function copyTrial(record: KeptSteps, n: number, made: Arrays, to: number, O: number): void {
  const { numTrials, steps, inputSize: I, actionSize: A } = record;
  let episode = 0;
  for (let t = 0; t < steps; t++) {
    const from = t * numTrials + n;
    if (record.valid[from] === 0) return;
    const at = to + t;
    made.observations.set(record.inputs.subarray(from * I, from * I + O), at * O);
    made.actions.set(record.actions.subarray(from * A, (from + 1) * A), at * A);
    made.rewards[at] = record.rewards[from];
    made.logProbabilities[at] = record.logProbabilities[from];
    made.values[at] = record.values[from];
    made.valid[at] = 1;
    made.done[at] = record.done[from];
    made.episode[at] = episode;
    if (record.done[from] === 1) episode++;
  }
}
