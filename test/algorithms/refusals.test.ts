/** What a run refuses: each with its typed error, at once, and an executor that has refused can be closed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createPool, metaTest, type PoolOptions, rl2, rollout } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Rl2Options, Rl2State } from '../../src/algorithms/rl2.ts';
import type { WasmSources } from '../../src/platform/assets.ts';
import type { Executor } from '../../src/workers/executor.ts';

const options: Rl2Options = { env: 'PointMass-v0', iterations: 1, tasks: 4, minibatches: 1, policy: { kind: 'gru', hidden: 8 } };
const executors: [string, (options: { learner?: boolean; wasm?: WasmSources }) => Executor][] = [
  ['a pool', (given) => createPool({ workers: 2, ...given })],
  ['the inline executor', (given) => createInlineExecutor(given)],
];

async function train(executor: Executor, state?: Rl2State): Promise<void> {
  try {
    for await (const _ of rl2.train(options, executor, state));
  } finally {
    await executor.close();
  }
}

const refusedAs = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'WasmetaError', code, message: expect.stringMatching(message) });

describe.each(executors)('%s', (kind, create) => {
  const built = (name: string) => new Uint8Array(readFileSync(new URL(`../../build/wasm/${name}.wasm`, import.meta.url)));
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const corrupt: [string, WasmSources, RegExp][] = [
    ['environments cut short', { engine: built('wasmeta').slice(0, 5000) }, /"engine" doesn't compile/],
    ['environments that are a page', { engine: new TextEncoder().encode('<!doctype html>') }, /"engine" expected a WebAssembly module/],
    ['environments that are an empty module', { engine: empty }, /expected ABI version \d+, got none/],
    ['environments that are the kernels', { engine: built('kernels') }, /environment module can't be instantiated/],
    ['kernels cut short', { kernels: built('kernels').slice(0, 5000) }, /"kernels" doesn't compile/],
    ['kernels that are an empty module', { kernels: empty }, /kernels module expected version/],
  ];
  // One tfjs serves a whole thread: without workers, damaged bytes would never be read once it runs.
  if (kind === 'a pool') corrupt.push(['a tfjs cut short', { tfjs: built('tfjs').slice(0, 5000) }, /tfjs\.wasm can't be started/]);

  test.each(corrupt)('refuses %s with E_WASM_INVALID', async (_, wasm, message) => {
    await expect(train(create({ wasm }))).rejects.toThrow(refusedAs('E_WASM_INVALID', message));
  });

  test.each(['engine', 'kernels', 'tfjs'] as const)('refuses a missing %s with E_WASM_MISSING, naming the file', async (name) => {
    const executor = create({ wasm: { [name]: new URL('./gone.wasm', import.meta.url) } });
    await expect(train(executor)).rejects.toThrow(refusedAs('E_WASM_MISSING', /test\/algorithms\/gone\.wasm can't be read/));
  });

  test('without a learner plays, but refuses gradients with E_UNSUPPORTED', async () => {
    const executor = create({ learner: false });
    expect((await rollout({ env: 'PointMass-v0', tasks: 2 }, executor)).steps).toBe(200);
    await expect(train(executor)).rejects.toThrow(refusedAs('E_UNSUPPORTED', /without a learner/));
  });

  test('refuses everything after close with E_CLOSED, and a second close does nothing', async () => {
    const executor = create({});
    await rollout({ env: 'PointMass-v0', tasks: 2 }, executor);
    await executor.close();
    await executor.close();
    await expect(rollout({ env: 'PointMass-v0', tasks: 2 }, executor)).rejects.toThrow(refusedAs('E_CLOSED', /closed/));
    await expect(train(executor)).rejects.toThrow(refusedAs('E_CLOSED', /closed/));
  });

  test.each([Number.NaN, Infinity, -Infinity])('refuses parameters with %f with E_NOT_FINITE, naming the place', async (value) => {
    const executor = create({ learner: false });
    const { policy, env } = rl2.resolve(options);
    const { parameters } = rl2.initial(rl2.resolve(options));
    parameters[7] = value;
    const wanted = refusedAs('E_NOT_FINITE', new RegExp(`"parameters" expected finite numbers, got ${value} at index 7`));
    await expect(rollout({ env, policy, parameters, tasks: 3 }, executor)).rejects.toThrow(wanted);
    await expect(metaTest({ env, policy, parameters, tasks: 3, seed: 1 }, executor)).rejects.toThrow(wanted);
    await executor.close();
  });

  test('refuses a training state that is not finite, or of another policy, and leaves it as it was', async () => {
    for (const [spoil, wanted] of [
      [{ parameters: new Float32Array(397).fill(0.1).fill(Number.NaN, 3, 4) }, refusedAs('E_NOT_FINITE', /"parameters".* NaN at index 3/)],
      [{ parameters: new Float32Array(396) }, refusedAs('E_ARGUMENT', /state has no Float32Array "parameters" of length 397/)],
    ] as const) {
      const state: Rl2State = { ...rl2.initial(rl2.resolve(options)), ...spoil };
      const before = structuredClone(state);
      await expect(train(create({}), state)).rejects.toThrow(wanted);
      expect(state).toEqual(before);
    }
  });
});

test.each([
  { workers: 0 },
  { workers: -2 },
  { workers: 1.5 },
  { workers: '2' },
  { retries: -1 },
  { deadlineMs: 0 },
  { deadlineMs: Number.NaN },
])('a pool is not made with %o: E_ARGUMENT', (given) => {
  expect(() => createPool(given as PoolOptions)).toThrow(
    refusedAs('E_ARGUMENT', new RegExp(`"${Object.keys(given)[0]}" expected a (whole )?number from [01]`)),
  );
});
