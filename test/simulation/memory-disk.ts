/**
 * A disk in memory that forgets what a power cut would: bytes of a file until the file is synced, names in a folder until the folder is.
 * `before` is called ahead of every call and may throw, or answer how many bytes of a write succeed.
 */
import type { Disk } from '../../src/runs/files.ts';

interface Inode {
  readonly folder: boolean;
  bytes: Uint8Array;
  /** What a power cut leaves for sure. */
  synced: Uint8Array;
  /** Entries of a folder, now and after a power cut. */
  readonly names: Map<string, Inode>;
  readonly syncedNames: Map<string, Inode>;
  modified: number;
}

export type Call = keyof Disk;
type Before = (call: Call, path: string, bytes: number) => number | undefined;

const inode = (folder: boolean): Inode => ({
  folder,
  bytes: new Uint8Array(),
  synced: new Uint8Array(),
  names: new Map(),
  syncedNames: new Map(),
  modified: Date.now(),
});

export function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

export class MemoryDisk {
  before: Before = () => undefined;
  readonly #root = inode(true);
  readonly #open = new Map<number, { readonly node: Inode; readonly path: string; readonly append: boolean; at: number }>();
  #next = 3;
  /** The calls, as node:fs has them. */
  readonly fs = this.#calls() as unknown as Disk;

