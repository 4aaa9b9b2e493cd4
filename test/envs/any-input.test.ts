/**
 * 100 000 random configurations and action arrays: every one is either taken or refused with a typed error, never with a raw TypeError, RangeError or trap.
 * Half of the values are near-misses of good ones, so that both outcomes are common.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WasmetaError } from '../../src/core/errors.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { type PolicySpec, resolvePolicy } from '../../src/policies/policy.ts';
import { release } from '../assembly/modules.ts';

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withTypedArray: true,
  maxDepth: 1,
  maxKeys: 3,
});
const odd = fc.constantFrom<unknown>(
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  Number.NaN,
  Infinity,
  -0,
  '',
  '5',
  null,
  undefined,
  true,
  Symbol('s'),
  10n,
  [],
  {},
);
/** Mostly good, sometimes odd, sometimes anything. */
const mostly = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 30, arbitrary: good }, { weight: 2, arbitrary: odd }, { weight: 1, arbitrary: anything });

const counts = { taken: 0, refused: 0, at: new Map<string, number>() };

/** True if the work was done, false if it was refused as it should be; throws otherwise. */
function tried(work: () => unknown): boolean {
  try {
    work();
    counts.taken++;
    return true;
  } catch (error) {
    if (!(error instanceof WasmetaError) || error.code === 'E_WASM_TRAP' || !error.message) throw error;
    counts.refused++;
    counts.at.set(error.code, (counts.at.get(error.code) ?? 0) + 1);
    return false;
  }
}

const preset = fc.constantFrom('maml-navigation', 'pearl-semicircle', 'varibad-semicircle', 'walking-direction');
const reward = fc.constantFrom('dense', 'sparse', 'tolerance', 'direction');
const options = fc.record(
  {
    id: mostly(fc.constant('PointMass-v0')),
    preset: mostly(preset),
    horizon: mostly(fc.integer({ min: 1, max: 200 })),
    episodes: mostly(fc.integer({ min: 1, max: 9 })),
    reward: mostly(reward),
    trainingReward: mostly(reward),
    tolerance: mostly(fc.double({ min: 1e-3, max: 10, noNaN: true })),
    context: mostly(fc.boolean()),
  },
  { requiredKeys: ['id'] },
);
const env = fc.oneof({ weight: 20, arbitrary: options }, { weight: 1, arbitrary: anything }, { weight: 1, arbitrary: fc.string() });
const layer = fc.constantFrom(4, 8, 64, 8, 4, 64, 6);
const network = (kind: string, hidden: fc.Arbitrary<unknown>, more: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    {
      kind: mostly(fc.constant(kind)),
      hidden: mostly(hidden),
      inputs: mostly(fc.constantFrom('trial', 'observation')),
      value: mostly(fc.boolean()),
      ...more,
    },
    { requiredKeys: ['kind', 'hidden'] },
  );
const policy = fc.oneof(
  { weight: 3, arbitrary: network('gru', layer, {}) },
  { weight: 2, arbitrary: network('lstm', layer, {}) },
  { weight: 2, arbitrary: network('mingru', layer, { depth: mostly(fc.integer({ min: 1, max: 4 })) }) },
  { weight: 5, arbitrary: network('mlp', fc.array(layer, { maxLength: 5 }), { activation: mostly(fc.constantFrom('tanh', 'relu')) }) },
  { weight: 2, arbitrary: fc.record({ kind: mostly(fc.constantFrom('random', 'oracle')) }) },
  { weight: 1, arbitrary: anything },
);

function bothOutcomes(runs: number, work: () => void): void {
  Object.assign(counts, { taken: 0, refused: 0 });
  work();
  expect(counts.taken + counts.refused).toBeGreaterThanOrEqual(runs);
  expect(counts.taken).toBeGreaterThan(runs / 50);
  expect(counts.refused).toBeGreaterThan(runs / 50);
}

describe('taken or refused by name', () => {
  test('35 000 environment options', () => {
    bothOutcomes(35_000, () =>
      fc.assert(
        fc.property(env, (value) => void tried(() => resolveEnv(value as EnvOptions))),
        { numRuns: 35_000, seed: 1 },
      ),
    );
  });

  test('15 000 policy specs', () => {
    const ports = portsOf(resolveEnv('PointMass-v0'));
    bothOutcomes(15_000, () =>
      fc.assert(
        fc.property(policy, (value) => void tried(() => resolvePolicy(value as PolicySpec, ports))),
        { numRuns: 15_000, seed: 2 },
      ),
    );
  });

  test('45 000 action arrays, with the environment sound after each', () => {
    const size = fc.oneof({ weight: 12, arbitrary: fc.constant(6) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) });
    const value = fc.oneof(
      { weight: 20, arbitrary: fc.float({ min: -2, max: 2, noNaN: true }) },
      { weight: 1, arbitrary: fc.float() },
      { weight: 1, arbitrary: fc.constantFrom(3.4e38, -3.4e38, 1e-45, -0) },
    );
    const actions = fc.oneof(
      { weight: 12, arbitrary: size.chain((n) => fc.array(value, { minLength: n, maxLength: n })).map((list) => Float32Array.from(list)) },
      { weight: 1, arbitrary: anything },
    );
    const vector = new VectorEnv(release, resolveEnv({ id: 'PointMass-v0', horizon: 7 }), 3);
    const { observations } = vector.reset({ seed: 1 });
    bothOutcomes(45_000, () =>
      fc.assert(
        fc.property(actions, (value) => {
          const before = observations.slice();
          const taken = tried(() => vector.step(value as Float32Array));
          for (let i = 0; i < 6; i++) if (!Number.isFinite(observations[i]) || (!taken && observations[i] !== before[i])) return false;
          return true;
        }),
        { numRuns: 45_000, seed: 3 },
      ),
    );
  });

  test('5 000 whole lives: made, reset, stepped, closed, in any order, with any count, seed and tasks', () => {
    const count = mostly(fc.integer({ min: 1, max: 9 }));
    const resets = fc.record(
      {
        seed: mostly(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
        tasks: fc.oneof(fc.constant(undefined), anything, fc.float32Array({ maxLength: 12 })),
      },
      { requiredKeys: [] },
    );
    const call = fc.oneof(
      { weight: 4, arbitrary: mostly(resets).map((value) => ['reset', value] as const) },
      { weight: 6, arbitrary: fc.constant(['step', null] as const) },
      { weight: 1, arbitrary: anything.map((value) => ['step', value] as const) },
      { weight: 1, arbitrary: fc.constant(['close', null] as const) },
    );
    bothOutcomes(5_000, () =>
      fc.assert(
        fc.property(options, count, fc.array(call, { maxLength: 8 }), (given, n, calls) => {
          let vector: VectorEnv | null = null;
          const made = tried(() => {
            vector = new VectorEnv(release, resolveEnv(given as EnvOptions), n as number);
          });
          if (!made || vector === null) return;
          const alive: VectorEnv = vector;
          for (const [name, value] of calls) {
            if (name === 'reset') tried(() => alive.reset(value as object));
            else if (name === 'close') tried(() => alive.close());
            else tried(() => alive.step((value ?? new Float32Array(2 * alive.numEnvs).fill(0.4)) as Float32Array));
          }
          tried(() => alive.close());
        }),
        { numRuns: 5_000, seed: 4 },
      ),
    );
  });

  test('every code that bad input can have was met', () => {
    expect([...counts.at.keys()].sort()).toEqual(['E_ARGUMENT', 'E_CLOSED', 'E_CONFIG', 'E_NOT_FINITE', 'E_UNKNOWN_NAME']);
  });
});
