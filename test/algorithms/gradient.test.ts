/**
 * The gradient that the learner hands out, through the executor's own jobs: at the behaviour parameters the two implementations of the policy agree, step by
 * step; elsewhere the gradient is the slope of the loss.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numParameters, parameterSlots, philox, portsOf, resolveEnv, resolvePolicy, split } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { CollectJob, CollectResult, InputTransform, PpoGradientJob, PpoGradientResult } from '../../src/jobs/ppo.ts';
import { type BeliefSizes, Composition, modelSlots } from '../../src/policies/belief.ts';
import type { ParameterSlot, PolicyShape, PolicySpec } from '../../src/policies/policy.ts';
import type { Executor } from '../../src/workers/executor.ts';

const env = resolveEnv({ id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 6, episodes: 2, trainingReward: 'dense' });
const numTasks = 8;

const policies: [string, PolicySpec][] = [
  ['gru', { kind: 'gru', hidden: 8 }],
  ['lstm', { kind: 'lstm', hidden: 8 }],
  ['mingru', { kind: 'mingru', hidden: 8 }],
  ['mingru, two deep, readout relu', { kind: 'mingru', hidden: 8, depth: 2, readout: [12] }],
  ['gru, readout relu', { kind: 'gru', hidden: 8, readout: [12] }],
  ['mlp tanh', { kind: 'mlp', hidden: [8, 12], activation: 'tanh', inputs: 'trial' }],
  ['gru, separate readouts', { kind: 'gru', hidden: 8, readout: [12, 4], activation: 'tanh', separate: true }],
  ['mlp, separate value', { kind: 'mlp', hidden: [8, 12, 4], inputs: 'trial', separate: true }],
  ['mlp relu', { kind: 'mlp', hidden: [8, 12], activation: 'relu', inputs: 'trial' }],
];

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor?.close());

const uniform = (stream: number, i: number) => philox(17, stream, i, 0, 0, 0)[0] / 2 ** 31 - 1;
const shapeOf = (policy: PolicySpec): PolicyShape => resolvePolicy(policy, portsOf(env));
/** Nothing is near 0, so that everything counts. */
const wild = (shape: PolicyShape) => Float32Array.from({ length: numParameters(shape) }, (_, i) => 0.6 * uniform(1, i));

function collectJob(policy: PolicySpec): CollectJob {
  const parameters = wild(shapeOf(policy));
  const trials = { env, policy, parameters, seed: 5, split: split.train, firstTask: 0, numTasks, greedy: false };
  return {
    kind: 'collect',
    shard: 0,
    trials,
    advantages: { gamma: 0.95, lambda: 0.9, reward: { scale: 0.5, mean: 0 }, explorationEpisodes: 0, bootstrap: false },
  };
}

interface Loss {
  clip: number;
  valueCoefficient: number;
  entropyCoefficient: number;
}

async function gradientAt(parameters: Float32Array, job: CollectJob, loss: Loss, transform?: InputTransform): Promise<PpoGradientResult> {
  const columns = Uint32Array.from({ length: numTasks }, (_, i) => i);
  const whole = { ...loss, advantageMean: 0, advantageDeviation: 1 };
  const asked: PpoGradientJob = { ...job, kind: 'ppo-gradient', parameters, columns, loss: whole, ...(transform && { transform }) };
  return (await executor.run([asked]))[0];
}

/** A belief's model and a policy that reads it; what plays is both in one. */
function onBeliefs(): { job: CollectJob; theta: Float32Array; transform: InputTransform } {
  const policy: PolicySpec = { kind: 'gru', hidden: 8, readout: [12, 8] };
  const sizes: BeliefSizes = { latent: 2, decoder: [4], decodes: ['reward'], decoderInputs: ['next'] };
  const { observationSize } = portsOf(env);
  const composition = new Composition(shapeOf(policy), sizes.latent, observationSize);
  const slots = modelSlots(shapeOf(policy), sizes, { observation: observationSize, task: 2 });
  const size = slots.reduce((sum, slot) => sum + slot.size, 0);
  const scale = { mean: Float64Array.of(0.1, -0.2, 0, 0.3), deviation: Float64Array.of(0.5, 1, 2, 0.7) };
  const model = composition.standardised(
    Float32Array.from({ length: size }, (_, i) => 0.4 * uniform(4, i)),
    scale,
  );
  const theta = wild(composition.own);
  const job = collectJob(policy);
  return {
    job: { ...job, trials: { ...job.trials, parameters: composition.parameters(model, theta) } },
    theta,
    transform: { name: 'belief', parameters: model, settings: sizes },
  };
}

