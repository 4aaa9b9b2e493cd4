/** Calls of the API that take an environment; each answers with the id of the one that it was given. */
import type * as Package from 'wasmeta';

type Call = (env: Package.EnvOptions, executor: Package.Executor) => Promise<string | undefined>;

export function callsByFile(api: typeof Package): Record<string, Call> {
  const policy = { kind: 'gru', hidden: 8 } as const;
  const small = { tasks: 4, shards: 2, minibatches: 1, iterations: 1 };
  const idOf = (env: Package.EnvOptions) => api.resolveEnv(env).id;
  return {
    make: async (env) => (await api.make(env)).config.id,
    makeVec: async (env) => (await api.makeVec(env, { numEnvs: 2 })).config.id,
    createAgent: async (env) => (await api.createAgent({ env, policy })).env.id,
    async rollout(env, executor) {
      await api.rollout({ env, tasks: 3 }, executor);
      return idOf(env);
    },
    trajectories: async (env, executor) => (await api.trajectories({ env, tasks: 3 }, executor)).env.id,
    metaTest: async (env, executor) => (await api.metaTest({ env, policy: { kind: 'random' }, tasks: 3, seed: 1 }, executor)).env,
    async train(env, executor) {
      for await (const { iteration } of api.rl2.train({ env, policy, ...small }, executor)) if (iteration !== 1) return undefined;
      return idOf(env);
    },
    async multiTask(env, executor) {
      const envs = [{ id: 'PointMass-v0', preset: 'reach' }, env];
      for await (const { iteration } of api.multiTask.train({ envs, ...small }, executor)) if (iteration !== 1) return undefined;
      return idOf(env);
    },
  };
}
