/**
 * The documentation as a site: pages of docs, API reference, search. It needs no network once it is built.
 * `npm run docs` builds it to build/docs and serves it to this machine alone; `npm run docs:build` builds it (under the path that DOCS_BASE names, by default /);
 * `npm run docs:spell` checks the spelling. What they need beyond the package is installed into docs/site.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIsStale, buildPackage, checkNode, installDependencies, root, spawnAndWait } from './setup.mjs';

const site = join(root, 'docs/site');
const report = (text) => console.error(`docs: ${text}`);
const run = (script, ...args) => spawnAndWait(process.execPath, [join(site, script), ...args], { cwd: site });

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    'build-only': { type: 'boolean', default: false },
    spell: { type: 'boolean', default: false },
  },
});
checkNode();
await installDependencies(report); // the reference reads the types of dependencies
await installDependencies(report, site);
if (values.spell) process.exitCode = await run('node_modules/cspell/bin.mjs', '--config', 'cspell.json', '--no-progress');
else {
  process.exitCode = await run('build.mjs');
  if (process.exitCode === 0 && !values['build-only']) {
    if (buildIsStale()) await buildPackage(['--fast'], 'ignore'); // has the server
    const { serve } = await import('./serve.mjs');
    console.log((await serve(join(root, 'build/docs'), { port: Number(values.port) })).address);
  }
}
