/** The paths of a few unseen trials, for drawing. */
import type { PolicySpec } from '../core/policy.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import type { Executor } from '../executors/executor.ts';
import type { KeptSteps } from '../executors/jobs.ts';
import { rollout } from './rollouts.ts';

export interface TrialPath {
  /** The hidden goal, m. */
  readonly task: [number, number];
  readonly tolerance: number;
  /** Positions of each episode from its start, m. The last move is not in the record and is left out. */
  readonly episodes: [number, number][][];
  readonly returns: number[];
}

export interface PathOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly tasks: number;
  readonly seed: number;
}

export async function testPaths({ env, policy, parameters, tasks, seed }: PathOptions, executor: Executor): Promise<TrialPath[]> {
  const config = resolveEnv(env);
  const E = config.episodes;
  const { records, returns } = await rollout(
    { env: config, policy, parameters, trials: tasks, batch: tasks, seed, split: 'test', keep: 'steps' },
    executor,
  );
  return Array.from({ length: tasks }, (_, n) => ({
    task: [records[0].tasks[2 * n], records[0].tasks[2 * n + 1]],
    tolerance: config.tolerance,
    episodes: episodePaths(records[0], n, E),
    returns: Array.from(returns.subarray(n * E, (n + 1) * E)),
  }));
}

/** What the policy saw first in each step is the position. */
function episodePaths(record: KeptSteps, n: number, E: number): [number, number][][] {
  const paths: [number, number][][] = Array.from({ length: E }, () => []);
  let episode = 0;
  for (let t = 0; t < record.steps && episode < E; t++) {
    const row = t * record.numTrials + n;
    const at = row * record.inputSize;
    paths[episode].push([record.inputs[at], record.inputs[at + 1]]);
    if (record.done[row] === 1) episode++;
  }
  return paths;
}
