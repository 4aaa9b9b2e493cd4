/** tfjs with our kernels, started from the build, for tests in Node. */
import { readFileSync } from 'node:fs';
import { startTf } from '../../src/tf/backend.ts';

export function startedTf(kernels = 'build/wasm/kernels.wasm') {
  const module = (path: string) => new WebAssembly.Module(readFileSync(path));
  return startTf({
    engine: module('build/wasm/wasmeta.wasm'),
    kernels: module(kernels),
    tfjs: new Uint8Array(readFileSync('build/wasm/tfjs.wasm')).buffer,
  });
}

/** A fixed sequence of numbers in [−1, 1), so that a failing case can be repeated. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
