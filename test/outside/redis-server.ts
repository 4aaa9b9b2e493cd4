/** A redis-server for one test file: on a free port and in a folder of its own, ended with it. $REDIS_SERVER names the program, else it is redis-server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const program = process.env.REDIS_SERVER ?? 'redis-server';

/** Why there is none; null if there is. */
export function noRedis(): string | null {
  const { error } = spawnSync(program, ['--version']);
  return error === undefined ? null : `${program} is not installed`;
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  /** Ends the server as a crash would, and starts it again with what is on its disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** One command. */
  ask(...command: (string | number)[]): Promise<unknown>;
  /** All keys that are there, with their time to live in ms; −1: for ever. */
  keys(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

/** `settings`: further arguments, such as `--maxmemory 10mb`. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'wasmeta-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  const client = () => new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 }).on('error', () => {});

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--loglevel', 'warning', ...settings];
    child = spawn(program, args, { stdio: 'ignore' });
    const password = settings[settings.indexOf('--requirepass') + 1];
    const asking = new Redis(url, {
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
      ...(settings.includes('--requirepass') && { password }),
    });
    asking.on('error', () => {});
    await asking.pipeline([['ping']]).exec();
    asking.disconnect();
  }
  const ended = () =>
    new Promise<void>((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve(),
    );

  await start();
  const own = client();
  const ask = async (...command: (string | number)[]) => {
    const [[error, reply]] = (await own.pipeline([command]).exec()) ?? [];
    if (error !== null) throw error;
    return reply;
  };
  return {
    port,
    url,
    folder,
    start,
    ask,
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
    async keys() {
      const names = (await ask('keys', '*')) as string[];
      return new Map(await Promise.all(names.map(async (name) => [name, (await ask('pttl', name)) as number] as const)));
    },
    async stop() {
      own.disconnect();
      child.kill('SIGKILL');
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
