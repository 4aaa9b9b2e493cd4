/** Trajectories are what was played: their sums are the returns, and a policy that is asked again for the actions gives them. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { makeVec, trajectories } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { encodeNpz } from '../../src/runs/npz.ts';

test.each(['PointMass-v0', 'Bandit-v0', 'GridNavi-v0'])(
  '%s: sums are the returns, and the same actions lead to the same places',
  async (id) => {
    const executor = createInlineExecutor({ learner: false });
    const [N, seed] = [40, 3];
    const data = await trajectories({ env: { id, episodes: 2 }, tasks: N, seed, split: 'train', batch: 16 }, executor);
    const { steps: T, sizes, env } = data;
    const sums = new Float64Array(N * env.episodes);
    for (let at = 0; at < N * T; at++)
      if (data.valid[at] === 1) sums[Math.floor(at / T) * env.episodes + data.episode[at]] += data.rewards[at];
    expect(Math.max(...sums.map((sum, k) => Math.abs(sum - data.returns[k]) / Math.max(1, Math.abs(sum))))).toBeLessThan(1e-4);

    const vector = await makeVec(env, { numEnvs: N });
    let { observations, tasks } = vector.reset({ seed });
    expect(data.tasks).toEqual(tasks);
    for (let t = 0; t < T; t++) {
      const actions = new Float32Array(N * sizes.action);
      for (let n = 0; n < N; n++) {
        actions.set(data.actions.subarray((n * T + t) * sizes.action, (n * T + t + 1) * sizes.action), n * sizes.action);
        if (data.valid[n * T + t] === 0) continue;
        const O = sizes.observation;
        expect(data.observations.subarray((n * T + t) * O, (n * T + t + 1) * O)).toEqual(observations.slice(n * O, (n + 1) * O));
      }
      ({ observations } = vector.step(actions));
    }
    vector.close();
    await executor.close();
  },
);

test('an .npz holds each array with its type and shape, and the same arrays give the same bytes', () => {
  const arrays = { a: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }, b: { shape: [1], data: Uint8Array.of(7) } };
  const file = encodeNpz(arrays);
  expect(encodeNpz(arrays)).toEqual(file);
  const { 'a.npy': a, 'b.npy': b } = unzipSync(file);
  expect(new TextDecoder().decode(a.subarray(10, 70))).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \}/);
  expect(a.length % 64).toBe(24);
  expect([...new Float32Array(a.slice(a.length - 24).buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(new TextDecoder().decode(b.subarray(10, 70))).toContain("'|u1', 'fortran_order': False, 'shape': (1,)");
});
