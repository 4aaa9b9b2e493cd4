/**
 * Nothing general knows a particular: names of families stand in the rooms for families, names of algorithms in theirs (scripts/house/names.mjs lists the rooms).
 * `node scripts/house.mjs` prints what this test finds.
 */
import { describe, expect, test } from 'vitest';
import { familyNames, strayNames } from '../scripts/house/names.mjs';
import { familyIds } from '../src/envs/registry.ts';

/** Files that still know an algorithm by name. The list may only shrink: an entry that is no longer needed fails. */
const notYet: readonly string[] = [];

const source = (file: string, code: string) => ({ file, folder: file.split('/')[0], text: code, code, bare: code });
const found = (file: string, code: string) => strayNames([source(file, code)]).map(({ kind, names }) => `${kind}: ${names.join(', ')}`);

describe('the search', () => {
  test('knows every family of the registry', () => {
    const pascal = familyNames().map((name) => name.replaceAll(/(^|-)(\w)/g, (_, _dash: string, letter: string) => letter.toUpperCase()));
    for (const id of familyIds()) expect(pascal).toContain(id.replace(/-v\d+$/, ''));
  });

  test.each([
    ['core/a.ts', `if (id === 'PointMass-v0')`, ["family: PointMass-v0, id === '"]],
    ['report/a.ts', `preset.includes('semicircle')`, ['family: preset.includes(']],
    ['cli/a.ts', `import { gridNavi } from '../envs/grid-navi.ts'`, ['family: grid-navi, gridNavi']],
    ['rollout/a.ts', `const a = resolveRl2(b) as MamlConfig`, ['algorithm: Maml, Rl2']],
    ['runs/a.ts', `algo === 'her'`, ["algorithm: 'her'"]],
    ['core/a.ts', `E_UNSUPPORTED of a runner in a bandit, her puck`, []],
    ['envs/puck.ts', `Puck-v0, lmzintgraf/varibad`, []],
    ['experiments/a.ts', `Puck-v0 by rl2`, []],
  ])('in %s: %s', (file, code, names) => {
    expect(found(file, code)).toEqual(names);
  });
});

const stray = strayNames().map(({ file, kind, names }) => ({ file, text: `${file}: the ${kind} ${names.join(', ')}` }));

test('no name stands outside its rooms', () => {
  expect(stray.filter(({ file }) => !notYet.includes(file)).map(({ text }) => text)).toEqual([]);
});

test('every file that may still name one does', () => {
  expect(notYet.filter((file) => !stray.some((one) => one.file === file))).toEqual([]);
});
