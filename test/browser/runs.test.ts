/** A run in IndexedDB: stopped and gone on with in a page, it ends with the weights of one that never stopped. */
import { expect, test, vi } from 'vitest';
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
  const further = `events.out.tfevents.${Date.parse(info.started) / 1000 + 1}.wasmeta`;
  expect((await again.files.list()).sort()).toEqual([...(await whole.files.list()), further].sort());
  await expect(openRun('a/b')).rejects.toMatchObject({ code: 'E_ARGUMENT' });
});

test('appends a line without reading the lines before it, and reads them back in order', async () => {
  const { files } = await openRun('lines');
  const lines = Array.from({ length: 300 }, (_, i) => `${i}\n`);
  const gets = vi.spyOn(IDBObjectStore.prototype, 'get');
  for (const line of lines) await files.append('log', line);
  expect(gets).not.toHaveBeenCalled();
  gets.mockRestore();
  expect(await files.list()).toEqual(['log']);
  expect(new TextDecoder().decode((await files.read('log')) as Uint8Array)).toBe(lines.join(''));
  await files.replace('log', 'anew\n');
  await files.append('log', 'more\n');
  expect(new TextDecoder().decode((await files.read('log')) as Uint8Array)).toBe('anew\nmore\n');
  await files.remove('log');
  expect([await files.list(), await files.read('log')]).toEqual([[], null]);
});

test('goes on over a connection that the browser closed, and says what is wrong if that happens again', async () => {
  const { files } = await openRun('closed');
  await files.append('log', '1');
  const lost = () => {
    throw new DOMException('The database connection is closing.', 'InvalidStateError');
  };
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(lost);
  await files.append('log', '2');
  transaction.mockImplementation(lost);
  await expect(files.append('log', '3')).rejects.toMatchObject({ code: 'E_IO', message: expect.stringContaining('closing') });
  transaction.mockRestore();
  expect(new TextDecoder().decode((await files.read('log')) as Uint8Array)).toBe('12');
});

test('has one writer at a time', async () => {
  const release = await (await openRun('held')).hold();
  await expect((await openRun('held')).hold()).rejects.toMatchObject({ code: 'E_IO' });
  await release();
  await (await (await openRun('held')).hold())();
});
