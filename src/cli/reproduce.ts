/** `wasmeta reproduce NAME`: trains with the settings of a published result, evaluates by its protocol, prints both results side by side and writes a JSON file. */
import { defineCommand } from 'citty';
import { oneOf } from '../core/checks.ts';
import { Course } from '../experiments/course.ts';
import { reproductions } from '../experiments/registry.ts';
import { aboveExact, environmentsOf, type ReproductionRow } from '../experiments/reproduction.ts';
import { replaceFile } from '../runs/files.ts';
import { commit } from '../runs/provenance.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { budgetCells, budgetHeads } from './budget.ts';
import { printHeading, table } from './layout.ts';
import { print, printJson, remark } from './output.ts';
import { sayHowToGoOn, watched } from './watcher.ts';

const args = {
  name: { type: 'positional', description: `published result: ${Object.keys(reproductions).join(', ')}`, required: true },
  seeds: {
    type: 'string',
    description: 'seeds to train, all of them reported; default: those of the published result or of ours',
    valueHint: '1,2,3',
  },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  out: { type: 'string', description: 'folder for the runs; runs that are there are continued', valueHint: 'DIR' },
  save: { type: 'string', description: 'file for the result; default: docs/results/NAME.json', valueHint: 'FILE' },
  quick: {
    type: 'boolean',
    description: 'a rehearsal of a few seconds, which shows that the command works and reproduces nothing; saved only with --save',
  },
  all: { type: 'boolean', description: 'every row of a published table, which takes hours' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const reproduce = defineCommand({
  meta: { name: 'reproduce', description: 'Reproduce a published result: train, evaluate, print our numbers beside the published ones' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const name = oneOf('name', given.name, Object.keys(reproductions));
    const [quick, all] = [given.quick === true, given.all === true];
    const seeds = (given.seeds ?? reproductions[name].seeds).split(',').map((text) => wholeNumber('seeds', text, 1));
    const workers = workerCount(given.workers);
    const executor: Pool = createPool({ workers });
    try {
      const course = new Course({ noun: 'training', count: reproductions[name].trainings({ seeds, all }) });
      const result = await watched(false, (watcher) =>
        reproductions[name].run({
          seeds,
          out: given.out ?? `runs/reproduce/${name}${quick ? '-quick' : ''}`,
          quick,
          all,
          executor,
          watcher,
          course,
        }),
      );
      if (result === null) return sayHowToGoOn();
      const command = `wasmeta reproduce ${name} --seeds ${seeds.join(',')}${all ? ' --all' : ''}${quick ? ' --quick' : ''}`;
      const total = (of: 'seconds' | 'steps') => result.parts.reduce((sum, part) => sum + part[of], 0);
      const document = {
        name,
        seconds: total('seconds'),
        steps: total('steps'),
        ...result,
        seeds,
        environments: environmentsOf(result.parts),
        workers,
        command,
        commit: commit(),
        date: new Date().toISOString().slice(0, 10),
      };
      const save = given.save ?? (quick ? null : `docs/results/${name}.json`);
      const impossible = reproductions[name].exactIsMost ? aboveExact(result.rows) : [];
      if (impossible.length > 0) process.exitCode = 1;
      if (save !== null) replaceFile(save, `${JSON.stringify(document, null, 2)}\n`);
      if (given.json) return printJson(document);
      printHeading(reproductions[name].title);
      print(rowTable(result.rows));
      for (const { setting } of impossible)
        remark(`${setting}: the mean is more than 3 standard errors above the optimum, so that something is wrong`);
      remark(save === null ? 'This was a rehearsal: it is not saved.' : `Result: ${save}`);
    } finally {
      await executor.close();
    }
  },
});

/** Errors of rows over all seeds are over the seeds, of others over tasks. The difference is in standard errors of the difference; – where one has none. */
function rowTable(rows: readonly ReproductionRow[]): string {
  const f = (x: number | null | undefined) => (x === null || x === undefined ? '–' : x.toFixed(2));
  const known = ({ published, exact }: ReproductionRow) => {
    const theirs = published === null ? '' : `${f(published.mean)}${published.stderr === null ? '' : ` ± ${f(published.stderr)}`}`;
    return [theirs, exact === null ? '' : `${f(exact)} (exact)`].filter(Boolean).join(', ') || '–';
  };
  const lines = rows.map((row) => {
    const { setting, axis, ours, difference } = row;
    const interval = ours.interval === null ? '–' : `[${ours.interval.map(f).join(', ')}]`;
    const apart = difference === null ? '–' : `${difference > 0 ? '+' : ''}${difference.toFixed(1)} se`;
    return [setting, axis, `${f(ours.mean)} ± ${f(ours.stderr)}`, interval, known(row), apart, ...budgetCells(row)];
  });
  return table([['', '', 'ours ± se', '95 % interval', 'published', 'difference', ...budgetHeads], ...lines], 2);
}
