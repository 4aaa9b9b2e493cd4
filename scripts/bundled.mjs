/** Imports a file of TypeScript that tests and scripts share: bundled to build/, its packages left out. */
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './setup.mjs';

/**
 * @param {string} file From the root of the repository.
 * @returns {Promise<any>} Its exports.
 */
export async function importBundled(file) {
  // Two folders deep, as the sources are, which find the root by ../..
  const outfile = join(root, 'build/bundled', `${basename(file, '.ts')}.mjs`);
  await build({
    entryPoints: [join(root, file)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
