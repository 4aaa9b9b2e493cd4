/** Files of a run folder (Node). A file is replaced whole or not at all. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { WasmetaError } from '../core/errors.ts';

/** Temporary file, fsync, rename, fsync of the folder: a kill at any moment leaves the old file or the new one. */
export function replaceFile(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const temporary = `${path}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'w');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    throw new WasmetaError('E_IO', `${path} can't be written: ${(cause as Error).message}`, { path }, cause);
  }
}

export function readFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new WasmetaError('E_IO', `${path} can't be read: ${(cause as Error).message}`, { path }, cause);
  }
}

export function readText(path: string): string {
  return new TextDecoder().decode(readFile(path));
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
