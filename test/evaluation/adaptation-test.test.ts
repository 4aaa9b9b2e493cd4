/** A meta-test by gradient steps counts another reward than the one that the policy adapts by. */
import { expect, test } from 'vitest';
import { createInlineExecutor } from '../../build/inline.js';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { adaptationReturns, adaptationTest } from '../../src/evaluation/adaptation-test.ts';
import { initialParameters, resolvePolicy } from '../../src/policies/policy.ts';

const executor = createInlineExecutor();
const env = { id: 'PointMass-v0', preset: 'reach', reward: 'dense', horizon: 20 };
const policy = { kind: 'mlp', hidden: [8], value: false } as const;
const parameters = initialParameters(resolvePolicy(policy, portsOf(resolveEnv(env))), 3);
const rules = { gamma: 0.99, lambda: 1, surrogate: 'likelihood-ratio', initialLogStd: 0, initialWeights: 'glorot' } as const;
const stepSizes = new Float32Array(parameters.length).fill(0.5);
const plan = { env, policy, parameters, stepSizes, gradientSteps: 2, episodes: 4, tasks: 6, seed: 5, ...rules };
const returnsOf = async (options: object) => (await adaptationReturns({ ...plan, ...options }, executor)).returns.map((x) => Array.from(x));

test('a score of 1 or 0 a step is counted, and the adaptation stays that of the dense reward', async () => {
  const counted = await returnsOf({ env: { ...env, tolerance: 0.7 }, score: 'tolerance' });
  for (const value of counted.flat()) expect(value >= 0 && value <= 20 && Number.isInteger(4 * value)).toBe(true);
  expect(counted.flat().some((value) => value > 0)).toBe(true);
  // The score that is the reward changes nothing; a score for which nothing is paid does not stop the adaptation.
  const dense = await returnsOf({});
  expect(await returnsOf({ score: 'dense' })).toEqual(dense);
  expect(await returnsOf({ env: { ...env, reward: 'tolerance', trainingReward: 'dense' }, score: 'dense' })).toEqual(dense);
});

test('validation tasks are others than test tasks, and the result says whose they are', async () => {
  const tested = await adaptationTest(plan, executor);
  const validated = await adaptationTest({ ...plan, split: 'validate', perTask: true }, executor);
  expect([tested.split, validated.split]).toEqual(['test', 'validate']);
  expect(validated.hash).not.toBe(tested.hash);
  expect((validated.perTask ?? []).map(({ returns }) => returns.length)).toEqual([3, 3, 3, 3, 3, 3]);
});

test('an unknown score is refused, and any score for a policy that reads rewards', async () => {
  await expect(returnsOf({ score: 'toleranse' })).rejects.toMatchObject({ code: 'E_UNKNOWN_NAME' });
  await expect(returnsOf({ policy: { ...policy, inputs: 'trial' }, score: 'dense' })).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
});
