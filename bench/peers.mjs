/**
 * Our speed beside that of others, one core: `node bench/peers.mjs [WORKLOAD …] [--rounds 7] [--json] [--save]` after a build.
 * All ways to do a workload run in turns within one run; the ratios are medians over rounds. What is not on the machine is left out, with the reason.
 * Progress goes to stderr; `--json` prints one JSON document, and `--save` writes docs/results/peers.json, and from it the chart and the table of docs/peers.md (scripts/peers-page.mjs).
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writePeersPage } from '../scripts/peers-page.mjs';
import { circumstances, load } from './peers/machine.mjs';
import { difference, inTurns, Missing, rateOf, ratioOf } from './peers/measure.mjs';
import * as ours from './peers/ours.mjs';
import { workloads } from './peers/table.mjs';

/** Gradients of one f32 sum in another order differ by some 1e-6 of the largest; a wrong term by far more. */
const largestDifference = 1e-3;

/** Makes the contenders ready, and checks that all get the same numbers; of those that are left out, says why. */
async function opened({ title, ours: open, peers }) {
  /** @type {Record<string, import('./peers/measure.mjs').Contender>} */
  const ready = {};
  const missing = [];
  for (const [peer, make] of Object.entries({ ours: open, ...peers })) {
    try {
      const made = await make();
      checked(ready.ours, made);
      ready[peer] = made;
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      missing.push({ peer, reason: error.message });
      console.error(`${title}: ${peer} left out: ${error.message}`);
      if (peer === 'ours') break;
    }
  }
  return { ready, missing };
}

/** Refuses a peer whose numbers are not ours: it does other work. */
function checked(mine, theirs) {
  const apart = differs(mine, theirs);
  if (apart === null || apart < largestDifference) return;
  theirs.close?.();
  throw new Missing(`version ${theirs.version} gets other numbers than ours: they differ by ${apart} of the largest`);
}

/** How far a peer's numbers are from ours, as a share of the largest; null where there are none to compare. */
function differs(mine, theirs) {
  if (mine?.numbers === undefined || theirs.numbers === undefined) return null;
  return Number(Math.max(...mine.numbers.map((numbers, i) => difference(numbers, theirs.numbers[i]))).toPrecision(1));
}

async function measure(workload, rounds) {
  const { id, title, work } = workload;
  const { ready, missing } = await opened(workload);
  const { ours: mine, ...peers } = ready;
  if (mine === undefined || Object.keys(peers).length === 0) return { id, title, work, rate: null, peers: [], missing };
  const samples = await inTurns(ready, rounds);
  for (const { close } of Object.values(ready)) close?.();
  const rows = Object.entries(peers).map(([peer, theirs]) => ({
    peer,
    version: theirs.version,
    rate: rateOf(samples[peer]),
    ...ratioOf(samples.ours, samples[peer]),
    differs: differs(mine, theirs),
  }));
  for (const { peer, ratio, lowest, highest, wall } of rows)
    console.error(`${title}: ${ratio} × ${peer} (${lowest} to ${highest}; ${wall} by the wall clock)`);
  return { id, title, work, rate: rateOf(samples.ours), peers: rows, missing };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    save: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((id) => !workloads.some((workload) => workload.id === id));
if (unknown.length > 0) throw new Error(`no workload ${unknown.join(', ')}; there are ${workloads.map(({ id }) => id).join(', ')}`);
const chosen = positionals.length === 0 ? workloads : workloads.filter(({ id }) => positionals.includes(id));

const before = load();
const rows = [];
for (const workload of chosen) rows.push(await measure(workload, Number(values.rounds)));
await ours.close();

const command = ['node bench/peers.mjs', ...positionals, values.rounds === '7' ? '' : `--rounds ${values.rounds}`, '--save'];
const result = {
  name: 'peers',
  command: command.filter(Boolean).join(' '),
  ...circumstances(),
  load: [before, load()],
  rounds: Number(values.rounds),
  clock: 'CPU time of the process that works; wall: the same ratio by the wall clock',
  rows,
};
if (values.json) console.log(JSON.stringify(result));
if (values.save) {
  writeFileSync(new URL('../docs/results/peers.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  writePeersPage();
}
