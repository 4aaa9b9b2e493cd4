/** The exact posterior over GridNavi's goals against counting: of all goals, those whose environment pays what was seen at every step. */
import { expect, test } from 'vitest';
import { resolveEnv } from '../../src/envs/registry.ts';
import { GridPosterior, gridGoals, gridStep } from '../../src/strategies/grid-posterior.ts';
import { referenceGridNavi } from '../reference/grid-navi.ts';
import { sequence } from '../tf/tf.ts';

test.each([
  [3, 'search'],
  [5, 'search'],
  [6, 'exact'],
] as const)('%i cells a side, %s', (size, reward) => {
  const env = resolveEnv({ id: 'GridNavi-v0', size, reward });
  const next = sequence(size);
  const goals = gridGoals(env);
  expect(goals).toHaveLength(size * size - 4);
  for (const goal of goals) {
    const worlds = goals.map((cell) => {
      const world = referenceGridNavi({ ...env, size });
      world.start([cell % size, Math.floor(cell / size)], { seed: 1, split: 0, task: 0, episode: 0 });
      return { cell, world, possible: true };
    });
    const posterior = new GridPosterior(env);
    let at = 0;
    for (let t = 0; t < 40; t++) {
      expect(posterior.chances().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      const action = Math.floor(2.5 * (next() + 1));
      const paid = worlds.map(({ world }) => world.move([action]).reward);
      const seen = paid[goals.indexOf(goal)];
      worlds.forEach((one, i) => {
        one.possible &&= paid[i] === seen;
      });
      posterior.see(at, action, Math.fround(seen));
      at = gridStep(env, at, action);
      const left = worlds.filter(({ possible }) => possible).length;
      expect(posterior.chances()).toEqual(worlds.map(({ possible }) => (possible ? 1 / left : 0)));
    }
  }
});
