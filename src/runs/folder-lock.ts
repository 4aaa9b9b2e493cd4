/**
 * One writer for a run folder (Node): the file run.lock with pid, host and start of the process that writes.
 * A lock is stale if its process is gone: on this host by its pid and start, on another host if it was not touched for ten minutes.
 */
import { WasmetaError } from '../core/errors.ts';
import { builtin } from '../platform/runtime.ts';
import { type Disk, makeOldFolder, onDisk } from './files.ts';
import { parseBounded } from './json.ts';
import { toBytes } from './run-files.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** Start of the process in ticks since boot, so that a later process with its pid is told apart; null where the system does not say. */
  readonly born: string | null;
}

const touchMs = 60_000;
const staleMs = 600_000;
/** A lock that says nothing was cut short: its process wrote it at once or died. */
const unreadableMs = 10_000;

/** Locks that this process holds: a lock with our pid that is not here was left by an earlier process with the same pid. */
const ours = new Set<string>();

export class FolderLock {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #path: string;
  #text: string | null = null;
  #touching: ReturnType<typeof setInterval> | undefined;

  constructor(folder: string, disk: Disk) {
    this.#disk = disk;
    this.#folder = folder;
    this.#path = builtin('node:path').join(folder, 'run.lock');
  }

  /** Throws `E_IO` if a living process holds it. */
  take(): void {
    const text = `${JSON.stringify(self())}\n`;
    onDisk(this.#path, 'written', () => {
      makeOldFolder(this.#disk, this.#folder);
      if (!written(this.#disk, this.#path, text)) {
        this.#removeStale();
        if (!written(this.#disk, this.#path, text)) throw this.#busy();
      }
    });
    this.#text = text;
    ours.add(text);
    this.#touching = setInterval(() => touch(this.#disk, this.#path), touchMs);
    this.#touching.unref();
  }

  release(): void {
    clearInterval(this.#touching);
    const mine = this.#text !== null && textOf(this.#path, this.#disk) === this.#text;
    if (this.#text !== null) ours.delete(this.#text);
    this.#text = null;
    if (mine) onDisk(this.#path, 'removed', () => this.#disk.rmSync(this.#path, { force: true }));
  }

  /** Throws `E_IO` if another process took over; a lock that vanished with its folder is written again. No check without `take`. */
  mustStillHold(): void {
    if (this.#text === null) return;
    const text = textOf(this.#path, this.#disk);
    if (text === this.#text) return;
    if (text !== null) throw this.#busy();
    onDisk(this.#path, 'written', () => {
      makeOldFolder(this.#disk, this.#folder);
      if (!written(this.#disk, this.#path, this.#text as string)) throw this.#busy();
    });
  }

  /** Moved aside before it is removed, and put back if another process has renewed it in between. */
  #removeStale(): void {
    const fs = this.#disk;
    const text = textOf(this.#path, this.#disk);
    if (text === null) return;
    if (!isStale(text, this.#path, this.#disk)) throw this.#busy();
    const aside = `${this.#path}.${process.pid}`;
    try {
      fs.renameSync(this.#path, aside);
    } catch {
      return; // Another process was faster.
    }
    if (textOf(aside, this.#disk) !== text) {
      fs.renameSync(aside, this.#path);
      throw this.#busy();
    }
    fs.rmSync(aside, { force: true });
  }

  #busy(): WasmetaError {
    const holder = holderIn(textOf(this.#path, this.#disk) ?? '');
    const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
    return new WasmetaError('E_IO', `${this.#folder} is being written by ${who}; wait for it or stop it`, { path: this.#folder, holder });
  }
}

function self(): Holder {
  return { pid: process.pid, host: builtin('node:os').hostname(), since: new Date().toISOString(), born: bornOf(process.pid) };
}

/** Whether the file is new and now holds the text. */
function written(disk: Disk, path: string, text: string): boolean {
  try {
    disk.writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function textOf(path: string, disk: Disk = builtin('node:fs')): string | null {
  try {
    return disk.readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function touch(disk: Disk, path: string): void {
  try {
    const at = new Date();
    disk.utimesSync(path, at, at);
  } catch {
    // The next write says what is wrong.
  }
}

function holderIn(text: string): Holder | null {
  const value = parseBounded(toBytes(text.slice(0, 1000)), 1) as Holder | null;
  const right = Number.isInteger(value?.pid) && typeof value?.host === 'string' && typeof value.since === 'string';
  return right ? value : null;
}

function isStale(text: string, path: string, disk: Disk): boolean {
  if (ours.has(text)) return false;
  const holder = holderIn(text);
  if (holder?.host === builtin('node:os').hostname()) return holder.pid === process.pid || !lives(holder);
  const { mtimeMs } = disk.statSync(path);
  return Number(new Date()) - mtimeMs > (holder === null ? unreadableMs : staleMs);
}

function lives({ pid, born }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return born === null || bornOf(pid) === born;
}

/** Field 22 of /proc/<pid>/stat, counted after the name, which may hold blanks. */
function bornOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
