/** Where the package's own files are, for code in src/ and in the bundled build/. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The nearest folder upwards with a package.json. */
const root = (() => {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder)) && folder.pathname !== '/') folder = new URL('../', folder);
  return folder;
})();

export function packageFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}
