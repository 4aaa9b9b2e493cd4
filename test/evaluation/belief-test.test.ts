/** Beliefs beside the exact posterior: distributions, their divergence, and that training brings them together. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';

const options = {
  env: { id: 'GridNavi-v0', size: 3, horizon: 6, episodes: 2 },
  policy: { kind: 'gru', hidden: 16, readout: [16] },
  likelihood: 'bernoulli',
  tasks: 32,
  minibatches: 4,
  modelEpochs: 4,
  modelLearningRate: 0.01,
  gateBias: 2,
  iterations: 80,
} as const;
const config = api.varibad.resolve(options);
const asked = { tasks: 120, seed: 9 };

describe('beliefs', () => {
  let pools: api.Executor[];
  beforeAll(() => {
    pools = [1, 2].map((workers) => api.createPool({ workers }));
  });
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));
  const tested = (state: api.VaribadState, pool = pools[0]) => api.beliefTest({ ...config, ...state, ...asked }, pool);

  test('are distributions, and their divergence is what it says, for any number of workers', async () => {
    const result = await tested(api.varibad.initial(config));
    expect(await tested(api.varibad.initial(config), pools[1])).toEqual(result);
    const all: number[] = [];
    expect(result.trials).toHaveLength(120);
    for (const { exact, believed, goal } of result.trials) {
      expect(exact).toHaveLength(12);
      exact.forEach((p, t) => {
        const q = believed[t];
        expect(q.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(p[result.goals.indexOf(goal)]).toBeGreaterThan(0);
        all.push(p.reduce((sum, x, i) => sum + (x > 0 ? x * Math.log(x / q[i]) : 0), 0));
      });
    }
    expect(result.kl).toBeCloseTo(api.mean(all), 9);
  });

  test('come nearer to the posterior than a uniform belief by training, by a third at least', async () => {
    let state = api.varibad.initial(config);
    for await (const step of api.varibad.train(config, pools[1])) state = step.state;
    const { kl, uniform } = await tested(state);
    expect(kl).toBeLessThan((2 / 3) * uniform);
  });

  test('are refused where the posterior is not known', async () => {
    const other = api.varibad.resolve({ env: 'PointMass-v0' });
    await expect(api.beliefTest({ ...other, ...api.varibad.initial(other), ...asked }, pools[0])).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
    });
  });
});
