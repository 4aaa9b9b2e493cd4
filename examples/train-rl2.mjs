/**
 * Meta-trains RL² and meta-tests it on unseen tasks: `node examples/train-rl2.mjs [iterations] [seed]`; 150 iterations take some seconds.
 * The task is a direction to walk in. It is not shown: a policy has to try, read its rewards, and remember the answer in the next episode.
 */
import { createPool, metaTest, rl2 } from 'wasmeta';

const iterations = Number(process.argv[2] ?? 150);
const seed = Number(process.argv[3] ?? 1);
const env = { id: 'PointMass-v0', preset: 'walking-direction' }; // 2 episodes of 20 steps on one task
const policy = /** @type {const} */ ({ kind: 'gru', hidden: 32 });

const pool = createPool();
try {
  let parameters;
  for await (const { iteration, metrics, state } of rl2.train({ env, policy, seed, iterations, learningRate: 2e-3 }, pool)) {
    parameters = state.parameters;
    const [first, last] = [metrics['rollout/ep_rew_first'], metrics['rollout/ep_rew_last']].map((value) => value.toFixed(2));
    if (iteration % 10 === 0 || iteration === iterations) console.error(`iteration ${iteration}: return ${first} → ${last}`);
  }
  const test = await metaTest({ env, policy, parameters, tasks: 1000, seed: 9 }, pool);
  const column = (value) => value.toFixed(2).padStart(8);
  console.log('             random      RL² ± se       oracle');
  for (const [e, mean] of test.mean.entries())
    console.log(
      `episode ${e + 1}  ${column(test.random[e])}  ${column(mean)} ± ${test.stderr[e]?.toFixed(2)}  ${column(test.oracle?.[e] ?? Number.NaN)}`,
    );
} finally {
  await pool.close();
}
