/** `wasmeta work`: makes this machine work for trainings that others drive (`wasmeta train --redis`), until it is told to stop. */
import { defineCommand } from 'citty';
import { WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import { checkFlags, valuesOf, wholeNumber, workerCount } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { remark } from './output.ts';
import { queueFlags, queueOptions } from './redis-flags.ts';

const args = {
  redis: { type: 'string', description: 'the Redis of the queue: redis://…, rediss://… or env:NAME of a variable', valueHint: 'ADDRESS' },
  ...queueFlags,
  workers: { type: 'string', description: 'jobs at the same time; default: one for each processor' },
  env: {
    type: 'string',
    description: 'the file of an environment of your own that drivers may use; no other code of yours is run',
    valueHint: 'PATH',
    repeatable: true,
  },
  name: { type: 'string', description: 'what this machine is called; default: its host name', valueHint: 'NAME' },
  'heap-mb': { type: 'string', description: 'largest heap of a worker in MiB', valueHint: 'N' },
} as const;

export const work = defineCommand({
  meta: { name: 'work', description: 'Work for trainings that other machines drive, through a queue' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    if (given.redis === undefined) throw new WasmetaError('E_ARGUMENT', '"--redis" expected an address such as redis://127.0.0.1:6379', {});
    const workers = workerCount(given.workers);
    for (const env of valuesOf(rawArgs, 'env')) await envIdOf(env);
    const { startMachine } = await import('../queue/machine.ts');
    const machine = await startMachine({
      ...queueOptions(given.redis, given),
      workers,
      say: (text) => remark(`wasmeta: ${text}`),
      ...(given.name !== undefined && { name: given.name }),
      ...(given['heap-mb'] !== undefined && { heapMb: wholeNumber('heap-mb', given['heap-mb'], 0) }),
    });
    remark(
      `${machine.id}: ${plural(workers, 'worker')} for queue ${given.queue}; SIGINT ends its jobs and leaves, SIGINT again leaves at once`,
    );
    const signal = await stopSignal();
    remark(`${signal}: leaving after ${plural(machine.done, 'job')}`);
    const atOnce = stopSignal().then(() => machine.close(true));
    await Promise.race([machine.close(), atOnce]);
    process.exit(0);
  },
});

const stopSignal = () =>
  new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve(signal));
  });
