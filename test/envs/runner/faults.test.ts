/** States that no law can go on from, and long play that must never come to one. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../../src/core/philox.ts';
import { Batch } from '../../../src/envs/batch.ts';
import { Engine } from '../../../src/envs/engine.ts';
import { faultNames } from '../../../src/envs/faults.ts';
import { resolveEnv } from '../../../src/envs/registry.ts';
import { VectorEnv } from '../../../src/envs/vector-env.ts';
import { release } from '../../assembly/modules.ts';
import { long } from '../../long.ts';

const N = 8;

function played(id: string, poison: (state: Float32Array, padded: number) => void) {
  const engine = new Engine(release);
  const batch = new Batch(engine, resolveEnv({ id }), N);
  batch.draw(3, 0, 0);
  const call = (name: 'batchState' | 'batchActions' | 'batchRewards' | 'batchObservations' | 'batchFinalObservations') =>
    engine.call((wasm) => wasm[name](batch.handle));
  engine.call((wasm) => wasm.batchStart(batch.handle));
  const O = batch.observationSize;
  const rows: { observations: Float32Array; rewards: Float32Array; faults: Uint8Array; terminated: Uint8Array; finals: Float32Array }[] =
    [];
  for (let t = 0; t < 10; t++) {
    if (t === 5)
      poison(engine.floats(call('batchState'), engine.call((wasm) => wasm.batchStateSize(batch.handle)) * batch.padded), batch.padded);
    const actions = engine.floats(call('batchActions'), N * batch.actionSize);
    actions.forEach((_, i) => {
      actions[i] = 2 * toUniform(philox(5, 6, i, t, 0, 0)[0]) - 1;
    });
    expect(engine.call((wasm) => wasm.batchStep(batch.handle))).toBe(-1);
    rows.push({
      observations: engine.floats(call('batchObservations'), N * O).slice(),
      rewards: engine.floats(call('batchRewards'), N).slice(),
      finals: engine.floats(call('batchFinalObservations'), N * O).slice(),
      faults: engine
        .bytes(
          engine.call((wasm) => wasm.batchFaults(batch.handle)),
          N,
        )
        .slice(),
      terminated: engine
        .bytes(
          engine.call((wasm) => wasm.batchTerminated(batch.handle)),
          N,
        )
        .slice(),
    });
  }
  return { rows, O };
}

describe.each(['Runner-v1', 'Hopper-v1', 'Walker2d-v0'])('%s', (id) => {
  test.each([
    ['NaN in an angle', 3, Number.NaN],
    ['an infinite speed', 12, Infinity],
    ['a speed beyond all sense', 13, -3e7],
    ['NaN in the acceleration that is kept', 23, Number.NaN],
  ])('%s is named in the same step and ends only its own environment', (_, row, value) => {
    const sick = 5;
    const stateRow = id === 'Hopper-v1' ? Math.round((row / 27) * 18) : row;
    const clean = played(id, () => {});
    const { rows, O } = played(id, (state, padded) => {
      state[stateRow * padded + sick] = value;
    });
    rows.forEach((after, t) => {
      for (let n = 0; n < N; n++) {
        const own = (values: Float32Array) => Array.from(values.subarray(n * O, (n + 1) * O));
        expect(own(after.observations).every(Number.isFinite)).toBe(true);
        const faulty = n === sick && t === 5;
        expect(faultNames[after.faults[n]]).toBe(faulty ? 'not-finite' : 'none');
        if (faulty) {
          expect([after.terminated[n], after.rewards[n]]).toEqual([1, 0]);
          expect(own(after.finals).every(Number.isFinite)).toBe(true);
        } else if (n !== sick) {
          expect(own(after.observations)).toEqual(own(clean.rows[t].observations));
          expect(after.rewards[n]).toBe(clean.rows[t].rewards[n]);
        }
      }
    });
  });
});

/** 10⁸ steps of the runner, 10⁷ of hopper and walker by `npm run test:long`. */
const stepsOf = (id: string) => (long ? (id === 'Runner-v1' ? 1e8 : 1e7) : id === 'Walker2d-v0' ? 1e5 : 5e5);

test.each([
  ['Runner-v1', 'random', (u: number) => 2 * u - 1],
  ['Runner-v1', 'bang-bang', (u: number) => Math.sign(u - 0.5)],
  ['Hopper-v1', 'random', (u: number) => 2 * u - 1],
  ['Hopper-v1', 'bang-bang', (u: number) => Math.sign(u - 0.5)],
  ['Walker2d-v0', 'random', (u: number) => 2 * u - 1],
  ['Walker2d-v0', 'bang-bang', (u: number) => Math.sign(u - 0.5)],
] as const)(
  'no NaN and no fault of %s in its steps of %s play',
  (id, _, play) => {
    const [numEnvs, steps] = [256, stepsOf(id)];
    const env = new VectorEnv(release, resolveEnv({ id, horizon: 1000 }), numEnvs);
    env.reset({ seed: 9 });
    const actions = new Float32Array(numEnvs * (env.singleActionSpace as { shape: readonly [number] }).shape[0]);
    let word = 1;
    let worst = 0;
    for (let t = 0; t < steps / numEnvs; t++) {
      // Bangs last 1 … 64 steps.
      if (play(0.9) !== 1 || t % (1 + (word & 63)) === 0)
        for (let i = 0; i < actions.length; i++) {
          word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
          actions[i] = play(word / 2 ** 32);
        }
      const { observations, rewards, faults } = env.step(actions);
      for (let n = 0; n < numEnvs; n++) if (faults[n] !== 0 || !Number.isFinite(rewards[n])) expect.fail(`fault at step ${t} of ${n}`);
      if (t % 50 === 0) for (const x of observations) worst = Math.max(worst, Math.abs(x));
    }
    expect(worst).toBeLessThan(1000);
  },
  3_600_000,
);
