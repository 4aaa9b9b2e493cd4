/** Which goals hindsight shows: seen in the jobs that the learner gives out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { type EnvOptions, isDrawn } from '../../src/envs/spec.ts';
import type { Td3Job } from '../../src/jobs/off-policy.ts';
import type { Job } from '../../src/jobs/table.ts';
import type { Executor } from '../../src/workers/executor.ts';

let inline: Executor;
beforeAll(() => {
  inline = createInlineExecutor();
});
afterAll(() => inline?.close());

interface Replay {
  readonly observations: Float32Array;
  readonly goals: Float32Array;
}

const small = {
  policy: { kind: 'mlp', hidden: [8, 8], value: false },
  tasks: 8,
  warmup: 2,
  iterations: 2,
  updates: 4,
  batch: 128,
  relabel: 1,
} as const;

/** Goals of all minibatches, [·][2], and the replay that they come from. */
async function shown(env: EnvOptions, more: object = {}): Promise<{ goals: [number, number][]; replay: Replay }> {
  const goals: [number, number][] = [];
  const run = (jobs: readonly Job[]) => {
    for (const job of jobs)
      if (job.kind === 'td3') for (let i = 0; i < (job as Td3Job).goals.length; i += 2) goals.push([job.goals[i], job.goals[i + 1]]);
    return inline.run(jobs);
  };
  let replay: Replay = { observations: new Float32Array(), goals: new Float32Array() };
  for await (const { state } of api.goalConditioned.train({ ...small, ...more, env }, { ...inline, run })) replay = state.replay;
  return { goals, replay };
}

const grid = { id: 'GridNavi-v0', size: 6, horizon: 20, episodes: 1, reward: 'exact' };
const region = { low: [0, 0], high: [5, 2], side: 'inside' } as const;

describe('hindsight on a grid whose goals are drawn from its lower half', () => {
  const drawn = (goal: readonly number[]) => isDrawn(resolveEnv({ ...grid, region }), goal);

  test('shows goals of that half alone', async () => {
    const { goals } = await shown({ ...grid, region });
    expect(goals.length).toBe(2 * 4 * 128);
    expect(goals.filter((goal) => !drawn(goal))).toEqual([]);
    // Also such as are never drawn as tasks: the start's own square.
    expect(goals.some(([x, y]) => x < 2 && y < 2)).toBe(true);
  });

  test('or, when asked to, every place that was reached', async () => {
    const { goals } = await shown({ ...grid, region }, { hindsight: 'reached' });
    expect(goals.some((goal) => !drawn(goal))).toBe(true);
  });

  test('and none without it', async () => {
    const { goals, replay } = await shown({ ...grid, region }, { relabel: 0 });
    const own = new Set(Array.from({ length: replay.goals.length / 2 }, (_, e) => `${replay.goals[2 * e]},${replay.goals[2 * e + 1]}`));
    expect(goals.every((goal) => own.has(goal.join(',')))).toBe(true);
  });
});

test('a place of the puck is shown only once the puck was struck', async () => {
  // It comes towards the mallet, and hits it in some episodes.
  const env = { id: 'Puck-v0', preset: 'moving', horizon: 150, episodes: 1, reward: 'tolerance' };
  const { goals, replay } = await shown(env, { tasks: 32, replay: 200 });
  const { place } = familyOf('Puck-v0');
  const [reached, early] = [new Set<string>(), new Set<string>()];
  const O = 9;
  for (let at = 0; at < replay.observations.length; at += O) {
    const observation = replay.observations.subarray(at, at + O);
    const where = place?.of(observation, resolveEnv(env)).map(Math.fround).join(',') as string;
    (observation[8] === 1 ? reached : early).add(where);
  }
  const asked = new Set(Array.from({ length: replay.goals.length / 2 }, (_, e) => `${replay.goals[2 * e]},${replay.goals[2 * e + 1]}`));
  const hindsight = goals.map((goal) => goal.join(',')).filter((goal) => !asked.has(goal));
  expect(hindsight.length).toBeGreaterThan(50);
  expect(hindsight.filter((goal) => !reached.has(goal))).toEqual([]);
  expect(early.size).toBeGreaterThan(50);
});
