/** `{ module: address, … }` wherever an environment is asked for: the file is loaded, here and in workers. Chromium: test/browser/user-environments.test.ts. */
import { afterAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { runBenchmarks } from 'wasmeta/bench';
import { createInlineExecutor } from 'wasmeta/inline';
import { callsByFile } from './calls-by-file.ts';
import { fileOf } from './own-file.ts';

const pool = api.createPool({ workers: 2 });
const inline = createInlineExecutor();
afterAll(() => Promise.all([pool.close(), inline.close()]));

describe.each([
  ['inline', inline],
  ['in workers', pool],
])('%s', (where, executor) => {
  test.each(Object.entries(callsByFile(api)))('%s takes a file that nothing has loaded', async (name, call) => {
    const id = `By-${name}-${where === 'inline' ? 'here' : 'there'}-v0`;
    expect(await call({ module: fileOf(id), preset: 'long' }, executor)).toBe(id);
    expect(api.resolveEnv({ module: fileOf(id) }).horizon).toBe(4);
  });
});

test('so do benchmarks', async () => {
  const rows = await runBenchmarks({
    envs: [{ module: fileOf('By-bench-v0') }],
    name: 'step/By-bench-v0',
    policies: ['random'],
    batches: [4],
    workers: [1],
    runs: 1,
  });
  expect(rows.map(({ name }) => name)).toEqual(['step/By-bench-v0']);
});

test('what can’t load says what to do before, and an id beside the file must be that of the file', async () => {
  const module = fileOf('By-hand-v0');
  expect(() => api.resolveEnv({ module })).toThrow(/"module" expected a file that is loaded: await loadEnv/);
  await api.loadEnv(module);
  expect(api.resolveEnv({ module, id: 'By-hand-v0', horizon: 3 })).toEqual(api.resolveEnv({ id: 'By-hand-v0', horizon: 3 }));
  expect(() => api.resolveEnv({ module, id: 'Bandit-v0' })).toThrow(/"id" expected "By-hand-v0"/);
  await expect(api.make({ module: 'no/such/file.mjs' })).rejects.toThrow(expect.objectContaining({ code: 'E_ENV' }));
});
