/** Tasks of a part of the distribution: inside or outside a box, the draws that fit kept as they are, everything after the task untouched. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions, TaskRegion } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';

const module = new WebAssembly.Module(readFileSync('build/wasm/wasmeta.wasm'));
const N = 400;
const open = (options: EnvOptions) => new VectorEnv(module, resolveEnv(options), N);

const cases: [EnvOptions, Omit<TaskRegion, 'side'>][] = [
  [
    { id: 'PointMass-v0', preset: 'maml-navigation' },
    { low: [-0.2, -0.5], high: [0.5, 0.1] },
  ],
  [
    { id: 'PointMass-v0', preset: 'pomdp-semicircle' },
    { low: [0, 0], high: [1, 1] },
  ],
  [{ id: 'GridNavi-v0' }, { low: [0, 0], high: [2, 4] }],
  [{ id: 'Puck-v0' }, { low: [0.05, -0.3], high: [0.2, 0.3] }],
  [{ id: 'Runner-v1' }, { low: [0], high: [1] }],
];

describe.each(cases)('%j within %j', (options, box) => {
  test.each(['inside', 'outside'] as const)('%s', (side) => {
    const whole = open(options);
    const part = open({ ...options, region: { ...box, side } });
    const all = whole.reset({ seed: 5 });
    const some = part.reset({ seed: 5 });
    const W = all.tasks.length / N;
    const fits = (task: Float32Array) => box.low.every((x, w) => task[w] >= x && task[w] <= box.high[w]) === (side === 'inside');
    let kept = 0;
    for (let n = 0; n < N; n++) {
      const [before, after] = [all.tasks, some.tasks].map((of) => of.slice(n * W, (n + 1) * W));
      expect(fits(after)).toBe(true);
      if (!fits(before)) continue;
      expect(after).toEqual(before);
      kept++;
    }
    expect(kept).toBeGreaterThan(N / 20);
    expect(kept).toBeLessThan((19 * N) / 20);
    // The start depends on the task's number, which is its own again.
    const given = whole.reset({ seed: 5, tasks: some.tasks.slice() });
    expect(some.observations).toEqual(given.observations);
  });
});

test('an empty one is refused; what was drawn before goes on', () => {
  const env = open({ id: 'PointMass-v0', preset: 'maml-navigation', region: { low: [0.6, 0.6], high: [0.7, 0.7], side: 'inside' } });
  expect(() => env.reset({ seed: 1 })).toThrow(
    expect.objectContaining({ code: 'E_ARGUMENT', message: expect.stringContaining('"region"') }),
  );
});

test('a slip in its name is named', () => {
  expect(() => resolveEnv({ id: 'PointMass-v0', regoin: {} } as EnvOptions)).toThrow(/did you mean "region"/);
});

test.each<[unknown, RegExp]>([
  [{ low: [0], high: [1, 1] }, /"region.low" expected a list of 2 numbers/],
  [{ low: [0, Number.NaN], high: [1, 1] }, /"region.low\[1\]" expected a finite number/],
  [{ low: [0, 2], high: [1, 1] }, /"region.low\[1\]" expected at most high\[1\]/],
  [{ low: [0, 0], high: [1, 1], side: 'insde' }, /did you mean inside/],
  [{ low: [0, 0], high: [1, 1], wide: true }, /"region field"|wide/],
  [7, /"region" expected an object/],
])('%j is refused', (region, why) => {
  expect(() => resolveEnv({ id: 'PointMass-v0', region: region as TaskRegion })).toThrow(why);
});
