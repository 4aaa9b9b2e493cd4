/**
 * `npm test`, also on a fresh clone: sets up, builds, checks style and types, runs all tests in Node and in Chromium.
 * `--node` leaves Chromium out; `--long` kills runs ten times as often; `--outside` runs the tests against tools of others (test/outside) and nothing else;
 * other arguments go to vitest. The last line of stdout is `N passed, N failed`, and `, N skipped` if there are some.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIsStale, buildPackage, checkNode, installDependencies, requireChromium, root, spawnAndWait } from './setup.mjs';

const outside = process.argv.includes('--outside');
const nodeOnly = outside || process.argv.includes('--node');
const passedOn = process.argv.slice(2).filter((argument) => !['--node', '--long', '--outside'].includes(argument));
if (process.argv.includes('--long')) process.env.WASMETA_LONG = '1';
if (outside) {
  process.env.WASMETA_OUTSIDE = '1';
  passedOn.push('test/outside');
}
const report = (text) => console.log(`test: ${text}`);
const resultsFile = join(root, 'build/test-results.json');

checkNode();
await installDependencies(report);
if (nodeOnly) process.env.WASMETA_NODE_ONLY = '1';
else process.env.CHROMIUM = await requireChromium(report);
if (buildIsStale()) await buildPackage();

let failed = false;
if (!outside) {
  report('style (biome)');
  await check('@biomejs/biome/bin/biome', 'check', '--log-level=error', '--diagnostic-level=error', '.');
  report('types (tsc)');
  for (const project of ['tsconfig.json', 'tsconfig.scripts.json', 'web/tsconfig.json']) await check('typescript/bin/tsc', '-p', project);
}

report(outside ? 'tests against tools of others' : nodeOnly ? 'tests in Node' : 'tests in Node and Chromium');
rmSync(resultsFile, { force: true });
const vitest = ['run', '--reporter=./test/line-reporter.ts', '--reporter=json', `--outputFile.json=${resultsFile}`, '--silent=passed-only'];
if (nodeOnly) vitest.push('--project', 'node');
await check('vitest/vitest.mjs', ...vitest, ...passedOn);

const counts = countResults();
if (counts.failed > 0) failed = true;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${failed ? Math.max(1, counts.failed) : 0} failed${skipped}`);
process.exitCode = failed ? 1 : 0;

/** Runs a script of a dependency; what it ends with other than 0 is a failure. */
async function check(script, ...args) {
  if ((await spawnAndWait(process.execPath, [join(root, 'node_modules', script), ...args])) !== 0) failed = true;
}

/** A file that can't even be loaded counts as one failed test. */
function countResults() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(resultsFile, 'utf8'));
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
