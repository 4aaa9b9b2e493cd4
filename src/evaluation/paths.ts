/** The paths of a few unseen trials, for drawing. */
import { split } from '../core/philox.ts';
import { familyOf, resolveEnv, toleranceOf } from '../envs/registry.ts';
import type { Articulated, EnvOptions } from '../envs/spec.ts';
import type { Film } from '../jobs/replay.ts';
import type { KeptSteps } from '../jobs/trials.ts';
import type { PolicySpec } from '../policies/policy.ts';
import type { Executor } from '../workers/executor.ts';

export interface TrialPath {
  /** The hidden goal, in m or cells. */
  readonly task: [number, number];
  readonly tolerance: number;
  /** Positions of each episode from its start. The last move is not in the record and is left out. */
  readonly episodes: [number, number][][];
  /** Positions of a second body, where the family has one. */
  readonly second?: [number, number][][];
  /** Given for an articulated body: all its coordinates once a second, [episode][second][q]; x is the sum of the root's speed. */
  readonly poses?: number[][][];
  /** Given for an articulated body: the task in words. */
  readonly asks?: string;
  /** Every state of the trial, of families that have a drawing. */
  readonly film?: Film;
  readonly returns: number[];
}

interface PathOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec;
  readonly parameters: Float32Array;
  readonly tasks: number;
  /** Default 0. */
  readonly firstTask?: number;
  readonly seed: number;
  /** Default false: actions are sampled. */
  readonly greedy?: boolean;
}

/** None of families without a place to be at, a body or a drawing. */
export async function testPaths(options: PathOptions, executor: Executor): Promise<TrialPath[]> {
  const { policy, parameters, tasks, firstTask = 0, seed, greedy = false } = options;
  const env = resolveEnv(options.env);
  const { place, articulated, drawing } = familyOf(env.id);
  if (place === undefined && articulated === undefined && drawing === undefined) return [];
  const E = env.episodes;
  const trials = { env, policy, parameters, seed, split: split.test, firstTask, numTasks: tasks, greedy };
  const [{ record, returns }] = await executor.run([{ kind: 'rollout' as const, shard: firstTask, keep: 'steps' as const, trials }]);
  const kept = record as KeptSteps;
  const W = kept.tasks.length / tasks;
  const { actions } = kept;
  const again = { kind: 'replay' as const, shard: firstTask, env, seed, split: 'test' as const, firstTask, numTasks: tasks, actions };
  const films = drawing === undefined ? [] : (await executor.run([again]))[0];
  return Array.from({ length: tasks }, (_, n) => ({
    task: place === undefined ? [kept.tasks[n], 0] : [kept.tasks[2 * n], kept.tasks[2 * n + 1]],
    tolerance: toleranceOf(env),
    episodes: place === undefined ? [] : episodePaths(kept, n, E, (observation) => place.of(observation, env)),
    ...(place?.second && { second: episodePaths(kept, n, E, place.second.of) }),
    ...(articulated && { poses: posesOf(articulated, kept, n, E), asks: articulated.asks(kept.tasks.subarray(n * W, (n + 1) * W), env) }),
    ...(films[n] && { film: films[n] }),
    returns: Array.from(returns.subarray(n * E, (n + 1) * E)),
  }));
}

function posesOf({ step, pose }: Articulated, record: KeptSteps, n: number, E: number): number[][][] {
  const every = Math.round(1 / step);
  return episodePaths(record, n, E, pose).map((seen) => {
    let x = 0;
    const places = seen.map(({ q, vx }) => {
      const here = [x, ...q.slice(1)];
      x += step * vx;
      return here;
    });
    return places.filter((_, t) => t % every === 0);
  });
}

function episodePaths<Seen>(record: KeptSteps, n: number, E: number, position: (observation: Float32Array) => Seen): Seen[][] {
  const paths: Seen[][] = Array.from({ length: E }, () => []);
  let episode = 0;
  for (let t = 0; t < record.steps && episode < E; t++) {
    const row = t * record.numTrials + n;
    paths[episode].push(position(record.inputs.subarray(row * record.inputSize, (row + 1) * record.inputSize)));
    if (record.done[row] === 1) episode++;
  }
  return paths;
}
