/** Options that a driver and its machines have in common. */
import { fail, integer, number } from '../core/checks.ts';

/** An address (`redis://` or, encrypted, `rediss://`), or ioredis's own options: host, port, username, password, tls, db, sentinels … */
export type RedisAddress = string | Readonly<Record<string, unknown>>;

export interface QueueOptions {
  /** Redis or Valkey: an address, `rediss://` for an encrypted one, or ioredis's own options (password, tls, …). */
  connection: RedisAddress;
  /** Name of the queue: machines work for the drivers of their own. Default: main. */
  queue?: string;
  /** Longest time in ms without a sign of life of a job, in which no machine is there, or in which Redis is out of reach. Default: 2 minutes. */
  deadlineMs?: number;
  /** A machine that was not heard of for so long, in ms, is taken for lost, and its jobs are done elsewhere. Default: 10 s. */
  leaseMs?: number;
  /** Time to live of everything in Redis, should nobody be left to delete it, in ms. Default: 1 hour. */
  ttlMs?: number;
  /** Most data of one job or its result, in MiB. Default: 256. */
  payloadMb?: number;
}

/** With defaults. Throws `E_ARGUMENT`. */
export function commonDefaults({ deadlineMs = 120_000, leaseMs = 10_000, ttlMs = 3_600_000, payloadMb = 256 }: QueueOptions) {
  number('deadlineMs', deadlineMs, 100);
  integer('leaseMs', leaseMs, 200);
  integer('ttlMs', ttlMs, 10 * leaseMs);
  return { deadlineMs, leaseMs, ttlMs, mostBytes: number('payloadMb', payloadMb, 0.001, 512) * 2 ** 20 };
}

/** A part of keys. Throws `E_ARGUMENT`. */
export function checkQueueName(title: string, name: unknown = 'main'): string {
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) fail(title, 'at most 64 letters, digits, "-" and "_"', name);
  return name as string;
}
