/** The exact posterior over goals on an arc against counting: of 20 goals in every part of the arc, those whose environment pays what was seen at every step. */
import { describe, expect, test } from 'vitest';
import { exactPosterior, resolveEnv } from 'wasmeta';
import { referencePointMass } from '../reference/point-mass.ts';
import { sequence } from '../tf/tf.ts';

describe.each(['sparse', 'tolerance'])('reward %s', (reward) => {
  test('a part of the arc has a chance where, and only where, it or a neighbour holds a goal that explains what was seen', () => {
    const env = resolveEnv({ id: 'PointMass-v0', preset: 'pomdp-semicircle', reward });
    const posterior = exactPosterior(env);
    if (posterior === null) throw new Error('there is none');
    const G = posterior.tasks.length;
    const next = sequence(7);
    for (const turn of [0.1, 0.33, 0.5, 0.77, 0.95]) {
      const goals = Array.from({ length: 20 * G + 1 }, (_, i) => (i === 20 * G ? turn : (i + 0.5) / (20 * G))).map((share) => {
        const world = referencePointMass({ ...env, tolerance: env.tolerance as number });
        world.start([Math.cos(Math.PI * share), Math.sin(Math.PI * share)], { seed: 1, split: 0, task: 0, episode: 0 });
        return { part: Math.min(G - 1, Math.floor(share * G)), world, possible: true };
      });
      const truth = goals[20 * G];
      const belief = posterior.start();
      let at = [0, 0];
      for (let t = 0; t < 60; t++) {
        // Out to the arc, then along it and back, so that some walks find the goal.
        const angle = Math.PI * (t < 12 ? 0.2 : 0.2 + 0.02 * (t - 12));
        const action =
          t < 10 ? [Math.cos(angle), Math.sin(angle)] : [-0.6 * Math.sin(angle) + 0.2 * next(), 0.6 * Math.cos(angle) + 0.2 * next()];
        const paid = goals.map(({ world }) => world.move(action).reward);
        const seen = paid[20 * G];
        goals.forEach((goal, i) => {
          goal.possible &&= seen > 0 ? Math.abs(paid[i] - seen) < 3e-4 : paid[i] === 0;
        });
        belief.see(at, action, seen);
        at = at.map((x, axis) => x + 0.1 * Math.min(1, Math.max(-1, action[axis])));
        const chances = belief.chances();
        expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        expect(chances[truth.part]).toBeGreaterThan(0);
        const holds = new Set(goals.filter(({ possible }) => possible).map(({ part }) => part));
        for (const part of holds) expect(chances[part]).toBeGreaterThan(0);
        chances.forEach((p, g) => {
          if (p > 0) expect([g - 1, g, g + 1].some((part) => holds.has(part))).toBe(true);
        });
      }
    }
  });
});

test('it is known for goals on an arc that pay by distance alone', () => {
  const of = (preset: string, options = {}) => exactPosterior(resolveEnv({ id: 'PointMass-v0', preset, ...options }));
  expect(of('varibad-semicircle')).not.toBeNull();
  expect(of('pomdp-semicircle', { reward: 'dense' })).toBeNull();
  expect(of('maml-navigation')).toBeNull();
  expect(of('walking-direction')).toBeNull();
});
