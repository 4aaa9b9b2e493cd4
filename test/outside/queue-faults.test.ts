/** What goes wrong on a queue ends in the right result or in an error that says what it was; each test has a Redis of its own. */
import { readFileSync } from 'node:fs';
import { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPool, type Executor, hashArrays, loadEnv, rl2 } from 'wasmeta';
import { createQueueExecutor, type Machine, type MachineOptions, type QueueExecutor, startMachine } from 'wasmeta/queue';
import { withKills } from './kills.ts';
import { startMachineProcess } from './machines.ts';
import { noRedis, type RedisServer, startRedis } from './redis-server.ts';

const missing = noRedis();
const skip = missing !== null;
if (skip) console.log(`skipped: ${missing}`);

const env = { id: 'PointMass-v0', preset: 'pearl-semicircle' } as const;
const options = {
  env,
  policy: { kind: 'gru', hidden: 16 },
  iterations: 3,
  tasks: 16,
  shards: 4,
  minibatches: 2,
  epochs: 2,
  seed: 3,
} as const;
const trained = async (executor: Executor) => {
  let hash = '';
  for await (const { state } of rl2.train(options, executor)) hash = hashArrays([state.parameters]);
  return hash;
};
const local = async () => {
  await using pool = createPool({ workers: 1 });
  return await trained(pool);
};
const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;

let redis: RedisServer;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close().catch(() => {});
  await redis?.stop();
});

const machineOn = async (more: Partial<MachineOptions> = {}): Promise<Machine> => {
  const machine = await startMachine({ connection: redis.url, workers: 1, leaseMs: 1500, ...more });
  open.push({ close: () => machine.close(true) });
  return machine;
};
const driverOn = (more: object = {}): QueueExecutor => {
  const executor = createQueueExecutor({ connection: redis.url, leaseMs: 1500, ...more });
  open.unshift(executor);
  return executor;
};
/** So many machines are there. */
const joined = async (count: number) => {
  while (((await redis.ask('scard', 'wasmeta:main:machines')) as number) < count) await new Promise((resolve) => setTimeout(resolve, 100));
};
const codeAnd = (code: string, text: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(text) });

