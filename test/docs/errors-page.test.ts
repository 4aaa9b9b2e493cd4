/** The page of error codes is generated, and explains every code that the sources throw. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codesIn, errorsPage } from '../../scripts/errors-page.mjs';
import { sources } from '../../scripts/house/findings.mjs';

test('docs/errors.md is the one that comments and messages give', async () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(await errorsPage());
});

test('every code that the sources throw is explained', () => {
  const thrown = new Set(sources.flatMap(({ text }: { text: string }) => text.match(/(?<=')E_[A-Z_]+(?=')/g) ?? []));
  expect(thrown.size).toBeGreaterThan(10);
  expect(
    codesIn()
      .map(({ code }) => code)
      .sort(),
  ).toEqual([...thrown].sort());
});
