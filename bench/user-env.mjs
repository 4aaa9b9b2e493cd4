/** What a user's environment costs beside the same law built in, one core, 256 environments: node bench/user-env.mjs */
import { loadEnv, rollout } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

const executor = createInlineExecutor();
const laws = new URL('../test/envs/user/laws/', import.meta.url);
const own = (await loadEnv(new URL('point-mass.wasm', laws))).id;
const pendulum = (await loadEnv(new URL('pendulum.mjs', laws))).id;
const builtIn = { id: 'PointMass-v0', preset: 'varibad-semicircle' };
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function rate(env, policy, tasks) {
  const from = performance.now();
  const { steps } = await rollout({ env, policy, tasks, batch: 256, seed: 1 }, executor);
  return steps / (performance.now() - from) / 1000;
}

for (const [name, policy, tasks] of [
  ['random', { kind: 'random' }, 10_240],
  ['gru-64', { kind: 'gru', hidden: 64 }, 512],
]) {
  const pairs = [];
  for (let run = 0; run < 8; run++) pairs.push([await rate(builtIn, policy, tasks), await rate(own, policy, tasks)]);
  const [ours, theirs] = [0, 1].map((k) => median(pairs.slice(1).map((pair) => pair[k])));
  console.log(`${name}: built in ${ours.toFixed(2)}, by the ABI ${theirs.toFixed(2)} M steps/s, ratio ${(theirs / ours).toFixed(2)}`);
}
const runs = [];
for (let run = 0; run < 6; run++) runs.push(await rate(pendulum, { kind: 'random' }, 1280));
console.log(`pendulum in JavaScript, random: ${median(runs.slice(1)).toFixed(2)} M steps/s`);
await executor.close();
