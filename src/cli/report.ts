/** `wasmeta report DIR…`: one page on one or several runs, meta-tested on the same unseen tasks. */
import { dirname, join } from 'node:path';
import { defineCommand } from 'citty';
import type { Learner } from '../algorithms/learner.ts';
import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { mean } from '../core/statistics.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { divergence } from '../evaluation/belief-test.ts';
import { taskKinds } from '../evaluation/by-task.ts';
import type { TestReturns } from '../evaluation/meta-test.ts';
import type { Axis, ReportData, ReportEnv } from '../report/data.ts';
import { reportEnv } from '../report/env.ts';
import { groupRuns, meanCurve, type RunGroup } from '../report/groups.ts';
import { renderReport } from '../report/report.ts';
import { placeLabel } from '../report/text.ts';
import { replaceFile } from '../runs/files.ts';
import type { MetricsLine } from '../runs/metrics-log.ts';
import { openRun } from '../runs/open-run.ts';
import { version } from '../runs/provenance.ts';
import type { RunInfo } from '../runs/run.ts';
import { exactPosterior } from '../strategies/registry.ts';
import type { Executor } from '../workers/executor.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, testSeed, wholeNumber, workerCount } from './arguments.ts';
import { envFile, envIdOf } from './env-flag.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { print, printJson, strong, table } from './output.ts';
import { clientScript, learningPoints } from './report-parts.ts';
import { groupDifferences, groupResult, profilesOf, type TestedGroup } from './report-scores.ts';

const shownTrials = 6;
/** Actions are sampled; learners that adapt by gradient steps take three steps, each on 40 episodes. */
const adaptation = { greedy: false, gradientSteps: 3, episodes: 40 };

const args = {
  dirs: { type: 'positional', repeatable: true, description: 'run folders', required: true, valueHint: 'DIR…' },
  out: { type: 'string', description: 'file to write; default: report.html, in the run folder if one run is reported', valueHint: 'FILE' },
  tasks: { type: 'string', description: 'unseen tasks', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: String(testSeed) },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  ...envFile,
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

interface ReportedRun extends LoadedRun {
  readonly dir: string;
  readonly info: RunInfo;
  readonly history: readonly MetricsLine[];
}

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
    const runs = await Promise.all(dirs.map(reportedRun));
    const executor = createPool({
      workers: workerCount(given.workers),
      learner: runs.some(({ learner }) => learner.gradients || learner.beliefs !== undefined),
    });
    try {
      const { document, heading, text } = await writeReport(runs, { out, tasks, seed, executor });
      if (given.json) return printJson(document);
      print(strong(heading));
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
  const groups = groupRuns(runs.map(({ info }) => info));
  const tests: TestReturns[] = [];
  for (const { learner, config, state } of runs) {
    tests.push(await learner.returns(config, state, { tasks, seed, ...adaptation }, executor));
    checkAxis(tests);
  }
  const data = await reportData(runs, groups, tests, { tasks, seed }, executor);
  replaceFile(out, renderReport(data, clientScript()));
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return {
    document: { out, seed, ...data.adaptation, differences: data.differences, profile: data.profile },
    heading: `${count(runs.length, 'run')} in ${count(groups.length, 'group')} on ${tasks} unseen tasks of ${data.env.id} ${data.env.preset}`,
    text: groupTable(data),
  };
}

export async function reportedRun(dir: string): Promise<ReportedRun> {
  const info = await (await openRun(dir)).info(); // first: a folder without it is no run
  const loaded = await loadRun(dir);
  return { ...loaded, dir, info, history: await loaded.run.metrics(loaded.state.iteration) };
}

/** Throws `E_CONFIG` where some learners count episodes and others gradient steps. */
function checkAxis(tests: readonly TestReturns[]): void {
  const axes = [...new Set(tests.map(({ axis }) => axis))];
  if (axes.length > 1)
    throw new WasmetaError('E_CONFIG', `these runs adapt in different ways, by ${axes.join('s and by ')}s: write a report on each`, {
      axes,
    });
}

interface Asked {
  readonly tasks: number;
  readonly seed: number;
}

async function reportData(
  runs: readonly ReportedRun[],
  groups: readonly RunGroup[],
  tests: readonly TestReturns[],
  { tasks, seed }: Asked,
  executor: Executor,
): Promise<ReportData> {
  const [{ learner, config, state }] = runs;
  const axis = tests[0].axis as Axis;
  const [env] = learner.environments(config);
  const drawn = env === undefined ? withoutEnvironment(learner) : reportEnv(env);
  const { id, preset } = drawn;
  const seeds = Math.max(...groups.map(({ members }) => members.length));
  const tested = groups.map(({ name, members }) => testedGroup(name, members, runs, tests));
  const kinds = env === undefined || axis === 'environment' ? null : await taskKinds(env, { tasks, seed, split: 'test' }, executor);
  return {
    title: groups.length === 1 ? `${groups[0].name} on ${id}` : `${groups.length} learners on ${id}`,
    subtitle: [
      `${id} ${preset}`.trim(),
      ...(env === undefined ? [] : [`${trialShape(env, axis)}; ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`]),
    ].join(': '),
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
      `Every figure is of the last checkpoint, with ${actionsOf(runs)}, on tasks that training never drew; all runs play the same tasks.`,
      errorsNote(seeds),
      ...(env === undefined ? [] : [rewardNote(env)]),
    ],
    env: drawn,
    learning: groups.map(({ name, members }) => ({
      name,
      points: meanCurve(members.map((i) => learningPoints(runs[i].history, learner.progress))),
    })),
    adaptation: {
      axis,
      ...(tests[0].labels && { labels: tests[0].labels }),
      ...(learner.measure !== 'return' && { measure: learner.measure }),
      tasks,
      random: tests[0].random,
      oracle: tests[0].oracle,
      policies: tested.map((group) => groupResult(group, seed, kinds)),
    },
    differences: groupDifferences(tested, learner.lowerIsBetter),
    profile: profilesOf(tested),
    ...(await beliefsOf(runs[0], { tasks, seed }, executor)),
    trials: await learner.paths(config, state, { tasks: shownTrials, seed, ...adaptation }, executor),
  };
}

