/** A user's environment in JavaScript: refused with reasons, moved by the contract, the same bits wherever it runs. */
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createPool,
  defineEnv,
  type EnvDefinition,
  familyOf,
  hashArrays,
  loadEnv,
  makeVec,
  math,
  registerEnv,
  resolveEnv,
  rl2,
  rollout,
  WasmetaError,
} from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

const pendulum = new URL('../../../examples/environments/pendulum.mjs', import.meta.url);

/** A walk on the line to a hidden place: one coordinate, s' = s + a + task. */
const walk = {
  id: 'Walk-v0',
  observation: [{ name: 'x' }],
  action: [{ name: 'dx' }],
  task: [{ name: 'wind', low: -1, high: 1 }],
  state: 1,
  presets: { calm: { horizon: 5, episodes: 2 } },
  rewards: { near: '−|x|', far: '|x|' },
  reset(state: Float64Array) {
    state[0] = 0;
  },
  step(state: Float64Array, action: Float32Array, task: Float32Array) {
    state[0] += action[0] + task[0];
    return { reward: { near: -Math.abs(state[0]), far: Math.abs(state[0]) }, terminated: state[0] > 3 };
  },
  observe(state: Float64Array, _task: Float32Array, out: Float32Array) {
    out[0] = state[0];
  },
};

describe('a definition is refused', () => {
  test.each<[string, object, RegExp]>([
    ['no version', { id: 'Walk' }, /"id" expected a name with a version/],
    ['no step', { step: undefined }, /"step" expected a function, got undefined/],
    ['an unknown field', { obervation: [] }, /obervation/],
    ['actions beyond 1', { action: [{ name: 'dx', low: -2, high: 2 }] }, /"action\[0\]" expected bounds −1 and 1/],
    ['no preset', { presets: {} }, /"presets" expected at least one preset/],
    [
      'a reward that is not there',
      { presets: { calm: { horizon: 5, reward: 'middle' } } },
      /"presets.calm.reward" expected one of near, far/,
    ],
    ['tasks without bounds and no sampleTask', { task: [{ name: 'wind' }] }, /"sampleTask" expected a function/],
    ['an id of ours', { id: 'Bandit-v0' }, /there is another Bandit-v0/],
  ])('%s', (_, change, message) => {
    expect(() => registerEnv({ ...walk, ...change } as unknown as EnvDefinition)).toThrow(message);
  });

  test('several mistakes at once', () => {
    expect(() => defineEnv({ ...walk, id: '', state: -1 } as unknown as EnvDefinition)).toThrow(/2 mistakes/);
  });
});

