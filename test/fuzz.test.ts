/** The public API called with what nobody expects: `node scripts/fuzz.mjs` calls it a million times, this file a little. */
import { describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import * as bench from 'wasmeta/bench';
import { createInlineExecutor } from 'wasmeta/inline';
import { fuzz } from '../scripts/fuzz.mjs';
import { long } from './long.ts';

/** The error's code; what is no error of the package's is thrown on. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof api.WasmetaError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

// biome-ignore lint/suspicious/noExplicitAny: what no type allows
const wrong = (value: unknown) => value as any;

const inline = createInlineExecutor();
const options = { env: 'PointMass-v0', tasks: 4, shards: 1, minibatches: 1, iterations: 1, policy: { kind: 'gru', hidden: 4 } } as const;
const config = api.rl2.resolve(options);
const state = api.rl2.initial(config);
const cyclic: Record<string, unknown> = { iteration: 1 };
cyclic.self = cyclic;

/** The smallest calls that ended without a code once. */
const met: Record<string, () => unknown> = {
  'parameterSlots of nothing': () => api.parameterSlots(wrong(undefined)),
  'parameterSlots of half a shape': () => api.parameterSlots(wrong({ kind: 'gru' })),
  'initialParameters of no shape': () => api.initialParameters(wrong({}), 1),
  'numParameters of a text': () => api.numParameters(wrong('gru')),
  'oneName without names': () => api.oneName(wrong(undefined), 'a'),
  'wholeNumber of symbols': () => api.wholeNumber(wrong(Symbol('low')), 2, 1),
  'numberIn of nothing': () => api.numberIn(wrong(undefined), 2, 1),
  'mjcfOf of an empty body': () => api.mjcfOf(wrong({ links: [] })),
  'placedCapsules of nothing': () => api.placedCapsules(wrong(null), [0]),
  'describeScene of nothing': () => api.describeScene(wrong(undefined)),
  'multiTaskParameters of nothing': () => api.multiTaskParameters(wrong({}), wrong({}), 0),
  'environments with a hole': () => api.multiTask.resolve(wrong({ envs: new Array(1) })),
  'portsOf of nothing': () => api.portsOf(wrong(undefined)),
  'defaultsOf of a number': () => api.defaultsOf(wrong({ a: 1 })),
  'bayesOptimum of nothing': () => api.bayesOptimum(wrong(undefined)),
  'encodeCheckpoint of 1n': () => api.encodeCheckpoint('rl2', { a: 1n }, { iteration: 1 }),
  'decodeCheckpoint of nothing': () => api.decodeCheckpoint(wrong(undefined), 'the file'),
  'standardError of a length without numbers': () => api.standardError({ length: 1e12 }),
  'scores of other numbers of tasks': () => api.pairedDifference([[1, 2]], [[1]]),
  'a learner without a config': () => api.rl2.initial(wrong(undefined)),
  'a learner with a state of its own kind': () => api.rl2.acting(config, wrong(cyclic)),
  'a test without an executor': () => api.rl2.test(config, state, { tasks: 1, seed: 1 }, wrong(undefined)),
  'a test without options': () => api.rl2.test(config, state, wrong(undefined), inline),
  'a training of nothing': () => api.rl2.train(wrong(undefined), inline).next(),
  'a definition of nothing': () => api.defineLearner(wrong(undefined)),
  'steps by symbols': () => api.philox(wrong(Symbol('seed')), 1, 1, 1, 1, 1),
  'a folder that is none': () => api.listRuns(wrong(7)),
  'a file that is none': () => api.loadEnv(wrong(Symbol('file'))),
  'an abortable nothing': () => api.abortable(wrong(undefined), new AbortController().signal),
  'a benchmark named by numbers': () => bench.runBenchmarks(wrong({ name: [1] })),
  'step sizes of another policy': () =>
    api.adaptationTest(wrong({ env: 'PointMass-v0', policy: { kind: 'mlp', hidden: [4] }, parameters: new Float32Array(3) }), inline),
};

describe('has a code', () => {
  test.each(Object.entries(met))('%s', async (_, call) => expect(await codeOf(call)).toMatch(/^E_[A-Z_]+$/));

  test('a canvas that is none, and what is told to an agent', async () => {
    const env = await api.make('PointMass-v0');
    env.reset();
    expect(await codeOf(() => env.render(wrong({ width: 1 })))).toBe('E_ARGUMENT');
    const agent = await api.createAgent({ env: { id: 'PointMass-v0', context: true }, policy: { kind: 'mlp', hidden: [4] } });
    expect(await codeOf(() => agent.tell(wrong(undefined)))).toBe('E_ARGUMENT');
    expect(await codeOf(() => agent.act(wrong(undefined)))).toBe('E_ARGUMENT');
    env.close();
    agent.close();
  });
});

const calls = long ? 100_000 : 2000;

test(`${calls} calls of the public API with anything, in any order, come back with an answer or an error that has a code`, async () => {
  const found: unknown[] = [];
  await fuzz('api', { calls, seed: 2, onFound: (one) => found.push(one) });
  expect(found).toEqual([]);
});

const files = long ? 100_000 : 1000;

test(`${files} checkpoints, configs and logs with something changed are read or refused with a code`, async () => {
  const found: unknown[] = [];
  await fuzz('files', { calls: files, seed: 2, onFound: (one) => found.push(one) });
  expect(found).toEqual([]);
});

test('the fuzz knows every export of the package', async () => {
  const { exported, read } = await import('../scripts/fuzz/api.mjs');
  const learners = ['rl2', 'maml', 'varibad', 'goalConditioned', 'multiTask', 'supervisedMaml'];
  const all = [...Object.keys(api), ...Object.keys(bench).map((name) => `bench.${name}`)];
  expect(all.filter((name) => !(name in exported) && !read.has(name) && !learners.includes(name))).toEqual([]);
});
