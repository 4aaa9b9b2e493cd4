/** Tasks from a list, and goals of a part of the state: what they draw, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { bayesOptimum } from '../../src/strategies/optimum.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));
const N = 900;
const open = (options: EnvOptions) => new VectorEnv(module, resolveEnv(options), N);

describe('a list of tasks', () => {
  const taskList = [
    [0.25, -0.5],
    [-0.125, 0.375],
    [0, 0.5],
  ];

  test('is drawn from alone, each as often (± 5 deviations of 14: false alarm 2e-6), by seed', () => {
    const env = open({ id: 'PointMass-v0', preset: 'maml-navigation', taskList });
    const { tasks } = env.reset({ seed: 5 });
    const drawn = Array.from({ length: N }, (_, n) => JSON.stringify([...tasks.subarray(2 * n, 2 * n + 2)]));
    const counts = taskList.map((task) => drawn.filter((one) => one === JSON.stringify(task)).length);
    expect(counts.reduce((a, b) => a + b)).toBe(N);
    for (const count of counts) expect(Math.abs(count - N / 3)).toBeLessThan(5 * 14.2);
    expect(env.reset({ seed: 5 }).tasks).toEqual(tasks);
    expect(env.reset({ seed: 6 }).tasks).not.toEqual(tasks);
  });

  test('of one is the same as being given it', () => {
    const options = { id: 'Puck-v0', horizon: 20 };
    const [one, given] = [open({ ...options, taskList: [[0.25, 0.125]] }), open(options)];
    const start = one.reset({ seed: 2 });
    const asked = Float32Array.from({ length: 2 * N }, (_, i) => [0.25, 0.125][i % 2]);
    expect(given.reset({ seed: 2, tasks: asked }).observations).toEqual(start.observations);
    const push = new Float32Array(2 * N).fill(0.5);
    for (let t = 0; t < 40; t++) {
      const [a, b] = [one.step(push), given.step(push)];
      expect(a.rewards).toEqual(b.rewards);
    }
  });
});

test('closed forms are not offered for parts of the tasks, or of the goal', () => {
  const grid = { id: 'GridNavi-v0' };
  expect(bayesOptimum(resolveEnv(grid))).toBeCloseTo(37.214, 2);
  const region = { low: [0, 0], high: [2, 4], side: 'inside' } as const;
  for (const part of [{ region }, { taskList: [[4, 4]] }, { goal: ['x'] }])
    expect(bayesOptimum(resolveEnv({ ...grid, ...part }))).toBe(null);
});

test.each<[object, RegExp]>([
  [{ taskList: [] }, /"taskList" expected a list of 1 to 10000 tasks/],
  [{ taskList: [[1]] }, /"taskList\[0\]" expected a list of 2 numbers/],
  [
    {
      taskList: [
        [0, 0],
        [0, Number.NaN],
      ],
    },
    /"taskList\[1\]\[1\]" expected a number from -1 to 1, got NaN/,
  ],
  [{ taskList: [[0, 7]] }, /"taskList\[0\]\[1\]" expected a number from -1 to 1, got 7/],
  [{ taskList: [[0, 0]], region: { low: [0, 0], high: [1, 1] } }, /"taskList" expected nothing beside a region/],
  [{ taskLst: [[0, 0]] }, /did you mean "taskList"/],
  [{ goal: [] }, /"goal" expected a list of some of x, y/],
  [{ goal: ['x', 'x'] }, /"goal" expected a list of some of x, y/],
  [{ goal: ['z'] }, /"goal\[0\]" expected one of x, y, got "z"/],
  [{ id: 'Runner-v1', goal: ['v'] }, /"goal" expected nothing: the tasks of Runner-v1 are not goals/],
])('%j is refused', (options, why) => {
  expect(() => resolveEnv({ id: 'PointMass-v0', ...options })).toThrow(why);
});
