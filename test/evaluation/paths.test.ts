/** Paths for drawing: positions are where the family's law says one is, and families without places have none. */
import { describe, expect, test } from 'vitest';
import { createInlineExecutor } from 'wasmeta/inline';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { adaptationPaths } from '../../src/evaluation/adaptation-test.ts';
import { testPaths } from '../../src/evaluation/paths.ts';
import { initialParameters, resolvePolicy } from '../../src/policies/policy.ts';

const executor = createInlineExecutor();
const played = (id: string) => {
  const env = resolveEnv(id);
  const policy = { kind: 'mlp', hidden: [8], value: false } as const;
  const parameters = initialParameters(resolvePolicy(policy, portsOf(env)), 1);
  return { env, policy, parameters, tasks: 3, seed: 9 };
};

describe('paths', () => {
  test('on the grid are whole cells, one step apart at most, from (0, 0)', async () => {
    const paths = await testPaths(played('GridNavi-v0'), executor);
    expect(paths.map(({ episodes }) => episodes.length)).toEqual([4, 4, 4]);
    for (const path of paths.flatMap(({ episodes }) => episodes)) {
      expect(path[0]).toEqual([0, 0]);
      expect(path).toHaveLength(15);
      for (const [x, y] of path) expect([0, 1, 2, 3, 4].includes(x) && [0, 1, 2, 3, 4].includes(y)).toBe(true);
      for (let t = 1; t < path.length; t++) expect(Math.hypot(path[t][0] - path[t - 1][0], path[t][1] - path[t - 1][1])).toBeLessThan(1.1);
    }
  });

  test('of a body are poses once a second, the first near the start pose', async () => {
    const paths = await testPaths(played('Runner-v1'), executor);
    for (const { task, episodes, poses = [] } of paths) {
      expect(episodes).toEqual([]);
      expect(task[0]).toBeLessThanOrEqual(2);
      expect(poses.map((strip) => strip.map((q) => q.length))).toEqual([new Array(10).fill(9), new Array(10).fill(9)]); // E = 2, 200 steps of 0.05 s
      for (const [x, z] of poses.map(([first]) => first)) {
        expect(x).toBe(0);
        expect(Math.abs(z - 0.7)).toBeLessThan(0.11);
      }
    }
  });

  test('of bandits are films alone, and of tables there are none', async () => {
    const bandits = await testPaths(played('Bandit-v0'), executor);
    expect(bandits.map(({ episodes, film }) => [episodes, film?.episodes.length])).toEqual(Array(3).fill([[], 10]));
    // E = 10 pulls: each episode is the start and the pull with its arm and reward.
    for (const { film, returns } of bandits)
      film?.episodes.forEach(([start, [...pull], ...rest], e) => {
        expect(rest).toEqual([]);
        expect(pull.slice(0, start.length).length).toBe(start.length);
        expect(pull.at(-1)).toBe(returns[e]);
        expect(film.task).toHaveLength(5);
        expect(pull[start.length]).toBeLessThan(5);
      });
    expect(await testPaths(played('TabularMdp-v0'), executor)).toEqual([]);
  });

  test('have films of the same trials, the last moment of every episode included', async () => {
    for (const id of ['PointMass-v0', 'GridNavi-v0', 'Puck-v0']) {
      const paths = await testPaths(played(id), executor);
      for (const { task, episodes, film, returns } of paths) {
        expect(film?.task.slice(0, 2)).toEqual(task);
        expect(film?.episodes).toHaveLength(episodes.length);
        film?.episodes.forEach((rows, e) => {
          expect(rows).toHaveLength(episodes[e].length + 1);
          // Some observations are sums of numbers of the state, rounded once more.
          rows.slice(0, -1).forEach(([x, y], t) => {
            for (const [axis, at] of [x, y].entries()) expect(Math.abs(at - episodes[e][t][axis])).toBeLessThan(1e-6);
          });
          const earned = rows.slice(1).reduce((sum, row) => Math.fround(sum + (row.at(-1) as number)), 0);
          expect(earned).toBeCloseTo(returns[e], 3);
        });
      }
    }
  });

  test('of a learner that adapts: one episode after each number of steps, all on the same task', async () => {
    const { parameters, ...rest } = played('PointMass-v0');
    const rules = { gamma: 0.99, lambda: 1, surrogate: 'log-likelihood', initialLogStd: 0, initialWeights: 'glorot' } as const;
    const stepSizes = new Float32Array(parameters.length).fill(0.5);
    const paths = await adaptationPaths({ ...rest, parameters, stepSizes, gradientSteps: 2, episodes: 4, ...rules }, executor);
    expect(paths.map(({ episodes, returns }) => [episodes.length, returns.length])).toEqual(Array(3).fill([3, 3]));
    const unadapted = await testPaths({ ...rest, parameters }, executor);
    paths.forEach(({ task, episodes, returns, film }, n) => {
      expect(film?.episodes.map((rows) => rows[0])).toEqual(Array(3).fill([0, 0]));
      expect(film?.episodes[1][1].slice(0, 2).map(Math.fround)).toEqual(episodes[1][1]);
      expect(task).toEqual(unadapted[n].task);
      expect(episodes[0]).toEqual(unadapted[n].episodes[0]);
      expect(episodes[1]).not.toEqual(episodes[0]);
      expect(returns[0]).toBe(unadapted[n].returns[0]);
    });
    expect(new Set(paths.map(({ task }) => task.join())).size).toBe(3);
  });
});
