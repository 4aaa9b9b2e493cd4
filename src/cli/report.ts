/** `wasmeta report DIR…`: one page on one or several runs, meta-tested on the same unseen tasks. */
import { dirname, join } from 'node:path';
import { defineCommand } from 'citty';
import { checkRl2State, type Rl2Config, type Rl2State, resolveRl2 } from '../algorithms/rl2.ts';
import { scoreIntervals } from '../core/bootstrap.ts';
import { integer, oneOf } from '../core/checks.ts';
import { hashArrays } from '../core/hash.ts';
import { deviation, mean, standardError } from '../core/statistics.ts';
import { type MetaTestReturns, metaTestReturns } from '../evaluation/meta-test.ts';
import { testPaths } from '../evaluation/paths.ts';
import type { Executor } from '../executors/executor.ts';
import { createPool } from '../executors/pool.ts';
import { replaceFile } from '../runs/files.ts';
import { groupRuns, meanCurve, type RunGroup } from '../runs/groups.ts';
import type { MetricsLine } from '../runs/metrics-log.ts';
import { openRun } from '../runs/open-run.ts';
import { renderReport } from '../runs/report.ts';
import type { PolicyResult, ReportData } from '../runs/report-data.ts';
import type { RunInfo } from '../runs/run.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { print, printJson, remark, strong, table } from './output.ts';
import { version } from './provenance.ts';
import { clientScript, learningPoints } from './report-parts.ts';

const shownTrials = 6;

