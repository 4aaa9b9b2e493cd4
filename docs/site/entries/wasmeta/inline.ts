/**
 * The executor without workers, for small jobs, tests, and places that have no workers.
 * @module
 */
export * from '../../../../src/inline.ts';
