/**
 * The site of web/: the playground and the benchmark.
 * `npm run web:build` writes it to build/site, from where any static server can show it under any path; `npm run web` writes it and serves it to this machine alone.
 * `--port N` (default 8080 or, if it is taken, any free one).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIsStale, buildPackage, checkNode, installDependencies, root, stop } from './setup.mjs';

const site = join(root, 'build/site');

/** @param {string} outDir Emptied first. */
export async function buildSite(outDir = site) {
  const { build } = await import('vite'); // not at the top: a fresh clone has no vite yet
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'error', build: { outDir } });
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, 'build-only': { type: 'boolean', default: false } },
  });
  const report = (text) => console.error(`web: ${text}`);
  checkNode();
  await installDependencies(report);
  if (buildIsStale()) {
    report('building: 1 to 2 minutes');
    await buildPackage([], 'ignore'); // the site as well
  } else if (!existsSync(join(site, 'index.html'))) await buildSite();
  if (values['build-only']) console.log(site);
  else {
    const { serve } = await import('./serve.mjs');
    const at = (port) => serve(site, { port }).catch((error) => (error.code === 'EADDRINUSE' ? null : stop(error.message)));
    const served = values.port === undefined ? ((await at(8080)) ?? (await at(0))) : await at(Number(values.port));
    if (served === null) stop(`port ${values.port} is taken: choose another with --port`);
    console.log(served.address);
    report('open this address in a browser; Ctrl+C ends it');
  }
}