describe('stepped by hand', () => {
  const definition = defineEnv(walk as unknown as EnvDefinition);
  registerEnv(definition);

  test('observation, reward and flags are those after the move; the last observation of an episode is kept', async () => {
    const env = await makeVec('Walk-v0', { numEnvs: 3 });
    const { observations, tasks } = env.reset({ seed: 1, tasks: Float32Array.of(0, 0.5, 1) });
    expect([...observations]).toEqual([0, 0, 0]);
    expect([...tasks]).toEqual([0, 0.5, 1]);
    const first = env.step(Float32Array.of(1, 1, 1));
    expect([...first.observations]).toEqual([1, 1.5, 2]);
    expect([...first.rewards]).toEqual([-1, -1.5, -2]);
    const second = env.step(Float32Array.of(1, 1, 1));
    expect([...second.terminated]).toEqual([0, 0, 1]);
    expect([...second.observations]).toEqual([2, 3, 0]);
    expect(second.finalObservations[2]).toBe(4);
    for (let t = 0; t < 2; t++) env.step(Float32Array.of(0, 0, -1));
    const fifth = env.step(Float32Array.of(0, -9, -1));
    expect([...fifth.truncated]).toEqual([1, 0, 0]);
    env.close();
  });

  test('another reward, and the task in the observation', async () => {
    const env = await makeVec('Walk-v0', { numEnvs: 1, reward: 'far', context: true });
    expect([...env.reset({ tasks: Float32Array.of(0.25) }).observations]).toEqual([0, 0.25]);
    const step = env.step(Float32Array.of(1));
    expect([...step.observations]).toEqual([1.25, 0.25]);
    expect(step.rewards[0]).toBe(1.25);
    env.close();
  });

  test('what is not finite ends that environment with a fault, and its neighbours go on', async () => {
    registerEnv({
      ...walk,
      id: 'Broken-v0',
      rewards: undefined,
      step(state: Float64Array, action: Float32Array) {
        state[0] += action[0];
        return { reward: state[0] > 1 ? Number.NaN : 1, terminated: false };
      },
    } as unknown as EnvDefinition);
    const env = await makeVec('Broken-v0', { numEnvs: 5 });
    env.reset();
    const step = env.step(Float32Array.of(1, 2, 1, 1, 2));
    expect([...step.faults]).toEqual([0, 1, 0, 0, 1]);
    expect([...step.terminated]).toEqual([0, 1, 0, 0, 1]);
    expect([...step.rewards]).toEqual([1, 0, 1, 1, 0]);
    expect([...env.step(new Float32Array(5)).faults]).toEqual([0, 0, 0, 0, 0]);
    env.close();
  });

  test('what throws names the function, and the engine lives', async () => {
    registerEnv({
      ...walk,
      id: 'Throws-v0',
      step() {
        throw new Error('no such joint');
      },
    } as unknown as EnvDefinition);
    const env = await makeVec('Throws-v0', { numEnvs: 2 });
    env.reset();
    for (let i = 0; i < 2; i++)
      expect(() => env.step(new Float32Array(2))).toThrow(
        expect.objectContaining({ code: 'E_ENV', message: '"step" of Throws-v0 threw: no such joint' }),
      );
    env.reset();
    env.close();
  });
});

describe('from a file', () => {
  const executors = [createInlineExecutor(), ...[1, 2, 3, 5].map((workers) => createPool({ workers }))];
  afterAll(() => Promise.all(executors.map((executor) => executor.close())));

  test('its config holds the hash of the file, and another file is refused', async () => {
    const { id } = await loadEnv(pendulum);
    const config = resolveEnv(id);
    expect(config.module).toEqual({ name: 'pendulum.mjs', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(resolveEnv(config)).toEqual(config);
    expect(() => resolveEnv({ ...config, module: { name: 'pendulum.mjs', sha256: '0'.repeat(64) } })).toThrow(WasmetaError);
    expect(() => resolveEnv({ ...config, id: 'Elsewhere-v0' })).toThrow(/is defined in the file pendulum.mjs/);
    expect(familyOf(id).title).toBe('Pendulum of unknown mass');
    expect((await loadEnv(fileURLToPath(pendulum))).id).toBe(id);
  });

  test('trajectories and weights are the same inline and with 1, 2, 3 and 5 workers', async () => {
    const { id } = await loadEnv(pendulum);
    const hashes = new Set<string>();
    for (const executor of executors) {
      const { hash } = await rollout({ env: id, policy: { kind: 'random' }, tasks: 30, seed: 5 }, executor);
      const options = { env: id, tasks: 10, shards: 5, minibatches: 2, iterations: 2, policy: { kind: 'gru', hidden: 8 } } as const;
      let weights: Float32Array = new Float32Array();
      for await (const { state } of rl2.train(options, executor)) weights = state.parameters;
      hashes.add(`${hash} ${hashArrays([weights])}`);
    }
    expect(hashes.size).toBe(1);
  });
});

test.each(Object.keys(math))('math.%s agrees with the host within 2 ulp', (name) => {
  const [own, host] = [math, Math].map((table) => table[name as keyof typeof math] as (x: number, y: number) => number);
  for (let i = 0; i < 2000; i++) {
    const [x, y] = [Math.sin(i * 12.9898) * 3, Math.cos(i * 78.233) * 3];
    const at = name === 'asin' || name === 'acos' ? x / 3 : /log|pow/.test(name) ? Math.abs(x) + 1e-3 : x;
    const [a, b] = [own(at, y), host(at, y)];
    expect(Math.abs(a - b)).toBeLessThanOrEqual(2 ** -51 * Math.max(Math.abs(b), 1e-300));
  }
});
