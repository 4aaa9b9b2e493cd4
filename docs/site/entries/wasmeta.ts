/**
 * What most scripts import: environments, learners, tests, agents, pools of workers.
 * @module
 */
export * from '../../../src/index.ts';
