/** Configs from outside: all mistakes at once, each by its path; random ones are taken or refused by name, and change nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rl2Options, rl2 } from '../../src/algorithms/rl2.ts';
import { WasmetaError } from '../../src/core/errors.ts';
import { familyOf } from '../../src/envs/registry.ts';
import { long } from '../long.ts';

function refusal(options: unknown): WasmetaError {
  try {
    rl2.resolve(options as Rl2Options);
  } catch (error) {
    if (error instanceof WasmetaError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const env = { id: 'PointMass-v0', preset: 'pomdp-semicircle' };

describe('a config with mistakes', () => {
  test('has all of them told, each by its path and with the nearest name', () => {
    const error = refusal({ env: { ...env, preset: 'semi' }, tasks: -1, policy: { kind: 'gru', hiden: 8 } });
    expect(error.code).toBe('E_CONFIG');
    expect(error.message.split('\n')).toEqual([
      'the config has 3 mistakes:',
      '  "tasks" expected a whole number from 1 to 65536, got -1',
      `  "env.preset" expected one of ${Object.keys(familyOf('PointMass-v0').presets).join(', ')}, got "semi"; did you mean pearl-semicircle?`,
      '  "policy.hiden" is not known; did you mean "hidden"?',
    ]);
    expect(error.details.mistakes).toMatchObject([
      { path: 'tasks', code: 'E_ARGUMENT' },
      { path: 'env.preset', code: 'E_UNKNOWN_NAME' },
      { path: 'policy.hiden', code: 'E_UNKNOWN_NAME' },
    ]);
  });

  test.each<[string, string, object]>([
    ['E_ARGUMENT', '"tasks" expected a multiple of shards × minibatches (2 × 4), got 63', { tasks: 63 }],
    ['E_ARGUMENT', '"explorationEpisodes" expected a whole number from 0 to 1, got 2', { explorationEpisodes: 2 }],
    ['E_ARGUMENT', '"clip" expected a number from 0.001 to 10, got Infinity', { clip: Infinity }],
    ['E_ARGUMENT', '"anneal" expected true or false, got 1', { anneal: 1 }],
    ['E_UNKNOWN_NAME', '"onNotFinite" expected one of stop, skip, got "skp"; did you mean skip?', { onNotFinite: 'skp' }],
    ['E_UNKNOWN_NAME', '"learningrate" is not known; did you mean "learningRate"?', { learningrate: 1 }],
    ['E_ARGUMENT', '"env.episodes" expected a whole number from 1 to 10, got 11', { env: { ...env, horizon: 1e5, episodes: 11 } }],
    ['E_ARGUMENT', '"env" expected an object, got 7', { env: 7 }],
    ['E_ARGUMENT', '"policy" expected an object, got null', { policy: null }],
    ['E_ARGUMENT', '"policy.hidden[1]" expected a multiple of 4 (four lanes of SIMD), got 7', { policy: { kind: 'mlp', hidden: [8, 7] } }],
    [
      'E_ARGUMENT',
      '"policy.hidden" expected 1 to 16 layer sizes, got an array of length 4294967295',
      { policy: { kind: 'mlp', hidden: new Array(2 ** 32 - 1) } },
    ],
    ['E_CONFIG', '"policy.kind" expected a policy that can learn (mlp, gru, lstm, mingru), got "random"', { policy: { kind: 'random' } }],
    ['E_CONFIG', '"policy.value" expected true: RL² needs a value head', { policy: { kind: 'gru', hidden: 8, value: false } }],
  ])('is told alone by its own code: %s %s', (code, message, wrong) => {
    const error = refusal({ env, ...wrong });
    expect([error.code, error.message]).toEqual([code, message]);
  });

  test('of 100 000 kinds is refused with the first hundred', () => {
    const error = refusal({ env, ...Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`tasks${i}`, i])) });
    expect(error.message).toMatch(/^the config has 100000 mistakes:\n/);
    expect(error.message).toMatch(/\n {2}and 99900 more$/);
    expect(error.details.mistakes).toHaveLength(100);
  });

  test('that can only be told by reading it is refused too', () => {
    const trap = () => {
      throw new Error('not for you');
    };
    const unreadable = Object.defineProperty({ env }, 'tasks', { get: trap, enumerable: true });
    expect(refusal(unreadable).code).toBe('E_ARGUMENT');
    expect(refusal(new Proxy({}, { ownKeys: trap })).code).toBe('E_ARGUMENT');
  });
});

test('what is missing takes the default, prototypes are not read, and nothing of the given objects is kept', () => {
  const policy = { kind: 'mlp' as const, hidden: [8, 8], inputs: undefined };
  const config = rl2.resolve(Object.assign(Object.create({ tasks: 8 }), { env, policy, seed: undefined }));
  expect(config).toStrictEqual({
    ...rl2.defaults,
    env: { ...env, horizon: 60, episodes: 2, reward: 'sparse', trainingReward: 'sparse', tolerance: 0.2, context: false },
    policy: { kind: 'mlp', hidden: [8, 8] },
  });
  policy.hidden[0] = 7;
  expect(config.policy).toEqual({ kind: 'mlp', hidden: [8, 8] });
});

const odd = fc.constantFrom<unknown>(
  -1,
  0.5,
  2 ** 53,
  1e308,
  Number.NaN,
  -Infinity,
  '',
  '64',
  'NaN',
  null,
  true,
  [],
  {},
  10n,
  Symbol('s'),
  () => 0,
);
const name = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', 'Tasks', 'task'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const deep = fc.integer({ min: 1, max: 200 }).map((levels) => {
  let value: unknown = { polluted: true };
  for (let i = 0; i < levels; i++) value = i % 3 === 0 ? [value] : { ['__proto__']: value, policy: value, env: value };
  return value;
});
const wrong = fc.oneof(
  { weight: 6, arbitrary: odd },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.anything({ maxDepth: 2, maxKeys: 3, withNullPrototype: true, withTypedArray: true, withMap: true }) },
);
const mostly = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: wrong });
/** A record, now and then with a few fields that it should not have; `__proto__` as a field of its own, as JSON.parse makes it. */
const spoilt = (good: fc.Arbitrary<object>) =>
  fc.oneof(
    { weight: 9, arbitrary: good },
    {
      weight: 1,
      arbitrary: fc.tuple(good, fc.array(fc.tuple(name, wrong), { minLength: 1, maxLength: 3 })).map(([record, more]) => {
        const result = { ...record };
        for (const [key, value] of more)
          Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
        return result;
      }),
    },
  );

