/** Where the package's own files are, for code in src/ and in the bundled build/. Node only. */
import { builtin } from '../platform/runtime.ts';

let root: URL | null = null;

/** The nearest folder upwards with a package.json; the outermost where there is none. */
function packageRoot(): URL {
  const { existsSync } = builtin('node:fs');
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('../', folder);
    if (above.href === folder.href) break; // a drive's root is its own parent
    folder = above;
  }
  return folder;
}

/** The path of one of the package's files. */
export function packageFile(path: string): string {
  root ??= packageRoot();
  return builtin('node:url').fileURLToPath(new URL(path, root));
}
