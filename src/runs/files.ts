/** Files on disk (Node). A file is replaced whole or not at all. */
import { fail, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { builtin } from '../platform/runtime.ts';
import { toBytes } from './run-files.ts';

/** Every file-system call that a run makes, as node:fs has them; tests replace them with failing ones. */
export interface Disk {
  closeSync(file: number): void;
  fstatSync(file: number): { readonly size: number };
  fsyncSync(file: number): void;
  mkdirSync(path: string, options: { recursive: true }): string | undefined;
  openSync(path: string, flag: string): number;
  readFileSync(path: string): Uint8Array;
  readFileSync(path: string, encoding: 'utf8'): string;
  readSync(file: number, bytes: Uint8Array, from: number, length: number, at: number): number;
  readdirSync(path: string): string[];
  renameSync(from: string, to: string): void;
  rmSync(path: string, options?: { force?: boolean }): void;
  statSync(path: string): { readonly mtimeMs: number };
  utimesSync(path: string, accessed: Date, modified: Date): void;
  writeFileSync(path: string, text: string, options: { flag: string }): void;
  writeSync(file: number, bytes: Uint8Array, from?: number): number;
}

/** Runs `work`; an error becomes `E_IO` with the path. */
export function onDisk<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WasmetaError) throw cause;
    throw new WasmetaError('E_IO', `${path} can't be ${what}: ${(cause as Error).message}`, { path }, cause);
  }
}

/** null if nothing is there. A disk that fails is no empty disk: it throws `E_IO`. */
export function orAbsent<T>(path: string, what: string, work: () => T): T | null {
  return onDisk(path, what, () => {
    try {
      return work();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  });
}

/** Temporary file, fsync, rename, fsync of the folder: a kill or a full disk at any moment leaves the old file or the new one. Throws `E_IO`. */
export function replaceFile(path: string, content: Uint8Array | string, disk: Disk = builtin('node:fs')): void {
  text('path', path);
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) fail('content', 'a text or a Uint8Array', content);
  const folder = builtin('node:path').dirname(path);
  const temporary = `${path}.tmp`;
  onDisk(path, 'written', () => {
    makeFolder(disk, folder);
    try {
      writeAll(disk, temporary, 'w', content, true);
      disk.renameSync(temporary, path);
    } catch (error) {
      removeQuietly(disk, temporary);
      throw error;
    }
    syncFolder(disk, folder);
  });
}

/** Throws `E_IO`; a part of the text may then have been written. */
export function appendFile(path: string, content: Uint8Array | string, disk: Disk = builtin('node:fs')): void {
  onDisk(path, 'written', () => writeAll(disk, path, 'a', content, false));
}

/** Throws `E_IO`. */
export function readFile(path: string): Uint8Array {
  return onDisk(text('path', path), 'read', () => new Uint8Array(builtin('node:fs').readFileSync(path)));
}

/** Throws `E_IO`. */
export function readText(path: string): string {
  return new TextDecoder().decode(readFile(path));
}

function writeAll(disk: Disk, path: string, flag: 'w' | 'a', content: Uint8Array | string, sync: boolean): void {
  const bytes = toBytes(content);
  const file = disk.openSync(path, flag);
  try {
    for (let at = 0; at < bytes.length; ) at += disk.writeSync(file, bytes, at);
    if (sync) disk.fsyncSync(file);
  } finally {
    disk.closeSync(file);
  }
}

function syncFolder(disk: Disk, path: string): void {
  const folder = disk.openSync(path, 'r');
  try {
    disk.fsyncSync(folder);
  } finally {
    disk.closeSync(folder);
  }
}

/** Folders that were made, each with the topmost one made with it, whose names may not yet be on the disk. */
const unsyncedOf = new WeakMap<Disk, Map<string, string>>();

/** Makes the folder and those above it, each of which then stands in its parent even after a power cut. */
function makeFolder(disk: Disk, folder: string): void {
  const { dirname, resolve } = builtin('node:path');
  const path = resolve(folder);
  const unsynced = unsyncedOf.get(disk) ?? new Map<string, string>();
  unsyncedOf.set(disk, unsynced);
  const first = disk.mkdirSync(folder, { recursive: true });
  if (first !== undefined) unsynced.set(path, resolve(first));
  const top = unsynced.get(path);
  if (top === undefined) return;
  for (let at = path; at.length >= top.length; at = dirname(at)) syncParent(disk, at);
  unsynced.delete(path);
}

/** Makes a folder that an earlier process may have made and not synced. */
export function makeOldFolder(disk: Disk, folder: string): void {
  makeFolder(disk, folder);
  syncParent(disk, builtin('node:path').resolve(folder));
}

/** A parent may be written to and not read: then it can't be synced, and nothing is amiss. */
function syncParent(disk: Disk, path: string): void {
  try {
    syncFolder(disk, builtin('node:path').dirname(path));
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.rmSync(path, { force: true });
  } catch {
    // The first error is the one to report.
  }
}
