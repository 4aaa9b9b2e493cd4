/** `npm start`, also on a fresh clone: sets up, builds if needed, and runs the quickstart with the arguments given. stdout is the quickstart's alone. */
import { join } from 'node:path';
import { buildIsStale, buildPackage, checkNode, installDependencies, root, spawnAndWait } from './setup.mjs';

const report = (text) => console.error(`start: ${text}`);

checkNode();
await installDependencies(report);
if (buildIsStale()) {
  report('building: 1 to 2 minutes');
  await buildPackage([], 'ignore');
}
report('quickstart');
process.exitCode = await spawnAndWait(process.execPath, [join(root, 'build/cli.js'), 'quickstart', ...process.argv.slice(2)]);
