/** What users of Gymnasium try works here, or says what is meant. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rl2 } from '../../src/algorithms/rl2.ts';
import { make, makeVec } from '../../src/envs/make.ts';
import { rollout } from '../../src/evaluation/rollouts.ts';

const wasm = { engine: readFileSync('build/wasm/wasmeta.wasm') };
const argument = (message: string) => expect.objectContaining({ code: 'E_ARGUMENT', message: expect.stringContaining(message) });

test('reset({ seed: null }) goes on to the next tasks, as without a seed', async () => {
  const [given, without] = await Promise.all([
    makeVec('PointMass-v0', { numEnvs: 2, wasm }),
    makeVec('PointMass-v0', { numEnvs: 2, wasm }),
  ]);
  given.reset({ seed: 7 });
  without.reset({ seed: 7 });
  const second = given.reset({ seed: null }).tasks;
  expect(second).toEqual(without.reset().tasks);
  expect(given.reset({ seed: null }).tasks).not.toEqual(second);
});

test('a seed of Date.now() is refused with one that fits', async () => {
  const env = await make('PointMass-v0', { wasm });
  expect(() => env.reset({ seed: 1_700_000_000_000 })).toThrow(argument('such as 1700000000000 % 2 ** 32 = 3487918080'));
});

test('tasks outside of the range that a taskList may have are refused before anything changes', async () => {
  const env = await makeVec('GridNavi-v0', { numEnvs: 1, wasm });
  const { tasks } = env.reset({ seed: 1 });
  for (const wrong of [
    [-1, 0],
    [1e6, 0],
    [Number.NaN, 0],
  ]) {
    expect(() => env.reset({ tasks: Float32Array.from(wrong) })).toThrow(/tasks/);
    expect(() => env.setTasks(wrong)).toThrow(/tasks/);
  }
  expect(env.tasks()).toEqual(tasks);
  expect(env.reset({ tasks: env.taskSpace.sample(() => 0) }).tasks).toEqual(Float32Array.from(env.spec.task(env.config), ({ low }) => low));
});

test('plain arrays are enough for small batches; other lengths, other things and proxies of typed arrays are refused', async () => {
  const [plain, typed] = await Promise.all([make('PointMass-v0', { wasm }), make('PointMass-v0', { wasm })]);
  plain.reset({ seed: 1 });
  typed.reset({ seed: 1 });
  expect(plain.step([0.1, -0.2])).toEqual(typed.step(Float32Array.of(0.1, -0.2)));
  for (const wrong of [[0.1], [0.1, 0.2, 0.3], ['1', '2'], {}, null, new Proxy(new Float32Array(2), {}), new Float64Array(2)])
    expect(() => plain.step(wrong as never)).toThrow(argument('actions'));
  expect(() => plain.step([Number.NaN, 0])).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
});

test('spaces are drawn from by any random numbers, within their bounds', async () => {
  let n = 0;
  const random = () => {
    n = (n * 48_271 + 11) % 2_147_483_647;
    return n / 2_147_483_647;
  };
  const env = await makeVec('GridNavi-v0', { numEnvs: 3, wasm });
  env.reset();
  for (let turn = 0; turn < 50; turn++) {
    const actions = env.actionSpace.sample(random);
    expect(actions).toHaveLength(3);
    env.step(actions); // each is a choice that there is
  }
  const mass = await makeVec('PointMass-v0', { numEnvs: 4, wasm });
  const { low, high } = mass.singleActionSpace as { low: readonly number[]; high: readonly number[] };
  const drawn = mass.actionSpace.sample(random);
  expect(drawn).toHaveLength(4 * low.length);
  expect(drawn.every((x, i) => x >= low[i % low.length] && x <= high[i % low.length])).toBe(true);
  expect(mass.observationSpace.sample(random).every(Number.isFinite)).toBe(true);
  expect(JSON.stringify(mass.actionSpace)).not.toContain('sample');
  expect(structuredClone(mass.actionSpace)).toEqual(mass.actionSpace);
  expect(() => mass.actionSpace.sample(undefined as never)).toThrow(argument('"random" expected a function'));
  expect(() => mass.actionSpace.sample(() => 1)).toThrow(argument('random()'));
});

test('a forgotten executor, and what is none, is named', async () => {
  for (const executor of [undefined, null, {}, 4]) {
    await expect(rollout({ env: 'PointMass-v0', tasks: 1 }, executor as never)).rejects.toThrow(
      argument('"executor" expected what createPool()'),
    );
    await expect(rl2.train({ env: 'PointMass-v0' }, executor as never).next()).rejects.toThrow(argument('"executor" expected'));
  }
});
