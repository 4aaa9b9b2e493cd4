/** Writes what is made from docs/results/peers.json: the chart docs/images/peers.svg and the table of docs/peers.md. `node scripts/peers-page.mjs` */
import { readFileSync, writeFileSync } from 'node:fs';
import { chartOf, times } from './peers-chart.mjs';

const docs = new URL('../docs/', import.meta.url);
const [begin, end] = ['<!-- measured: written by scripts/peers-page.mjs -->', '<!-- /measured -->'];

/** "26 M", "0.38 M", "31 k", "38" a second. */
function rate(value) {
  const [size, unit] = value >= 1e5 ? [value / 1e6, ' M'] : value >= 1e3 ? [value / 1e3, ' k'] : [value, ''];
  return `${Number(size.toPrecision(2))}${unit}`;
}

/** Everything that was measured, and what was left out with the reason. */
export function tableOf({ rows, machine, date, node, commit, command, rounds, load }) {
  const lines = rows.flatMap((row) => {
    const ours = row.rate === null ? '–' : `${rate(row.rate)} ${row.work}/s`;
    return [
      ...row.peers.map(({ peer, version, rate: theirs, ratio, lowest, highest, wall }) => [
        row.title,
        ours,
        `${peer} (${version})`,
        `${rate(theirs)}/s`,
        `**${times(ratio)}** (${times(lowest)} to ${times(highest)})`,
        times(wall),
      ]),
      ...row.missing.map(({ peer, reason }) => [row.title, ours, peer === 'ours' ? '–' : peer, '–', `left out: ${reason}`, '–']),
    ];
  });
  const cells = [
    ['work', 'wasmeta', 'beside', 'its speed', 'wasmeta is faster by (all rounds)', 'wall clock'],
    Array(6).fill('---'),
    ...lines,
  ];
  const table = cells.map((line) => `| ${line.join(' | ')} |`).join('\n');
  return `${table}\n\n\`${command}\`, ${date}, ${machine}, Node ${node}, commit ${commit.replace(/^\w{40}/, (hash) => hash.slice(0, 7))}, medians of ${rounds} rounds, load ${load.join(' to ')}.`;
}

/** A page with what stands between the marks replaced. */
export function withTable(page, table) {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/peers.md has no place between ${begin} and ${end}`);
  return `${page.slice(0, before + begin.length)}\n${table}\n${page.slice(after)}`;
}

export function writePeersPage() {
  const result = JSON.parse(readFileSync(new URL('results/peers.json', docs), 'utf8'));
  const page = new URL('peers.md', docs);
  writeFileSync(new URL('images/peers.svg', docs), chartOf(result));
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), tableOf(result)));
}

if (process.argv[1] === import.meta.filename) writePeersPage();
