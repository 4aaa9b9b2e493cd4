/** The entries of the package: what is built exports the values that the source names, no more and no less, with types beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportsOf, importsOf, readSources } from '../scripts/house/sources.mjs';

const { exports: published } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};
/** Programs of worker threads: they export nothing, and refuse the main thread. */
const programs = ['./worker', './rollout-worker'];
const entries = Object.entries(published).filter(
  (entry): entry is [string, { types: string; default: string }] => typeof entry[1] === 'object' && !programs.includes(entry[0]),
);
const sources = readSources('src');

/** Values that an entry's source exports, its own and others'; types are not in the built code. */
function valuesOf(file: string): string[] {
  const source = sources.find((one) => one.file === file);
  if (source === undefined) throw new Error(`no ${file} in src`);
  const withoutTypes = { ...source, code: source.code.replace(/^export (?:type \{[^}]*\}|interface|type)|\btype \w+,?/gm, '') };
  const passedOn = importsOf({ ...withoutTypes, code: withoutTypes.code.replace(/^import .*$/gm, '') });
  return [...exportsOf(withoutTypes), ...passedOn.flatMap(({ names }) => names)].sort();
}

test.each(entries)('"%s" gives what its source names', async (_, { default: file, types }) => {
  const source = types.replace(/^\.\/build\/types\/src\/(.*)\.d\.ts$/, '$1.ts');
  const built = await import(new URL(`../${file}`, import.meta.url).href);
  expect(Object.keys(built).sort()).toEqual(valuesOf(source));
  expect(Object.values(built)).not.toContain(undefined);
});

test('every file that package.json names is there', () => {
  const files = Object.values(published).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)));
  expect(files.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
});
