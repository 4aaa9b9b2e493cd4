/** `wasmeta new env`: the folder works at once, in each language whose compiler is here. C: test/outside. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-new-'));
const node = (cwd: string, ...args: string[]) => spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 300_000 });
const wasmeta = (cwd: string, ...args: string[]) => node(cwd, join(root, 'build/cli.js'), ...args);

/** What npm would install. */
beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/wasmeta'), 'dir');
  symlinkSync(join(root, 'node_modules/assemblyscript'), join(folder, 'node_modules/assemblyscript'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true }));

const asc = [
  'node_modules/assemblyscript/bin/asc.js',
  'my-as.ts',
  '--outFile',
  'my-as.wasm',
  '--optimize',
  '--runtime',
  'stub',
  '--enable',
  'simd',
];
test.each<[string, string, string[] | null]>([
  ['js', 'my-js.mjs', null],
  ['ts', 'my-ts.js', ['node_modules/typescript/bin/tsc']],
  ['as', 'my-as.wasm', asc],
])('--lang %s: written, built, checked, trained', (lang, file, build) => {
  const name = `my-${lang}`;
  const made = wasmeta(folder, 'new', 'env', name, '--lang', lang, '--json');
  expect(JSON.parse(made.stdout)).toMatchObject({ folder: name, lang, files: expect.arrayContaining(['README.md', 'package.json']) });
  const own = join(folder, name);
  const { scripts, dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined(); // the folder around it has the package
  expect(scripts.check).toBe(`wasmeta check ${file}`);
  if (build !== null) {
    const { status, stdout, stderr } = node(own, join(root, build[0]), ...build.slice(1));
    expect([status, stdout, stderr.includes('ERROR')]).toEqual([0, '', false]);
  }
  const checked = wasmeta(own, 'check', file, '--json');
  expect([checked.status, JSON.parse(checked.stdout).passed]).toEqual([0, true]);
  const small = ['iterations=1', 'tasks=8', 'policy.hidden=8'].flatMap((set) => ['--set', set]);
  const trained = wasmeta(own, 'train', '--env', file, ...small, '--out', 'runs/first', '--json');
  expect(JSON.parse(trained.stdout)).toMatchObject({ env: `My${lang[0].toUpperCase()}${lang.slice(1)}-v0`, iterations: 1 });
});

test.each([
  [['new', 'env', 'My Pendulum'], /"name" expected small letters/],
  [['new', 'env', 'a', '--lang', 'cobol'], /expected one of js, ts, as, c|"lang"/],
  [['new', 'env', 'my-js'], /expected no file or folder of that name/],
])('wasmeta %j is refused with one line and exit code 2', (args, message) => {
  const { status, stderr } = wasmeta(folder, ...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
