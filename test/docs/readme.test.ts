/** README: short enough to be read, its links lead somewhere, its code runs and its commands exist. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wasmeta } from '../cli/command.ts';

const root = new URL('../..', import.meta.url).pathname;
const text = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language: string) => [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code);

test('has at most 120 lines', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test('every link leads to a file', () => {
  const links = [...text.matchAll(/\]\(([^)#\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, link, image]) => link ?? image);
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});

test('the ten lines run when copied: the agent comes near the oracle in its second episode', () => {
  const folder = mkdtempSync(join(root, 'build/readme-')); // inside the package, which then finds itself by its name
  try {
    writeFileSync(join(folder, 'ten-lines.mjs'), blocks('js')[0]);
    const said = execFileSync(process.execPath, [join(folder, 'ten-lines.mjs')], { encoding: 'utf8', cwd: root });
    const [first, second, , , , oracle] = (said.split('unseen tasks:')[1].match(/-?\d+\.\d+/g) ?? []).map(Number);
    expect(second).toBeGreaterThan(first);
    expect(second).toBeGreaterThan(oracle / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every command and flag of its command lines exists', () => {
  const lines = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith('npx wasmeta ')));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const [, , command, ...words] = line.split('#')[0].trim().split(/\s+/);
    const { status, stdout } = wasmeta(command, '--help');
    expect([line, status]).toEqual([line, 0]);
    for (const flag of words.filter((word) => word.startsWith('--') && word !== '--help'))
      expect([line, stdout.includes(flag)]).toEqual([line, true]);
  }
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [, name] of text.matchAll(/npm (?:run )?(start|test|web)\b/g)) expect(scripts[name]).toBeDefined();
});
