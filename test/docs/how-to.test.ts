/**
 * Every page of docs/how-to as its reader would follow it: blocks of sh and js, in order, in a fresh folder with the package installed. Blocks that are marked `long`
 * run by `npm run test:long` alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { long } from '../long.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = new URL('../../docs/how-to/', import.meta.url);

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
  [...readFileSync(new URL(page, pages), 'utf8').matchAll(/^```(sh|js)( long)?\n([\s\S]*?)^```$/gm)].flatMap(([, language, slow, code]) =>
    slow === undefined || long
      ? [
          {
            language,
            code,
          },
        ]
      : [],
  );

describe.each(readdirSync(pages).filter((name) => name.endsWith('.md')))('%s', (page) => {
  test('its blocks run one after the other', () => {
    const cwd = folder();
    blocksOf(page).forEach(({ language, code }, i) => {
      const script = join(cwd, language === 'sh' ? `block-${i}.sh` : `block-${i}.mjs`);
      writeFileSync(script, code);
      const command = language === 'sh' ? ['bash', '-euo', 'pipefail', script] : [process.execPath, script];
      const { status, stderr } = spawnSync(command[0], command.slice(1), {
        cwd,
        encoding: 'utf8',
        timeout: 300_000,
        killSignal: 'SIGKILL',
      });
      expect(`block ${i} ended with ${status}${status === 0 ? '' : `:\n${code}\n${stderr}`}`).toBe(`block ${i} ended with 0`);
    });
  });
});
