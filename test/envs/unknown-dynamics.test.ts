/** Families whose dynamics are the task: closed forms, and that the oracle of the point, which is said to play best, cannot be beaten. */
import { describe, expect, test } from 'vitest';
import { philox, toUniform } from '../../src/core/philox.ts';
import { familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { release } from '../assembly/modules.ts';

const uniform = (i: number, t: number) => 2 * toUniform(philox(41, 7, i, t, 0, 0)[0]) - 1;

describe('PointDynamics-v0', () => {
  test('a quarter turn, gain 2, a delay of 2 and a wind: by hand', () => {
    const env = new VectorEnv(release, resolveEnv({ id: 'PointDynamics-v0' }), 1);
    const { observations } = env.reset({ tasks: new Float32Array([0.25, 2, 2, 0.5, 0]) });
    const [goalX, goalY] = [observations[2], observations[3]];
    const places = [0, 1, 2, 3].map(() => {
      const { observations: seen } = env.step(new Float32Array([1, 5])); // clipped to (1, 1)
      return [seen[0], seen[1], seen[2] - (goalX - seen[0]), seen[3] - (goalY - seen[1])];
    });
    // Two steps of wind alone; then (1, 1) turned to (−1, 1), doubled.
    const byHand = [
      [0.05, 0],
      [0.1, 0],
      [-0.05, 0.2],
      [-0.2, 0.4],
    ];
    places.forEach((place, t) => {
      [...byHand[t], 0, 0].forEach((x, k) => {
        expect(place[k]).toBeCloseTo(x, 6);
      });
    });
  });

  test.each(Object.keys(familyOf('PointDynamics-v0').presets))(
    '%s: no play near the oracle’s, and none at random, earns more',
    (preset) => {
      const N = 256;
      const plays = 24;
      const play = (k: number) => {
        const env = new VectorEnv(release, resolveEnv({ id: 'PointDynamics-v0', preset }), N);
        env.reset({ seed: 5 });
        const returns = new Float64Array(N);
        for (let t = 0; t < 30; t++) {
          const actions = env.oracle();
          // Spoiled by noise of a growing size, in some steps only.
          const size = k === 0 ? 0 : 2 ** (2 - (k % 12));
          actions.forEach((_, i) => {
            if (uniform(i, 1000 * k + 500 + t) > (k % 3) / 2 - 0.6) actions[i] += size * uniform(i, 1000 * k + t);
          });
          env.step(actions).rewards.forEach((r, n) => {
            returns[n] += r;
          });
        }
        return returns;
      };
      const best = play(0);
      for (let k = 1; k < plays; k++)
        play(k).forEach((value, n) => {
          expect(value).toBeLessThanOrEqual(best[n] + 1e-5);
        });
    },
  );
});

test('a puck on a table of unknown friction stops after v²/(2μg), each by its own μ, and the oracle, who knows μ, meets its target', () => {
  const N = 8;
  const { gravity } = familyOf('Puck-v0').constants;
  const env = new VectorEnv(release, resolveEnv({ id: 'Puck-v0', preset: 'unknown-friction' }), N);
  const { tasks } = env.reset({ seed: 2 });
  const speed = 0.8;
  env.setState(Array.from({ length: N }, () => [0, 0.1, speed, 0, -0.8, 0, 0, 0, 0]).flat());
  for (let t = 0; t < 99; t++) env.step(new Float32Array(2 * N));
  for (let n = 0; n < N; n++) {
    const mu = tasks[3 * n + 2];
    expect(mu).toBeGreaterThanOrEqual(0.1);
    const state = env.state();
    expect(state[9 * n]).toBeCloseTo(speed ** 2 / (2 * mu * gravity.value), 5);
    expect(state[9 * n + 2]).toBe(0);
  }
  const player = new VectorEnv(release, resolveEnv({ id: 'Puck-v0', preset: 'unknown-friction', reward: 'final' }), 64);
  player.reset({ seed: 3 });
  let met = 0;
  for (let t = 0; t < 100; t++) met += player.step(player.oracle()).rewards.reduce((a, b) => a + b, 0);
  expect(met).toBeGreaterThan(60);
});
