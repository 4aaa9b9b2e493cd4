/** The rows of one environment, whichever it is: kernel, stepping by hand, whole rollouts, training. */
import { makeVec } from '../envs/make.ts';
import { familyOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { rollout } from '../evaluation/rollouts.ts';
import type { Executor } from '../workers/executor.ts';
import { timed, type Work } from './clock.ts';
import { type Player, trainingOf } from './players.ts';
import type { Run } from './row.ts';

/** A row before it is measured. */
export interface Case {
  readonly name: string;
  readonly batch: number;
  /** Where it runs. */
  readonly place: 'calling thread' | 'workers' | 'learning workers';
  measure(executor: Executor | null, runs: number): Promise<Run[]>;
}

export function casesOf(env: EnvConfig, players: readonly Player[], batches: readonly number[]): Case[] {
  const sized = (name: string, place: Case['place'], work: (executor: Executor, batch: number) => Work): Case[] =>
    batches.map((batch) => ({
      name,
      batch,
      place,
      measure: (executor, runs) => timed(work(executor as Executor, batch), batch, runs, executor),
    }));
  return [
    ...batches.map((batch): Case => byHand(env, batch)),
    ...sized(`step/${env.id}`, 'workers', (executor, batch) => stepping(env, executor, batch)),
    ...players.flatMap((player) =>
      sized(`rollout/${env.id}/${player.name}`, 'workers', (executor, batch) => playing(env, player, executor, batch)),
    ),
    ...players.flatMap((player) => {
      const training = trainingOf(player, env);
      return training === undefined ? [] : [trainingCase(env, training)];
    }),
  ];
}

function stepping(env: EnvConfig, executor: Executor, numEnvs: number): Work {
  return async (amount) => {
    const steps = Math.max(1, Math.ceil(amount / (numEnvs * executor.workers)));
    const jobs = Array.from({ length: executor.workers }, (_, shard) => ({ kind: 'step' as const, shard, env, numEnvs, steps }));
    return (await executor.run(jobs)).reduce((sum, result) => sum + result.steps, 0);
  };
}

/** Each worker gets jobs of `batch` tasks, one episode each. The horizon is shortened if a batch alone has enough steps. */
function playing(env: EnvConfig, { policy, parameters }: Player, executor: Executor, batch: number): Work {
  return async (amount) => {
    const each = amount / executor.workers;
    const horizon = Math.max(Math.min(5, env.horizon), Math.min(env.horizon, Math.round(each / batch)));
    const jobs = Math.max(1, Math.round(each / (batch * horizon)));
    const options = { env: { ...env, horizon, episodes: 1 }, policy, ...(parameters && { parameters }) };
    return (await rollout({ ...options, tasks: batch * jobs * executor.workers, batch }, executor)).steps;
  };
}

function byHand(env: EnvConfig, numEnvs: number): Case {
  return {
    name: `vector/${env.id}`,
    batch: numEnvs,
    place: 'calling thread',
    async measure(_, runs) {
      const vector = await makeVec(env, { numEnvs });
      try {
        const discrete = 'n' in familyOf(env.id).action(env);
        const actions = new Float32Array(vector.actionSpace.shape.reduce((a, b) => a * b, 1)).fill(discrete ? 0 : 0.5);
        vector.reset();
        const work: Work = async (amount) => {
          const steps = Math.ceil(amount / numEnvs);
          for (let t = 0; t < steps; t++) vector.step(actions);
          return steps * numEnvs;
        };
        return await timed(work, numEnvs, runs, null);
      } finally {
        vector.close();
      }
    },
  };
}

/** A run is an iteration, or as many as take a while. */
function trainingCase(env: EnvConfig, { name, tasks, start }: ReturnType<typeof trainingOf> & object): Case {
  return {
    name: `train/${env.id}/${name}`,
    batch: tasks,
    place: 'learning workers',
    async measure(executor, runs) {
      const iterations = start(executor as Executor);
      let total = 0;
      const work: Work = async (amount) => {
        const before = total;
        while (total - before < amount) total = (await iterations.next()).value?.steps ?? Number.POSITIVE_INFINITY;
        return total - before;
      };
      try {
        return await timed(work, 1, runs, executor);
      } finally {
        await iterations.return(undefined);
      }
    },
  };
}