describe.skipIf(skip)('machines', () => {
  beforeEach(async () => {
    redis = await startRedis();
  });

  test('that say another version, or cannot be read, get no work and are named; others do it', async () => {
    for (const [id, record] of Object.entries({
      liar: JSON.stringify({ id: 'liar', workers: 4, active: [], leaving: false, build: { version: '9.9.9', files: {}, envs: {} } }),
      mumbler: '{',
    })) {
      await redis.ask('set', `wasmeta:main:machine:${id}`, record);
      await redis.ask('sadd', 'wasmeta:main:machines', id);
    }
    await expect(trained(driverOn({ deadlineMs: 2000 }))).rejects.toThrow(
      codeAnd(
        'E_DEADLINE',
        new RegExp(
          `no machine took part.*liar: it has wasmeta 9.9.9, the driver ${version}; mumbler: what it says of itself cannot be read`,
        ),
      ),
    );
    expect(await redis.ask('get', 'wasmeta:main:refusal:liar')).toMatch(/9\.9\.9/);
    await machineOn();
    expect(await trained(driverOn())).toBe(await local());
  });

  test('do nothing for a driver of another build, and load no code that comes through the queue', async () => {
    const machine = await machineOn();
    const build = JSON.parse(String(await redis.ask('get', `wasmeta:main:machine:${machine.id}`))).build;
    const connection = { host: '127.0.0.1', port: redis.port };
    const queue = new Queue(`main.${machine.id}`, { connection, prefix: 'wasmeta' } as never);
    const asked = async (run: string, driver: object) => {
      await redis.ask('set', `wasmeta:main:driver:${run}`, JSON.stringify({ run, build: driver }));
      const text = JSON.stringify({ kind: 'load-env', shard: 0, url: 'file:///etc/passwd.mjs' });
      await queue.addBulk([{ name: 'load-env', data: { run, text, parts: [] }, opts: { jobId: `${run}-0` } }]);
      return String(await redis.ask('blpop', `wasmeta:main:answers:${run}`, 20));
    };
    expect(await asked('old', { ...build, version: '0.0.1' })).toMatch(new RegExp(`refused.*it has wasmeta ${version}, the driver 0.0.1`));
    expect(await asked('new', build)).toMatch(/E_UNSUPPORTED.*loads no code that comes through the queue/);
    await queue.close();
  });

  test('that are ten times as slow cost time alone: late jobs are given to others as well', async () => {
    const slow = startMachineProcess(redis.url, '--lease-ms', '1500', '--name', 'a-slow-one');
    open.push({ close: () => slow.end('SIGKILL') });
    await joined(1);
    await machineOn();
    const brake = setInterval(() => {
      slow.child.kill('SIGSTOP');
      setTimeout(() => slow.child.kill('SIGCONT'), 180);
    }, 200);
    const executor = driverOn();
    try {
      expect(await trained(executor)).toBe(await local());
    } finally {
      clearInterval(brake);
      slow.child.kill('SIGCONT');
    }
  });

  test('do stretches of a training by themselves, to the same weights', async () => {
    await machineOn();
    const config = rl2.resolve(options);
    const executor = driverOn();
    let state = rl2.initial(config);
    for (const iterations of [2, 5]) {
      const result = await executor.train({ kind: 'training', shard: 0, algo: 'rl2', config, state, iterations });
      state = rl2.check(config, result.state);
    }
    expect([state.iteration, hashArrays([state.parameters])]).toEqual([3, await local()]);
  });

  test('leave nothing, others’ keys stay, and what is there in between has a time to live', async () => {
    await redis.ask('set', 'bull:mails:1', 'another queue');
    const machine = await machineOn();
    const executor = driverOn();
    const training = trained(executor);
    const seen = new Map<string, number>();
    let over = false;
    const watching = (async () => {
      while (!over) for (const [key, ttl] of await redis.keys()) seen.set(key, Math.min(ttl, seen.get(key) ?? 0));
    })();
    await training;
    over = true;
    await watching;
    await executor.close();
    await machine.close();
    expect([...(await redis.keys()).keys()]).toEqual(['bull:mails:1']);
    expect(seen.size).toBeGreaterThan(8);
  });

  test('and drivers that are killed leave only keys that end by themselves', async () => {
    const machine = startMachineProcess(redis.url);
    const executor = driverOn();
    await executor.run([{ kind: 'reference', shard: 0, loops: 1 }]);
    const slow = executor.run([{ kind: 'reference', shard: 0, loops: 20_000 }]).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    await machine.end('SIGKILL');
    expect([...(await redis.keys())].filter(([, ttl]) => ttl < 0)).toEqual([]);
    await executor.close();
    await slow;
  });

  test('refuse data beyond the limit, and so does the driver', async () => {
    await expect(trained(driverOn({ payloadMb: 0.001 }))).rejects.toThrow(
      codeAnd('E_ARGUMENT', /job "collect" of shard 0 expected at most 1 MiB of data/),
    );
    await machineOn({ payloadMb: 0.001 });
    await expect(trained(driverOn())).rejects.toThrow(codeAnd('E_QUEUE', /a job expected at most 1 MiB of data/));
  });
});

