/** What is shipped: whole, licensed, and the same each time. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPacked, pack, repository } from './packed.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasmeta-shipped-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('one flipped bit in a shipped .wasm file is noticed when it is loaded', async () => {
  cpSync(join(repository, 'build'), join(folder, 'build'), {
    recursive: true,
    filter: (path) => !/build[/\\](site|types)/.test(path),
  });
  cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const { makeVec } = await import(pathToFileURL(join(folder, 'build/index.js')).href);
  const file = join(folder, 'build/wasm/wasmeta.wasm');
  const bytes = readFileSync(file);
  const whole = Uint8Array.from(bytes);
  bytes[bytes.length - 100] ^= 1;
  writeFileSync(file, bytes);
  await expect(makeVec('PointMass-v0', { numEnvs: 1 })).rejects.toThrow(
    expect.objectContaining({
      code: 'E_WASM_INVALID',
      message: expect.stringMatching(/wasmeta\.wasm expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/),
    }),
  );
  writeFileSync(file, whole);
  (await makeVec('PointMass-v0', { numEnvs: 1 })).close();
});

test('NOTICE has the licences of what is bundled', () => {
  const notice = readFileSync(join(repository, 'NOTICE'), 'utf8');
  const sections = notice.split(`\n${'-'.repeat(80)}\n`);
  const needed = ['@noble/hashes', '@observablehq/plot', 'comlink', 'd3-array', 'preact', 'uplot', 'valibot', '@tensorflow/tfjs-core'];
  for (const name of needed) {
    const { version, license } = JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8'));
    const section = sections.find((text) => text.includes(`\n${name} ${version} · ${license}`));
    expect(section, name).toMatch(license === 'Apache-2.0' ? /LICENSE/ : /Permission (is hereby granted|to use)/);
  }
});

test('the lock file has the integrity of every package', () => {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const without = Object.entries(packages).filter(([name, { integrity }]) => name !== '' && integrity === undefined);
  expect(without.map(([name]) => name)).toEqual([]);
});

test('npm pack writes the same bytes twice', async () => {
  const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  const [first, second] = [await installPacked(), await pack(mkdtempSync(join(folder, 'again-')))];
  expect(hashOf(second.tarball)).toBe(hashOf(first.tarball));
});
