/** `wasmeta sweep`: trains every combination of learners and settings with every seed, each as a run of its own that can be resumed, and writes one report on all. */
import { basename } from 'node:path';
import { defineCommand } from 'citty';
import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { Course } from '../experiments/course.ts';
import { trainRun, type Watcher } from '../experiments/training.ts';
import { openRun } from '../runs/open-run.ts';
import type { Executor } from '../workers/executor.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, valuesOf, wholeNumber, workerCount } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { printHeading } from './layout.ts';
import { print, printJson, remark } from './output.ts';
import { machinesOf, redisFlags } from './redis-flags.ts';
import { reportedRun, writeReport } from './report.ts';
import { shownExecutor } from './shown-executor.ts';
import { type PlannedRun, trainOnMachines } from './sweep-on-machines.ts';
import { settingLike, trainingConfig } from './train-config.ts';
import { sayHowToGoOn, watched } from './watcher.ts';

const mostRuns = 10_000;

const args = {
  config: {
    type: 'positional',
    description: 'file of settings to start from, or a recipe by its name; default: as for train',
    required: false,
  },
  algo: { type: 'string', description: 'meta-learner, as for train, or several', valueHint: 'a,b' },
  env: { type: 'string', description: 'environment, or the file of your own', valueHint: 'ID|PATH' },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  set: {
    type: 'string',
    repeatable: true,
    description: 'one setting with its alternatives, repeatable: --set learningRate=1e-3,3e-3; a list is written [64,64]',
    valueHint: 'key=a,b',
  },
  seeds: { type: 'string', description: 'seeds of each combination', default: '1,2,3', valueHint: '1,2,3' },
  iterations: { type: 'string', description: 'iterations of each run', valueHint: 'N' },
  out: {
    type: 'string',
    description: 'folder of the runs and of report.html; runs that are there go on',
    default: 'runs/sweep',
    valueHint: 'DIR',
  },
  tasks: { type: 'string', description: 'unseen tasks of the report', default: '1000' },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  ...redisFlags,
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const sweep = defineCommand({
  meta: { name: 'sweep', description: 'Train every combination of settings and seeds; one report on all' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args, settingLike);
    const seeds = given.seeds.split(',').map((text) => wholeNumber('seeds', text, 1));
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 4, 1_000_000);
    const choices = valuesOf(rawArgs, 'set').map(alternatives);
    const algos = given.algo?.split(',') ?? [undefined];
    const combinations = algos.flatMap((algo) => product(choices).map((settings) => ({ algo, settings })));
    if (combinations.length * seeds.length > mostRuns)
      throw new WasmetaError(
        'E_ARGUMENT',
        `"--set" and "--seeds" expected at most ${mostRuns} runs, got ${combinations.length * seeds.length}`,
        {},
      );
    const base = given.config === undefined ? {} : /\.json$/.test(given.config) ? { config: given.config } : { recipe: given.config };
    const flags = { env: await envIdOf(given.env), preset: given.preset, iterations: given.iterations, ...base };
    // Every config is checked before the first run begins.
    const runs = combinations.flatMap(({ algo, settings }) =>
      seeds.map((seed) => {
        const { learner, config } = trainingConfig(
          { ...flags, algo, seed: String(seed) },
          settings.flatMap((text) => ['--set', text]),
        );
        return {
          out: `${given.out}/${[...(algos.length > 1 ? [algo] : []), ...settings, `seed=${seed}`].join('__').replaceAll(/[^\w.,=-]/g, '_')}`,
          algo: learner.name,
          settings,
          seed,
          learner,
          config,
        };
      }),
    );
    const machines = await machinesOf(given, (text) => remark(`wasmeta: warning: ${text}`));
    const executor = machines ?? createPool({ workers: workerCount(given.workers) });
    try {
      const finished = await watched(false, (watcher) =>
        machines === null ? trainAll(runs, executor, watcher) : trainOnMachines(runs, machines, watcher),
      );
      if (!finished) return sayHowToGoOn();
      const report = await writeReport(await Promise.all(runs.map(({ out }) => reportedRun(out, given.env))), {
        out: `${given.out}/report.html`,
        tasks,
        executor: shownExecutor(executor, () => 'report'),
      });
      if (given.json)
        return printJson({
          out: given.out,
          runs: runs.map(({ out, algo, settings, seed }) => ({ out, algo, settings, seed })),
          report: report.document,
        });
      printHeading(report.heading);
      print(report.text);
      print(`Runs: ${given.out}, report: ${report.document.out}`);
    } finally {
      await executor.close();
    }
  },
});

/** The alternatives of one `key=a,b`, each as `key=a`. A list in brackets is one of them. */
function alternatives(text: string): string[] {
  const at = text.indexOf('=');
  const values = text.slice(at + 1).match(/\[[^\]]*\]|\{.*\}|[^,]+/g) ?? [];
  if (at < 1 || values.length === 0)
    throw new WasmetaError('E_ARGUMENT', `"--set" expected key=a,b, got ${JSON.stringify(text)}`, { text });
  return values.map((value) => `${text.slice(0, at)}=${value}`);
}

function product(choices: readonly (readonly string[])[]): string[][] {
  return choices.reduce<string[][]>((rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])), [[]]);
}

/** false if it was stopped. */
async function trainAll(runs: readonly PlannedRun[], executor: Executor, watcher: Watcher): Promise<boolean> {
  const course = new Course({ noun: 'run', count: runs.length });
  for (const { out, learner, config } of runs) {
    if (watcher.stopping) return false;
    const label = basename(out);
    const { stopped } = await trainRun({ label, learner, config, executor, run: await openRun(out), mode: 'continue', watcher, course });
    if (stopped) return false;
  }
  return true;
}
