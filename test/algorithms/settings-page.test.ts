/** The page of the learners' settings is generated from them, and leaves no field unexplained. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtFields, settingsPage } from '../../scripts/settings-page.mjs';

test('docs/settings.md is the one that the learners give', async () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsPage(...(await builtFields())));
});

test('every field has a type, a default and a meaning', async () => {
  const rows = settingsPage(...(await builtFields()))
    .split('\n')
    .filter((line) => /^\| `/.test(line) && !/^\| `(env|envs|policy)`/.test(line));
  expect(rows.length).toBeGreaterThan(80);
  expect(
    rows.filter((row) =>
      row
        .split('|')
        .slice(1, -1)
        .some((cell) => cell.trim() === '' || cell.trim() === 'custom'),
    ),
  ).toEqual([]);
});
