/** Jobs that adapt: asked for again they answer the same bytes, and one task's φ is what it adapted to. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initialParameters, numParameters, portsOf, resolveEnv, resolvePolicy, split } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { AdaptJob, AdaptSpec, FisherJob, MetaGradientJob } from '../../src/jobs/maml.ts';
import type { Executor } from '../../src/workers/executor.ts';

const env = resolveEnv({ id: 'PointMass-v0', preset: 'maml-navigation', horizon: 5 });
const policy = { kind: 'mlp', hidden: [8], value: false } as const;
const shape = resolvePolicy(policy, portsOf(env));
const P: number = numParameters(shape);

function specOf(id: string | null, firstTask: number, numTasks: number): AdaptSpec {
  return {
    id,
    env,
    policy,
    parameters: initialParameters(shape, 3),
    stepSizes: [new Float32Array(P).fill(0.1)],
    seed: 7,
    split: split.train,
    firstTask,
    numTasks,
    episodes: 3,
    gamma: 0.99,
    lambda: 1,
    surrogate: 'likelihood-ratio',
    firstOrder: false,
  };
}

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor?.close());

const adapt = (spec: AdaptSpec, phi: AdaptJob['phi'], shard = 0): AdaptJob => ({ kind: 'adapt', shard, spec, phi });

test('φ is answered as asked for: not at all, each task’s, or their sum', async () => {
  const [none, each, sum] = await executor.run((['none', 'each', 'sum'] as const).map((phi): AdaptJob => adapt(specOf(null, 4, 2), phi)));
  const alone = await executor.run([4, 5].map((task) => adapt(specOf(null, task, 1), 'each')));
  expect(none.phi).toBe(null);
  expect(each.phi).toHaveLength(2 * P);
  const [first, second] = alone.map(({ phi }) => phi as Float32Array);
  expect(Math.max(...(each.phi as Float32Array).map((x, i) => Math.abs(x - (i < P ? first[i] : second[i - P]))))).toBeLessThan(1e-6);
  expect(sum.phi).toEqual(first.map((_, i) => (each.phi as Float32Array)[i] + (each.phi as Float32Array)[P + i]));
});

test('a kept adaptation answers the same bytes as one that is made again', async () => {
  const spec = specOf('one', 0, 2);
  const gradient: MetaGradientJob = { kind: 'meta-gradient', shard: 0, spec, at: null, outer: { kind: 'ratio' }, exploration: null };
  const fisher: FisherJob = { kind: 'fisher', shard: 0, spec, vector: new Float32Array(P).fill(0.5) };
  const [played] = await executor.run([adapt(spec, 'each')]);
  const [kept] = await executor.run([gradient]);
  const [product] = await executor.run([fisher]);
  expect((await executor.run([adapt(spec, 'each')]))[0]).toEqual(played);
  await executor.run([adapt(specOf('another', 9, 2), 'none')]); // takes the place of the first
  expect((await executor.run([fisher]))[0]).toEqual(product);
  expect((await executor.run([gradient]))[0]).toEqual(kept);
});
