/** Many machines, with a real Redis: the golden hashes of every learner on any number of machines, and nothing left behind. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createQueueExecutor } from 'wasmeta/queue';
import { hashes } from '../golden/cases.ts';
import { type MachineProcess, startMachineProcess } from './machines.ts';
import { noRedis, type RedisServer, startRedis } from './redis-server.ts';

const missing = noRedis();
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8'));

let redis: RedisServer;
const machines: MachineProcess[] = [];
beforeAll(async () => {
  if (missing === null) redis = await startRedis();
});
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.end('SIGKILL')));
  await redis?.stop();
});

/** So many machines, no more and no fewer. */
async function withMachines(count: number): Promise<void> {
  await Promise.all(machines.splice(count).map((machine) => machine.end('SIGTERM')));
  while (machines.length < count) machines.push(startMachineProcess(redis.url));
}

test.each([1, 3])('the golden hashes of all learners hold on %i machines, and a run leaves no payload, job or answer', async (count) => {
  if (missing !== null) return expect.soft(missing).toMatch('not installed');
  await withMachines(count);
  const executor = createQueueExecutor({ connection: redis.url });
  expect(await hashes(api, executor)).toEqual(golden);
  expect(executor.counts()).toMatchObject({ machines: count, workers: count });
  await executor.close();
  const left = [...(await redis.keys()).keys()].filter((key) => !/:machines?(?::|$)|:(?:id|meta|events|marker|stalled-check)$/.test(key));
  expect(left).toEqual([]);
});
