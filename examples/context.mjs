/**
 * The same family with its task shown and hidden: `node examples/context.mjs [episodes]`.
 * With `context: true` an observation is [s; ω]: x, y and the direction to walk in. A policy that reads the last two can simply walk there.
 */
import { makeVec } from 'wasmeta';

const episodes = Number(process.argv[2] ?? 1000);
const options = { numEnvs: 32, preset: 'walking-direction' };

async function meanReturn(context, act) {
  const env = await makeVec('PointMass-v0', { ...options, context });
  const { observations } = env.reset({ seed: 1 });
  const O = observations.length / options.numEnvs;
  const actions = new Float32Array(2 * options.numEnvs);
  let [total, finished] = [0, 0];
  while (finished < episodes) {
    for (let n = 0; n < options.numEnvs; n++) actions.set(act(observations.subarray(n * O, (n + 1) * O)), 2 * n);
    const { rewards, terminated, truncated } = env.step(actions);
    for (let n = 0; n < options.numEnvs; n++) {
      total += rewards[n];
      finished += terminated[n] | truncated[n];
    }
  }
  const names = env.spec
    .observation(env.config)
    .concat(context ? env.spec.task(env.config) : [])
    .map(({ name }) => name);
  env.close();
  console.log(`observation [${names.join(', ')}]: mean return ${(total / finished).toFixed(2)} over ${env.config.horizon} steps`);
}

await meanReturn(false, () => [1, 0]); // blind: always to the right
await meanReturn(true, ([, , dx, dy]) => [dx, dy]); // contextual: walks in the direction that it observes
