/** docs/reliability.md names tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/reliability.md', 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('|') && !/^\|(-|\s*fault)/.test(line));

test('every row of the table of faults names a test by file and title', () => {
  expect(rows.length).toBeGreaterThan(10);
  const wrong = rows.filter((row) => {
    const [, file, title] = /\| `(test\/[^`]+)`: ([^|]+?) \|$/.exec(row) ?? [];
    return file === undefined || !existsSync(file) || !readFileSync(file, 'utf8').includes(title);
  });
  expect(wrong).toEqual([]);
});
