/** A learner of one's own, by the public contract alone: random search over the weights of a policy. Everything that the package's learners do, it does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  budgetFields,
  createPool,
  defineLearner,
  environment,
  hashArrays,
  initialParameters,
  type LearnerState,
  numberIn,
  openRun,
  philox,
  playing,
  policy,
  portsOf,
  record,
  resolvePolicy,
  rollout,
  seedNumber,
  wholeNumber,
} from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

const parts = { env: environment, policy: policy({ kind: 'mlp', hidden: [8] }) };
const settings = { seed: seedNumber(1), ...budgetFields, tasks: wholeNumber(1, 1000, 40), noise: numberIn(0, 10, 0.5) };

interface SearchState extends LearnerState {
  /** Mean return of the best parameters so far [1]. */
  readonly best: Float64Array;
}

const search = defineLearner({
  name: 'random-search',
  title: 'random search',
  settings,
  parts,
  initial({ env, policy, seed }): SearchState {
    const parameters = initialParameters(resolvePolicy(policy, portsOf(env)), seed);
    return { iteration: 0, steps: 0, parameters, best: Float64Array.of(-1e9) };
  },
  async iterate({ env, policy, seed, tasks, noise }, state, executor) {
    const candidate = state.parameters.map((weight, i) => {
      const [bits] = philox(seed, 0, state.iteration, i, 0, 0);
      return weight + noise * (bits / 2 ** 31 - 1);
    });
    const { returns, steps } = await rollout({ env, policy, parameters: candidate, tasks, seed, split: 'train' }, executor);
    const mean = returns.reduce((a, b) => a + b, 0) / returns.length;
    if (mean > state.best[0]) {
      state.parameters.set(candidate);
      state.best[0] = mean;
    }
    state.steps += steps;
    return {
      'rollout/ep_rew_mean': mean,
      'rollout/ep_rew_first': mean,
      'rollout/ep_rew_last': state.best[0],
      'time/total_timesteps': state.steps,
    };
  },
  tests: playing(),
});

const options = { env: { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 20, context: true }, iterations: 120 } as const;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-own-learner-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a learner defined by a user', () => {
  test('has its defaults filled in, and every mistake of a config named', () => {
    expect(search.resolve({ env: 'PointMass-v0' })).toMatchObject({ tasks: 40, noise: 0.5, policy: { kind: 'mlp', hidden: [8] } });
    expect(search.defaults).toMatchObject({ tasks: 40, policy: { kind: 'mlp' } });
    expect(() => search.resolve({ env: 'PointMass-v0', tasks: 0, noise: -1 })).toThrow(/2 mistakes:\n {2}"tasks" .*\n {2}"noise" /);
  });

  test('trains, to the same weights on two workers, and is better than it began on unseen tasks', async () => {
    const hashes: string[] = [];
    for (const executor of [createInlineExecutor({ learner: false }), createPool({ workers: 2, learner: false })]) {
      const config = search.resolve(options);
      const state = search.initial(config);
      const before = await search.test(config, search.clone(state), { tasks: 200, seed: 3 }, executor);
      for await (const { iteration } of search.train(config, executor, state)) expect(iteration).toBe(state.iteration);
      const after = await search.test(config, state, { tasks: 200, seed: 3 }, executor);
      expect(after.mean[0]).toBeGreaterThan(before.mean[0] + 3 * (before.stderr[0] as number));
      hashes.push(hashArrays([state.parameters]));
      await executor.close();
    }
    expect(hashes[1]).toBe(hashes[0]);
  });

  test('is recorded, and goes on from a checkpoint to the same weights', async () => {
    const config = search.resolve(options);
    const executor = createInlineExecutor({ learner: false });
    const train = async (state: SearchState, until: number, name: string) => {
      const run = await openRun(join(folder, name));
      const log = await run.begin({ algo: search.name, config, version: '0', commit: null, modules: {}, started: '2026-01-01T00:00:00Z' });
      const recording = { algo: search.name, config, checkpointEvery: 10, stepsBefore: state.steps, warn: () => {} };
      for await (const { iteration } of record(search.train(config, executor, state), run, log, recording)) if (iteration === until) break;
      return run;
    };
    const whole = search.initial(config);
    await train(whole, 120, 'whole');
    const half = await train(search.initial(config), 50, 'half');
    const again = search.check(config, (await half.load()).state);
    expect(again.iteration).toBe(50);
    await train(again, 120, 'rest');
    expect(hashArrays([again.parameters])).toBe(hashArrays([whole.parameters]));
    const wider = search.resolve({ ...options, policy: { kind: 'mlp', hidden: [16] } });
    expect(() => search.check(wider, whole)).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' }));
    await executor.close();
  });
});
