// What a user of the package writes: the same file in plain Node and in a page.
import { createPool, hashArrays, rl2 } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

const options = { env: 'PointMass-v0', iterations: 2, tasks: 8, minibatches: 2, policy: { kind: 'gru', hidden: 16 } };

/** Two RL² updates; the metrics and a hash of the weights. */
async function train(executor) {
  try {
    const records = [];
    let hash = '';
    for await (const { iteration, steps, metrics, state } of rl2.train(options, executor)) {
      records.push({ iteration, steps, reward: metrics['rollout/ep_rew_mean'] });
      hash = hashArrays([state.parameters]);
    }
    return { records, hash };
  } finally {
    await executor.close();
  }
}

/** By workers alone. */
export const trainInPool = () => train(createPool({ workers: 2 }));

export async function trainBothWays() {
  return { pool: await train(createPool({ workers: 2 })), inline: await train(createInlineExecutor()) };
}
