export * from '../../../../src/bench/benchmarks.ts';
