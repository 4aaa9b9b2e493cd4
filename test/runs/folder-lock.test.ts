/** One writer for a run: a second one is refused, a dead one is noticed, and one that lost its place writes nothing. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { folderFiles } from '../../src/runs/folder-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = () => join(folder, String(count++));
const lockOf = (path: string) => join(path, 'run.lock');
const holder = (change: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00.000Z', born: null, ...change });

test('a second writer is refused with who the first one is, until that one lets go', async () => {
  const path = newPath();
  const release = await folderFiles(path).hold();
  await expect(folderFiles(path).hold()).rejects.toMatchObject({
    code: 'E_IO',
    message: expect.stringContaining(`process ${process.pid} on`),
  });
  await release();
  expect(existsSync(lockOf(path))).toBe(false);
  await (await folderFiles(path).hold())();
});

test('the lock of a process that was killed is taken over; of one that lives it is not', { timeout: 60_000 }, async () => {
  const path = newPath();
  await (await folderFiles(path).hold())();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  writeFileSync(lockOf(path), holder({ pid: child.pid }));
  await expect(folderFiles(path).hold()).rejects.toMatchObject({ code: 'E_IO' });
  const ended = new Promise((done) => child.on('close', done));
  child.kill('SIGKILL');
  await ended;
  await (await folderFiles(path).hold())();
});

test.each([
  ['a process with our number that was another one', holder({})],
  ['a process whose number was given away again', holder({ pid: process.ppid, born: '1' })],
])('%s does not hold', async (_, text) => {
  const path = newPath();
  await (await folderFiles(path).hold())();
  writeFileSync(lockOf(path), text);
  await (await folderFiles(path).hold())();
});

test.each([
  ['of another host', holder({ host: 'elsewhere' })],
  ['that nobody can read', '{"pid":'],
])('a lock %s holds as long as it is touched', async (_, text) => {
  const path = newPath();
  await (await folderFiles(path).hold())();
  writeFileSync(lockOf(path), text);
  await expect(folderFiles(path).hold()).rejects.toMatchObject({ code: 'E_IO' });
  const hourAgo = Number(new Date()) / 1000 - 3600;
  utimesSync(lockOf(path), hourAgo, hourAgo);
  await (await folderFiles(path).hold())();
});

test('who lost the lock writes nothing any more, and leaves the new holder its lock', async () => {
  const path = newPath();
  const files = folderFiles(path);
  const release = await files.hold();
  await files.replace('a', '1');
  writeFileSync(lockOf(path), holder({ host: 'elsewhere' }));
  for (const write of [() => files.replace('a', '2'), () => files.append('a', '2'), () => files.remove('a')])
    await expect(write()).rejects.toMatchObject({ code: 'E_IO', message: expect.stringContaining('elsewhere') });
  await release();
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('1');
  expect(readFileSync(lockOf(path), 'utf8')).toContain('elsewhere');
});

test('a lock that vanished with its folder is written again', async () => {
  const path = newPath();
  const files = folderFiles(path);
  const release = await files.hold();
  rmSync(path, { recursive: true });
  await files.replace('a', '1');
  await expect(folderFiles(path).hold()).rejects.toMatchObject({ code: 'E_IO' });
  await release();
});
