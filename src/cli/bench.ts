/** `wasmeta bench`: step rates as a table or as JSON. */
import { defineCommand } from 'citty';
import { type BenchRow, benchBatches, runBenchmarks } from '../bench/benchmarks.ts';
import { integer } from '../core/checks.ts';
import { checkFlags, wholeNumber } from './arguments.ts';
import { print, printJson, remark, table } from './output.ts';

const args = {
  name: { type: 'positional', description: 'measure only rows whose name contains this', required: false },
  batches: { type: 'string', description: 'batch sizes', valueHint: '64,1024' },
  workers: { type: 'string', description: 'worker counts', default: '1,2' },
  runs: { type: 'string', description: 'measured runs of each row', default: '5' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const bench = defineCommand({
  meta: { name: 'bench', description: 'Measure step rates: kernel, stepping by hand, rollouts, training' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const list = (flag: string, text: string) => text.split(',').map((part) => integer(flag, wholeNumber(flag, part, 0), 1, 1_048_576));
    const rows = await runBenchmarks({
      name: given.name,
      batches: given.batches === undefined ? benchBatches : list('batches', given.batches),
      workers: list('workers', given.workers),
      runs: integer('runs', wholeNumber('runs', given.runs, 5), 1, 1000),
      onRow: (row) =>
        given.json !== true &&
        remark(`${row.name}  batch ${row.batch}  workers ${row.workers}  ${shown(row.value, row.unit)} ${unitOf(row)}`),
    });
    if (given.json) printJson(rows);
    else print(benchTable(rows));
  },
});

/** Step rates are shown in millions. */
function shown(value: number, unit: BenchRow['unit']): string {
  return (unit === 'steps/s' ? value / 1e6 : value).toPrecision(3);
}

function unitOf(row: BenchRow): string {
  return row.unit === 'steps/s' ? 'M steps/s' : row.unit;
}

function benchTable(rows: readonly BenchRow[]): string {
  const head = ['name', 'workers', 'batch', 'median', 'unit', 'min – max', 'plain tfjs', 'faster'];
  return table([
    head,
    ...rows.map((row) => [
      row.name,
      row.workers === 0 ? '–' : String(row.workers), // 0 means on the calling thread
      String(row.batch),
      shown(row.value, row.unit),
      unitOf(row),
      `${shown(row.min, row.unit)} – ${shown(row.max, row.unit)}`,
      row.plain === undefined ? '' : shown(row.plain, row.unit),
      row.faster === undefined ? '' : `${row.faster.toFixed(1)} ×`,
    ]),
  ]);
}
