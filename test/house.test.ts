/** What `node scripts/house.mjs` expects of the house, as tests. */
import { describe, expect, test } from 'vitest';
import { circles, doubleCasts, imports, importTable, sources, unusedExports } from '../scripts/house/findings.mjs';
import { exportsOf, importsOf } from '../scripts/house/sources.mjs';

const source = (code: string) => ({ file: 'a/b.ts', folder: 'a', text: code, code, bare: code });

describe('the reader of sources', () => {
  test('finds names that are taken of a file', () => {
    const code = [
      "import { one, type Two, three as four } from './c.ts';",
      "import * as all from '../d/e.ts';",
      "export { five } from './f.ts';",
      "const { six } = await import('./g.ts');",
      "type Seven = import('./h.ts').Seven;",
      'all.eight(all.nine);',
    ].join('\n');
    expect(importsOf(source(code)).map(({ target, names }) => [target, ...names])).toEqual([
      ['a/c.ts', 'one', 'Two', 'three'],
      ['d/e.ts', 'eight', 'nine'],
      ['a/f.ts', 'five'],
      ['a/g.ts', 'six'],
      ['a/h.ts', 'Seven'],
    ]);
  });

  test('finds names that a file exports of its own', () => {
    const code = [
      'export const one = 1;',
      'export async function two() {}',
      'export interface Three {}',
      'export { a as four, type Five };',
      "export { six } from './f.ts';",
    ].join('\n');
    expect(exportsOf(source(code))).toEqual(['one', 'two', 'Three', 'four', 'Five']);
  });

  test('counts every import between rooms once', () => {
    const counted = [...importTable().values()].flatMap((row) => [...row.values()]).reduce((sum, n) => sum + n, 0);
    const between = imports.filter(({ folder, target }) => target.endsWith('.ts') && !target.startsWith(`${folder}/`));
    expect(counted).toBe(between.filter(({ folder, target }) => folder !== '.' || target.includes('/')).length);
    expect(sources.length).toBeGreaterThan(100);
  });
});

describe('the house', () => {
  test('has no circle of files, types included', () => expect(circles()).toEqual([]));
  test('exports nothing that is used nowhere', () => expect(unusedExports()).toEqual([]));
  test('casts by `as unknown as` at most five times, with the reason beside it', () => {
    expect(doubleCasts().filter(({ reason }) => reason === '')).toEqual([]);
    expect(doubleCasts().length).toBeLessThanOrEqual(5);
  });
});
