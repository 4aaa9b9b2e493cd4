/** A run as a folder on disk (Node). */
import { builtin } from '../platform/runtime.ts';
import { appendFile, type Disk, onDisk, readFile, replaceFile } from './files.ts';
import type { ByteSource, RunFiles } from './run-files.ts';

export function folderFiles(path: string, disk?: Disk): RunFiles {
  const fs = builtin('node:fs');
  const at = (name: string) => builtin('node:path').join(path, name);
  return {
    title: path,
    async list() {
      if (!fs.existsSync(path)) return [];
      return onDisk(path, 'listed', () =>
        fs.readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')),
      );
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
      replaceFile(at(name), content, disk);
    },
    async append(name, content) {
      appendFile(at(name), content, disk);
    },
    async remove(name) {
      onDisk(at(name), 'removed', () => (disk ?? fs).rmSync(at(name), { force: true }));
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
