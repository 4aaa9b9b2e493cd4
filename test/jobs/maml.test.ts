/** Jobs that adapt: asked for again they answer the same bytes, and one task's φ is what it adapted to. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initialParameters, numParameters, portsOf, resolveEnv, resolvePolicy, split } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { AdaptJob, AdaptSpec, FisherJob, MetaGradientJob, MetaLossJob } from '../../src/jobs/maml.ts';
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

test('the meta-loss with E-MAML’s exploration term is the function whose gradient TRPO uses, by finite differences', async () => {
  const spec = specOf('exploring', 0, 3);
  const exploration = Float32Array.of(2, -1, 0.5);
  await executor.run([adapt(spec, 'none')]);
  const lossAt = async (parameters: Float32Array) => {
    const [{ loss }] = await executor.run([{ kind: 'meta-loss', shard: 0, spec, parameters, exploration } satisfies MetaLossJob]);
    return loss;
  };
  const job = (weights: Float32Array | null): MetaGradientJob => ({
    kind: 'meta-gradient',
    shard: 0,
    spec,
    at: null,
    outer: { kind: 'ratio' },
    exploration: weights,
  });
  const [here] = await executor.run([job(exploration)]);
  const [plain] = await executor.run([job(null)]);
  expect(here.loss).toBeCloseTo(await lossAt(spec.parameters), 5);
  // Along both gradients, so that neither the term nor the rest can be missing.
  for (const along of [here.gradient, here.gradient.map((g, i) => g - plain.gradient[i])]) {
    const length = Math.hypot(...along);
    const moved = (by: number) => lossAt(spec.parameters.map((x, i) => x + (by * along[i]) / length));
    const slope = here.gradient.reduce((sum, g, i) => sum + (g * along[i]) / length, 0);
    const difference = ((await moved(5e-3)) - (await moved(-5e-3))) / 1e-2;
    expect(Math.abs(difference - slope)).toBeLessThan(0.01 * Math.abs(slope));
  }
});
