/** A run as a folder on disk (Node). */
import { builtin } from '../platform/runtime.ts';
import { appendFile, type Disk, onDisk, orAbsent, replaceFile } from './files.ts';
import { FolderLock } from './folder-lock.ts';
import type { ByteSource, RunFiles } from './run-files.ts';

const checkpoints = 'checkpoints';

export function folderFiles(path: string, disk: Disk = builtin('node:fs')): RunFiles {
  const at = (name: string) => builtin('node:path').join(path, name);
  const lock = new FolderLock(path, disk);
  const namesIn = (folder: string) => orAbsent(folder, 'listed', () => disk.readdirSync(folder)) ?? [];
  return {
    title: path,
    /** The folder and its checkpoints, no deeper: what else lies there may be large, or lead back here. */
    async list() {
      return [...namesIn(path), ...namesIn(at(checkpoints)).map((name) => `${checkpoints}/${name}`)];
    },
    async read(name) {
      return orAbsent(at(name), 'read', () => new Uint8Array(disk.readFileSync(at(name))));
    },
    async open(name, use) {
      const file = orAbsent(at(name), 'read', () => disk.openSync(at(name), 'r'));
      if (file === null) return null;
      return onDisk(at(name), 'read', () => {
        try {
          return use(fileSource(disk, file));
        } finally {
          disk.closeSync(file);
        }
      });
    },
    async replace(name, content) {
      lock.mustStillHold();
      replaceFile(at(name), content, disk);
    },
    async append(name, content) {
      lock.mustStillHold();
      appendFile(at(name), content, disk);
    },
    async remove(name) {
      lock.mustStillHold();
      onDisk(at(name), 'removed', () => disk.rmSync(at(name), { force: true }));
    },
    async hold() {
      lock.take();
      return async () => lock.release();
    },
  };
}

function fileSource(disk: Disk, file: number): ByteSource {
  return {
    size: disk.fstatSync(file).size,
    read(at, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = disk.readSync(file, bytes, done, length - done, at + done);
        if (count === 0) throw new Error('it ended while it was read');
        done += count;
      }
      return bytes;
    },
  };
}