describe('at the behaviour parameters', () => {
  const cases = [
    ...policies.map(([name, policy]) => [name, () => ({ job: collectJob(policy), theta: undefined, transform: undefined })] as const),
    ['π(a | s, b), told the beliefs', onBeliefs] as const,
  ];

  test.each(cases)('%s: every ratio is 1 within 2e-5, and approx_kl is below 1e-6', async (_, make) => {
    const { job, theta, transform } = make();
    const [collected] = (await executor.run([job])) as CollectResult[];
    const at = theta ?? job.trials.parameters;
    const { sums } = await gradientAt(at, job, { clip: 2e-5, valueCoefficient: 1, entropyCoefficient: 1 }, transform);
    expect(sums.count).toBe(collected.steps);
    expect(sums.clipped).toBe(0); // counts the steps whose ratio is further from 1 than `clip`
    expect(sums.kl / sums.count).toBeLessThan(1e-6);
    // −Σ ρ A with ρ = 1; and Σ ½ (V − R)², with the values that the rollout has recorded.
    expect(Math.abs(sums.policyLoss + collected.advantageSum)).toBeLessThan(1e-4 * Math.sqrt(collected.advantageSquares * sums.count));
    expect(Math.abs(sums.valueLoss / (collected.errorSquares / 2) - 1)).toBeLessThan(1e-4);
  });
});

test('the same job gives the same bytes after others have made the memory grow', async () => {
  const { job, theta, transform } = onBeliefs();
  await executor.run([job]);
  const loss = { clip: 0.2, valueCoefficient: 1, entropyCoefficient: 1 };
  const first = await gradientAt(theta, job, loss, transform);
  const large = { ...job, shard: 1, trials: { ...job.trials, numTasks: 40_000 } };
  await executor.run([large]);
  expect(await gradientAt(theta, job, loss, transform)).toEqual(first);
});

type LossAt = (parameters: Float32Array) => Promise<number>;

/**
 * Slopes along a direction of length 1. The loss is a sum of ~ 100 in f32, good to ~ 1e-5, so a step of h gives noise of ~ 1e-5/h.
 * Where it is smooth: five points, error O(h⁴). Where it has kinks (clip, relu): two points so near that few kinks lie between them.
 */
const slopes = {
  async smooth(lossAt: LossAt, at: Float32Array, direction: Float32Array): Promise<number> {
    const h = 0.02;
    const L = (k: number) => lossAt(at.map((value, i) => value + k * h * direction[i]));
    return (8 * ((await L(1)) - (await L(-1))) - ((await L(2)) - (await L(-2)))) / (12 * h);
  },
  async kinked(lossAt: LossAt, at: Float32Array, direction: Float32Array): Promise<number> {
    const h = 0.0005;
    const L = (k: number) => lossAt(at.map((value, i) => value + k * h * direction[i]));
    return ((await L(1)) - (await L(-1))) / (2 * h);
  },
};

/** Unit length, random within one tensor of the parameters. */
function directionWithin({ offset, size }: ParameterSlot, length: number): Float32Array {
  const direction = new Float32Array(length);
  for (let i = offset; i < offset + size; i++) direction[i] = uniform(2, i);
  const norm = Math.hypot(...direction);
  return direction.map((value) => value / norm);
}

describe('away from them', () => {
  // Wide: no step is clipped. Narrow: about half are.
  const cases = policies.flatMap(([name, policy]) => [[name, 'wide', 10, policy] as const, [name, 'narrow', 0.1, policy] as const]);

  test.each(cases)('%s, %s clip: the gradient is the slope of the loss in every tensor', async (name, width, clip, policy) => {
    const [kind, tolerance] = width === 'wide' && !name.endsWith('relu') ? (['smooth', 0.001] as const) : (['kinked', 0.02] as const);
    const shape = shapeOf(policy);
    const job = collectJob(policy);
    const at = job.trials.parameters.map((value, i) => value + 0.05 * uniform(3, i));
    const loss = { clip, valueCoefficient: 0.5, entropyCoefficient: 0.3 };
    const { gradient, sums } = await gradientAt(at, job, loss);
    expect(sums.clipped / sums.count > 0.1).toBe(width === 'narrow');
    const lossAt = async (parameters: Float32Array) => {
      const found = (await gradientAt(parameters, job, loss)).sums;
      return found.policyLoss + loss.valueCoefficient * found.valueLoss - loss.entropyCoefficient * found.entropy;
    };
    const length = Math.hypot(...gradient);
    const wrong: string[] = [];
    for (const slot of parameterSlots(shape) as ParameterSlot[]) {
      const direction = directionWithin(slot, gradient.length);
      const ours = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
      const theirs = await slopes[kind](lossAt, at, direction);
      if (Math.abs(ours - theirs) > tolerance * Math.max(Math.abs(theirs), 0.1 * length))
        wrong.push(`${slot.name}: ${ours}, but ${theirs}`);
    }
    expect(wrong).toEqual([]);
  });
});
