/** `wasmeta report DIR…`: one page on one or several runs, meta-tested on the same unseen tasks. */
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { integer } from '../core/checks.ts';
import type { TestReturns } from '../evaluation/meta-test.ts';
import type { ReportData } from '../report/data.ts';
import { groupRuns } from '../report/groups.ts';
import { renderReport } from '../report/report.ts';
import { placeLabel } from '../report/text.ts';
import { replaceFile } from '../runs/files.ts';
import { openRun } from '../runs/open-run.ts';
import type { Executor } from '../workers/executor.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, testSeed, wholeNumber, workerCount } from './arguments.ts';
import { envFile, envIdOf, envWords } from './env-flag.ts';
import { printHeading, table } from './layout.ts';
import { loadRun } from './load-run.ts';
import { print, printJson } from './output.ts';
import { adaptation, type ReportedRun, reportData } from './report-data.ts';
import { clientScript } from './report-parts.ts';
import { shownExecutor } from './shown-executor.ts';

const args = {
  dirs: { type: 'positional', repeatable: true, description: 'run folders', required: true, valueHint: 'DIR…' },
  out: { type: 'string', description: 'file to write; default: report.html, in the run folder if one run is reported', valueHint: 'FILE' },
  tasks: { type: 'string', description: 'unseen tasks', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: String(testSeed) },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  ...envFile,
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const report = defineCommand({
  meta: { name: 'report', description: 'Write one HTML report on one or several runs' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const dirs = given._.map(String);
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 4, 1_000_000);
    const seed = wholeNumber('seed', given.seed, testSeed);
    await envIdOf(given.env);
    const out = given.out ?? (dirs.length === 1 ? join(dirs[0], 'report.html') : 'report.html');
    const runs = await Promise.all(dirs.map((dir) => reportedRun(dir, given.env)));
    const pool = createPool({
      workers: workerCount(given.workers),
      learner: runs.some(({ learner }) => learner.gradients || learner.beliefs !== undefined),
    });
    const executor = shownExecutor(pool, () => 'meta-test');
    try {
      const { document, heading, text } = await writeReport(runs, { out, tasks, seed, executor });
      if (given.json) return printJson(document);
      printHeading(heading);
      print(text);
      print(`Report: ${out}`);
    } finally {
      await executor.close();
    }
  },
});

interface ReportPlan {
  readonly out: string;
  readonly tasks: number;
  /** The seed of the test tasks. */
  readonly seed?: number;
  readonly executor: Executor;
}

/** Meta-tests the runs on the same unseen tasks and writes the page on them; answers with what is printed of it. */
export async function writeReport(runs: readonly ReportedRun[], { out, tasks, seed = testSeed, executor }: ReportPlan) {
  const groups = groupRuns(
    runs.map(({ learner, config }) => ({ title: learner.title, config, environments: learner.environments(config) })),
  );
  const tests: TestReturns[] = [];
  for (const { learner, config, state } of runs) tests.push(await learner.returns(config, state, { tasks, seed, ...adaptation }, executor));
  const data = await reportData(runs, groups, tests, { tasks, seed }, executor);
  replaceFile(out, renderReport(data, clientScript()));
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const { differences, profile, panels } = data;
  const results = panels.map(({ trials: _, ...panel }) => panel);
  return {
    document: { out, seed, ...results[0], differences, profile, panels: results },
    heading: `${count(runs.length, 'run')} in ${count(groups.length, 'group')} on ${tasks} unseen tasks of ${data.env.id} ${data.env.preset}`,
    text: panels.map(panelTable).join('\n'),
  };
}

export async function reportedRun(dir: string, env?: string): Promise<ReportedRun> {
  await (await openRun(dir)).info(); // first: a folder without it is no run
  const loaded = await loadRun(dir);
  return { ...loaded, dir, envWords: envWords(env), history: await loaded.run.metrics(loaded.state.iteration) };
}

function panelTable({ axis, labels, measure = 'return', policies, random, oracle }: ReportData['panels'][number]): string {
  const f = (x: number) => x.toFixed(2);
  const plain = (x: number | null) => (x === null ? '–' : f(x));
  const rows = policies.flatMap(({ name, mean, stderr, iqm, ci95 }) =>
    mean.map((value, e) => [
      name,
      placeLabel(axis, e, labels),
      f(random[e]),
      `${f(value)} ± ${plain(stderr[e])}`,
      ci95[e] === null ? '–' : `[${ci95[e].map(f).join(', ')}]`,
      f(iqm[e]),
      ...(oracle === null ? [] : [f(oracle[e])]),
    ]),
  );
  const heads = [
    '',
    '',
    axis === 'step' ? 'random init' : 'random',
    `${measure} ± se`,
    '95 %',
    'IQM',
    ...(oracle === null ? [] : ['oracle']),
  ];
  return table([heads, ...rows]);
}
