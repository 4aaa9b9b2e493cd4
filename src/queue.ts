/** `wasmeta/queue`: many machines, through BullMQ on Redis or Valkey. Node only; `bullmq` and `ioredis` are installed beside it. */

export type { QueueCounts } from './queue/counts.ts';
export { createQueueExecutor, type QueueExecutor, type QueueExecutorOptions } from './queue/executor.ts';
export { type Machine, type MachineOptions, startMachine } from './queue/machine.ts';
export type { QueueOptions } from './queue/options.ts';
