/** The final observation of every episode in the record of trials, where each step led, why an episode ended and what its end is worth, beside the same environments by hand. */
import { describe, expect, test } from 'vitest';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import type { PolicySpec } from '../../src/policies/policy.ts';
import { nextObservations } from '../../src/rollout/next-observations.ts';
import { release } from '../assembly/modules.ts';
import { referencePolicy } from '../reference/policy.ts';
import { type PlayOptions, play, playedBy, seeker, seekerParameters, wildParameters } from './play.ts';

const recurrent: PolicySpec = { kind: 'gru', hidden: 8 };
const wild = { policy: recurrent, parameters: wildParameters };
const arriving = { policy: seeker, parameters: (s: Parameters<typeof seekerParameters>[0]) => seekerParameters(s, -1.5) };

test.each([
  ['arrivals beside truncations', { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 9, episodes: 4, context: true }, arriving],
  ['a discrete observation', { id: 'GridNavi-v0', horizon: 5, episodes: 3 }, wild],
  ['episodes of one step', { id: 'Bandit-v0', preset: 'pulls-10' }, wild],
  ['a body that falls', { id: 'Hopper-v1', horizon: 40, episodes: 3 }, wild],
] as const)('finals are what VectorEnv calls finalObservations, bit by bit: %s', (_, env, player) => {
  const { config, record, lengths } = play({ env, ...player, trials: 13, seed: 5 });
  const { numTrials: N, actionSize: A } = record;
  const O = record.observationSize;
  const columns = Uint32Array.of(7, 0, N - 1);
  const next = nextObservations(record, columns);
  const byHand = new VectorEnv(release, config, N);
  byHand.reset({ seed: 5 });
  const episodes = new Int32Array(N);
  for (let t = 0; t < record.taken; t++) {
    const { observations, finalObservations, terminated, truncated } = byHand.step(record.actions.slice(t * N * A, (t + 1) * N * A));
    columns.forEach((n, m) => {
      if (episodes[n] === config.episodes) return;
      const reached = terminated[n] === 1 || truncated[n] === 1 ? finalObservations : observations;
      const at = (t * columns.length + m) * O;
      expect([...next.subarray(at, at + O)]).toEqual([...reached.subarray(n * O, (n + 1) * O)]);
    });
    for (let n = 0; n < N; n++) {
      if (episodes[n] === config.episodes || (terminated[n] === 0 && truncated[n] === 0)) continue;
      const cell = n * config.episodes + episodes[n]++;
      expect(record.truncated[cell]).toBe(truncated[n]);
      expect([...record.finals.subarray(cell * O, (cell + 1) * O)]).toEqual([...finalObservations.subarray(n * O, (n + 1) * O)]);
    }
  }
  byHand.close();
  expect([...episodes]).toEqual(new Array(N).fill(config.episodes));
  if (env.id === 'Hopper-v1' || env.id === 'PointMass-v0') expect(new Set(lengths).size).toBeGreaterThan(1);
});

describe('the value after a trial', () => {
  const reach = { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 9, context: true } as const;
  const observing = { ...seeker, inputs: 'observation' } as const;
  const parameters = (s: Parameters<typeof seekerParameters>[0]) => {
    const flat = seekerParameters(s, -1.5);
    return flat.fill(0.3, flat.length - 9); // the value head
  };

  test('is that of the final observation where the horizon ended it, and 0 where the law did', () => {
    const { shape, collector, lengths } = playedBy({ env: reach, policy: observing, parameters, trials: 40, seed: 5 }, true);
    const { finals, truncated } = collector.record();
    const values = [...collector.valuesAfter()];
    const twin = referencePolicy(shape, parameters(shape));
    values.forEach((value, n) => {
      expect(value).toBeCloseTo(truncated[n] === 1 ? twin.forward(finals.subarray(4 * n, 4 * n + 4)).value : 0, 5);
      if (lengths[n] < 9) expect(truncated[n]).toBe(0);
    });
    expect(new Set(truncated)).toEqual(new Set([0, 1]));
    expect(values.every((value, n) => (value !== 0) === (truncated[n] === 1))).toBe(true);
  });

  test.each([
    ['a policy with memory', { env: reach, policy: recurrent }],
    ['a policy that reads the steps before', { env: reach, policy: seeker }],
    ['several episodes', { env: { ...reach, episodes: 2 }, policy: observing }],
  ] as [string, Omit<PlayOptions, 'trials'>][])('is refused to %s', (_, options) => {
    expect(() => playedBy({ ...options, trials: 4 }, true).collector.valuesAfter()).toThrow('MLP that reads observations');
  });
});
