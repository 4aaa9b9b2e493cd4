/**
 * Files of run folders, in Node.
 * @module
 */
export * from '../../../../src/node.ts';
