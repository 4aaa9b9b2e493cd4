/** VariBAD, goal-conditioned and multi-task learning: resumed to the same bytes on other workers, and what their configs refuse. */
import { describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Executor } from '../../src/workers/executor.ts';

const gru = { kind: 'gru', hidden: 8, readout: [8] } as const;
const mlp = { kind: 'mlp', hidden: [8, 8] } as const;
const reach = { id: 'PointMass-v0', preset: 'reach', horizon: 10 } as const;

/** Its functions are written as methods, so that learners of narrower options fit. */
interface Learner {
  readonly name: string;
  train(config: object, executor: Executor, state?: unknown): AsyncIterable<{ iteration: number; metrics: object; state: object }>;
  resolve(options: object): object;
  check(config: object, state: unknown): object;
  readonly options: object;
}

const learners: Learner[] = [
  {
    name: 'varibad',
    train: api.varibad.train,
    resolve: api.varibad.resolve,
    check: api.varibad.check,
    options: {
      env: { id: 'GridNavi-v0', episodes: 2 },
      policy: gru,
      tasks: 8,
      shards: 2,
      minibatches: 2,
      likelihood: 'bernoulli',
      anneal: true,
    },
  },
  {
    name: 'goal-conditioned',
    train: api.goalConditioned.train,
    resolve: api.goalConditioned.resolve,
    check: api.goalConditioned.check,
    // A replay that is full after two iterations.
    options: { env: reach, policy: { ...mlp, value: false }, tasks: 4, replay: 8, updates: 4, batch: 16, warmup: 1 },
  },
  {
    name: 'multi-task',
    train: api.multiTask.train,
    resolve: api.multiTask.resolve,
    check: api.multiTask.check,
    options: { envs: [reach, { id: 'Puck-v0', horizon: 10 }], policy: mlp, tasks: 8, minibatches: 2, anneal: true, centerRewards: true },
  },
];

async function run({ name, train, resolve, check, options }: Learner, until: number, executor: Executor, from?: Uint8Array) {
  const config = resolve({ ...options, iterations: 4 });
  const state = from && check(config, api.decodeCheckpoint(from, 'a test').state);
  const metrics: object[] = [];
  let file: Uint8Array = new Uint8Array();
  try {
    for await (const step of train(config, executor, state)) {
      metrics.push(step.metrics);
      if (step.iteration < until) continue;
      file = api.encodeCheckpoint(name, config, step.state);
      break;
    }
  } finally {
    await executor.close();
  }
  return { file, metrics };
}

describe.each(learners)('$name', (learner) => {
  test('4 iterations are 2, a checkpoint and 2 more with other workers, to the last byte', async () => {
    const whole = await run(learner, 4, createInlineExecutor());
    const half = await run(learner, 2, api.createPool({ workers: 3 }));
    const rest = await run(learner, 4, api.createPool({ workers: 2 }), half.file);
    expect([...half.metrics, ...rest.metrics]).toEqual(whole.metrics);
    expect(rest.file).toEqual(whole.file);
    expect(half.file).not.toEqual(whole.file);
  });

  test('refuses a state of another config', async () => {
    const { file } = await run(learner, 1, createInlineExecutor());
    const { state } = api.decodeCheckpoint(file, 'a test');
    const other = learner.resolve({ ...learner.options, policy: { ...(learner.options as { policy: object }).policy, ...wider(learner) } });
    expect(() => learner.check(other, state)).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' }));
  });
});

const wider = ({ name }: Learner) => (name === 'varibad' ? { hidden: 16 } : { hidden: [16, 16] });

describe('configs', () => {
  test.each<[string, Learner['resolve'], object, RegExp]>([
    [
      'a belief without a readout',
      api.varibad.resolve,
      { env: 'GridNavi-v0', policy: { kind: 'gru', hidden: 8 } },
      /"policy" expected .*readout/,
    ],
    ['a belief without a memory', api.varibad.resolve, { env: 'GridNavi-v0', policy: { kind: 'mlp', hidden: [8] } }, /"policy" expected/],
    ['no room for the belief', api.varibad.resolve, { env: 'GridNavi-v0', latent: 0 }, /"latent" expected/],
    ['a decoder of odd width', api.varibad.resolve, { env: 'GridNavi-v0', decoder: [30] }, /"decoder\[0\]" expected a multiple of 4/],
    [
      'tasks that are no goals',
      api.goalConditioned.resolve,
      { env: { id: 'Bandit-v0', episodes: 1 } },
      /"env.id" expected a family whose tasks are goals/,
    ],
    [
      'a reward that is not 1 at the goal',
      api.goalConditioned.resolve,
      { env: { ...reach, reward: 'dense' } },
      /"env.reward" expected "tolerance"/,
    ],
    [
      'a reward around a goal whose arrival ends the episode',
      api.goalConditioned.resolve,
      { env: { ...reach, preset: 'maml-navigation', reward: 'tolerance' } },
      /"env.reward" expected "arrival", got "tolerance"/,
    ],
    ['trials of two episodes', api.goalConditioned.resolve, { env: { ...reach, episodes: 2 } }, /"env.episodes" expected 1/],
    ['an actor with memory', api.goalConditioned.resolve, { env: reach, policy: gru }, /"policy" expected/],
    ['no discount', api.goalConditioned.resolve, { env: reach, gamma: 1 }, /"gamma" expected/],
    ['no environment', api.multiTask.resolve, { envs: [] }, /"envs" expected a list of 1 to 64/],
    [
      'both kinds of actions',
      api.multiTask.resolve,
      { envs: ['PointMass-v0', 'GridNavi-v0'] },
      /"envs" expected environments whose actions/,
    ],
    ['a name with a slip', api.multiTask.resolve, { envs: ['PointMass-v0', 'Pukc-v0'] }, /"envs\[1\].id".*did you mean Puck-v0/],
    ['memory for many tasks', api.multiTask.resolve, { envs: ['PointMass-v0'], policy: gru }, /"policy" expected/],
  ])('refuse %s', (_, resolve, options, why) => {
    expect(() => resolve(options)).toThrow(why);
    expect(() => resolve(options)).toThrow(expect.objectContaining({ name: 'WasmetaError' }));
  });

  test('see the goal, whatever they say', () => {
    expect(api.goalConditioned.resolve({ env: { ...reach, context: false } }).env.context).toBe(true);
  });
});
