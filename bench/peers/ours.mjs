/** Our side of every comparison, on the calling thread: the built package as its users have it. */
import { makeVec, resolveEnv } from 'wasmeta';
import { peerWorkload } from 'wasmeta/bench';
import { createInlineExecutor } from 'wasmeta/inline';
import { sampled } from './measure.mjs';
import { streamOf } from './numbers.mjs';

const version = 'this build';
const executor = createInlineExecutor();
const random = streamOf(1);

/** The step of a family alone: zero actions, rewards, flags, observations and new starts included. */
export const kernel = (env, numEnvs) => async () => {
  const job = { kind: /** @type {const} */ ('step'), shard: 0, env: resolveEnv(env), numEnvs, steps: Math.ceil(2e7 / numEnvs) };
  return { version, sample: () => sampled(async () => (await executor.run([job]))[0].steps) };
};

/** `VectorEnv.step` with random actions that the caller writes. */
export const byHand =
  ({ id, ...options }, numEnvs) =>
  async () => {
    const env = await makeVec(id, { ...options, numEnvs });
    const actions = new Float32Array(env.actionSpace.shape.reduce((a, b) => a * b, 1));
    env.reset({ seed: 1 });
    const work = () => {
      for (let t = 0; t < 10; t++) {
        for (let i = 0; i < actions.length; i++) actions[i] = random();
        env.step(actions);
      }
      return 10 * numEnvs;
    };
    return { version, sample: () => sampled(work), close: () => env.close() };
  };

/** A workload of the learner, by the name of its row in `wasmeta bench`. */
export const learner = (name) => async () => {
  const run = await peerWorkload(name).open('ours');
  return { version, numbers: run(), sample: () => sampled(() => run() && 1) };
};

export const close = () => executor.close();
