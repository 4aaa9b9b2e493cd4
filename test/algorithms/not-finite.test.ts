/** A NaN in a gradient job ends the run with tensor, shard and iteration named, or costs one update, as configured. */
import { describe, expect, test } from 'vitest';
import { rl2 } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Iteration } from '../../src/algorithms/learner.ts';
import type { Rl2Options, Rl2State } from '../../src/algorithms/rl2.ts';
import type { PpoGradientJob } from '../../src/jobs/ppo.ts';
import type { Job } from '../../src/jobs/table.ts';
import type { Executor } from '../../src/workers/executor.ts';

const options: Rl2Options = {
  env: { id: 'PointMass-v0', preset: 'pearl-semicircle', episodes: 2 },
  policy: { kind: 'gru', hidden: 8 },
  tasks: 8,
  shards: 2,
  minibatches: 2,
  epochs: 1,
  iterations: 3,
};

/** Spoils one parameter of one gradient job: the second of shard 1 in iteration 1. */
function poisoned(executor: Executor): Executor {
  let seen = 0;
  const spoil = (job: PpoGradientJob): PpoGradientJob => {
    if (job.kind !== 'ppo-gradient' || job.shard !== 1 || ++seen !== 4) return job;
    return { ...job, parameters: job.parameters.map((value, i) => (i === 3 ? Number.NaN : value)) };
  };
  return { ...executor, run: ((jobs: readonly Job[]) => executor.run(jobs.map((job) => spoil(job as PpoGradientJob)))) as Executor['run'] };
}

async function train(more: Partial<Rl2Options>): Promise<Iteration<Rl2State>[]> {
  const executor = createInlineExecutor();
  const done: Iteration<Rl2State>[] = [];
  try {
    for await (const iteration of rl2.train({ ...options, ...more }, poisoned(executor)) as AsyncIterable<Iteration<Rl2State>>)
      done.push(iteration);
  } finally {
    await executor.close();
  }
  return done;
}

describe('a parameter that is not a number', () => {
  test('stops the run with an error that names tensor, shard and iteration', async () => {
    await expect(train({})).rejects.toMatchObject({ code: 'E_NOT_FINITE', details: { tensor: 'head', shard: 1, iteration: 1 } });
  });

  test('costs one update and is counted, if the config says so', async () => {
    const done = await train({ onNotFinite: 'skip' });
    expect(done.map(({ metrics }) => metrics['train/skipped_updates'])).toEqual([0, 1, 0]);
    expect(done[2].state.parameters.every(Number.isFinite)).toBe(true);
  });
});
