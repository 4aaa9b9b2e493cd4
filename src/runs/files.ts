/** Files on disk (Node). A file is replaced whole or not at all. */
import { WasmetaError } from '../core/errors.ts';
import { builtin } from '../platform/runtime.ts';
import { toBytes } from './run-files.ts';

/** The file-system calls that writing uses; tests replace them with failing ones. */
export interface Disk {
  closeSync(file: number): void;
  fsyncSync(file: number): void;
  mkdirSync(path: string, options: { recursive: true }): unknown;
  openSync(path: string, flag: string): number;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options?: { force?: boolean }): void;
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

/** Temporary file, fsync, rename, fsync of the folder: a kill or a full disk at any moment leaves the old file or the new one. Throws `E_IO`. */
export function replaceFile(path: string, content: Uint8Array | string, disk: Disk = builtin('node:fs')): void {
  const folder = builtin('node:path').dirname(path);
  const temporary = `${path}.tmp`;
  onDisk(path, 'written', () => {
    disk.mkdirSync(folder, { recursive: true });
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
  return onDisk(path, 'read', () => new Uint8Array(builtin('node:fs').readFileSync(path)));
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

function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.rmSync(path, { force: true });
  } catch {
    // The first error is the one to report.
  }
}
