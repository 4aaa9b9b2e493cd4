/** What follows a trial that the horizon ended: a value where the policy cannot know the time, 0 where the trial is all there is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multiTask, rl2, split } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { EnvConfig } from '../../src/envs/spec.ts';
import type { CollectJob } from '../../src/jobs/ppo.ts';
import type { PolicySpec } from '../../src/policies/policy.ts';
import type { Executor } from '../../src/workers/executor.ts';

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor?.close());

const gamma = 0.9;
const H = 20;
/** Every arm pays 1 at every step. */
const paying = { id: 'Bandit-v0', arms: 4, horizon: H, episodes: 1, taskList: [[1, 1, 1, 1]] };
const small = { tasks: 8, shards: 1, minibatches: 2, gamma, learningRate: 0.02, iterations: 120, anneal: true, seed: 2 } as const;
const mlp: PolicySpec = { kind: 'mlp', hidden: [8] };

/** The mean value target of a trial's steps, in units of the reward, under the policy that was learned. */
async function meanTarget(env: EnvConfig, parameters: Float32Array, scale: number, bootstrap: boolean): Promise<number> {
  const trials = { env, policy: mlp, parameters, seed: 3, split: split.train, firstTask: 0, numTasks: 8, greedy: false };
  const advantages = { gamma, lambda: 0.95, reward: { scale, mean: 0 }, explorationEpisodes: 0, bootstrap };
  const [{ targetSum, steps }] = await executor.run([{ kind: 'collect', shard: 0, trials, advantages } satisfies CollectJob]);
  return targetSum / steps / scale;
}

// Without a clock V is one number. Cut off without a value, it is the mean over t of Σ_{k<H−t} γᵏ; else 1/(1 − γ).
const ahead = Array.from({ length: H }, (_, t) => (1 - gamma ** (H - t)) / (1 - gamma));
const finite = ahead.reduce((a, b) => a + b, 0) / H;

describe('reward 1 at each of 20 steps, γ = 0.9', () => {
  test.each([
    ['RL² without memory', 'auto', 10],
    ['RL² without memory', 'none', finite],
    ['multi-task RL', 'auto', 10],
    ['multi-task RL', 'none', finite],
  ] as const)('%s with bootstrap %s values it at %f', async (learner, bootstrap, wanted) => {
    const settings = { ...small, policy: mlp, bootstrap };
    const run =
      learner === 'multi-task RL'
        ? multiTask.train({ ...settings, envs: [paying] }, executor)
        : rl2.train({ ...settings, env: paying }, executor);
    let [scale, parameters] = [0, new Float32Array(0)];
    for await (const { state, metrics } of run)
      [scale, parameters] = [metrics['train/reward_scale'], state.parameters as Float32Array<ArrayBuffer>];
    const { env } = rl2.resolve({ env: paying, policy: mlp });
    expect(Math.abs((await meanTarget(env, parameters, scale, bootstrap === 'auto')) / wanted - 1)).toBeLessThan(0.05);
  });
});

describe('the setting', () => {
  test.each([
    ['a policy with memory', { policy: { kind: 'gru', hidden: 8 } }],
    ['a policy that reads the steps before', { policy: { ...mlp, inputs: 'trial' } }],
    ['trials of several episodes', { policy: mlp, env: { ...paying, episodes: 2 } }],
  ] as const)('refuses truncation for %s, and by default has none', (_, options) => {
    const asked = { env: paying, ...options } as Parameters<typeof rl2.resolve>[0];
    expect(() => rl2.resolve({ ...asked, bootstrap: 'truncation' })).toThrow('"bootstrap" expected "none", or trials of one episode');
    expect(rl2.resolve(asked).bootstrap).toBe('auto');
  });

  test('of an episode of one step is none by default, because its observation tells the time', async () => {
    const once = { ...small, env: { ...paying, horizon: 1 }, policy: mlp, iterations: 3 };
    const learned = async (options: Parameters<typeof rl2.train>[0]) => {
      let parameters: number[] = [];
      for await (const { state } of rl2.train(options, executor)) parameters = [...state.parameters];
      return parameters;
    };
    const [auto, none, truncation] = [
      await learned(once),
      await learned({ ...once, bootstrap: 'none' }),
      await learned({ ...once, bootstrap: 'truncation' }),
    ];
    expect(auto).toEqual(none);
    expect(auto).not.toEqual(truncation);
  });
});
