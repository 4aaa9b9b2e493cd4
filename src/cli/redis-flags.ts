/** `--redis` and its companions: which Redis leads to the machines, for commands that may drive them, and the executor that these flags ask for. */
import { WasmetaError } from '../core/errors.ts';
import type { QueueExecutor } from '../queue/executor.ts';
import type { Executor } from '../workers/executor.ts';
import { createPool } from '../workers/pool.ts';
import { wholeNumber, workerCount } from './arguments.ts';

/** Flags of whoever takes part in a queue. */
export const queueFlags = {
  queue: {
    type: 'string',
    description: 'name of the queue; machines work for the drivers of their own',
    default: 'main',
    valueHint: 'NAME',
  },
  'lease-ms': { type: 'string', description: 'a machine unheard of for so long is taken for lost; default: 10000', valueHint: 'N' },
} as const;

export const redisFlags = {
  redis: {
    type: 'string',
    description: 'let the machines of this Redis work (`wasmeta work`), not this process; redis://…, rediss://… or env:NAME of a variable',
    valueHint: 'ADDRESS',
  },
  ...queueFlags,
} as const;

/** The address itself; `env:NAME` keeps one with a password off the list of processes. Throws `E_ARGUMENT`. */
function redisAddress(given: string): string {
  if (!given.startsWith('env:')) return given;
  const name = given.slice('env:'.length);
  const value = process.env[name];
  if (value === undefined) throw new WasmetaError('E_ARGUMENT', `"--redis" expected ${name} in the environment, got none`, { name });
  return value;
}

interface Given {
  readonly redis?: string;
  readonly queue: string;
  readonly 'lease-ms'?: string;
  readonly workers?: string;
}

/** The options that these flags ask for. */
export function queueOptions(redis: string, { queue, 'lease-ms': lease }: Given) {
  return { connection: redisAddress(redis), queue, ...(lease !== undefined && { leaseMs: wholeNumber('lease-ms', lease, 0) }) };
}

/** The machines that the flags lead to; null if they name none. Throws `E_ARGUMENT`, `E_UNSUPPORTED` or `E_QUEUE`. */
export async function machinesOf(given: Given, say: (text: string) => void): Promise<QueueExecutor | null> {
  const { redis, workers } = given;
  if (redis === undefined) return null;
  if (workers !== undefined)
    throw new WasmetaError(
      'E_ARGUMENT',
      '"--workers" expected none beside --redis: the machines have theirs (wasmeta work --workers N)',
      {},
    );
  const { createQueueExecutor } = await import('../queue/executor.ts');
  const executor = createQueueExecutor({ ...queueOptions(redis, given), say });
  await executor.ready();
  return executor;
}

/** Machines, if the flags name a Redis, else workers of this process. Throws `E_ARGUMENT`, `E_UNSUPPORTED` or `E_QUEUE`. */
export async function executorOf(given: Given, say: (text: string) => void): Promise<Executor> {
  return (await machinesOf(given, say)) ?? createPool({ workers: workerCount(given.workers) });
}
