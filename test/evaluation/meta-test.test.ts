/** What is counted of unseen tasks, and what is refused. */
import { expect, test } from 'vitest';
import { createInlineExecutor } from 'wasmeta/inline';
import { metaTest } from '../../src/evaluation/meta-test.ts';
import { rollout } from '../../src/evaluation/rollouts.ts';

const executor = createInlineExecutor();
const random = { kind: 'random' } as const;

test('a score counts another reward of what the policy plays all the same', async () => {
  const env = { id: 'PointMass-v0', preset: 'maml-navigation', reward: 'dense', episodes: 1 } as const;
  const policy = { kind: 'gru', hidden: 8 } as const; // it reads the reward it was trained with
  const plan = { env, policy, tasks: 64, seed: 5, split: 'test' } as const;
  const steps = await rollout({ ...plan, keep: 'steps' }, executor);
  const { returns } = await rollout({ ...plan, score: 'tolerance' }, executor);
  // What is trained on does not matter to it, and steps can be kept beside it.
  const training = { ...env, trainingReward: 'sparse' };
  const both = await rollout({ ...plan, env: training, score: 'tolerance', keep: 'steps' }, executor);
  expect(both.returns).toEqual(returns);
  expect(both.records[0].rewards).toEqual(steps.records[0].rewards);
  // The same play, its rewards computed from the places it came to.
  const [record] = steps.records;
  const [T, N, I] = [record.steps, record.numTrials, record.inputSize];
  const within = new Float64Array(N);
  for (let t = 1; t < T; t++)
    for (let n = 0; n < N; n++) {
      const at = (t * N + n) * I;
      const d = Math.hypot(record.inputs[at] - record.tasks[2 * n], record.inputs[at + 1] - record.tasks[2 * n + 1]);
      if (record.valid[(t - 1) * N + n] && !record.done[(t - 1) * N + n] && d <= 0.2) within[n]++;
    }
  // The last step's place is not in the record, but the dense reward is minus its distance.
  for (let at = 0; at < T * N; at++) if (record.valid[at] && record.done[at] && -record.rewards[at] <= 0.2) within[at % N]++;
  const counted = Array.from(returns);
  expect(counted.some((value) => value > 0)).toBe(true);
  expect(counted).toEqual(Array.from(within));
});

test('a score that the family does not know, or of a strategy, is refused', async () => {
  const plan = { env: 'Puck-v0', policy: random, tasks: 4 };
  await expect(rollout({ ...plan, score: 'nonsense' }, executor)).rejects.toMatchObject({ code: 'E_UNKNOWN_NAME' });
  const bandit = { env: 'Bandit-v0', policy: { kind: 'strategy', name: 'greedy' }, tasks: 4 } as const;
  await expect(rollout({ ...bandit, score: 'expected' }, executor)).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
});

test('where the best play is not known there is no oracle to ask, and a meta-test leaves it out', async () => {
  const env = { id: 'Runner-v1', horizon: 10 };
  await expect(rollout({ env, policy: { kind: 'oracle' }, tasks: 4 }, executor)).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
  const tested = await metaTest({ env, policy: random, tasks: 8, seed: 1 }, executor);
  expect([tested.oracle, tested.total.oracle, tested.total.optimum]).toEqual([null, null, null]);
  expect(tested.random).toHaveLength(2);
});
