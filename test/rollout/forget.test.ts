/** The ablation that empties the memory at the start of every episode: by a GRU that counts steps, and by policies in which everything counts. */
import { describe, expect, test } from 'vitest';
import { createInlineExecutor } from 'wasmeta/inline';
import { rollout } from '../../src/evaluation/rollouts.ts';
import { type PolicyShape, type PolicySpec, parameterSlots } from '../../src/policies/policy.ts';
import { type PlayOptions, play, playUnrecorded, wildParameters } from './play.ts';

/**
 * h ← h/2 + tanh(1)/2 in every unit, whatever it reads: z = σ(0) = ½, candidate tanh(1). After k steps h = tanh(1) (1 − 2^−k). The first action is h[0].
 */
function counting(shape: PolicyShape): Float32Array {
  const slots = parameterSlots(shape);
  const flat = new Float32Array(slots.reduce((sum, { size }) => sum + size, 0));
  const slot = (name: string) => slots.find((s) => s.name === name)?.offset ?? Number.NaN;
  const H = shape.layers[0];
  flat.fill(1, slot('gru/b') + 2 * H, slot('gru/b') + 3 * H);
  flat[slot('head/w')] = 1;
  return flat;
}

const gru: PolicySpec = { kind: 'gru', hidden: 4 };
const env = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 3, episodes: 3 } as const;
const counted = (forget: boolean) => {
  const { record } = play({ env, policy: gru, parameters: counting, trials: 5, greedy: true, forget });
  const { numTrials: N, actionSize: A } = record;
  return Array.from({ length: record.taken }, (_, t) => Array.from({ length: N }, (_, n) => record.actions[(t * N + n) * A]));
};
const after = (steps: number) => Math.tanh(1) * (1 - 2 ** -steps);

test('a GRU that counts steps counts on through a trial, and begins anew at every episode when it forgets', () => {
  for (const [t, row] of counted(false).entries()) for (const count of row) expect(count).toBeCloseTo(after(t + 1), 6);
  for (const [t, row] of counted(true).entries()) for (const count of row) expect(count).toBeCloseTo(after((t % 3) + 1), 6);
});

describe.each<[string, PolicySpec]>([
  ['gru', { kind: 'gru', hidden: 12 }],
  ['lstm', { kind: 'lstm', hidden: 12 }],
  ['mingru', { kind: 'mingru', hidden: 12 }],
  ['lstm, two deep', { kind: 'lstm', hidden: 8, depth: 2 }],
  ['gru with a readout', { kind: 'gru', hidden: 8, readout: [12] }],
])('%s', (_, policy) => {
  const options: PlayOptions = { env, policy, parameters: wildParameters, trials: 6, greedy: true };

  test('that forgets plays every episode as its first, to the bit, where all start alike', () => {
    const { returns } = playUnrecorded({ ...options, forget: true });
    const { record } = play({ ...options, forget: true });
    const steps = (e: number) =>
      Array.from(record.actions.subarray((e * record.actions.length) / 3, ((e + 1) * record.actions.length) / 3));
    expect(steps(1)).toEqual(steps(0));
    expect(steps(2)).toEqual(steps(0));
    for (let n = 0; n < 6; n++) expect(returns[3 * n + 2]).toBe(returns[3 * n]);
    const kept = play(options).record.actions;
    expect(Array.from(kept.subarray(0, kept.length / 3))).toEqual(steps(0));
    expect(Array.from(kept.subarray(kept.length / 3, (2 * kept.length) / 3))).not.toEqual(steps(0));
  });

  test('reads (o, 0, 0, 1) at the start of every episode when it forgets, and forgets in its own trial only', () => {
    // Hoppers fall at different times.
    const falling = { ...options, env: { id: 'Hopper-v1', horizon: 40, episodes: 3 }, trials: 7, greedy: false };
    const { record, lengths } = play({ ...falling, forget: true });
    expect(new Set(lengths).size).toBeGreaterThan(3);
    const { numTrials: N, inputSize: I, actionSize: A } = record;
    for (let t = 1; t < record.taken; t++)
      for (let n = 0; n < N; n++) {
        const input = record.inputs.subarray((t * N + n) * I, (t * N + n + 1) * I);
        const before = (t - 1) * N + n;
        const fresh = record.done[before] === 1;
        const wanted = fresh ? [0, 0, 0, 0, 1] : [...record.actions.subarray(before * A, (before + 1) * A), record.rewards[before], 0];
        expect(Array.from(input.subarray(I - A - 2))).toEqual(wanted);
      }
    for (let n = 0; n < N; n++) {
      const alone = play({ ...falling, forget: true, trials: 1, firstTask: n });
      expect(Array.from(alone.returns)).toEqual(Array.from(play({ ...falling, forget: true }).returns.subarray(3 * n, 3 * n + 3)));
    }
  });

  test('a collector that forgot remembers again when it is not asked to', async () => {
    const executor = createInlineExecutor();
    const plan = { env, policy, tasks: 6, seed: 3, keep: 'steps' } as const;
    const kept = (await rollout(plan, executor)).hash;
    expect((await rollout({ ...plan, forget: true }, executor)).hash).not.toBe(kept);
    expect((await rollout(plan, executor)).hash).toBe(kept);
  });
});

test('a policy without a memory has nothing to forget', async () => {
  const executor = createInlineExecutor();
  for (const policy of [{ kind: 'mlp', hidden: [8] }, { kind: 'random' }] as const)
    await expect(rollout({ env, policy, tasks: 4, forget: true }, executor)).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
      message: `"forget" expected a policy with a memory (gru, lstm, mingru), got ${policy.kind}`,
    });
});
