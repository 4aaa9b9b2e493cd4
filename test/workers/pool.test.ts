import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PoolOptions } from '../../src/workers/pool.ts';
import { EMPTY_MODULE } from './empty-module.ts';
import { bundleFakeWorker, echoes, type FakePool, type FakeWorkerScript, fakePool, onceOnly } from './fake-pool.ts';

let script: FakeWorkerScript;
let pool: FakePool;

beforeAll(async () => {
  script = await bundleFakeWorker();
});
afterAll(() => script.remove());
afterEach(() => pool?.close());

function open(options: PoolOptions = {}): FakePool {
  pool = fakePool({ workers: 2, workerUrl: script.url, ...options });
  return pool;
}

const codeOf = (code: string) => expect.objectContaining({ name: 'WasmetaError', code });

describe('a pool', () => {
  it('gives results in the order of the jobs, for any number of workers', async () => {
    const expected = echoes(7).map(({ shard, value }) => ({ shard, value }));
    for (const workers of [1, 2, 3]) {
      expect(await open({ workers }).run(echoes(7))).toEqual(expected);
      await pool.close();
    }
  });

  it('gives a shard always to the same worker', async () => {
    const count = (shard: number) => ({ kind: 'count', shard });
    expect(await open().run([count(0), count(2), count(4), count(1)])).toEqual([1, 2, 3, 1]);
  });

  it('starts no worker before the first job, and all of them when told', async () => {
    expect(open().counts().spawned).toBe(0);
    await Promise.all([pool.ready(), pool.ready()]);
    expect(pool.counts().spawned).toBe(2);
  });

  it('does several runs at a time', async () => {
    const runs = await Promise.all([open().run(echoes(3)), pool.run(echoes(3)), pool.run([])]);
    expect(runs.map((results) => results.length)).toEqual([3, 3, 0]);
  });

  it('posts views without the memory behind them, there and back', async () => {
    const [result] = (await open().run([{ kind: 'view', shard: 0 }])) as { view: Float32Array }[];
    expect([...result.view]).toEqual([7, 7, 7, 7]);
    expect(result.view.buffer.byteLength).toBe(16);
    const parameters = new Float32Array(1000).fill(3);
    const [{ doubled }] = (await pool.run([{ kind: 'double', shard: 0, value: parameters.subarray(10, 12) }])) as {
      doubled: Float32Array;
    }[];
    expect([...doubled]).toEqual([6, 6]);
    expect(parameters.length).toBe(1000);
  });

  it('refuses options and jobs that make no sense', async () => {
    expect(() => open({ workers: 0 })).toThrow('"workers" expected a whole number from 1 to 1024, got 0');
    expect(() => open({ deadlineMs: Number.NaN })).toThrow(codeOf('E_ARGUMENT'));
    await expect(open().run([{ kind: 'echo', shard: -1 }])).rejects.toThrow('"jobs[0].shard" expected');
    for (const jobs of [undefined, null, 7, {}, 'ab', [null], [undefined], [{ shard: 0 }], [{ kind: 'echo', shard: 0.5 }], [[]]])
      await expect(pool.run(jobs as never)).rejects.toThrow(codeOf('E_ARGUMENT'));
    for (const value of [() => 1, new Proxy(new Float32Array(2), {}), Symbol('s')])
      await expect(pool.run([{ kind: 'echo', shard: 0, value }])).rejects.toThrow(codeOf('E_ARGUMENT'));
    expect(await pool.run(new Proxy([{ kind: 'echo', shard: 0, value: new Proxy([1, 2], {}) }], {}))).toEqual([
      { shard: 0, value: [1, 2] },
    ]);
  });
});

describe('a worker that compiled modules cannot be sent to', () => {
  it('gets their bytes', async () => {
    const refusing = () => {
      const worker = new Worker(script.url);
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message, transfer) => {
        // As some versions of Safari.
        if (hasModule(message)) throw new DOMException('The object can not be cloned.', 'DataCloneError');
        post(message, transfer);
      };
      return worker;
    };
    expect(await open({ worker: refusing, workers: 1 }).run(echoes(1))).toHaveLength(1);
    expect(pool.counts()).toEqual({ spawned: 1, retried: 0 });
  });
});

function hasModule(value: unknown): boolean {
  if (value instanceof WebAssembly.Module) return true;
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && Object.values(value).some(hasModule);
}

