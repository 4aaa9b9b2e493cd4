/** Inputs that are standardised sums of what a policy reads: by hand, and folded into the first layer of the policy that WebAssembly plays. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { goalInputs } from '../../src/envs/goal-inputs.ts';
import { familyIds, familyOf, portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { firstMoments, folded, follow, linearInputs, onLinearInputs, scaleOf } from '../../src/policies/linear-inputs.ts';
import { initialParameters, type PolicyShape, parameterSlots, resolvePolicy } from '../../src/policies/policy.ts';
import type { Executor } from '../../src/workers/executor.ts';

let inline: Executor;
beforeAll(() => {
  inline = createInlineExecutor();
});
afterAll(() => inline?.close());

test('sums, moments and scale by hand', () => {
  const inputs = [
    { sum: [[0, 1]], standardised: true },
    {
      sum: [
        [1, 2],
        [0, -1],
      ],
      standardised: true,
    },
    { sum: [[1, 1]], standardised: false },
  ] as const;
  const x = Float32Array.of(1, 2, 3, 8); // sums 1, 3, 2 and 3, 13, 8
  const moments = firstMoments(inputs);
  expect([...moments]).toEqual([0, 0, 0, 1, 1, 1]);
  follow(moments, inputs, x, 2, 1);
  expect([...moments]).toEqual([2, 8, 0, 5, 89, 1]);
  follow(moments, inputs, Float32Array.of(4, 2, 4, 2), 2, 0.5);
  expect([...moments]).toEqual([3, 4, 0, 10.5, 44.5, 1]);
  const scale = scaleOf(moments);
  expect([...scale.mean]).toEqual([3, 4, 0]);
  expect([...scale.deviation]).toEqual([Math.sqrt(1.5), Math.sqrt(28.5), 1]);
  const z = [(1 - 3) / Math.sqrt(1.5), (3 - 4) / Math.sqrt(28.5), 2, 0, (13 - 4) / Math.sqrt(28.5), 8];
  linearInputs(inputs, scale, x, 2).forEach((value, i) => {
    expect(value).toBeCloseTo(z[i], 6);
  });
});

const goals = familyIds().filter((id) => familyOf(id).goal !== undefined);
const one = (id: string, more: object = {}) => resolveEnv({ id, episodes: 1, horizon: 20, context: true, ...more });

/** Greedy play of the policy of 30 goals: what it read [N, S] and did [N, A]. */
async function played(env: api.EnvConfig, policy: api.PolicySpec, parameters?: Float32Array) {
  const plan = { env, policy, tasks: 30, seed: 3, greedy: true, keep: 'steps' } as const;
  const { records } = await api.rollout(parameters === undefined ? plan : { ...plan, parameters }, inline);
  const rows = records[0].steps * records[0].numTrials;
  return { inputs: records[0].inputs, actions: records[0].actions, rows, A: records[0].actionSize };
}

/** An MLP of relu layers in f64: the head's outputs. */
function outputs(shape: PolicyShape, flat: Float32Array, row: ArrayLike<number>): number[] {
  const slots = new Map(parameterSlots(shape).map(({ name, offset }) => [name, offset]));
  const dense = (x: ArrayLike<number>, name: string, size: number) => {
    const [w, b] = ['w', 'b'].map((part) => slots.get(`${name}/${part}`) as number);
    return Array.from({ length: size }, (_, j) =>
      Array.from(x).reduce((sum, value, i) => sum + value * flat[w + i * size + j], flat[b + j]),
    );
  };
  let x: ArrayLike<number> = row;
  shape.layers.forEach((size, i) => {
    x = dense(x, `layer${i}`, size).map((value) => Math.max(0, value));
  });
  return dense(x, 'head', shape.headSize);
}

describe.each(goals)('%s', (id) => {
  test('the place that its sums say is where the family says one is', async () => {
    const env = one(id);
    const { goal, place } = familyOf(id);
    const { inputs, rows } = await played(env, { kind: 'random' });
    const S = portsOf(env).observationSize;
    for (let n = 0; n < rows; n += 7) {
      const row = inputs.subarray(n * S, (n + 1) * S);
      const sums = goal?.place(env).map((sum) => sum.reduce((total, [i, weight]) => total + weight * row[i], 0));
      place?.of(row, env).forEach((at, w) => {
        expect(sums?.[w]).toBeCloseTo(at, 6);
      });
    }
  });

  test.each([{}, { goal: [0] }])('the played policy is the network on standardised goals and ways (%j)', async ({ goal: kept }) => {
    const coordinates = familyOf(id).goal?.coordinates ?? [];
    const env = one(id, kept === undefined ? {} : { goal: kept.map((w) => coordinates[w]) });
    const policy = { kind: 'mlp', hidden: [16, 8], activation: 'relu', value: false } as const;
    const shape = resolvePolicy(policy, portsOf(env));
    const S = shape.inputSize;
    const inputs = goalInputs(env);
    const moments = firstMoments(inputs);
    follow(moments, inputs, (await played(env, { kind: 'random' })).inputs, S, 0.7);
    const scale = scaleOf(moments);
    const own = onLinearInputs(shape, inputs);
    const flat = initialParameters(own, 5);
    for (const { name, offset, size } of parameterSlots(own))
      if (name === 'head/w') for (let i = offset; i < offset + size; i++) flat[i] *= 100;
    const { inputs: read, actions, rows, A } = await played(env, policy, folded(shape, inputs, scale, flat));
    const z = linearInputs(inputs, scale, read, S);
    for (let n = 0; n < rows; n += 11) {
      const out = outputs(own, flat, z.subarray(n * inputs.length, (n + 1) * inputs.length));
      if (shape.head === 'categorical') expect(out[actions[n]]).toBeGreaterThan(Math.max(...out) - 1e-3);
      else
        out.forEach((mean, a) => {
          expect(Math.abs(mean - actions[n * A + a])).toBeLessThan(2e-4 * (1 + Math.abs(mean)));
        });
    }
  });
});
