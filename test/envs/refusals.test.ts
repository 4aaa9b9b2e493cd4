/** Bad input from outside: each a typed error, and nothing has changed. The rules that hold for every family are in test/contract. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, WasmetaError } from '../../src/core/errors.ts';
import { make, makeVec, type VectorOptions } from '../../src/envs/make.ts';
import { familyOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { release } from '../assembly/modules.ts';

const wasm = { engine: readFileSync(new URL('../../build/wasm/wasmeta.wasm', import.meta.url)) };

async function errorOf(work: () => unknown): Promise<WasmetaError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WasmetaError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function started(numEnvs = 64) {
  const env = new VectorEnv(release, resolveEnv('PointMass-v0'), numEnvs);
  const { observations } = env.reset({ seed: 3 });
  env.step(new Float32Array(2 * numEnvs).fill(0.3));
  const memory = new Uint8Array(observations.buffer); // all of the module's memory
  return { env, memory, before: memory.slice() };
}

function changedSpan(before: Uint8Array, after: Uint8Array): number {
  let [first, last] = [-1, -1];
  for (let i = 0; i < before.length; i++)
    if (before[i] !== after[i]) {
      if (first < 0) first = i;
      last = i;
    }
  return first < 0 ? 0 : last - first + 1;
}

describe('a step refuses', () => {
  test('actions of the wrong length, with the expected length and its meaning in the message', async () => {
    const { env, memory, before } = started();
    const error = await errorOf(() => env.step(new Float32Array(64)));
    expect(error.message).toBe('"actions" expected Float32Array of length 128 (64 environments × 2), got 64');
    expect(error.code).toBe('E_ARGUMENT');
    expect(changedSpan(before, memory)).toBe(0);
  });

  test.each<[string, unknown]>([
    ['an array of numbers', [0, 0]],
    ['f64', new Float64Array(128)],
    ['bytes of the right length', new Uint8Array(128)],
    ['nothing', undefined],
    ['null', null],
    ['an object with a length', { length: 128 }],
  ])('%s, with no byte of the module changed', async (_, actions) => {
    const { env, memory, before } = started();
    expect((await errorOf(() => env.step(actions as Float32Array))).code).toBe('E_ARGUMENT');
    expect(changedSpan(before, memory)).toBe(0);
  });

  test.each([Number.NaN, Infinity, -Infinity])('%f, naming its place, with no byte changed but the action buffer', async (value) => {
    const { env, memory, before } = started();
    const actions = new Float32Array(128).fill(0.5);
    actions[77] = value;
    const error = await errorOf(() => env.step(actions));
    expect(error.code).toBe('E_NOT_FINITE');
    expect(error.message).toBe(`"actions" expected finite numbers, got ${value} at index 77 (environment 38)`);
    expect(error.details).toEqual({ environment: 38, index: 77 });
    expect(changedSpan(before, memory)).toBeLessThanOrEqual(4 * 128);
  });

  test('a NaN in the last place and in the first', async () => {
    const { env } = started(3);
    for (const index of [0, 5]) {
      const actions = new Float32Array(6);
      actions[index] = Number.NaN;
      expect((await errorOf(() => env.step(actions))).details.index).toBe(index);
    }
  });
});

describe('a reset refuses', () => {
  test.each<[string, object | null, ErrorCode]>([
    ['tasks of the wrong length', { tasks: new Float32Array(3) }, 'E_ARGUMENT'],
    ['tasks that are NaN', { tasks: new Float32Array(128).fill(Number.NaN) }, 'E_NOT_FINITE'],
    ['tasks in an array', { tasks: [0, 0] }, 'E_ARGUMENT'],
    ['a negative seed', { seed: -1 }, 'E_ARGUMENT'],
    ['a seed of 33 bits', { seed: 2 ** 32 }, 'E_ARGUMENT'],
    ['a seed as text', { seed: '1' }, 'E_ARGUMENT'],
    ['a misspelt option', { sed: 1 }, 'E_UNKNOWN_NAME'],
    ['null', null, 'E_ARGUMENT'],
  ])('%s, with no byte changed', async (_, options, code) => {
    const { env, memory, before } = started();
    expect((await errorOf(() => env.reset(options as object))).code).toBe(code);
    expect(changedSpan(before, memory)).toBe(0);
  });
});

describe('an environment refuses to be made with', () => {
  test('an unknown id, and offers the nearest', async () => {
    const error = await errorOf(() => makeVec('PointMas-v0', { numEnvs: 4, wasm }));
    expect(error.code).toBe('E_UNKNOWN_NAME');
    expect(error.message).toContain('got "PointMas-v0"; did you mean PointMass-v0?');
    expect(error.details).toMatchObject({ nearest: ['PointMass-v0'] });
    expect(error.details.known).toContain('PointMass-v0');
  });

  test('an unknown preset, and lists those there are', async () => {
    const error = await errorOf(() => makeVec('PointMass-v0', { numEnvs: 4, preset: 'varibad-semicirle', wasm }));
    expect(error.code).toBe('E_UNKNOWN_NAME');
    expect(error.details.nearest).toContain('varibad-semicircle');
    expect(error.details.known).toEqual(Object.keys(familyOf('PointMass-v0').presets));
  });

  test.each<[string, object, ErrorCode]>([
    ['a negative count', { numEnvs: -1 }, 'E_ARGUMENT'],
    ['a count of 0', { numEnvs: 0 }, 'E_ARGUMENT'],
    ['a fraction of one', { numEnvs: 1.5 }, 'E_ARGUMENT'],
    ['too many', { numEnvs: 2 ** 21 }, 'E_ARGUMENT'],
    ['no count', {}, 'E_ARGUMENT'],
    ['a negative horizon', { numEnvs: 1, horizon: -5 }, 'E_ARGUMENT'],
    ['no episodes', { numEnvs: 1, episodes: 0 }, 'E_ARGUMENT'],
    ['a trial that is too long', { numEnvs: 1, horizon: 100_000, episodes: 11 }, 'E_ARGUMENT'],
    ['an infinite tolerance', { numEnvs: 1, tolerance: Infinity }, 'E_ARGUMENT'],
    ['a negative tolerance', { numEnvs: 1, tolerance: -0.1 }, 'E_ARGUMENT'],
    ['context: 1', { numEnvs: 1, context: 1 }, 'E_ARGUMENT'],
    ['an unknown reward', { numEnvs: 1, reward: 'exact' }, 'E_UNKNOWN_NAME'],
    ['a misspelt option', { numEnvs: 1, horizn: 5 }, 'E_UNKNOWN_NAME'],
    ['an id beside an id', { numEnvs: 1, id: 'PointMass-v0' }, 'E_ARGUMENT'],
    ['a name out of Object.prototype', { numEnvs: 1, preset: 'toString' }, 'E_UNKNOWN_NAME'],
  ])('%s', async (_, options, code) => {
    expect((await errorOf(() => makeVec('PointMass-v0', { ...options, wasm } as unknown as VectorOptions))).code).toBe(code);
  });

  test.each([[null], [7], ['many'], [undefined]])('options that are %o', async (options) => {
    expect((await errorOf(() => makeVec('PointMass-v0', options as unknown as VectorOptions))).code).toBe('E_ARGUMENT');
  });

  test.each([[undefined], [null], [3], [{}], [Object.create(null)], [Symbol('id')]])('an id that is no string: case %#', async (id) => {
    expect((await errorOf(() => makeVec(id as string, { numEnvs: 1, wasm }))).code).toMatch(/^E_(ARGUMENT|UNKNOWN_NAME)$/);
    expect((await errorOf(() => makeVec({ id } as EnvOptions, { numEnvs: 1, wasm }))).code).toBe('E_UNKNOWN_NAME');
    expect((await errorOf(() => resolveEnv({ id } as EnvOptions))).code).toBe('E_UNKNOWN_NAME');
  });

  test('a field that both the object and the options name', async () => {
    const error = await errorOf(() => makeVec({ id: 'PointMass-v0', horizon: 5 }, { numEnvs: 1, horizon: 5, wasm }));
    expect(error.code).toBe('E_ARGUMENT');
    expect(error.message).toContain('"options.horizon"');
  });
});

test('an environment named by an object is the one named by its id and the same options', async () => {
  const [one, other] = [
    await makeVec('PointMass-v0', { numEnvs: 2, preset: 'reach', horizon: 7, wasm }),
    await makeVec({ id: 'PointMass-v0', preset: 'reach', horizon: 7 }, { numEnvs: 2, wasm }),
  ];
  expect(other.config).toEqual(one.config);
  expect(other.reset({ seed: 3 }).tasks).toEqual(one.reset({ seed: 3 }).tasks);
  expect((await make({ id: 'GridNavi-v0', size: 7 }, { wasm })).config).toEqual((await make('GridNavi-v0', { size: 7, wasm })).config);
});

describe('after close', () => {
  test('every call but close is refused, a second reset too', async () => {
    const { env } = started();
    env.close();
    env.close();
    for (const call of [() => env.reset(), () => env.reset({ seed: 1 }), () => env.step(new Float32Array(128)), () => env.tasks()]) {
      const error = await errorOf(call);
      expect(error.code).toBe('E_CLOSED');
      expect(error.message).toMatch(/expected an open environment, but it was closed/);
    }
  });
});

describe('one environment, by make', () => {
  test('does not reset itself: it returns the last observation, refuses the next step, and goes on after reset', async () => {
    const env = await make('PointMass-v0', { horizon: 3, wasm });
    expect((await errorOf(() => env.step(Float32Array.of(0, 0)))).code).toBe('E_ARGUMENT');
    env.reset({ seed: 1, tasks: Float32Array.of(0.5, 0.5) });
    const steps = [1, 2, 3].map(() => env.step(Float32Array.of(1, 0)));
    expect(steps.map((s) => [s.terminated, s.truncated])).toEqual([
      [false, false],
      [false, false],
      [false, true],
    ]);
    expect(steps.map((s) => Math.fround(s.observation[0]))).toEqual([0.1, 0.2, 0.3].map((x) => expect.closeTo(x, 6)));
    expect(steps[2].reward).toBeCloseTo(-Math.hypot(0.2, 0.5), 6);
    expect((await errorOf(() => env.step(Float32Array.of(0, 0)))).message).toBe('"step" expected a running episode; call reset first');
    expect([...env.reset().observation]).toEqual([0, 0]);
    expect(env.step(Float32Array.of(0, 1)).truncated).toBe(false);
    env.close();
    expect((await errorOf(() => env.step(Float32Array.of(0, 0)))).code).toBe('E_CLOSED');
    expect((await errorOf(() => env.reset())).code).toBe('E_CLOSED');
  });

  test('hands out copies, which later steps leave alone', async () => {
    const env = await make('PointMass-v0', { wasm });
    const { observation } = env.reset();
    const first = env.step(Float32Array.of(1, 1)).observation;
    env.step(Float32Array.of(1, 1));
    expect([...observation]).toEqual([0, 0]);
    expect(first[0]).toBeCloseTo(0.1, 6);
  });
});

test('what a vector of environments returns are views: the next step shows in them', () => {
  const env = new VectorEnv(release, resolveEnv('PointMass-v0'), 2);
  const { observations } = env.reset();
  const after = env.step(Float32Array.of(1, 0, 0, 1));
  expect(observations).toBe(after.observations);
  const kept = after.observations.slice();
  env.step(Float32Array.of(1, 0, 0, 1));
  expect([...after.observations]).not.toEqual([...kept]);
});

test('spaces state the shape of what comes and goes', () => {
  const env = new VectorEnv(release, resolveEnv({ id: 'PointMass-v0', context: true }), 1);
  expect(env.singleObservationSpace).toMatchObject({ kind: 'box', shape: [4] });
  expect(env.singleActionSpace).toEqual({ kind: 'box', low: [-1, -1], high: [1, 1], shape: [2] });
  expect(env.observationSpace).toMatchObject({ kind: 'box', shape: [1, 4] });
  expect(env.actionSpace).toEqual({ kind: 'box', low: [-1, -1], high: [1, 1], shape: [1, 2] });
  expect(env.taskSpace).toMatchObject({ shape: [2] });
  expect(env.reset().observations).toHaveLength(4);
});