const policies = spoilt(
  fc.oneof(
    fc.record({ kind: mostly(fc.constantFrom('gru', 'lstm', 'mingru')), hidden: mostly(fc.constantFrom(4, 64, 4096)) }),
    fc.record({ kind: fc.constant('mlp'), hidden: mostly(fc.array(fc.constantFrom(4, 8), { minLength: 1, maxLength: 4 })) }),
  ),
);
const envs = spoilt(
  fc.record(
    {
      id: mostly(fc.constant('PointMass-v0')),
      preset: mostly(fc.constantFrom(...Object.keys(familyOf('PointMass-v0').presets))),
      horizon: mostly(fc.integer({ min: 1, max: 1000 })),
      reward: mostly(fc.constantFrom('dense', 'sparse')),
    },
    { requiredKeys: ['id'] },
  ),
);
const configs = spoilt(
  fc.record(
    {
      env: mostly(envs),
      policy: mostly(policies),
      seed: mostly(fc.nat()),
      iterations: mostly(fc.nat({ max: 1000 })),
      tasks: mostly(fc.constantFrom(8, 64, 65_536)),
      learningRate: mostly(fc.double({ min: 0, max: 1, noNaN: true })),
      anneal: mostly(fc.boolean()),
      onNotFinite: mostly(fc.constantFrom('stop', 'skip')),
    },
    { requiredKeys: ['env'] },
  ),
);

const random = long ? 100_000 : 20_000;

test(`${random} random configs: each resolves, to itself again, or is refused by name; Object.prototype stays as it is`, {
  timeout: 300_000,
}, () => {
  const prototype = () => Reflect.ownKeys(Object.prototype).map((key) => [key, Reflect.get(Object.prototype, key)]);
  const before = prototype();
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(fc.oneof({ weight: 50, arbitrary: configs }, { weight: 1, arbitrary: wrong }), (given) => {
      let outcome = 'taken';
      try {
        const config = rl2.resolve(given as Rl2Options);
        const text = JSON.stringify(config);
        if (JSON.stringify(rl2.resolve(config)) !== text) throw new Error(text);
      } catch (error) {
        if (!(error instanceof WasmetaError) || error.message === '') throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    { numRuns: random, seed: 5 },
  );
  expect(prototype()).toEqual(before);
  expect([...outcomes.keys()].sort()).toEqual(['E_ARGUMENT', 'E_CONFIG', 'E_UNKNOWN_NAME', 'taken']);
  for (const count of outcomes.values()) expect(count).toBeGreaterThan(random / 100);
});
