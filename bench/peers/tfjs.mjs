/** tfjs with its own wasm backend, a second copy beside ours in the same process: the losses are written with single ops (src/bench/workloads.ts). */
import { peerWorkload } from 'wasmeta/bench';
import { sampled } from './measure.mjs';
import { versionOf } from './packages.mjs';

export const learner = (name) => async () => {
  const run = await peerWorkload(name).open('plain');
  return { version: versionOf('@tensorflow/tfjs-backend-wasm'), numbers: run(), sample: () => sampled(() => run() && 1) };
};
