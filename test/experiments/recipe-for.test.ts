/** A recipe applies to the environment it was made for, however the user names it, and never changes the task that was asked for. */
import { describe, expect, test } from 'vitest';
import { algorithms } from '../../src/algorithms/registry.ts';
import { trainingConfig } from '../../src/cli/train-config.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { familyWithPreset, namedRecipe, recipeFor } from '../../src/experiments/recipe-for.ts';
import { recipesOf } from '../../src/runs/recipes.ts';

const setsOf = (...values: string[]) => values.flatMap((value) => ['--set', value]);

describe('a recipe applies by itself', () => {
  test.each([
    [{ env: 'Runner-v1' }, [], 'recipe velocity'],
    [{ env: 'Runner-v1', preset: 'velocity' }, [], 'recipe velocity'],
    [{}, setsOf('env.id=Runner-v1', 'env.horizon=200'), 'recipe velocity'],
    [{ env: 'Runner-v1', algo: 'maml' }, [], 'recipe velocity'],
    [{ env: 'Bandit-v0', preset: 'pulls-100' }, [], 'recipe pulls-100, which trains on the reward expected'],
    [{}, [], 'recipe pomdp-semicircle'],
    [{ algo: 'varibad' }, [], 'recipe pomdp-semicircle'],
    [{ algo: 'maml' }, [], 'recipe maml-navigation'],
    [{ algo: 'goal-conditioned' }, [], 'recipe reach'],
    [{ algo: 'goal-conditioned', env: 'GridNavi-v0', preset: 'reach-cell' }, [], 'recipe reach-cell'],
  ])('%j %j: %s', (flags, rawArgs, settings) => {
    expect(trainingConfig(flags, rawArgs).settings).toBe(settings);
  });

  test.each([
    [{ env: 'Runner-v1', preset: 'direction' }, []],
    [{ env: 'Hopper-v1' }, []],
    [{ env: 'Runner-v1' }, setsOf('env.horizon=100')],
    [{ env: 'Runner-v1' }, setsOf('env.episodes=3')],
    [{ env: 'Runner-v1' }, setsOf('env.context=true')],
    [{ env: 'Runner-v1' }, setsOf('env.region={"low":[0],"high":[1]}')],
    [{ env: 'GridNavi-v0' }, setsOf('env.size=6')],
  ])('but to no other task: %j %j', (flags, rawArgs) => {
    const { settings, config, learner } = trainingConfig(flags, rawArgs);
    const [env] = learner.environments(config);
    expect(settings).toMatch(/^untuned defaults/);
    expect(config).toEqual(learner.resolve({ env }));
  });

  test('and leaves every field of the task as it was asked for', () => {
    for (const algo of algorithms)
      for (const { config } of recipesOf(algo)) {
        const { id, preset } = config.env as EnvOptions;
        const asked = resolveEnv({ id, preset });
        const { recipe } = recipeFor(algo, asked, []);
        if (recipe === undefined) continue;
        const { trainingReward: _, episodes: __, ...task } = resolveEnv(recipe.config.env as EnvOptions);
        expect(asked).toMatchObject(task);
      }
  });

  test('a recipe for a similar task is named where the learner refuses the one asked for', () => {
    expect(() => trainingConfig({ algo: 'goal-conditioned', preset: 'varibad-grid' }, [])).toThrow(
      '"env.reward" expected "exact", got "search"; --algo goal-conditioned --recipe varibad-grid has settings for another reward',
    );
  });
});

describe('a recipe by its name', () => {
  test('brings its environment, which flags change', () => {
    const { learner, config, settings } = trainingConfig({ recipe: 'reach-cell' }, setsOf('updates=3', 'env.horizon=40'));
    expect([learner.name, settings]).toEqual(['goal-conditioned', 'recipe reach-cell']);
    expect(config).toMatchObject({ updates: 3, env: { preset: 'reach-cell', size: 14, horizon: 40 } });
  });

  test('every one can be trained', () => {
    for (const algo of algorithms) for (const { name } of recipesOf(algo)) trainingConfig({ algo, recipe: name }, []);
  });

  test('is the name of its preset: there is one vocabulary', () => {
    // Presets that several families have (one task as published, hidden dynamics) leave the family's name to tell their recipes apart.
    const shared = ['gymnasium', 'hidden-dynamics'];
    for (const algo of algorithms)
      for (const { name, config } of recipesOf(algo)) {
        const { id, preset } = config.env as { id: string; preset: string };
        const family = id
          .replace(/-v\d+$/, '')
          .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
          .toLowerCase();
        if (shared.includes(preset)) expect(name.startsWith(family)).toBe(true);
        else expect(preset).toBe(name);
      }
  });

  test('of several learners needs --algo; a misspelt one, a preset, and --config beside it are refused', () => {
    expect(namedRecipe('pomdp-semicircle', 'varibad').algo).toBe('varibad');
    expect(() => namedRecipe('pomdp-semicircle')).toThrow(
      'the recipe pomdp-semicircle expected --algo rl2 or --algo varibad, got no --algo',
    );
    expect(() => namedRecipe('pomdp-semicirle')).toThrow('did you mean pomdp-semicircle?');
    expect(() => namedRecipe('rebound')).toThrow('rebound is a preset and no recipe: ask for it by --env Puck-v0 --preset rebound');
    expect(() => trainingConfig({ recipe: 'reach', config: 'mine.json' }, [])).toThrow('"--recipe" and "--config" expected one of them');
  });
});

test('a preset of several environments is refused with the list, one of none with the nearest names', () => {
  expect(familyWithPreset('one-shot')).toBe('Puck-v0');
  expect(() => familyWithPreset('velocity')).toThrow(
    'several environments have a preset velocity: ask for one by --env Runner-v1 --preset velocity or --env Hopper-v1 --preset velocity',
  );
  expect(() => familyWithPreset('pomdp-semicirle')).toThrow('did you mean pomdp-semicircle?');
  expect(() => familyWithPreset('Semicircle')).toThrow('did you mean pearl-semicircle?');
});
