/** Over 2 000 updates by a pool, the listeners on its workers and on the process, and what keeps the process alive, stay as they were after the first. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createPool, rl2 } from 'wasmeta';

const updates = 2000;
const minibatches = 4;
const epochs = 2;

const listenersOf = (emitter: NodeJS.EventEmitter) => emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]);

/** How many things of a kind keep the event loop alive. */
const alive = (kind: string) => process.getActiveResourcesInfo().filter((name) => name === kind).length;

test('a pool: no listener and no resource is left behind', async () => {
  const before = { ports: alive('MessagePort'), process: listenersOf(process) };
  const workers: Worker[] = [];
  const worker = () => {
    workers.push(new Worker(new URL('../../build/worker.js', import.meta.url)));
    return workers[workers.length - 1];
  };
  const pool = createPool({ workers: 2, worker });
  const counts = () => ({ workers: workers.map(listenersOf), process: listenersOf(process), ports: alive('MessagePort') });
  let timers = 0;
  const options = {
    env: { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 4, episodes: 2 },
    policy: { kind: 'mlp', hidden: [8], inputs: 'trial' } as const,
    tasks: 8,
    shards: 2,
    minibatches,
    epochs,
    iterations: updates / (minibatches * epochs),
  };
  let early: ReturnType<typeof counts> | null = null;
  let late: ReturnType<typeof counts> | null = null;
  for await (const { iteration } of rl2.train(options, pool)) {
    if (iteration === 5) [early, timers] = [counts(), alive('Timeout')];
    late = counts();
  }
  expect(workers).toHaveLength(2);
  expect(early?.workers.flat().reduce((sum, [, count]) => sum + (count as number), 0)).toBeGreaterThanOrEqual(8); // message and three deaths, each
  expect(late).toEqual(early);
  expect(alive('Timeout')).toBeLessThan(timers + 20); // the runner has some of its own, but there were thousands of deadlines
  await pool.close();
  expect(workers.map(listenersOf)).toEqual([[], []]);
  expect(listenersOf(process)).toEqual(before.process);
  expect(alive('MessagePort')).toBeLessThanOrEqual(before.ports);
});
