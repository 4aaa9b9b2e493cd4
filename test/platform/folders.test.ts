/** Walks of folders come to an end, whatever lies in them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldersWith } from '../../src/platform/folders.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wasmeta-folders-'));
  for (const folder of ['one', 'deep/two', 'empty', 'elsewhere/three/inner']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['one/config.json', 'deep/two/config.json', 'elsewhere/three/config.json', 'elsewhere/three/inner/config.json'])
    writeFileSync(join(root, file), '{}');
});
afterAll(() => rmSync(root, { recursive: true }));

test('two links to their own folder are not followed for ever, nor are links to nowhere', () => {
  for (const name of ['a', 'b', 'one/a', 'one/b']) symlinkSync('.', join(root, name));
  symlinkSync('nowhere', join(root, 'broken'));
  symlinkSync('itself', join(root, 'itself'));
  expect(foldersWith('config.json', root)).toEqual(['deep/two', 'elsewhere/three', 'elsewhere/three/inner', 'one', 'one/a', 'one/b']);
});

test('a linked folder that holds the file counts, and is not walked through', () => {
  symlinkSync('../elsewhere/three', join(root, 'deep/linked'));
  expect(foldersWith('config.json', join(root, 'deep'))).toEqual(['linked', 'two']);
});

test('the folder itself counts, and one that is not there holds nothing', () => {
  expect(foldersWith('config.json', join(root, 'elsewhere/three/inner'))).toEqual(['.']);
  expect(foldersWith('config.json', join(root, 'gone'))).toEqual([]);
});
