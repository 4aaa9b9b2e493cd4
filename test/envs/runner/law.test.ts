/** The rewards of Gymnasium's v5: the control cost of the action as it was sent, the bonus of healthy steps alone; and that the bodies move as they did under v0. */
import { describe, expect, test } from 'vitest';
import { hashArrays } from '../../../src/core/hash.ts';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { Batch } from '../../../src/envs/batch.ts';
import { Engine } from '../../../src/envs/engine.ts';
import { familyOf, resolveEnv } from '../../../src/envs/registry.ts';
import { VectorEnv } from '../../../src/envs/vector-env.ts';
import { release } from '../../assembly/modules.ts';

const N = 8;
const bodies = ['Runner-v1', 'Hopper-v1', 'Walker2d-v0'] as const;
const sizeOf = (id: string) => (id === 'Hopper-v1' ? 3 : 6);
const uniform = (i: number, t: number) => 2 * toUniform(philox(21, 22, i, t, 0, 0)[0]) - 1;

/** N bodies told to run `way`; with the same seed they start alike whichever way it is. */
function bodiesThatRun(id: string, way: number) {
  const env = new VectorEnv(release, resolveEnv({ id, preset: 'direction' }), N);
  env.reset({ seed: 4, tasks: new Float32Array(N).fill(way) });
  return env;
}

/** What is left of the rewards, [N], without the speed: the mean over both ways, bonus − c‖a‖². */
function withoutSpeed(id: string) {
  const both = [1, -1].map((way) => bodiesThatRun(id, way));
  return (actions: Float32Array) => {
    const [forward, backward] = both.map((env) => env.step(actions));
    return {
      rest: Array.from(forward.rewards, (r, n) => (r + backward.rewards[n]) / 2),
      terminated: forward.terminated.slice(),
      faults: forward.faults.slice(),
      observations: forward.observations.slice(),
    };
  };
}

describe.each(bodies)('%s', (id) => {
  const A = sizeOf(id);
  const c = familyOf(id).constants.cost.value;
  const bonus = familyOf(id).constants.bonus.value;

  test('charges the action as it was sent, and moves by it within ±1', () => {
    const [sent, within] = [withoutSpeed(id), withoutSpeed(id)];
    for (let t = 0; t < 3; t++) {
      const actions = Float32Array.from({ length: N * A }, (_, i) => 3 * uniform(i, t));
      const after = sent(actions);
      expect(after.observations).toEqual(within(actions.map((a) => Math.min(1, Math.max(-1, a)))).observations);
      after.rest.forEach((rest, n) => {
        const square = actions.subarray(n * A, (n + 1) * A).reduce((sum, a) => sum + a * a, 0);
        expect(rest).toBeCloseTo(bonus - c * square, 5);
      });
    }
  });

  test.each([1e5, 1e19, 3e38])('charges no less for actions of %s than for smaller ones, in finite rewards and without a fault', (huge) => {
    const [wild, full, less] = [withoutSpeed(id), withoutSpeed(id), withoutSpeed(id)];
    for (let t = 0; t < 30; t++) {
      const after = wild(new Float32Array(N * A).fill(huge));
      expect(after.observations).toEqual(full(new Float32Array(N * A).fill(1)).observations);
      expect(Array.from(after.faults)).toEqual(new Array(N).fill(0));
      const others = less(new Float32Array(N * A).fill(huge / 10)).rest;
      after.rest.forEach((rest, n) => {
        expect(Number.isFinite(rest * 1e5)).toBe(true); // a return too
        expect(rest).toBeLessThanOrEqual(others[n]);
        expect(rest).toBeLessThan(-c * 1e9);
      });
    }
  });
});

test('a hopper is paid its bonus while it is healthy, not on the step in which it falls', () => {
  const step = withoutSpeed('Hopper-v1');
  const actions = new Float32Array(3 * N).fill(-1);
  let falls = 0;
  for (let t = 0; t < 60; t++) {
    const { rest, terminated } = step(actions);
    rest.forEach((value, n) => {
      expect(value, `step ${t} of ${n}, terminated ${terminated[n]}`).toBeCloseTo((terminated[n] ? 0 : 1) - 0.003, 5);
      falls += terminated[n];
    });
  }
  expect(falls).toBeGreaterThan(N);
});

/** Of all places, speeds and accelerations of 200 steps, as Runner-v0 and Hopper-v0 had them. */
const paths = {
  'Runner-v1': 'ad38ef10c57c369e389d82b95a07b4cf9e3532a34443db32a091e77427b63ac9',
  'Hopper-v1': 'a3eece55c36168aef7aa3fb0fd68bfe7c0d8f29d502640ea18ae4b37c8591e87',
};

test.each(['Runner-v1', 'Hopper-v1'] as const)('%s moves, bit for bit, as its v0 did', (id) => {
  const engine = new Engine(release);
  const batch = new Batch(engine, resolveEnv({ id, horizon: 1000 }), N);
  batch.draw(3, 0, 0);
  engine.call((wasm) => wasm.batchStart(batch.handle));
  const size = engine.call((wasm) => wasm.batchStateSize(batch.handle)) * batch.padded;
  const states: Float32Array[] = [];
  for (let t = 0; t < 200; t++) {
    const actions = engine.floats(
      engine.call((wasm) => wasm.batchActions(batch.handle)),
      N * batch.actionSize,
    );
    actions.forEach((_, i) => {
      actions[i] = uniform(i, t);
    });
    expect(engine.call((wasm) => wasm.batchStep(batch.handle))).toBe(-1);
    states.push(
      engine
        .floats(
          engine.call((wasm) => wasm.batchState(batch.handle)),
          size,
        )
        .slice(),
    );
  }
  expect(hashArrays(states)).toBe(paths[id]);
});

test.each([
  ['Runner-v0', 'Runner-v1'],
  ['Hopper-v0', 'Hopper-v1'],
])('%s is no longer there; the error names %s', (old, now) => {
  expect(() => resolveEnv({ id: old })).toThrow(expect.objectContaining({ code: 'E_UNKNOWN_NAME', message: expect.stringContaining(now) }));
});
