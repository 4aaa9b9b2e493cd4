/** Names that people type: the error says which one is meant here. */
import { describe, expect, test } from 'vitest';
import { learnerOf } from '../../src/algorithms/registry.ts';
import { trainingConfig } from '../../src/cli/train-config.ts';
import { nearestNames } from '../../src/core/checks.ts';
import { families, familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { namedRecipe } from '../../src/experiments/recipe-for.ts';
import { wasmeta } from './command.ts';

const said = (work: () => unknown) => {
  try {
    return String(work());
  } catch (error) {
    return (error as Error).message;
  }
};

describe('environments', () => {
  test.each([
    ['HalfCheetah-v5', 'did you mean Runner-v1, also known as HalfCheetah?'],
    ['half-cheetah', 'did you mean Runner-v1, also known as HalfCheetah?'],
    ['halfcheeta', 'did you mean Runner-v1, also known as HalfCheetah?'],
    ['HalfCheetah-Vel', 'did you mean Runner-v1, also known as HalfCheetahVel?'],
    ['Runner-v0', 'did you mean Runner-v1?'],
    ['hopper', 'did you mean Hopper-v1?'],
    ['pointmass', 'did you mean PointMass-v0?'],
    ['gridworld', 'did you mean GridNavi-v0, also known as GridWorld?'],
    ['FrozenLake', 'got "FrozenLake"; wasmeta new env NAME begins one of your own'],
    ['lunarlander-v3', 'got "lunarlander-v3"; wasmeta new env NAME begins one of your own'],
    ['pomdp-semicircle', 'got the preset pomdp-semicircle (of PointMass-v0)'],
    ['velocity', 'got the preset velocity (of Runner-v1 and Hopper-v1 and Walker2d-v0)'],
  ])('%s', (id, meant) => {
    for (const message of [said(() => resolveEnv(id)), said(() => familyOf(id)), said(() => trainingConfig({ env: id }, []))])
      expect(message).toContain(meant);
  });

  test('an id is known without its version, in small letters and in any spelling of its words', () => {
    for (const { id } of families) {
      const name = id.replace(/-v\d+$/, '');
      const spelled = [
        name,
        name.toLowerCase(),
        name.replaceAll(/(?<=.)(?=[A-Z])/g, '-').toLowerCase(),
        name.replaceAll(/(?<=.)(?=[A-Z])/g, '_'),
        `${name}-v99`,
      ];
      for (const other of spelled) expect(said(() => resolveEnv(other))).toContain(`did you mean ${id}?`);
    }
  });

  test('no other name of one family is the id of another', () => {
    const ids = families.map(({ id }) => id);
    for (const { id, alsoKnownAs = [] } of families)
      for (const other of alsoKnownAs) expect([other, nearestNames(other, ids, { [id]: alsoKnownAs })[0]]).toEqual([other, id]);
  });
});

describe('learners', () => {
  test.each([
    ['MAML', 'did you mean maml?'],
    ['ppo', 'did you mean rl2, also known as PPO?'],
    ['RL²', 'did you mean rl2?'],
    ['rl-squared', 'did you mean rl2, also known as RL-squared?'],
    ['her', 'did you mean goal-conditioned, also known as HER?'],
    ['promp', 'did you mean maml, also known as ProMP?'],
    ['varibd', 'did you mean varibad?'],
  ])('%s', (algo, meant) => {
    for (const message of [said(() => learnerOf(algo)), said(() => trainingConfig({ algo }, []))]) expect(message).toContain(meant);
  });
});

test.each([
  ['presets', () => trainingConfig({ preset: 'pomdp-semi-circle' }, []), 'did you mean pomdp-semicircle?'],
  ['recipes', () => namedRecipe('one_shot'), 'did you mean one-shot?'],
  ['presets of a family', () => trainingConfig({ env: 'Puck-v0', preset: 'oneshot' }, []), 'did you mean one-shot?'],
] as const)('%s are suggested, too', (_, work, meant) => {
  expect(said(work)).toContain(meant);
});

test.each([
  [['train', '--learning-rate', '1e-3'], '"--learning-rate" is a setting and no flag: ask for it by --set learningRate=VALUE'],
  [['train', '--lr=1e-3'], 'ask for it by --set learningRate=VALUE'],
  [['train', '--hidden', '128'], 'ask for it by --set policy.hidden=VALUE'],
  [['sweep', '--horizon', '50'], 'ask for it by --set env.horizon=VALUE'],
  [['train', '--iteration', '5'], 'did you mean --iterations?'],
  [['evaluate', 'runs/x', '--task', '5'], 'did you mean --tasks?'],
  [['trian'], 'did you mean train?'],
  [['eval'], 'did you mean evaluate?'],
])('%j: one line and exit code 2', (args, meant) => {
  const { status, stdout, stderr } = wasmeta(...args);
  expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
  expect(stderr).toContain(meant);
});