describe.skipIf(skip)('a Redis', () => {
  test('that wants a password is named, and works with it', async () => {
    redis = await startRedis('--requirepass', 'secret');
    await expect(driverOn().ready()).rejects.toThrow(codeAnd('E_QUEUE', /no Redis to work with at redis:\/\/127.0.0.1:\d+: NOAUTH/));
    await driverOn({ connection: redis.url.replace('//', '//:secret@') }).ready();
    await driverOn({ connection: { host: '127.0.0.1', port: redis.port, password: 'secret' } }).ready();
  });

  test('that is not there is named', async () => {
    redis = await startRedis();
    await redis.kill();
    await expect(driverOn().ready()).rejects.toThrow(codeAnd('E_QUEUE', /no Redis to work with at .*ECONNREFUSED/));
  });

  test('that takes no writes ends the run with what it says', async () => {
    redis = await startRedis();
    await machineOn();
    const executor = driverOn();
    await executor.ready();
    await redis.ask('config', 'set', 'min-replicas-to-write', 1);
    await expect(trained(executor)).rejects.toThrow(codeAnd('E_QUEUE', /NOREPLICAS/));
    await redis.ask('config', 'set', 'min-replicas-to-write', 0);
    expect(await trained(executor)).toBe(await local());
  });

  test('that is full ends the run with what it says', async () => {
    redis = await startRedis();
    await machineOn();
    const executor = driverOn();
    await executor.ready();
    await redis.ask('config', 'set', 'maxmemory', '1mb');
    await expect(trained(executor)).rejects.toThrow(codeAnd('E_QUEUE', /it is full: raise its maxmemory.*OOM/));
  });

  test('that loses payloads and jobs costs repeated jobs, and the weights are the same', async () => {
    redis = await startRedis();
    await machineOn();
    const executor = driverOn({ tries: 1000 });
    await executor.ready();
    const evicting = setInterval(async () => {
      const names = ((await redis.ask('keys', '*')) as string[]).filter((name) => /payload|-\d+-\d+$/.test(name));
      if (names.length > 0) await redis.ask('del', names[Math.floor(names.length / 2)]);
    }, 200);
    try {
      expect(await trained(executor)).toBe(await local());
    } finally {
      clearInterval(evicting);
    }
  });
});

describe.skipIf(skip)('an environment of one’s own', () => {
  const file = new URL('./hungry-env.mjs', import.meta.url);
  const hungry = { ...options, env: 'Hungry-v0', iterations: 1 };
  const fed = async (executor: Executor) => {
    let hash = '';
    for await (const { state } of rl2.train(hungry, executor)) hash = hashArrays([state.parameters]);
    return hash;
  };

  test('is done by machines that were started with it; those that were not are named', async () => {
    redis = await startRedis();
    await loadEnv(file);
    const without = startMachineProcess(redis.url, '--lease-ms', '1500');
    open.push({ close: () => without.end('SIGKILL') });
    await joined(1);
    await expect(fed(driverOn({ deadlineMs: 4000 }))).rejects.toThrow(codeAnd('E_DEADLINE', /it was started without --env hungry-env.mjs/));
    const withIt = startMachineProcess(redis.url, '--lease-ms', '1500', '--env', file.pathname);
    open.push({ close: () => withIt.end('SIGKILL') });
    await using pool = createPool({ workers: 1 });
    expect(await fed(driverOn())).toBe(await fed(pool));
  });

  test('that needs more memory than a machine has is done by others; without others the run ends, and the job is in the failed set', async () => {
    redis = await startRedis();
    await loadEnv(file);
    const starved = startMachineProcess(redis.url, '--lease-ms', '1500', '--env', file.pathname, '--heap-mb', '40', '--name', 'starved');
    open.push({ close: () => starved.end('SIGKILL') });
    await joined(1);
    await expect(fed(driverOn({ tries: 2 }))).rejects.toThrow(
      codeAnd('E_WORKER_LOST', /job "collect" of shard \d was sent 2 times and never answered.*starved/),
    );
    expect([...(await redis.keys()).keys()].filter((key) => /starved.*:failed$/.test(key))).toHaveLength(1);
    await machineOn();
    await using pool = createPool({ workers: 1 });
    expect(await fed(driverOn({ tries: 100 }))).toBe(await fed(pool));
  });
});

test.skipIf(skip)('trainings end with the same weights whichever machine, Redis or driver is killed, and leave no key', async () => {
  const { keysLeft } = await withKills({ machine: 4, redis: 1, driver: 1 }, 1, () => {});
  expect(keysLeft).toEqual([]);
});
