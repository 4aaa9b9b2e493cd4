/** Strategies as policies: refusals, sameness however the work is cut, and what they may know. */
import { describe, expect, test } from 'vitest';
import { createPool } from 'wasmeta';
import { mean } from '../../src/core/statistics.ts';
import { rollout } from '../../src/evaluation/rollouts.ts';
import { strategiesOf } from '../../src/strategies/registry.ts';
import type { Executor } from '../../src/workers/executor.ts';
import { executor, totals } from './totals.ts';

const families = ['Bandit-v0', 'GridNavi-v0', 'TabularMdp-v0'];
const each = families.flatMap((id) => Object.keys(strategiesOf(id)).map((name) => [id, name] as const));
const policy = (name: string, options = {}) => ({ kind: 'strategy', name, options }) as const;

test.each(each)('%s %s plays the same whatever the batch, and with other seeds otherwise', async (id, name) => {
  const play = (batch: number, seed = 4) => rollout({ env: id, policy: policy(name), tasks: 24, batch, seed }, executor);
  const [whole, cut, other] = [await play(24), await play(7), await play(24, 5)];
  expect(cut.returns).toEqual(whole.returns);
  expect(cut.hash).toBe(whole.hash);
  expect(other.returns).not.toEqual(whole.returns);
});

test('workers play them to the same hash', async () => {
  const pool = createPool({ workers: 2, learner: false }) as unknown as Executor;
  const options = { env: 'TabularMdp-v0', policy: policy('psrl'), tasks: 24, batch: 5, seed: 4 };
  try {
    expect((await rollout(options, pool)).hash).toBe((await rollout(options, executor)).hash);
  } finally {
    await pool.close();
  }
});

describe('are refused before anything is played', () => {
  test.each([
    ['an unknown name', 'Bandit-v0', policy('ucb'), 'E_UNKNOWN_NAME'],
    ['a family without strategies', 'PointMass-v0', policy('greedy'), 'E_ARGUMENT'],
    ['an unknown option', 'Bandit-v0', policy('ucb1', { d: 1 }), 'E_UNKNOWN_NAME'],
    ['an option out of range', 'TabularMdp-v0', policy('epsilon-greedy', { epsilon: 1.5 }), 'E_ARGUMENT'],
  ])('%s', async (_, env, given, code) => {
    await expect(rollout({ env, policy: given, tasks: 2 }, executor)).rejects.toMatchObject({ code });
  });

  test.each(['gittins', 'bayes-optimal'])('%s where rewards are no counts', async (name) => {
    const env = { id: 'Bandit-v0', reward: 'expected' };
    await expect(rollout({ env, policy: policy(name), tasks: 2 }, executor)).rejects.toMatchObject({ code: 'E_ARGUMENT' });
  });

  test('kept steps', async () => {
    await expect(rollout({ env: 'Bandit-v0', policy: policy('greedy'), tasks: 2, keep: 'steps' }, executor)).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
    });
  });

  test('a grid whose best walk is not known', async () => {
    await expect(
      rollout({ env: { id: 'GridNavi-v0', size: 9 }, policy: policy('bayes-optimal'), tasks: 2 }, executor),
    ).rejects.toMatchObject({
      code: 'E_ARGUMENT',
    });
  });
});

test('MDPs: being told the true mean of rewards is worth a lot to greedy play', async () => {
  const env = { id: 'TabularMdp-v0' };
  expect(mean(await totals(env, 'greedy', { prior: 1 }, 400))).toBeGreaterThan(mean(await totals(env, 'greedy', {}, 400)) + 8);
});
