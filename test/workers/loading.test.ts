/** The .wasm files of a pool from a server that stalls, fails or is slow. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readAsset } from '../../src/platform/assets.ts';
import { createInlineExecutor } from '../../src/workers/inline.ts';
import type { PoolOptions } from '../../src/workers/pool.ts';
import { EMPTY_MODULE } from './empty-module.ts';
import { bundleFakeWorker, echoes, type FakePool, type FakeWorkerScript, fakePool } from './fake-pool.ts';

let script: FakeWorkerScript;
let server: Server;
let origin: string;
let pool: FakePool;
let answer: (response: ServerResponse, count: number) => void = () => {};
let count = 0;

beforeAll(async () => {
  script = await bundleFakeWorker();
});
// A port of its own for each test: a connection that the last one broke off is not used again.
beforeEach(async () => {
  server = createServer((_, response) => answer(response.setHeader('connection', 'close'), ++count));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await pool?.close();
  server.close();
  server.closeAllConnections();
  count = 0;
});
afterAll(() => script.remove());

const codeOf = (code: string) => expect.objectContaining({ name: 'WasmetaError', code });
const sources = () => ({ engine: `${origin}/engine.wasm`, kernels: EMPTY_MODULE, tfjs: EMPTY_MODULE });
function open(options: PoolOptions = {}): FakePool {
  pool = fakePool({ workers: 1, workerUrl: script.url, wasm: sources(), ...options });
  return pool;
}

test('a server that never answers, or stops in the middle, ends a run with E_DEADLINE', async () => {
  for (const stall of [() => {}, (response: ServerResponse) => void response.write(EMPTY_MODULE.subarray(0, 4))]) {
    answer = stall;
    const error = await open({ deadlineMs: 300 })
      .run(echoes(1))
      .catch((thrown) => thrown);
    expect(error).toEqual(codeOf('E_DEADLINE'));
    expect(error.message).toContain(`${origin}/engine.wasm can't be read: its server sent nothing for 300 ms`);
  }
});

test('a slow server that sends something again and again is waited for', async () => {
  answer = (response) => {
    const pieces = [...EMPTY_MODULE];
    const timer = setInterval(() => (pieces.length > 0 ? response.write(Uint8Array.of(pieces.shift() as number)) : done()), 150);
    const done = () => {
      clearInterval(timer);
      response.end();
    };
  };
  const bytes = await readAsset(new URL(origin), { deadlineMs: 1000 }); // less than the whole takes
  expect(bytes).toEqual(EMPTY_MODULE);
});

test('a file that could not be read is asked for again by the next run, and then no more', async () => {
  answer = (response, turn) => {
    response.statusCode = turn < 3 ? 503 : 200;
    response.end(EMPTY_MODULE);
  };
  open();
  for (const _ of [1, 2]) await expect(pool.run(echoes(1))).rejects.toThrow(codeOf('E_WASM_MISSING'));
  for (const _ of [1, 2]) expect(await pool.run(echoes(1))).toHaveLength(1);
  expect(count).toBe(3);
});

test('close while the files load ends what waits, and the loading', async () => {
  let gone = false;
  answer = (response) => response.on('close', () => (gone = true));
  const running = expect(open().run(echoes(2))).rejects.toThrow(codeOf('E_CLOSED'));
  const ready = expect(pool.ready()).rejects.toThrow(codeOf('E_CLOSED'));
  while (count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await pool.close();
  await Promise.all([running, ready]);
  while (!gone) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(pool.counts().spawned).toBe(0);
});

test('the inline executor gives up the loading when it is closed', async () => {
  answer = () => {};
  const inline = createInlineExecutor({ learner: false, wasm: sources() });
  const running = expect(inline.run([{ kind: 'echo', shard: 0 } as never])).rejects.toThrow(codeOf('E_CLOSED'));
  while (count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await inline.close();
  await running;
});
