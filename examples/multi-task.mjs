/**
 * One policy for two families: `node examples/multi-task.mjs [iterations]`. A point walks to a goal, and a mallet strikes a puck onto a target; the policy is told
 * goal and target, and a one-hot in its padded observation names the family. Prints the return in each family before and after training, on unseen tasks.
 */
import { createPool, metaTest, multiTask, multiTaskParameters } from 'wasmeta';

const config = multiTask.resolve({
  envs: [
    { id: 'PointMass-v0', preset: 'reach', reward: 'dense', context: true },
    { id: 'Puck-v0', preset: 'one-shot', context: true },
  ],
  iterations: Number(process.argv[2] ?? 60),
  tasks: 64,
  minibatches: 8,
  epochs: 4,
  learningRate: 0.002,
  initialLogStd: -1,
  clip: 0.2,
  centerRewards: true,
});
const pool = createPool({ workers: 2 });

async function returns(state) {
  const means = [];
  for (const [k, env] of config.envs.entries()) {
    const parameters = multiTaskParameters(config, state, k);
    means.push((await metaTest({ env, policy: config.policy, parameters, tasks: 200, seed: 9 }, pool)).mean[0]);
  }
  return means;
}

try {
  let before = [0, 0];
  let last = multiTask.initial(config);
  for await (const { iteration, state } of multiTask.train(config, pool)) {
    if (iteration === 1) before = await returns(state);
    last = state;
  }
  const after = await returns(last);
  for (const [k, { id }] of config.envs.entries())
    console.log(`${id}: ${before[k].toFixed(1)} after one iteration, ${after[k].toFixed(1)} after ${config.iterations}`);
} finally {
  await pool.close();
}
