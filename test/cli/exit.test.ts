/** Exit codes, what goes to which stream, and colours. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { cli, wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-exit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An environment of our tests that breaks the contract. */
const broken = fileURLToPath(new URL('../envs/user/broken/nan.mjs', import.meta.url));

describe('exit codes', () => {
  test.each([
    [0, ['runs', '--json']],
    [0, ['envs']],
    [2, ['train', '--preset', 'nowhere']],
    [2, ['evaluate']],
    [2, ['evaluate', join(folder, 'nothing')]],
    [2, ['train', '--set', 'learningRate=much']],
    [2, ['bench', '--compare', join(folder, 'no-file')]],
    [1, ['check', broken]],
  ])('%i of %j', (code, args) => {
    const { status, stderr } = wasmeta(...args);
    expect([status, code === 2 ? stderr.trimEnd().split('\n').length : 1]).toEqual([code, 1]);
  });
});

describe('colours', () => {
  const hasScript = spawnSync('script', ['--version']).status === 0;
  const inTerminal = (env: Record<string, string>) =>
    spawnSync('script', ['-qec', `"${process.execPath}" "${cli}" envs`, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    }).stdout;

  test('none outside of a terminal', () => {
    for (const args of [['envs'], ['recipes'], ['runs'], ['--help'], ['train', '--help']])
      expect(wasmeta(...args).stdout).not.toContain('\x1b');
  });

  test.skipIf(!hasScript)('in a terminal, unless NO_COLOR is set', () => {
    expect(inTerminal({})).toContain('\x1b[1m');
    expect(inTerminal({ NO_COLOR: '1' })).not.toContain('\x1b');
  });
});

test('tables keep within 80 columns where they are looked up most', () => {
  for (const args of [['envs'], ['recipes']]) {
    const lines = wasmeta(...args).stdout.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});

test('paths below the folder of the command are printed from there, in errors, too', () => {
  const here = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
  const env = join(realpathSync(folder), 'missing.mjs');
  for (const { stderr } of [here('envs', '--env', env), here('evaluate', join(realpathSync(folder), 'runs/none'))]) {
    expect(stderr).toMatch(/missing\.mjs|runs\/none/);
    expect(stderr).not.toContain(realpathSync(folder));
  }
});
