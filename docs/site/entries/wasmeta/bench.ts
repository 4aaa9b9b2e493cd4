/**
 * Benchmarks of any environment and policy (docs/how-to/benchmark.md).
 * @module
 */
export * from '../../../../src/bench/benchmarks.ts';
