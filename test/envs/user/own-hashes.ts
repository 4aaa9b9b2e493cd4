/** What users' environments play and learn, as hashes: the same in Node and Chromium, for any number of workers. */
import type * as Package from 'wasmeta';

const ppo = { tasks: 10, shards: 5, minibatches: 2, iterations: 2, policy: { kind: 'gru', hidden: 8 } } as const;
const meta = { tasks: 10, shards: 5, iterations: 1, policy: { kind: 'mlp', hidden: [8], value: false } } as const;

/** Steps, weights by RL² and weights by MAML. */
export async function hashesOf(api: typeof Package, env: string, executor: Package.Executor): Promise<string> {
  const { hash } = await api.rollout({ env, policy: { kind: 'random' }, tasks: 30, seed: 5, keep: 'steps' }, executor);
  let [learned, adapted] = [new Float32Array(), new Float32Array()];
  for await (const { state } of api.rl2.train({ env, ...ppo }, executor)) learned = state.parameters as typeof learned;
  for await (const { state } of api.maml.train({ env, ...meta }, executor)) adapted = state.parameters as typeof adapted;
  return [hash, api.hashArrays([learned]), api.hashArrays([adapted])].map((text) => text.slice(0, 16)).join(' ');
}