describe('errors', () => {
  it('thrown by a job keep code, message and details, and are not retried', async () => {
    const error = await open()
      .run([{ kind: 'typed-error', shard: 1, value: [1, 2] }])
      .catch((thrown) => thrown);
    expect(error).toEqual(codeOf('E_NOT_FINITE'));
    expect(error.message).toBe('the loss is NaN');
    expect(error.details.value).toEqual([1, 2]);
    expect(error.stack).toContain('fake-worker');
    await expect(pool.run([{ kind: 'plain-error', shard: 1 }])).rejects.toThrow(
      expect.objectContaining({ name: 'RangeError', message: 'a bug' }),
    );
    expect(pool.counts()).toEqual({ spawned: 1, retried: 0 });
  });

  it('leave the pool usable', async () => {
    await expect(open().run([...echoes(4), { kind: 'typed-error', shard: 0 }, ...echoes(4)])).rejects.toThrow(codeOf('E_NOT_FINITE'));
    expect(await pool.run(echoes(2))).toHaveLength(2);
  });

  it('of a trap end the instance: the next job has a new worker', async () => {
    await expect(open().run([{ kind: 'trap', shard: 5 }])).rejects.toThrow(
      expect.objectContaining({ code: 'E_WASM_TRAP', details: { kind: 'trap', shard: 5, reason: 'unreachable' } }),
    );
    expect(await pool.run([{ kind: 'count', shard: 5 }])).toEqual([1]);
    expect(pool.counts()).toEqual({ spawned: 2, retried: 0 });
  });

  it('of missing assets arrive with the first run, and a later run tries again', async () => {
    open({ wasm: { engine: new URL('./nowhere.wasm', script.url), kernels: EMPTY_MODULE, tfjs: EMPTY_MODULE } });
    await expect(pool.run(echoes(2))).rejects.toThrow(codeOf('E_WASM_MISSING'));
    await expect(pool.run(echoes(2))).rejects.toThrow(codeOf('E_WASM_MISSING'));
  });

  it('of a worker script that is not there name it', async () => {
    open({ workerUrl: new URL('./nowhere.mjs', script.url), retries: 1 });
    await expect(pool.run(echoes(1))).rejects.toThrow(/failed 2 times.*nowhere\.mjs/);
    await expect(pool.ready()).rejects.toThrow(codeOf('E_WORKER_LOST'));
  });
});

