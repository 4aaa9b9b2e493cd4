/** A run as a folder on disk (Node). */
import { builtin } from '../platform/runtime.ts';
import { appendFile, type Disk, onDisk, readFile, replaceFile } from './files.ts';
import { FolderLock } from './folder-lock.ts';
import type { ByteSource, RunFiles } from './run-files.ts';

const checkpoints = 'checkpoints';

export function folderFiles(path: string, disk?: Disk): RunFiles {
  const fs = builtin('node:fs');
  const at = (name: string) => builtin('node:path').join(path, name);
  const lock = new FolderLock(path);
  const namesIn = (folder: string) => (fs.existsSync(folder) ? onDisk(folder, 'listed', () => fs.readdirSync(folder)) : []);
  return {
    title: path,
    /** The folder and its checkpoints, no deeper: what else lies there may be large, or lead back here. */
    async list() {
      return [...namesIn(path), ...namesIn(at(checkpoints)).map((name) => `${checkpoints}/${name}`)];
    },
    async read(name) {
      return fs.existsSync(at(name)) ? readFile(at(name)) : null;
    },
    async open(name, use) {
      if (!fs.existsSync(at(name))) return null;
      return onDisk(at(name), 'read', () => {
        const file = fs.openSync(at(name), 'r');
        try {
          return use(fileSource(file));
        } finally {
          fs.closeSync(file);
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
      onDisk(at(name), 'removed', () => (disk ?? fs).rmSync(at(name), { force: true }));
    },
    async hold() {
      lock.take();
      return async () => lock.release();
    },
  };
}

function fileSource(file: number): ByteSource {
  const fs = builtin('node:fs');
  return {
    size: fs.fstatSync(file).size,
    read(at, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = fs.readSync(file, bytes, done, length - done, at + done);
        if (count === 0) throw new Error('it ended while it was read');
        done += count;
      }
      return bytes;
    },
  };
}
