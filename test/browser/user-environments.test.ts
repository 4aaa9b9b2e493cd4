/** Users' environments in Chromium: what they play and learn has the hashes that Node has. */
import { afterAll, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { callsByFile } from '../envs/user/calls-by-file.ts';
import hashes from '../envs/user/hashes.json' with { type: 'json' };
import { fileOf } from '../envs/user/own-file.ts';
import { hashesOf } from '../envs/user/own-hashes.ts';

const pools = [2, 5].map((workers) => api.createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

test.each(Object.entries(hashes))('%s: play, RL² and MAML with 2 and 5 workers', async (path, expected) => {
  const { id } = await api.loadEnv(new URL(`/${path}`, location.href));
  const found: string[] = [];
  for (const pool of pools) found.push(await hashesOf(api, id, pool));
  expect(found).toEqual(found.map(() => expected));
});

test.each(Object.entries(callsByFile(api)))(
  '%s takes the address of a file that nothing has loaded, in the page and in workers',
  async (name, call) => {
    const id = `By-${name}-v0`;
    expect(await call({ module: fileOf(id) }, pools[0])).toBe(id);
  },
);

test('states, rendering and goals of a module in C', async () => {
  const env = await api.make({ module: new URL('/test/envs/user/laws/reach.wasm', location.href), tolerance: 0.5 });
  env.reset({ tasks: Float32Array.of(0.2, 0) });
  expect(env.step(Float32Array.of(1, 0)).reward).toBe(1);
  env.setState([0.5, -0.5]);
  expect([...env.state()]).toEqual([0.5, -0.5]);
  env.render(document.createElement('canvas'));
  env.close();
});
