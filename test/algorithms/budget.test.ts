/** Trainings that last for so many environment steps, where episodes may end early and the number of iterations is not known in advance. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Executor } from '../../src/workers/executor.ts';

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor?.close());

/** Ends on arrival, at the latest after 20 steps. */
const env = { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 20 };
const mlp = { kind: 'mlp', hidden: [8, 8] };
const ppo = { tasks: 8, shards: 2, minibatches: 2, learningRate: 1e-3, anneal: true };
const steps = 1500;
/** Written as a method, so that learners of narrower options fit. */
interface Trains {
  train(options: object, executor: Executor): AsyncIterable<Step>;
}
const learners: [name: string, train: Trains['train'], options: object][] = [
  ['rl2', api.rl2.train, { ...ppo, env: { ...env, context: true }, policy: mlp }],
  ['varibad', api.varibad.train, { ...ppo, env, policy: { kind: 'gru', hidden: 8, readout: [8] } }],
  ['multi-task', api.multiTask.train, { ...ppo, envs: [env], policy: mlp }],
  [
    'goal-conditioned',
    api.goalConditioned.train,
    {
      env: { ...env, reward: 'arrival' },
      policy: { ...mlp, value: false },
      tasks: 8,
      replay: 64,
      updates: 2,
      batch: 8,
      learningRate: 1e-3,
      anneal: true,
    },
  ],
  ['maml', api.maml.train, { env, policy: { ...mlp, value: false }, tasks: 4, shards: 2, episodes: 2 }],
];

interface Step {
  readonly iteration: number;
  readonly steps: number;
  readonly metrics: Readonly<Record<string, number>>;
}

describe.each(learners)('%s', (_, train, options) => {
  test(`ends with the first iteration that has taken ${steps} steps; its schedules fall over them`, async () => {
    const taken: number[] = [0];
    const rates: number[] = [];
    for await (const step of train({ ...options, iterations: 10_000_000, steps }, executor)) {
      taken.push(step.steps);
      rates.push(step.metrics['train/learning_rate']);
    }
    expect(taken.length).toBeGreaterThan(4);
    expect(taken.at(-1)).toBeGreaterThanOrEqual(steps);
    expect(taken.at(-2)).toBeLessThan(steps);
    if ('anneal' in options) expect(rates).toEqual(taken.slice(0, -1).map((before) => expect.closeTo(1e-3 * (1 - before / steps), 9)));
  });

  test('or with its iterations, if they run out first', async () => {
    let last = 0;
    for await (const { iteration } of train({ ...options, iterations: 2, steps }, executor)) last = iteration;
    expect(last).toBe(2);
  });
});
