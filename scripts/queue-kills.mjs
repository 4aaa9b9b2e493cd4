/**
 * Kills machines, Redis and drivers of trainings on a queue (test/outside/kills.ts), after a build and with a redis-server:
 *   node scripts/queue-kills.mjs [--machines 200] [--redis 20] [--drivers 20] [--seed 1] [--out FILE.json]
 * Exit code 1 if a training ends with other weights, hangs, or leaves a key.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importBundled } from './bundled.mjs';
import { root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '200' },
    redis: { type: 'string', default: '20' },
    drivers: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
process.chdir(root);
const { withKills } = await importBundled('test/outside/kills.ts');
const counts = { machine: Number(values.machines), redis: Number(values.redis), driver: Number(values.drivers) };
const report = await withKills(counts, Number(values.seed), (text) => console.error(text));
const document = JSON.stringify(report, null, 2);
console.log(document);
if (values.out !== undefined) writeFileSync(values.out, `${document}\n`);
process.exitCode = report.keysLeft.length > 0 ? 1 : 0;
