/** Walks folders (Node) so that it always comes to an end: links are looked at and never followed, and what can't be read is passed over. */
import { builtin } from './runtime.ts';

/** The folders that hold a file of this name, as paths from `root`, which is one of them as ".". A linked folder counts if it holds the file itself. */
export function foldersWith(name: string, root: string): string[] {
  const { existsSync, readdirSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  const found: string[] = [];
  const queue = ['.'];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    const path = join(root, folder);
    if (existsSync(join(path, name))) found.push(folder);
    for (const entry of entriesOf(path)) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) queue.push(inside);
      else if (entry.isSymbolicLink() && existsSync(join(root, inside, name))) found.push(inside);
    }
  }
  return found.sort();

  function entriesOf(path: string) {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch {
      return [];
    }
  }
}
