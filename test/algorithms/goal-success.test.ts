/** Where goal-conditioned policies end after a short training: at every goal, also at those that only the last step of an episode can meet. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { GoalConditionedOptions } from '../../src/algorithms/goal-conditioned.ts';
import type { Executor } from '../../src/workers/executor.ts';

let inline: Executor;
beforeAll(() => {
  inline = createInlineExecutor();
});
afterAll(() => inline?.close());

/** Greedy episodes on fresh goals after training: by goal whether its episodes ended there. */
async function successes(options: GoalConditionedOptions, tasks: number) {
  const config = api.goalConditioned.resolve(options);
  let parameters = new Float32Array(0);
  for await (const { state } of api.goalConditioned.train(config, inline)) parameters = state.parameters as Float32Array<ArrayBuffer>;
  const { env, policy } = config;
  const { reached, goals } = await api.successTest({ env, policy, parameters, tasks, seed: 5 }, inline);
  return Array.from(reached, (met, i) => ({ goal: [goals[2 * i], goals[2 * i + 1]] as const, met }));
}

test('a grid of 3 × 3 in 4 steps: goals at distance 2, 3 and 4 are met, though 4 leaves no step at the goal', async () => {
  const env = { id: 'GridNavi-v0', size: 3, horizon: 4, episodes: 1, reward: 'exact' };
  const policy = { kind: 'mlp', hidden: [32, 32], activation: 'relu', value: false } as const;
  const episodes = await successes({ env, policy, tasks: 32, updates: 40, batch: 64, warmup: 3, iterations: 20 }, 100);
  expect(new Set(episodes.map(({ goal: [x, y] }) => x + y))).toEqual(new Set([2, 3, 4]));
  expect(episodes.filter(({ met }) => met === 0)).toEqual([]);
});

test('navigation: episodes end on the goal, where the law ends them', async () => {
  const env = { id: 'PointMass-v0', preset: 'maml-navigation', reward: 'arrival', horizon: 40 };
  const episodes = await successes({ env, gamma: 0.8, targetNoise: 0.05, warmup: 3, iterations: 25, seed: 2 }, 200);
  const share = episodes.reduce((sum, { met }) => sum + met, 0) / episodes.length;
  expect(share).toBeGreaterThan(0.95);
});
