/**
 * Before any test: what the tests load is built anew if a source is newer, so that no run of vitest passes or fails on yesterday's build. And a folder for what
 * several files of tests share (test/once.ts), removed after the last test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage, testBuildIsStale } from '../scripts/setup.mjs';
import { folderOfRun } from './once.ts';

export async function setup(): Promise<(() => void) | undefined> {
  if (process.env[folderOfRun] !== undefined) return; // another project of this run was first
  const folder = mkdtempSync(join(tmpdir(), 'wasmeta-tests-'));
  process.env[folderOfRun] = folder;
  if (testBuildIsStale()) {
    console.log('test: the build is older than its sources, building');
    await buildPackage();
  }
  return () => rmSync(folder, { recursive: true, force: true });
}
