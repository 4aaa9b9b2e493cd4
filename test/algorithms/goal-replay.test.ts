/** The replay of goal-conditioned learners: every transition as likely as any other, the last of an episode too, and hindsight that shows the last place. */
import { describe, expect, test } from 'vitest';
import { drawTransitions, emptyReplay, remember } from '../../src/algorithms/goal-replay.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import type { KeptSteps } from '../../src/jobs/trials.ts';

const [H, sizes] = [6, { O: 2, A: 2, W: 2 }];
const env = resolveEnv({ id: 'PointMass-v0', preset: 'reach', horizon: H, context: true });
const lengths = [1, 6, 2, 4, 3];

/** Episode e is at (e, t) before step t; its goal is (−e, −1), its actions are (e, t)/10. */
function record(): KeptSteps {
  const N = lengths.length;
  const inputs = new Float32Array(H * N * 4);
  const actions = new Float32Array(H * N * 2);
  const valid = new Float32Array(H * N);
  const finals = new Float32Array(N * 4);
  lengths.forEach((length, e) => {
    for (let t = 0; t < length; t++) {
      inputs.set([e, t, -e, -1], (t * N + e) * 4);
      actions.set([e / 10, t / 10], (t * N + e) * 2);
      valid[t * N + e] = 1;
    }
    finals.set([e, length, -e, -1], e * 4);
  });
  const rest = new Float32Array(H * N);
  const tasks = Float32Array.from(lengths.flatMap((_, e) => [-e, -1]));
  const shape = { numTrials: N, steps: H, inputSize: 4, actionSize: 2 };
  return { ...shape, tasks, inputs, actions, valid, finals, logProbabilities: rest, values: rest, rewards: rest, done: rest };
}

function drawn(relabel: number, count: number, replay = emptyReplay(8, H, sizes)) {
  remember(replay, H, sizes, record());
  return drawTransitions(replay, H, sizes, { env, seed: 7, iteration: 3, count, relabel, hindsight: 'reached' });
}

describe('a minibatch', () => {
  test('has every transition of every episode as often as any other', () => {
    // χ² over 16 transitions, 15 degrees of freedom: above 37.7 once in 1000 seeds.
    const [count, total] = [16_000, lengths.reduce((a, b) => a + b)];
    const { observations } = drawn(0, count);
    const seen = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const key = `${observations[2 * i]} ${observations[2 * i + 1]}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(lengths.flatMap((length, e) => Array.from({ length }, (_, t) => `${e} ${t}`)).sort());
    const even = count / total;
    expect([...seen.values()].reduce((sum, n) => sum + (n - even) ** 2 / even, 0)).toBeLessThan(37.7);
  });

  test('keeps what belongs together, and without hindsight the goal of the episode', () => {
    const { observations, actions, goals } = drawn(0, 500);
    for (let i = 0; i < 500; i++) {
      const [e, t] = observations.subarray(2 * i, 2 * i + 2);
      expect([...actions.subarray(2 * i, 2 * i + 2)]).toEqual([Math.fround(e / 10), Math.fround(t / 10)]);
      expect(goals[2 * i]).toBe(e === 0 ? -0 : -e);
    }
  });

  test('shows the places that this step and all later ones led to, the last included', () => {
    const { observations, goals } = drawn(1, 4000);
    const shown = new Map<string, Set<number>>();
    for (let i = 0; i < 4000; i++) {
      const [e, t] = observations.subarray(2 * i, 2 * i + 2);
      expect(goals[2 * i]).toBe(e);
      const key = `${e} ${t}`;
      shown.set(key, (shown.get(key) ?? new Set()).add(goals[2 * i + 1]));
    }
    lengths.forEach((length, e) => {
      for (let t = 0; t < length; t++)
        expect([...(shown.get(`${e} ${t}`) ?? [])].sort()).toEqual(Array.from({ length: length - t }, (_, k) => t + 1 + k));
    });
  });
});

test('the newest episodes take the place of the oldest', () => {
  const replay = emptyReplay(3, H, sizes);
  const { observations } = drawn(0, 2000, replay);
  expect(replay.count).toBe(5);
  // 5 episodes into 3 places: the last three are left.
  expect([...replay.lengths]).toEqual([lengths[3], lengths[4], lengths[2]]);
  expect(new Set(observations.filter((_, i) => i % 2 === 0))).toEqual(new Set([2, 3, 4]));
});
