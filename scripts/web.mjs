/**
 * The site of web/: the playground and the benchmark.
 * `npm run web:build` writes it to build/site, from where any static server can show it under any path; `npm run web` writes it and serves it to this machine alone.
 * `--port N` (default 8080; 0: any free one).
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { buildIsStale, buildPackage, root } from './setup.mjs';

const site = join(root, 'build/site');

/** @param {string} outDir Emptied first. */
export async function buildSite(outDir = site) {
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'error', build: { outDir } });
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, 'build-only': { type: 'boolean', default: false } },
  });
  if (buildIsStale())
    await buildPackage([], 'ignore'); // the site as well
  else await buildSite();
  if (values['build-only']) console.log(site);
  else {
    const { serve } = await import('./serve.mjs');
    try {
      console.log((await serve(site, { port: Number(values.port) })).address);
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
      console.error(code === 'EADDRINUSE' ? `port ${values.port} is taken: choose another with --port` : message);
      process.exitCode = 1;
    }
  }
}
