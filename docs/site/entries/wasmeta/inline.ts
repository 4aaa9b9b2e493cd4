export * from '../../../../src/inline.ts';
