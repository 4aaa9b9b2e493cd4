/** The server of `wasmeta view` and of the development pages gives out its folder alone, and keeps nothing open. */
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../src/cli/site-server.ts';

const root = mkdtempSync(join(tmpdir(), 'wasmeta-site-'));
const folder = join(root, 'site');
let served: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), 'start');
  writeFileSync(join(folder, 'deep/own.txt'), 'own');
  writeFileSync(join(folder, 'large.wasm'), '');
  truncateSync(join(folder, 'large.wasm'), 2 ** 28);
  symlinkSync('../secret.txt', join(folder, 'out.txt'));
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('deep/own.txt', join(folder, 'inside.txt'));
  served = await serve(folder);
});
afterAll(async () => {
  await served.close();
  rmSync(root, { recursive: true });
});

const status = async (path: string, headers = {}) => (await fetch(new URL(path, served.address), { headers })).status;

test('links that lead out of the folder are not followed, those that stay in it are', async () => {
  expect(await Promise.all(['out.txt', 'up/secret.txt', '..%2fsecret.txt', 'up/site/index.html'].map((path) => status(path)))).toEqual([
    404, 404, 404, 200,
  ]);
  expect(await Promise.all(['', 'index.html', 'inside.txt', 'deep/own.txt'].map((path) => status(path)))).toEqual([200, 200, 200, 200]);
});

test('a request for another host is refused', async () => {
  const asked = (host: string) =>
    new Promise<number | undefined>((done) =>
      get(served.address, { headers: { host } }, (answer) => answer.resume() && done(answer.statusCode)),
    );
  expect(await asked('elsewhere.example')).toBe(403);
  expect(await asked(new URL(served.address).host)).toBe(200);
});

test.skipIf(process.platform !== 'linux')('downloads that are broken off leave no file open', async () => {
  const open = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).endsWith('large.wasm');
      } catch {
        return false; // closed meanwhile
      }
    }).length;
  for (let turn = 0; turn < 10; turn++)
    await new Promise<void>((done) => {
      const asking = get(new URL('large.wasm', served.address), (answer) => {
        answer.once('data', () => asking.destroy());
        answer.on('error', () => {});
        answer.on('close', done);
      });
      asking.on('error', () => {});
    });
  for (const end = Date.now() + 60_000; open() > 0 && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(open()).toBe(0);
});
