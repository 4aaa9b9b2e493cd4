/** Users' environments whose tasks are goals, and WebAssembly modules that show their states: what our families can do, they can. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createPool,
  type EnvDefinition,
  type Executor,
  goalConditioned,
  hashArrays,
  loadEnv,
  make,
  makeVec,
  registerEnv,
  resolveEnv,
} from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import reach from './laws/reach.mjs';

const law = (name: string) => new URL(`./laws/${name}`, import.meta.url);
const own = { js: 'reach.mjs', c: 'reach.wasm' } as const;

describe('goals', () => {
  const executors: Executor[] = [createInlineExecutor(), createPool({ workers: 2 })];
  afterAll(() => Promise.all(executors.map((executor) => executor.close())));

  test('goal-conditioned policies train with hindsight, to the same bits in JavaScript and C, inline and in workers', async () => {
    const weights = new Set<string>();
    for (const file of Object.values(own))
      for (const executor of executors) {
        const env = { module: law(file) };
        const options = {
          env,
          tasks: 16,
          shards: 2,
          updates: 20,
          batch: 64,
          warmup: 1,
          iterations: 3,
          policy: { kind: 'mlp', hidden: [16], activation: 'relu', value: false },
        } as const;
        let parameters = new Float32Array();
        for await (const { metrics, state } of goalConditioned.train(options, executor)) {
          expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
          parameters = state.parameters as typeof parameters;
        }
        weights.add(hashArrays([parameters]));
      }
    expect(weights.size).toBe(1);
  });

  test.each(Object.values(own))('%s: a larger tolerance pays further away', async (file) => {
    const paid = async (tolerance: number) => {
      const env = await make({ module: law(file), tolerance });
      env.reset({ tasks: Float32Array.of(0.5, 0) });
      const { reward } = env.step(Float32Array.of(1, 0));
      env.close();
      return reward;
    };
    expect([await paid(0.39), await paid(0.41)]).toEqual([0, 1]);
  });

  test('parts of a goal are refused, since the law would not know of them', async () => {
    const { id } = await loadEnv(law('reach.mjs'));
    expect(() => resolveEnv({ id, goal: ['x'] })).toThrow('"goal" expected nothing: the goals of ReachInJs-v0 are whole ones, of x, y');
  });

  test.each<[string, object, RegExp]>([
    ['places that are not seen', { goal: { place: ['x', 'z'] } }, /"goal.place\[1\]" expected one of x, y/],
    ['too few places', { goal: { place: ['x'] } }, /"goal.place" expected a list of 2 names/],
    [
      'a reward that is not there',
      { goal: { place: ['x', 'y'], rewards: ['arrived'] } },
      /"goal.rewards\[0\]" expected one of reached, dense/,
    ],
    [
      'states that nothing gives',
      { state: 3 },
      /"goal.state" expected the observation's field for each number of the state, or a function: none is named as "state 0"/,
    ],
    ['a preset without the tolerance', { presets: { near: { horizon: 5 } } }, /"presets.near.tolerance" expected a number/],
  ])('a definition with %s is refused', (_, change, message) => {
    expect(() => registerEnv({ ...reach, id: 'Refused-v0', ...change } as unknown as EnvDefinition)).toThrow(message);
  });

  test('a function may give the state of an observation', async () => {
    const definition = {
      ...reach,
      id: 'Polar-v0',
      state: 2,
      goal: { place: ['x', 'y'], state: ([x, y]: Float32Array, state: Float64Array) => state.set([x, y]) },
    };
    const { goal } = registerEnv(definition as unknown as EnvDefinition);
    expect(goal?.state(Float32Array.of(1, 2), resolveEnv('Polar-v0'))).toEqual([1, 2]);
  });
});

describe('states of a module in C', () => {
  const N = 3;
  let id = '';
  beforeAll(async () => {
    ({ id } = await loadEnv(law('pendulum-c.wasm')));
  });

  test('can be seen, at the end of an episode too, and set', async () => {
    const env = await makeVec(id, { numEnvs: N, horizon: 3 });
    env.reset({ seed: 5 });
    const states: Float64Array[] = [];
    for (let t = 0; t < 3; t++) {
      const { observations, finalObservations, truncated } = env.step(new Float32Array(N).fill(0.5));
      const shown = truncated[0] === 1 ? env.finalState() : env.state();
      states.push(shown);
      const seen = truncated[0] === 1 ? finalObservations : observations;
      for (let n = 0; n < N; n++) expect(seen[3 * n + 2]).toBe(Math.fround(shown[2 * n + 1]));
    }
    expect(env.state()).not.toEqual(states[2]);
    const { observations } = env.setState(states[0]);
    expect(env.state()).toEqual(states[0]);
    expect(observations[2]).toBe(Math.fround(states[0][1]));
    env.step(new Float32Array(N).fill(0.5));
    expect(env.state()).toEqual(states[1]);
    env.close();
  });

  test('are drawn as curves, since a module brings no drawing', async () => {
    const env = await make(id);
    env.reset({ seed: 5 });
    for (let t = 0; t < 4; t++) env.step(Float32Array.of(1));
    const texts: string[] = [];
    const context = new Proxy({}, { get: (_, name) => (text: string) => name === 'fillText' && texts.push(text), set: () => true });
    env.render({ width: 300, height: 200, getContext: () => context as never });
    expect(texts).toEqual([
      expect.stringMatching(/^mass \d\.\d\d kg$/),
      expect.stringMatching(/^θ -?\d+\.\d\d rad$/),
      expect.stringMatching(/^θ̇ -?\d+\.\d\d rad\/s$/),
    ]);
    expect(env.describe()).toMatch(/^Episode 1 of 2, step 4: θ .* rad, θ̇ .* rad\/s, mass .* kg\.$/);
    env.close();
  });

  test('can only be seen where the module exports no "observe"', async () => {
    // The export is there under a name of the same length that nobody asks for.
    const bytes = readFileSync(law('pendulum-c.wasm'));
    const at = bytes.indexOf('\u0007observe');
    bytes.write('\u0007unknown', at);
    bytes.write('PendulumOnC-v0', bytes.indexOf('PendulumInC-v0'));
    const { id: other } = await loadEnv(new URL(`data:application/wasm;base64,${bytes.toString('base64')}`));
    const env = await makeVec(other, { numEnvs: 1 });
    env.reset({ seed: 5 });
    const state = env.state();
    expect(() => env.setState([0, 0])).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }));
    expect(env.state()).toEqual(state);
    env.close();
  });
});
