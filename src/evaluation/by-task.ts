/** What the mean over unseen tasks hides: the returns of every task beside the task itself, and of each kind of task where a family's tasks are of a few kinds. */
import { type Estimate, overRuns } from '../core/estimates.ts';
import type { split } from '../core/philox.ts';
import { familyOf, resolveEnv } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import type { Executor } from '../workers/executor.ts';
import { rollout } from './rollouts.ts';

/** Whose tasks a meta-test plays: those of reports, or those that settings are chosen on. */
export type TestSplit = Extract<keyof typeof split, 'test' | 'validate'>;

export interface TaskReturns {
  /** ω [W] */
  readonly task: number[];
  readonly kind?: string;
  /** Over the axis of the test. */
  readonly returns: number[];
}

export interface KindReturns {
  /** As the family's spec calls it: "forward". */
  readonly kind: string;
  /** How many of the unseen tasks are of it. */
  readonly tasks: number;
  /** Arrays over the axis of the test. */
  readonly mean: number[];
  readonly stderr: (number | null)[];
}

export interface DrawnTasks {
  readonly tasks: number;
  readonly seed: number;
  readonly split: TestSplit;
}

/** The unseen tasks themselves [tasks][W], as a meta-test with these coordinates plays them. */
export async function drawnTasks(
  env: string | EnvOptions,
  { tasks, seed, split }: DrawnTasks,
  executor: Executor,
): Promise<Float32Array[]> {
  const brief = { ...resolveEnv(env), horizon: 1, episodes: 1 };
  const { records } = await rollout({ env: brief, tasks, seed, split, keep: 'steps' }, executor);
  return records.flatMap(({ tasks: drawn, numTrials }) => {
    const W = drawn.length / numTrials;
    return Array.from({ length: numTrials }, (_, n) => drawn.slice(n * W, (n + 1) * W));
  });
}

/** Whether the tasks of this environment are of a few kinds. */
export const hasKinds = (env: EnvConfig): boolean => familyOf(env.id).kind?.has(env) === true;

/** The kind of each of these tasks; null where they are not of a few kinds. */
export function kindsOf(env: EnvConfig, tasks: readonly Float32Array[]): string[] | null {
  const { kind } = familyOf(env.id);
  return kind?.has(env) ? tasks.map((task) => kind.of(task, env)) : null;
}

/** The kind of each unseen task; null where they are not of a few kinds. */
export async function taskKinds(env: EnvConfig, drawn: DrawnTasks, executor: Executor): Promise<string[] | null> {
  return hasKinds(env) ? kindsOf(env, await drawnTasks(env, drawn, executor)) : null;
}

/** Means over the tasks of each kind, of one run or of several: returns[run][axis][task]. */
export function byKind(kinds: readonly string[], runs: readonly (readonly ArrayLike<number>[])[]): KindReturns[] {
  return [...new Set(kinds)].sort().map((kind) => {
    const own = kinds.flatMap((one, task) => (one === kind ? [task] : []));
    const scores = runs[0].map((_, e): Estimate => overRuns(runs.map((run) => Float64Array.from(own, (task) => run[e][task]))));
    return { kind, tasks: own.length, mean: scores.map(({ mean }) => mean), stderr: scores.map(({ stderr }) => stderr) };
  });
}

/** Every task with what was earned on it: returns[axis][task]. */
export function byTask(
  tasks: readonly Float32Array[],
  kinds: readonly string[] | null,
  returns: readonly ArrayLike<number>[],
): TaskReturns[] {
  return tasks.map((task, i) => ({
    task: Array.from(task),
    ...(kinds && { kind: kinds[i] }),
    returns: returns.map((values) => values[i]),
  }));
}
