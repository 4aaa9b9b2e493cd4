/** Long work stops by a signal: with its reason, at once, and the executor can be used again. */
import { expect, test } from 'vitest';
import { abortable, createPool, rl2, rollout } from 'wasmeta';

const options = { env: 'PointMass-v0', tasks: 8, minibatches: 1, iterations: 1_000_000, policy: { kind: 'gru', hidden: 8 } } as const;

test('a training, a rollout, and what comes after', async () => {
  const pool = createPool({ workers: 1 });
  const controller = new AbortController();
  const executor = abortable(pool, controller.signal);
  const training = async () => {
    for await (const { iteration } of rl2.train(options, executor)) if (iteration === 2) controller.abort(new Error('enough'));
  };
  await expect(training()).rejects.toThrow('enough');
  await expect(rollout({ env: 'PointMass-v0', tasks: 4 }, executor)).rejects.toThrow('enough');
  expect((await rollout({ env: 'PointMass-v0', tasks: 4 }, pool)).returns).toHaveLength(4);
  await pool.close();
});

test('jobs that wait are dropped', async () => {
  const pool = createPool({ workers: 1, learner: false });
  const playing = rollout({ env: 'Runner-v1', tasks: 4096, batch: 16 }, abortable(pool, AbortSignal.timeout(50)));
  await expect(playing).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
  await pool.close();
});

test('anything but a signal is refused', () => {
  expect(() => abortable(createPool({ workers: 1 }), {} as AbortSignal)).toThrow('"signal" expected an AbortSignal, got an object');
});