const args = {
  dirs: { type: 'positional', description: 'run folders', required: true, valueHint: 'DIR…' },
  out: { type: 'string', description: 'file to write; default: report.html, in the run folder if there is only one', valueHint: 'FILE' },
  tasks: { type: 'string', description: 'unseen tasks, one trial each', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: '9' },
  workers: { type: 'string', description: 'workers; default: one a processor' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

interface LoadedRun {
  readonly dir: string;
  readonly info: RunInfo;
  readonly config: Rl2Config;
  readonly state: Rl2State;
  readonly history: readonly MetricsLine[];
}

export const report = defineCommand({
  meta: { name: 'report', description: 'Write one HTML report on one or several runs' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const dirs = given._.map(String);
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 4, 1_000_000);
    const seed = wholeNumber('seed', given.seed, 9);
    const runs = await Promise.all(dirs.map(load));
    const groups = groupRuns(runs.map(({ info }) => info));
    const out = given.out ?? (dirs.length === 1 ? join(dirs[0], 'report.html') : 'report.html');
    const executor = createPool({ workers: workerCount(given.workers), learner: false });
    try {
      const tests: MetaTestReturns[] = [];
      for (const { config, state } of runs) {
        const { env, policy } = config;
        tests.push(await metaTestReturns({ env, policy, parameters: state.parameters, tasks, seed }, executor));
      }
      const data = await reportData(runs, groups, tests, { tasks, seed }, executor);
      replaceFile(out, renderReport(data, clientScript()));
      if (given.json) return printJson({ out, seed, ...data.adaptation });
      print(strong(`${runs.length} runs in ${groups.length} groups on ${tasks} unseen tasks of ${data.env.id} ${data.env.preset}`));
      print(groupTable(data));
      print(`Report: ${out}`);
    } finally {
      await executor.close();
    }
  },
});

async function load(dir: string): Promise<LoadedRun> {
  const run = await openRun(dir);
  const info = await run.info();
  oneOf(`algorithm of ${dir}`, info.algo, ['rl2']);
  const checkpoint = await run.load('last', ({ message }) => remark(`wasmeta: warning: ${message}; taking the one before it`));
  const config = resolveRl2(checkpoint.config as Rl2Config);
  const state = checkRl2State(config, checkpoint.state);
  return { dir, info, config, state, history: await run.metrics(state.iteration) };
}

interface Asked {
  readonly tasks: number;
  readonly seed: number;
}

async function reportData(
  runs: readonly LoadedRun[],
  groups: readonly RunGroup[],
  tests: readonly MetaTestReturns[],
  { tasks, seed }: Asked,
  executor: Executor,
): Promise<ReportData> {
  const [{ config, state }] = runs;
  const { id, preset, horizon, episodes, reward, tolerance } = config.env;
  const seeds = Math.max(...groups.map(({ members }) => members.length));
  return {
    title: groups.length === 1 ? `${groups[0].name} on ${id}` : `${groups.length} learners on ${id}`,
    subtitle: `${id} ${preset}: E = ${episodes} episodes of H = ${horizon} steps a trial; ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
    version: version(),
    runs: runs.map(({ dir, info, config, state }) => ({
      name: dir,
      command: repeatCommand(dir, info),
      configText: JSON.stringify(config, null, 2),
      weightsHash: hashArrays([state.parameters]),
    })),
    seconds: runs.reduce((sum, { history }) => sum + (history.at(-1)?.['time/time_elapsed'] ?? 0), 0),
    steps: runs.reduce((sum, run) => sum + run.state.steps, 0),
    notes: [
      'Every figure is of the last checkpoint, with sampled actions, on tasks that training never drew; all runs play the same tasks.',
      `Intervals are 95 % percentile bootstrap intervals: tasks are drawn again${seeds > 1 ? ', and for each task the seeds (stratified, Agarwal et al. 2021)' : ''}.`,
      ...(seeds > 1
        ? [
            'A standard error is that of the mean over seeds. The intervals say little about another seed: they draw the seeds anew for every task, so that what a seed has in common averages out.',
          ]
        : []),
      config.env.trainingReward === config.env.reward
        ? 'Training and meta-test both use the same reward.'
        : `Training used the ${config.env.trainingReward} reward for the loss.`,
    ],
    env: { id, preset, horizon, episodes, reward, tolerance },
    learning: groups.map(({ name, members }) => ({ name, points: meanCurve(members.map((i) => learningPoints(runs[i].history))) })),
    adaptation: {
      tasks,
      random: tests[0].random,
      oracle: tests[0].oracle,
      policies: groups.map(({ name, members }) =>
        groupResult(
          name,
          members.map((i) => tests[i]),
          seed,
        ),
      ),
    },
    trials: await testPaths({ env: config.env, policy: config.policy, parameters: state.parameters, tasks: shownTrials, seed }, executor),
  };
}

function groupResult(name: string, tests: readonly MetaTestReturns[], seed: number): PolicyResult {
  const episodes = tests[0].episodes.map((_, e) => tests.map((test) => test.episodes[e]));
  const intervals = episodes.map((scores) => scoreIntervals(scores, seed));
  return {
    name: tests.length > 1 ? `${name}, ${tests.length} seeds` : name,
    mean: intervals.map((x) => x.mean),
    stderr: episodes.map((scores) =>
      scores.length === 1 ? standardError(scores[0]) : deviation(scores.map(mean)) / Math.sqrt(scores.length),
    ),
    iqm: intervals.map((x) => x.iqm),
    ci95: intervals.map((x) => x.meanInterval),
    iqmCi95: intervals.map((x) => x.iqmInterval),
  };
}

/** The config stands in the folder; from it the same run can be made anywhere. */
function repeatCommand(dir: string, { algo, config }: RunInfo): string {
  const { seed } = config as { seed: number };
  return `wasmeta train --algo ${algo} --config ${join(dir, 'config.json')} --seed ${seed} --out ${join(dirname(dir), 'again')}`;
}

function groupTable({ adaptation: { policies, random, oracle } }: ReportData): string {
  const f = (x: number) => x.toFixed(2);
  const interval = (of: readonly [number, number] | undefined) => (of === undefined ? '' : `[${f(of[0])}, ${f(of[1])}]`);
  const rows = policies.flatMap(({ name, mean, stderr, iqm, ci95, iqmCi95 }) =>
    mean.map((value, e) => [
      name,
      `${e + 1}`,
      f(random[e]),
      `${f(value)} ± ${f(stderr[e])}`,
      interval(ci95[e]),
      f(iqm[e]),
      interval(iqmCi95?.[e]),
      f(oracle[e]),
    ]),
  );
  return table([['', 'episode', 'random', 'return ± se', '95 %', 'IQM', '95 %', 'oracle'], ...rows]);
}
