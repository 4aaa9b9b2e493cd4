/** Users' environments in Chromium: what they play and learn has the hashes that Node has. */
import { afterAll, expect, test } from 'vitest';
import * as api from 'wasmeta';
import hashes from '../envs/user/hashes.json' with { type: 'json' };
import { hashesOf } from '../envs/user/own-hashes.ts';

const pools = [1, 2, 3, 5].map((workers) => api.createPool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

test.each(Object.entries(hashes))('%s: play, RL² and MAML with 1, 2, 3, 5 workers', async (path, expected) => {
  const { id } = await api.loadEnv(new URL(`/${path}`, location.href));
  const found: string[] = [];
  for (const pool of pools) found.push(await hashesOf(api, id, pool));
  expect(found).toEqual(found.map(() => expected));
});
