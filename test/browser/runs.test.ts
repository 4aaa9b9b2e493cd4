/** A run in IndexedDB: stopped and gone on with in a page, it ends with the weights of one that never stopped. */
import { expect, test } from 'vitest';
import { createPool, hashArrays, type MetricsLog, openRun, type Rl2State, record, rl2 } from 'wasmeta';

const config = rl2.resolve({
  env: { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 8 },
  policy: { kind: 'gru', hidden: 8 },
  tasks: 16,
  minibatches: 2,
  iterations: 6,
});
const info = { algo: 'rl2', config, version: '0', commit: null, modules: {}, started: '2026-01-01T00:00:00.000Z' };
const warn = (error: Error) => {
  throw error;
};
const options = { algo: 'rl2', config, checkpointEvery: 1, stepsBefore: 0, warn };

async function train(
  run: Awaited<ReturnType<typeof openRun>>,
  state: Rl2State | undefined,
  log: MetricsLog,
  until: number,
): Promise<string> {
  const pool = createPool({ workers: 2 });
  try {
    let done = state;
    let iterations = 0;
    const trained = (async function* () {
      for await (const iteration of rl2.train(config, pool, state)) {
        done = iteration.state;
        yield iteration;
      }
    })();
    for await (const { iteration } of record(trained, run, log, { ...options, stopped: () => ++iterations >= until }))
      expect(iteration).toBeLessThanOrEqual(6);
    return hashArrays([(done as Rl2State).parameters]);
  } finally {
    await pool.close();
  }
}

test('is kept, read back and gone on with', async () => {
  const whole = await openRun('whole');
  const wanted = await train(whole, undefined, await whole.begin(info), 6);

  const first = await openRun('stopped');
  expect(await first.exists()).toBe(false);
  expect(await train(first, undefined, await first.begin(info), 3)).not.toBe(wanted);

  const again = await openRun('stopped');
  expect(await again.info()).toEqual(info);
  const checkpoint = await again.load();
  const log = await again.resume(checkpoint);
  expect(log.lines.map(({ iteration }: { iteration: number }) => iteration)).toEqual([1, 2, 3]);
  expect(await train(again, rl2.check(config, checkpoint.state), log, 3)).toBe(wanted);
  expect((await again.metrics()).map(({ iteration }: { iteration: number }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await again.files.list()).sort()).toEqual((await whole.files.list()).sort());
  await expect(openRun('a/b')).rejects.toMatchObject({ code: 'E_ARGUMENT' });
});
