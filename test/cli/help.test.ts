/** Help, version and completion: they answer at once, because they load nothing of what commands need, and they fit a terminal of 80 columns. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import type { Argument, Definitions } from '../../src/cli/definitions.ts';
import { long } from '../long.ts';
import { wasmeta } from './command.ts';

const names = Object.keys(commands);
const built = (name: string) => fileURLToPath(new URL(`../../build/${name}`, import.meta.url));
const described = JSON.parse(readFileSync(built('commands.json'), 'utf8')) as Definitions;

/** An argument as help shows it. */
const textOf = ({ name, positional, takes, description }: Argument) => [
  positional ? takes : [`--${name}`, takes ?? ''].join(' ').trim(),
  description,
];

/** Writes the address of every module that is loaded to stderr. */
const hooks = `import { writeSync } from 'node:fs'; export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
const asModule = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const watch = asModule(`import { register } from 'node:module'; register(${JSON.stringify(asModule(hooks))});`);

function loadedBy(...args: string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', watch, built('cli.js'), ...args], { encoding: 'utf8' });
  expect([args, status]).toEqual([args, 0]);
  return stderr.split('\n').filter((url) => url.startsWith('file:'));
}

test('the list of modules is complete: a command that trains loads the schemas and what makes an engine', () => {
  const urls = loadedBy('envs', '--json');
  expect(urls.some((url) => url.includes('/valibot/'))).toBe(true);
});

/** Help of one command is read as that of another. */
const helped = names.filter((name) => long || ['train', 'view'].includes(name));

describe.each([['--help'], ['--version'], ['completion', 'bash'], ...helped.map((name) => [name, '--help'])])(
  'wasmeta %s %s',
  (...args) => {
    test('loads no tfjs, no engine and no schemas', () => {
      const urls = loadedBy(...args.filter((arg) => arg !== undefined));
      expect(urls.length).toBeGreaterThan(0);
      expect(urls.filter((url) => url.includes('/node_modules/') && !/\/(citty|@noble\/hashes)\//.test(url))).toEqual([]);
      const texts = urls.map((url) => readFileSync(fileURLToPath(url), 'utf8'));
      expect(texts.filter((text) => /WebAssembly\.|from ["']valibot["']|#tf\b/.test(text))).toEqual([]);
    });
  },
);

describe.each(['', ...names])('wasmeta %s --help', (name) => {
  const { stdout, stderr, status } = wasmeta(...(name === '' ? [] : [name]), '--help');
  const help = stdout.replaceAll(/\s+/g, ' ');

  test('keeps within 80 columns, without blank oddities and without colours outside of a terminal', () => {
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
    expect(stdout).not.toContain('\n\n\n');
    expect(stdout).not.toContain('\x1b');
    expect(lines[0]).not.toBe('');
  });

  test('says what everything is for, no word of it broken', () => {
    const args = described.commands.find((command) => command.name === name)?.args ?? [];
    const texts = name === '' ? described.commands.map((command) => [command.name, command.description]) : args.map(textOf);
    expect(texts.length).toBeGreaterThan(0);
    for (const [label, text] of texts) {
      expect(text).not.toBe('');
      expect(help).toContain(`${label} ${text}`);
    }
  });
});

test('help is also a word, and no command at all is a question for help', () => {
  expect(wasmeta('help', 'train').stdout).toBe(wasmeta('train', '--help').stdout);
  expect(wasmeta().stdout).toBe(wasmeta('--help').stdout);
  expect(wasmeta('help', 'trian').stderr).toBe(wasmeta('trian').stderr);
});
