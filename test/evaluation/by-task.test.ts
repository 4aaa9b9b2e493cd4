/** What stands beside the mean over unseen tasks, whose tasks these are, and what is not known of one task. */
import { describe, expect, test } from 'vitest';
import { createInlineExecutor } from 'wasmeta/inline';
import { resolveEnv } from '../../src/envs/registry.ts';
import { byKind, drawnTasks } from '../../src/evaluation/by-task.ts';
import { metaTest } from '../../src/evaluation/meta-test.ts';
import { rollout } from '../../src/evaluation/rollouts.ts';

const executor = createInlineExecutor();
const random = { kind: 'random' } as const;
const bandit = { id: 'Bandit-v0', preset: 'pulls-10' };

test('one task has no standard error and no interval: null, not 0', async () => {
  const { stderr, ci95, total, mean } = await metaTest({ env: bandit, policy: random, tasks: 1, seed: 3 }, executor);
  expect([stderr, ci95, total.stderr]).toEqual([mean.map(() => null), mean.map(() => null), null]);
});

describe('the splits', () => {
  const tasksOf = async (split: 'train' | 'validate' | 'test') =>
    (await rollout({ env: bandit, tasks: 50, seed: 3, split, keep: 'steps' }, executor)).records.flatMap(({ tasks }) => [...tasks]);

  test('train, validate and test share no task', async () => {
    const drawn = await Promise.all((['train', 'validate', 'test'] as const).map(tasksOf));
    const all = drawn.flat();
    // 24 random bits each: 750 numbers have no two alike, but once in 60; the seed is fixed.
    expect(new Set(all).size).toBe(all.length);
  });

  test('a meta-test plays the one that it is asked for, test by default, and says which', async () => {
    const plan = { env: bandit, policy: random, tasks: 8, seed: 3 } as const;
    const tested = await metaTest(plan, executor);
    const validated = await metaTest({ ...plan, split: 'validate' }, executor);
    expect([tested.split, validated.split]).toEqual(['test', 'validate']);
    expect(validated.hash).not.toBe(tested.hash);
    expect((await metaTest({ ...plan, split: 'test' }, executor)).hash).toBe(tested.hash);
    await expect(metaTest({ ...plan, split: 'tset' as 'test' }, executor)).rejects.toMatchObject({ code: 'E_UNKNOWN_NAME' });
  });
});

test('the tasks of a meta-test are those that it plays', async () => {
  const env = { id: 'GridNavi-v0', preset: 'varibad-grid' };
  const { records } = await rollout({ env, tasks: 300, seed: 5, split: 'test', keep: 'steps' }, executor);
  const drawn = await drawnTasks(env, { tasks: 300, seed: 5, split: 'test' }, executor);
  expect(drawn).toHaveLength(300);
  expect(drawn.flatMap((task) => [...task])).toEqual(records.flatMap(({ tasks }) => [...tasks]));
});

describe('a family with two kinds of tasks', () => {
  const env = { id: 'Runner-v1', preset: 'direction', horizon: 10, episodes: 2 };

  test('reports each: a mean that hides a runner of one direction stands beside both', async () => {
    const { kinds, perTask, mean } = await metaTest({ env, policy: random, tasks: 20, seed: 1, perTask: true }, executor);
    expect(kinds?.map(({ kind }) => kind)).toEqual(['backward', 'forward']);
    const forward = (perTask ?? []).filter(({ kind }) => kind === 'forward');
    for (const { task } of forward) expect(task).toEqual([1]);
    expect(kinds?.[1].tasks).toBe(forward.length);
    for (const e of [0, 1]) {
      expect(kinds?.[1].mean[e]).toBeCloseTo(forward.reduce((sum, { returns }) => sum + returns[e], 0) / forward.length, 9);
      expect((kinds ?? []).reduce((sum, one) => sum + one.tasks * one.mean[e], 0) / 20).toBeCloseTo(mean[e], 9);
    }
  });

  test('has none where its tasks are speeds, and no returns by task unless they are asked for', async () => {
    const tested = await metaTest({ env: { ...env, preset: 'velocity' }, policy: random, tasks: 4, seed: 1 }, executor);
    expect(['kinds' in tested, 'perTask' in tested]).toEqual([false, false]);
    expect(resolveEnv({ ...env, preset: 'velocity' }).preset).toBe('velocity');
  });
});

test('kinds of several runs are as sure as the runs: by hand', () => {
  const runs = [
    [[1, 10, 3]],
    [[5, 20, 7]], //
  ];
  expect(byKind(['a', 'b', 'a'], runs)).toEqual([
    { kind: 'a', tasks: 2, mean: [4], stderr: [2] }, // of 2 and 6
    { kind: 'b', tasks: 1, mean: [15], stderr: [5] }, // of 10 and 20
  ]);
});
