/** The C template compiles with clang's wasm32 target and keeps the contract. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wasmeta-clang-'));
afterAll(() => rmSync(folder, { recursive: true }));
const found = (program: string) => spawnSync(program, ['--version']).status === 0;

test('the template in C builds, and passes the check', ({ skip }) => {
  if (!found('clang') || !found('wasm-ld')) skip('clang or wasm-ld is not installed');
  const wasmeta = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'build/cli.js'), ...args], { cwd, encoding: 'utf8' });
  expect(wasmeta(folder, 'new', 'env', 'mine', '--lang', 'c').status).toBe(0);
  const own = join(folder, 'mine');
  const options = ['--target=wasm32', '-O3', '-mbulk-memory', '-nostdlib', '-Wl,--no-entry', '-I', join(root, 'include')];
  const built = spawnSync('clang', [...options, '-o', 'mine.wasm', 'mine.c'], { cwd: own, encoding: 'utf8' });
  expect([built.status, built.stderr]).toEqual([0, '']);
  expect(wasmeta(own, 'check', 'mine.wasm').status).toBe(0);
});