  #find(path: string): Inode | undefined {
    let node: Inode | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) node = node?.names.get(name);
    return node;
  }

  #need(path: string): Inode {
    const node = this.#find(path);
    if (node === undefined) throw failure('ENOENT');
    return node;
  }

  #parent(path: string): [Inode, string] {
    const cut = path.lastIndexOf('/');
    return [this.#need(path.slice(0, cut)), path.slice(cut + 1)];
  }

  get openFiles(): number {
    return this.#open.size;
  }

  bytesOf(path: string): Uint8Array | null {
    return this.#find(path)?.bytes ?? null;
  }

  namesIn(path: string): string[] {
    return [...(this.#find(path)?.names.keys() ?? [])];
  }

  /** Somebody else's doing: it is on the disk for good, and meets no fault. */
  put(path: string, bytes: Uint8Array): void {
    const [folder, name] = this.#parent(path);
    const node = { ...inode(false), bytes, synced: bytes };
    for (const names of [folder.names, folder.syncedNames]) names.set(name, node);
  }

  drop(path: string): void {
    if (this.#find(path) === undefined) return;
    const [folder, name] = this.#parent(path);
    for (const names of [folder.names, folder.syncedNames]) names.delete(name);
  }

  /** The process is gone, what it wrote is not. */
  kill(): void {
    this.#open.clear();
  }

  /** What was not synced is kept, lost, cut short or turned to zeros, as `random` in [0, 1) has it. */
  powerCut(random: () => number): void {
    this.kill();
    const seen = new Set<Inode>();
    const settle = (node: Inode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node.folder) {
        for (const name of new Set([...node.names.keys(), ...node.syncedNames.keys()])) {
          const [now, kept] = [node.names.get(name), node.syncedNames.get(name)];
          const then = now === kept || random() < 0.5 ? kept : now;
          if (then === undefined) node.names.delete(name);
          else node.names.set(name, then);
        }
        node.syncedNames.clear();
        for (const [name, child] of node.names) {
          node.syncedNames.set(name, child);
          settle(child);
        }
      } else if (node.bytes !== node.synced) {
        const sure = node.synced.length <= node.bytes.length ? node.synced.length : 0; // what is appended leaves what was there
        const kept = sure + Math.floor(random() * (node.bytes.length - sure + 1));
        const after = random();
        if (after < 0.4) node.bytes = node.synced;
        else if (after < 0.6) node.bytes = node.bytes.slice(0, kept);
        else if (after < 0.8) node.bytes = node.bytes.slice().fill(0, kept);
        node.synced = node.bytes;
      }
    };
    settle(this.#root);
  }

  // biome-ignore lint/complexity/noBannedTypes: node:fs overloads each
  #calls(): Record<Call, Function> {
    const met = (call: Call, path: string, bytes = 0) => this.before(call, path, bytes);
    const opened = (file: number) => {
      const found = this.#open.get(file);
      if (found === undefined) throw failure('EBADF');
      return found;
    };
    const open = (path: string, flag: string) => {
      let node = this.#find(path);
      if (flag === 'r' && node === undefined) throw failure('ENOENT');
      if (flag === 'wx' && node !== undefined) throw failure('EEXIST');
      if (flag !== 'r' && node?.folder) throw failure('EISDIR');
      if (node === undefined) {
        const [folder, name] = this.#parent(path);
        node = inode(false);
        folder.names.set(name, node);
      }
      if (flag === 'w') node.bytes = new Uint8Array();
      this.#open.set(this.#next, { node, path, append: flag === 'a', at: 0 });
      return this.#next++;
    };
    const write = (file: number, bytes: Uint8Array) => {
      const entry = opened(file);
      const { node } = entry;
      const at = entry.append ? node.bytes.length : entry.at;
      const all = new Uint8Array(Math.max(node.bytes.length, at + bytes.length));
      all.set(node.bytes);
      all.set(bytes, at);
      node.bytes = all;
      entry.at = at + bytes.length;
      node.modified = Date.now();
      return bytes.length;
    };
    return {
      openSync: (path: string, flag: string) => {
        met('openSync', path);
        return open(path, flag);
      },
      closeSync: (file: number) => {
        const { path } = opened(file);
        this.#open.delete(file); // also where it fails, as Linux has it
        met('closeSync', path);
      },
      fstatSync: (file: number) => {
        met('fstatSync', opened(file).path);
        return { size: opened(file).node.bytes.length };
      },
      statSync: (path: string) => {
        met('statSync', path);
        const node = this.#need(path);
        return { size: node.bytes.length, mtimeMs: node.modified, isFile: () => !node.folder };
      },
      utimesSync: (path: string) => {
        met('utimesSync', path);
        this.#need(path).modified = Date.now();
      },
      fsyncSync: (file: number) => {
        const { node, path } = opened(file);
        met('fsyncSync', path);
        node.synced = node.bytes;
        if (!node.folder) return;
        node.syncedNames.clear();
        for (const [name, child] of node.names) node.syncedNames.set(name, child);
      },
      mkdirSync: (path: string) => {
        met('mkdirSync', path);
        let node = this.#root;
        let at = '';
        let first: string | undefined;
        for (const name of path.split('/').filter(Boolean)) {
          at += `/${name}`;
          const next = node.names.get(name) ?? inode(true);
          if (!node.names.has(name)) {
            first ??= at;
            node.names.set(name, next);
          }
          if (!next.folder) throw failure('ENOTDIR');
          node = next;
        }
        return first;
      },
      readFileSync: (path: string, encoding?: string) => {
        met('readFileSync', path);
        const node = this.#need(path);
        if (node.folder) throw failure('EISDIR');
        return encoding === undefined ? node.bytes.slice() : new TextDecoder().decode(node.bytes);
      },
      readSync: (file: number, into: Uint8Array, offset: number, length: number, at: number) => {
        const { node, path } = opened(file);
        const most = met('readSync', path, length) ?? length;
        const part = node.bytes.subarray(at, at + Math.min(length, most));
        into.set(part, offset);
        return part.length;
      },
      readdirSync: (path: string) => {
        met('readdirSync', path);
        const node = this.#need(path);
        if (!node.folder) throw failure('ENOTDIR');
        return [...node.names.keys()];
      },
      renameSync: (from: string, to: string) => {
        met('renameSync', to);
        const node = this.#need(from);
        const [source, name] = this.#parent(from);
        const [target, newName] = this.#parent(to);
        source.names.delete(name);
        target.names.set(newName, node);
      },
      rmSync: (path: string, { force = false } = {}) => {
        met('rmSync', path);
        if (this.#find(path) === undefined) {
          if (force) return;
          throw failure('ENOENT');
        }
        const [folder, name] = this.#parent(path);
        folder.names.delete(name);
      },
      writeFileSync: (path: string, text: string, { flag = 'w' } = {}) => {
        met('writeFileSync', path);
        const file = open(path, flag);
        write(file, new TextEncoder().encode(text));
        this.#open.delete(file);
      },
      writeSync: (file: number, bytes: Uint8Array, offset = 0) => {
        const { path } = opened(file);
        const rest = bytes.subarray(offset);
        let most: number | undefined;
        try {
          most = met('writeSync', path, rest.length);
        } catch (error) {
          write(file, rest.subarray(0, rest.length >> 1)); // a write that fails may have written a part
          throw error;
        }
        return write(file, rest.subarray(0, most ?? rest.length));
      },
    };
  }
}
