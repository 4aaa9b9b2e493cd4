/** Workers are killed at seeded moments while a tiny run goes on, and is begun anew until they are all dead: nothing hangs, and the weights are those of an undisturbed run. */
import { expect, test } from 'vitest';
import { createPool, hashArrays, philox, rl2 } from 'wasmeta';
import type { Rl2Options } from '../../src/algorithms/rl2.ts';
import type { Executor } from '../../src/workers/executor.ts';
import { long } from '../long.ts';

const kills = long ? 200 : 50;
const workers = 2;
const options: Rl2Options = {
  env: { id: 'PointMass-v0', preset: 'pearl-semicircle', episodes: 2 },
  policy: { kind: 'gru', hidden: 16 },
  tasks: 32,
  shards: 4,
  minibatches: 4,
  iterations: 6,
  seed: 5,
};

async function weightsHash(executor: Executor): Promise<string> {
  let hash = '';
  for await (const { state } of rl2.train(options, executor)) hash = hashArrays([state.parameters]);
  return hash;
}

test(`${kills} killed workers change nothing but the time`, async () => {
  const undisturbed = createPool({ workers });
  const wanted = await weightsHash(undisturbed);
  await undisturbed.close();

  const pool = createPool({ workers, retries: 1000 });
  await pool.ready();
  const lost = () => pool.counts().spawned - workers;
  const killer = (async () => {
    for (let k = 0; lost() < kills; k++) {
      const [delay, index] = philox(11, 0, k, 0, 0, 0);
      await new Promise((resolve) => setTimeout(resolve, delay % 120));
      pool.killWorker(index % workers);
    }
  })();
  while (lost() < kills) expect(await weightsHash(pool)).toBe(wanted);
  await killer;
  expect(await weightsHash(pool)).toBe(wanted);
  expect(lost()).toBeGreaterThanOrEqual(kills);
  expect(pool.counts().retried).toBeGreaterThan(0); // some died at work
  await pool.close();
});
