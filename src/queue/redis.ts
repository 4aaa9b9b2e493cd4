/** A connection to Redis: commands that settle, with errors that say what Redis said. Only here, and only when a queue is used, are BullMQ and ioredis loaded. */
import type { Redis } from 'ioredis';
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { patience } from '../platform/patience.ts';
import { now, pause } from '../platform/runtime.ts';
import type { RedisAddress } from './options.ts';

/** A command's name, then its arguments. */
type Command = readonly (string | number | Uint8Array)[];

export interface Store {
  /** For BullMQ. */
  readonly client: Redis;
  /** Sends commands together and answers with their replies. Throws `E_QUEUE`. */
  send(commands: readonly Command[]): Promise<unknown[]>;
  /** Waits for work of BullMQ on this connection. Throws `E_QUEUE`. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** The first message of a list, on a connection of its own; null if none comes within the seconds. Throws `E_QUEUE`. */
  pop(list: string, seconds: number): Promise<Uint8Array | null>;
  close(): void;
}

interface StoreOptions {
  /** Longest time in which Redis may be out of reach, ms. */
  readonly deadlineMs: number;
  /** Longest time for the first connection, ms. */
  readonly connectMs: number;
}

/** Throws `E_ARGUMENT`. */
export function checkAddress(connection: unknown): RedisAddress {
  if (typeof connection === 'string' && /^rediss?:\/\/./.test(connection)) return connection;
  const plain = typeof connection === 'object' && connection !== null && !Array.isArray(connection);
  if (!plain) fail('connection', 'an address such as redis://127.0.0.1:6379, or options of ioredis', connection);
  return connection as RedisAddress;
}

/** The address without its password, for messages. */
export function shownAddress(connection: RedisAddress): string {
  if (typeof connection !== 'string') return `redis://${connection.host ?? '127.0.0.1'}:${connection.port ?? 6379}`;
  return connection.replace(/^(rediss?:\/\/)[^/]*@/, '$1');
}

type Clients = Pick<typeof import('bullmq'), 'Queue' | 'Worker'> & Pick<typeof import('ioredis'), 'Redis'>;

/** BullMQ and ioredis. Throws `E_UNSUPPORTED` where they are not installed. */
export async function loadClients(): Promise<Clients> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { Queue: bullmq.Queue, Worker: bullmq.Worker, Redis: ioredis.Redis };
  } catch (cause) {
    throw new WasmetaError(
      'E_UNSUPPORTED',
      `a queue needs two packages that wasmeta does not bring: npm install bullmq ioredis (${(cause as Error).message})`,
      {},
      cause,
    );
  }
}

/** Connects. Throws `E_QUEUE` if Redis is not there, or refuses. */
export async function openStore(connection: RedisAddress, { deadlineMs, connectMs }: StoreOptions): Promise<Store> {
  const { Redis: Client } = await loadClients();
  const where = shownAddress(connection);
  // Commands wait for a connection that was lost; `within` says for how long.
  const settings = { maxRetriesPerRequest: null, lazyConnect: true, retryStrategy: (times: number) => Math.min(times * 50, 1000) };
  const client = typeof connection === 'string' ? new Client(connection, settings) : new Client({ ...connection, ...settings });
  let reason = '';
  client.on('error', ({ message }) => {
    reason = message;
  });
  await firstContact(client, where, connectMs, () => reason);
  const blocking = client.duplicate();
  blocking.on('error', () => {}); // the same as that of the other connection
  const guard = async <T>(work: Promise<T>, limitMs = deadlineMs): Promise<T> => {
    try {
      return await within(work, limitMs, () => lost(where, limitMs, reason));
    } catch (error) {
      throw error instanceof WasmetaError ? error : refused(where, error as Error);
    }
  };
  return {
    client,
    async send(commands) {
      if (commands.length === 0) return [];
      const replies = (await guard(client.pipeline(commands.map((command) => command.map(asBuffer))).exec())) ?? [];
      return replies.map(([error, reply]) => {
        if (error !== null) throw refused(where, error);
        return reply;
      });
    },
    guard,
    async pop(list, seconds) {
      if (blocking.status === 'wait') await guard(blocking.connect());
      return (await guard(blocking.blpopBuffer(list, seconds), deadlineMs + seconds * 1000))?.[1] ?? null;
    },
    close() {
      blocking.disconnect();
      client.disconnect();
    },
  };
}

/** Of bytes ioredis knows Node's Buffer alone. */
const asBuffer = <T>(argument: T) =>
  argument instanceof Uint8Array ? Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength) : argument;

async function firstContact(client: Redis, where: string, connectMs: number, reason: () => string): Promise<void> {
  const start = now();
  for (;;) {
    try {
      if (client.status !== 'ready') await client.connect();
      await client.pipeline([['ping']]).exec();
      return;
    } catch (error) {
      const why = reason() || (error as Error).message;
      client.disconnect();
      if (now() - start < connectMs && !/^(?:NOAUTH|WRONGPASS|NOPERM|ERR)\b/.test(why)) await pause(200);
      else throw new WasmetaError('E_QUEUE', `no Redis to work with at ${where}: ${why}`, { where, reason: why }, error);
    }
  }
}

/** Rejects where `work` does not settle in time. Time in which this process is stopped does not count. */
function within<T>(work: Promise<T>, limitMs: number, error: () => WasmetaError): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait = patience(limitMs, () => reject(error()));
    work.then(resolve, reject).finally(() => wait.stop());
  });
}

const lost = (where: string, limitMs: number, reason: string) =>
  new WasmetaError('E_QUEUE', `Redis at ${where} gave no answer for ${limitMs / 1000} s${reason && `: ${reason}`}`, { where, reason });

const meanings: readonly [RegExp, string][] = [
  [/^OOM\b/, 'it is full: raise its maxmemory, or use fewer or smaller payloads'],
  [/^READONLY\b/, 'it takes no writes: this is a replica, connect to its primary'],
  [/^MISCONF\b/, 'it takes no writes, because it cannot save them: see its log and disk'],
  [/^(?:NOAUTH|WRONGPASS)\b/, 'it wants another name or password'],
  [/^NOPERM\b/, 'its user may not use this command or these keys'],
];

function refused(where: string, error: Error): WasmetaError {
  const meaning = meanings.find(([pattern]) => pattern.test(error.message))?.[1];
  const message = `Redis at ${where} refused: ${meaning === undefined ? '' : `${meaning}. It said: `}${error.message}`;
  return new WasmetaError('E_QUEUE', message, { where, reason: error.message }, error);
}
