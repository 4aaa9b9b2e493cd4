/**
 * Tutorials, how-tos and the page of errors as their reader would follow them: blocks of sh and js, in order, in a fresh folder with the package installed.
 * Trainings and tests of tutorials are cut short; `npm run test:long` runs them as they stand. Blocks that are marked `long` run there alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { long } from '../long.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = new URL('../../docs/', import.meta.url);
const inFolder = (name: string) => readdirSync(new URL(name, docs)).map((page) => `${name}/${page}`);
const pages = [...inFolder('learn'), ...inFolder('how-to'), 'errors.md'].filter((name) => name.endsWith('.md'));

/** A folder in which `wasmeta` is installed. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'how-to-'));
  mkdirSync(join(made, 'node_modules/.bin'), { recursive: true });
  symlinkSync(root, join(made, 'node_modules/wasmeta'));
  symlinkSync(join(root, 'build/cli.js'), join(made, 'node_modules/.bin/wasmeta'));
  writeFileSync(join(made, 'package.json'), '{ "type": "module" }');
  return made;
}

const blocksOf = (page: string) =>
  [...readFileSync(new URL(page, docs), 'utf8').matchAll(/^```(sh|js)( long)?\n([\s\S]*?)^```$/gm)].flatMap(([, language, slow, code]) =>
    slow === undefined || long ? [{ language, code }] : [],
  );

/** One iteration of short episodes, few test tasks. */
const cutShort = (script: string) =>
  script
    .replaceAll(/wasmeta train .*?--iterations \d+/g, '$& --iterations=1 --set env.horizon=20')
    .replaceAll(/ --iterations \d+ (?=--iterations=)/g, ' ')
    .replaceAll(/(?<=wasmeta (?:evaluate|report) .*) --tasks \d+/g, '')
    .replaceAll(/wasmeta (?:evaluate|report)/g, '$& --tasks=10');

/** Commands of the package without npm in between, which takes half a second each; the first tutorial has it. */
const withoutNpm = 'npx() { "$@"; }\n';

/** A script that begins with `// name` is a file of that name. */
const nameOf = (language: string, code: string, i: number) =>
  /^\/\/ ([\w-]+\.mjs)\n/.exec(code)?.[1] ?? (language === 'sh' ? `block-${i}.sh` : `block-${i}.mjs`);

describe.each(pages)('%s', (page) => {
  test('its blocks run one after the other', () => {
    const cwd = folder();
    blocksOf(page).forEach(({ language, code }, i) => {
      const script = join(cwd, nameOf(language, code, i));
      const cut = page.startsWith('learn/') && !long ? cutShort(code) : code;
      writeFileSync(script, language === 'sh' && page !== 'learn/1-first-run.md' ? withoutNpm + cut : cut);
      const command = language === 'sh' ? ['bash', '-euo', 'pipefail', script] : [process.execPath, script];
      const { status, stderr } = spawnSync(command[0], command.slice(1), {
        cwd,
        env: { ...process.env, PATH: `${join(cwd, 'node_modules/.bin')}:${process.env.PATH}` },
        encoding: 'utf8',
        timeout: 300_000,
        killSignal: 'SIGKILL',
      });
      expect(`block ${i} ended with ${status}${status === 0 ? '' : `:\n${code}\n${stderr}`}`).toBe(`block ${i} ended with 0`);
    });
  });
});