describe('a dead worker', () => {
  const limited = () => new Worker(script.url, { resourceLimits: { maxOldGenerationSizeMb: 24 } });
  const modes: Record<string, PoolOptions> = { exit: {}, 'throw-later': {}, oom: { worker: limited } };

  it.each(Object.keys(modes))('is replaced and its job done again: %s', async (kind) => {
    const jobs = [...echoes(2), { kind, shard: 2, value: 'same', once: onceOnly() }, ...echoes(2)];
    const results = await open(modes[kind]).run(jobs);
    expect(results[2]).toEqual({ shard: 2, value: 'same' });
    expect(results).toHaveLength(5);
    expect(pool.counts()).toEqual({ spawned: 3, retried: 1 });
  });

  it('is replaced when it hangs beyond its deadline, and its job done again', async () => {
    const jobs = [...echoes(2), { kind: 'hang', shard: 2, value: 'same', once: onceOnly() }, ...echoes(2)];
    // On a slow machine others may be overdue too: they are done again as well.
    const results = await open({ deadlineMs: 3000, retries: 100 }).run(jobs);
    expect(results).toEqual([...echoes(2), { shard: 2, value: 'same' }, ...echoes(2)].map(({ shard, value }) => ({ shard, value })));
    expect(pool.counts().retried).toBeGreaterThan(0);
  });

  it.each([0, 5, 30])('is replaced when it is terminated %i ms into a job', async (delayMs) => {
    await open().ready();
    const once = onceOnly();
    const running = pool.run([{ kind: 'silent', shard: 0, value: 1, once }, ...echoes(3)]);
    while (Atomics.load(once, 0) === 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    pool.killWorker(0);
    expect((await running)[0]).toEqual({ shard: 0, value: 1 });
    expect(pool.counts()).toEqual({ spawned: 3, retried: 1 });
  });

  it('changes no result, whenever it dies', async () => {
    const own = open({ workers: 3, retries: 100 });
    let state = 1;
    const dice = (sides: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % sides;
    };
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    // One kill a round, at any moment of it: of a worker that starts, waits or works. However slow the machine, there are as many kills as rounds.
    for (let round = 0; round < 25; round++) {
      const running = own.run(echoes(9));
      await sleep(dice(4) * dice(20));
      own.killWorker(dice(3));
      expect(await running).toEqual(echoes(9).map(({ shard, value }) => ({ shard, value })));
    }
    expect(own.counts().spawned).toBeGreaterThan(6);
  });

  it('is noticed when it died between two jobs', async () => {
    await open().ready();
    pool.killWorker(1);
    expect(await pool.run([{ kind: 'count', shard: 1 }])).toEqual([1]);
    expect(pool.counts()).toEqual({ spawned: 3, retried: 0 });
  });

  it('is noticed when the caller made it and it was dead already', async () => {
    const dead = new Worker(script.url);
    await dead.terminate();
    let made = 0;
    open({ worker: () => (made++ === 0 ? dead : new Worker(script.url)), workers: 1 });
    expect(await pool.run(echoes(1))).toHaveLength(1);
    expect(pool.counts()).toEqual({ spawned: 2, retried: 1 });
  });

  it('is given up after the retries, naming kind, shard and reasons', async () => {
    const error = await open({ retries: 2 })
      .run([{ kind: 'exit', shard: 3 }])
      .catch((thrown) => thrown);
    expect(error).toEqual(codeOf('E_WORKER_LOST'));
    expect(error.message).toContain('job "exit" of shard 3 failed 3 times');
    expect(error.details).toMatchObject({ kind: 'exit', shard: 3, attempts: 3, reasons: Array(3).fill('the worker exited with code 3') });
    expect(await pool.run(echoes(4))).toHaveLength(4);
  });

  it('that posts anything but an answer is replaced', async () => {
    expect(await open().run([{ kind: 'garbage', shard: 0, value: 'same', once: onceOnly() }])).toEqual([{ shard: 0, value: 'same' }]);
    expect(pool.counts().retried).toBe(1);
    const error = await open({ retries: 1 })
      .run([{ kind: 'garbage', shard: 0 }])
      .catch((thrown) => thrown);
    expect(error).toEqual(codeOf('E_WORKER_LOST'));
    expect(error.message).toContain('it answered with what is no answer');
  });
});

describe('a deadline', () => {
  it('ends a job that shows no life twice, whatever the retries', async () => {
    await open({ retries: 100, deadlineMs: 2000 }).ready();
    const error = await pool.run([{ kind: 'hang', shard: 0 }]).catch((thrown) => thrown);
    expect(error).toEqual(codeOf('E_DEADLINE'));
    expect(error.message).toContain('no sign of life for 2000 ms');
    expect(error.details.reasons.length).toBeGreaterThan(1);
  });

  it('does not end a job that shows life, however long it takes, and runs it once', async () => {
    expect(await open({ deadlineMs: 2000 }).run([{ kind: 'busy', shard: 0, value: 5000 }])).toEqual(['done']);
    expect(pool.counts()).toEqual({ spawned: 1, retried: 0 });
  });

  it('may be infinite, or longer than a timer counts', async () => {
    for (const deadlineMs of [Number.POSITIVE_INFINITY, 2 ** 31, Number.MAX_VALUE])
      expect(await open({ deadlineMs }).run([{ kind: 'busy', shard: 0, value: 20 }])).toEqual(['done']);
  });
});

describe('close', () => {
  it('rejects what is pending, and later runs, with E_CLOSED', async () => {
    const running = open().run([...echoes(2), { kind: 'hang', shard: 0 }, ...echoes(2)]);
    const rejected = expect(running).rejects.toThrow(codeOf('E_CLOSED'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([pool.close(), pool.close()]);
    await rejected;
    await pool.close();
    await expect(pool.run(echoes(1))).rejects.toThrow(codeOf('E_CLOSED'));
    await expect(pool.ready()).rejects.toThrow(codeOf('E_CLOSED'));
  });

  it('during the start leaves no worker behind', async () => {
    const made: Worker[] = [];
    const worker = () => {
      made.push(new Worker(script.url));
      return made[made.length - 1];
    };
    for (const turns of [0, 1, 3, 10]) {
      const rejected = expect(open({ worker }).run(echoes(4))).rejects.toThrow(codeOf('E_CLOSED'));
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await pool.close();
      await rejected;
    }
    expect(made.every(({ threadId }) => threadId === -1)).toBe(true);
  });
});

describe('listeners', () => {
  it('do not grow with jobs or lost workers, and are gone after close', async () => {
    const made: Worker[] = [];
    const worker = () => {
      made.push(new Worker(script.url));
      return made[made.length - 1];
    };
    const countOf = (target: NodeJS.EventEmitter) => target.eventNames().reduce((sum, event) => sum + target.listenerCount(event), 0);
    const processBefore = countOf(process);
    await open({ worker }).run(echoes(2));
    const before = made.map(countOf);
    for (let turn = 0; turn < 50; turn++) await pool.run(echoes(4));
    expect(made.map(countOf)).toEqual(before);
    for (let turn = 0; turn < 5; turn++) {
      pool.killWorker(turn % 2);
      await pool.run(echoes(2));
    }
    expect(made).toHaveLength(7);
    await pool.close();
    expect(made.map(countOf)).toEqual(made.map(() => 0));
    expect(countOf(process)).toBe(processBefore);
  });
});
