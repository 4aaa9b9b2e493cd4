export * from '../../../../src/node.ts';
