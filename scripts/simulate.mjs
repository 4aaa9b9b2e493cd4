/**
 * Simulates whole runs that are disturbed at random (test/simulation): `node scripts/simulate.mjs --runs 10000 [--from 1]`.
 * Prints the seed and the story of every run that breaks a promise; such a seed is added to test/simulation/kept-seeds.ts. Exit code 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { importBundled } from './bundled.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } } });
const [runs, from] = [Number(values.runs), Number(values.from)];
const { simulate } = await importBundled('test/simulation/simulate.ts');

const begun = performance.now();
const faults = new Map();
const codes = new Map();
let failed = 0;
for (let seed = from; seed < from + runs; seed++) {
  try {
    const story = await simulate(seed);
    for (const fault of story.faults) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    for (const code of story.codes) codes.set(code, (codes.get(code) ?? 0) + 1);
  } catch (error) {
    failed++;
    if (failed <= 20) console.log(`${error instanceof Error ? error.message : error}\n`);
  }
}
console.log(
  `${runs} runs, seeds ${from} to ${from + runs - 1}, ${failed} broke a promise; ${((performance.now() - begun) / 1000).toFixed(0)} s`,
);
for (const [what, count] of [...faults, ...codes]) console.log(`${String(count).padStart(8)} ${what}`);
process.exitCode = failed > 0 ? 1 : 0;
