/** Where the package's own files are, for code in src/ and in the bundled build/. Node only. */
import { builtin } from '../platform/runtime.ts';

let root: URL | null = null;

/** The nearest folder upwards from a file with a package.json; the outermost where there is none. */
export function packageRoot(file: string, exists: (url: URL) => boolean): URL {
  let folder = new URL('./', file);
  while (!exists(new URL('package.json', folder))) {
    const above = new URL('../', folder);
    if (above.href === folder.href) break; // a drive's root is its own parent
    folder = above;
  }
  return folder;
}

/** The path of one of the package's files. */
export function packageFile(path: string): string {
  root ??= packageRoot(import.meta.url, builtin('node:fs').existsSync);
  return builtin('node:url').fileURLToPath(new URL(path, root));
}