/** A group's runs, the seeds in the order of the members. */
function testedGroup(name: string, members: readonly number[], runs: readonly ReportedRun[], tests: readonly TestReturns[]): TestedGroup {
  const own = members.map((i) => runs[i]);
  return {
    name,
    seeds: own.map(({ config }) => config.seed),
    tests: members.map((i) => tests[i]),
    steps: mean(own.map(({ state }) => state.steps)),
    parameters: own[0].state.parameters.length,
  };
}

const oneSeed = 'over the tasks of the one seed, and say nothing about another seed';

/** The one rule of core/estimates.ts, in words. */
function errorsNote(seeds: number): string {
  const over = seeds === 1 ? oneSeed : `over the means of the seeds (of a policy with one seed, ${oneSeed})`;
  return `Standard errors and 95 % intervals (Student’s t) are ${over}.`;
}

/** What a report says in place of an environment, for a learner without one. */
function withoutEnvironment({ title, measure }: Learner): ReportEnv {
  return { id: title, preset: '', horizon: 0, episodes: 1, reward: measure, tolerance: 0, lengths: 'metres' };
}

function trialShape({ horizon, episodes }: EnvConfig, axis: Axis): string {
  return axis === 'step'
    ? `${adaptation.episodes} episodes of H = ${horizon} steps for each gradient step`
    : `E = ${episodes} episodes of H = ${horizon} steps a trial`;
}

function rewardNote({ trainingReward, reward }: EnvConfig): string {
  return trainingReward === reward
    ? 'Training and meta-test both use the same reward.'
    : `Training used the ${trainingReward} reward for the loss.`;
}

function actionsOf(runs: readonly ReportedRun[]): string {
  const greedy = runs.filter(({ learner }) => learner.greedy);
  if (greedy.length === 0) return 'sampled actions';
  const names = [...new Set(greedy.map(({ learner }) => learner.title))].join(', ');
  return greedy.length === runs.length ? 'the most probable actions' : `sampled actions (${names}: the most probable)`;
}

const shownBeliefs = 4;

/** Given where the learner infers a belief and the exact posterior of the environment is known. */
async function beliefsOf({ learner, config, state }: ReportedRun, asked: Asked, executor: Executor): Promise<Pick<ReportData, 'beliefs'>> {
  const [env] = learner.environments(config);
  if (learner.beliefs === undefined || env === undefined || exactPosterior(env) === null) return {};
  const { kl, stderr, uniform, goals, side, trials } = await learner.beliefs(config, state, asked, executor);
  const H = env.horizon;
  const steps = [0, 2, 5, 8, 11, H - 1, H, H + 3, H + 6, 2 * H].filter((t) => t < env.episodes * H);
  return {
    beliefs: {
      side,
      goals,
      steps,
      kl,
      stderr,
      uniform,
      tasks: asked.tasks,
      trials: trials.slice(0, shownBeliefs).map(({ goal, cells, exact, believed }) => ({
        goal,
        cells: steps.map((t) => cells[t]),
        exact: steps.map((t) => exact[t]),
        believed: steps.map((t) => believed[t]),
        kl: mean(exact.map((p, t) => divergence(p, believed[t]))),
      })),
    },
  };
}

/** A run with the config in the folder has the same weights anywhere. */
function repeatCommand(dir: string, { algo, config }: RunInfo): string {
  const { seed } = config as { seed: number };
  return `wasmeta train --algo ${algo} --config ${join(dir, 'config.json')} --seed ${seed} --out ${join(dirname(dir), 'again')}`;
}

function groupTable({ adaptation: { axis, labels, measure = 'return', policies, random, oracle } }: ReportData): string {
  const f = (x: number) => x.toFixed(2);
  const plain = (x: number | null) => (x === null ? '–' : f(x));
  const interval = (of: readonly [number, number] | null | undefined) =>
    of === undefined ? '' : of === null ? '–' : `[${f(of[0])}, ${f(of[1])}]`;
  const rows = policies.flatMap(({ name, mean, stderr, iqm, ci95, iqmCi95 }) =>
    mean.map((value, e) => [
      name,
      placeLabel(axis, e, labels),
      f(random[e]),
      `${f(value)} ± ${plain(stderr[e])}`,
      interval(ci95[e]),
      f(iqm[e]),
      interval(iqmCi95?.[e]),
      ...(oracle === null ? [] : [f(oracle[e])]),
    ]),
  );
  return table([
    ['', '', axis === 'step' ? 'random init' : 'random', `${measure} ± se`, '95 %', 'IQM', '95 %', ...(oracle === null ? [] : ['oracle'])],
    ...rows,
  ]);
}
