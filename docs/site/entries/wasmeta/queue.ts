/**
 * Jobs on many machines, through Redis (docs/how-to/many-machines.md).
 * @module
 */
export * from '../../../../src/queue.ts';
