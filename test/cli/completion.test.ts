/** The completion scripts: bash's is run, the others are read. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commands as commandTable } from '../../src/cli/commands.ts';
import { familyIds, familyOf } from '../../src/envs/registry.ts';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['mine.json', 'my other.json']) writeFileSync(join(folder, name), '{}');
writeFileSync(join(folder, 'wasmeta.bash'), wasmeta('completion', 'bash').stdout);

const commands = Object.keys(commandTable);

/** What bash would offer for the last of these words. */
function offered(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `source ./wasmeta.bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _wasmeta; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-uc', script], { encoding: 'utf8', cwd: folder });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('\n').filter((line) => line !== '');
}

const hasBash = spawnSync('bash', ['--version']).status === 0;

describe.skipIf(!hasBash)('in bash', () => {
  test('the script is registered for wasmeta', () => {
    const { stdout } = spawnSync('bash', ['--norc', '-c', 'source ./wasmeta.bash; complete -p wasmeta'], { encoding: 'utf8', cwd: folder });
    expect(stdout).toBe('complete -o filenames -F _wasmeta wasmeta\n');
  });

  test('every command is offered, and the one begun alone', () => {
    expect(offered('wasmeta', '')).toEqual([...commands, '--help', '--version']);
    expect(offered('wasmeta', 'tr')).toEqual(['train']);
  });

  test.each(['train', 'evaluate', 'recipes', 'bench'])('the flags of %s are those that its usage names', (name) => {
    const usage = wasmeta(name, '--help').stdout.match(/--[a-z-]+(?=[=\s])/g) as string[];
    const flags = offered('wasmeta', name, '--');
    expect(flags).toContain('--json');
    for (const flag of flags.filter((flag) => flag !== '--help')) expect(usage).toContain(flag);
    for (const flag of wasmeta(name, '--help').stdout.matchAll(/^\s+(--[a-z-]+)/gm)) expect(flags).toContain(flag[1]);
  });

  test.each<[string[], string[]]>([
    [['train', '--env', ''], familyIds()],
    [['train', '--preset', 'po'], ['pomdp-semicircle']],
    [['train', '--preset', '='], [...new Set(familyIds().flatMap((id) => Object.keys(familyOf(id).presets)))]],
    [['train', '--preset', '=', 'wa'], ['walking-direction']],
    [
      ['train', '--algo', ''],
      ['rl2', 'varibad', 'maml', 'goal-conditioned', 'multi-task', 'supervised-maml'],
    ],
    [['train', '--seed', ''], []],
    [
      ['train', '--config', 'm'],
      ['mine.json', 'my other.json'],
    ],
    [['evaluate', 'mi'], ['mine.json']],
    [['recipes', 'pea'], ['pearl-semicircle']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
    [['nonsense', ''], []],
  ])('wasmeta %j offers %j', (words, wanted) => {
    expect(offered('wasmeta', ...words).sort()).toEqual([...wanted].sort());
  });
});

describe.each(['zsh', 'fish'])('for %s', (shell) => {
  const { stdout: script } = wasmeta('completion', shell);

  test('every command, every preset and the flags of train are named', () => {
    for (const name of commands) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    for (const id of familyIds()) for (const preset of Object.keys(familyOf(id).presets)) expect(script).toContain(preset);
    for (const flag of ['config', 'preset', 'resume']) expect(script).toMatch(new RegExp(`(--|-l )${flag}\\b`));
  });

  test.skipIf(spawnSync(shell, ['--version']).status !== 0)('the shell can read it', () => {
    const { stderr, status } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });
});

test('another shell is refused, with those there are', () => {
  const { status, stderr } = wasmeta('completion', 'bsh');
  expect([status, stderr]).toEqual([2, 'wasmeta: "shell" expected one of bash, zsh, fish, got "bsh"; did you mean bash?\n']);
});
