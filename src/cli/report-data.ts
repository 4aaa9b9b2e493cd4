/** What a report says of runs that were meta-tested: groups of seeds, a panel for each way of testing, trials to draw, and how to repeat the runs. */
import { dirname, join } from 'node:path';
import type { Learner } from '../algorithms/learner.ts';
import { hashArrays } from '../core/hash.ts';
import { mean } from '../core/statistics.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { divergence } from '../evaluation/belief-test.ts';
import { taskKinds } from '../evaluation/by-task.ts';
import type { TestReturns } from '../evaluation/meta-test.ts';
import { hasMemory } from '../policies/cells.ts';
import type { Axis, LearningCurve, Panel, ReportData, ReportEnv } from '../report/data.ts';
import { reportEnv } from '../report/env.ts';
import { meanCurve, type RunGroup } from '../report/groups.ts';
import { listed } from '../report/text.ts';
import type { MetricsLine } from '../runs/metrics-log.ts';
import { version } from '../runs/provenance.ts';
import { exactPosterior } from '../strategies/registry.ts';
import type { Executor } from '../workers/executor.ts';
import type { LoadedRun } from './load-run.ts';
import { learningPoints } from './report-parts.ts';
import { groupDifferences, groupResult, profilesOf, type TestedGroup } from './report-scores.ts';
import { shellCommand } from './shell.ts';

const shownTrials = 6;
/** Actions are sampled; learners that adapt by gradient steps take three steps, each on 40 episodes. */
export const adaptation = { greedy: false, gradientSteps: 3, episodes: 40 };

export interface ReportedRun extends LoadedRun {
  readonly dir: string;
  /** What names its environment to a command, where that is a file of the user's. */
  readonly envWords: readonly string[];
  readonly history: readonly MetricsLine[];
}

interface Asked {
  readonly tasks: number;
  readonly seed: number;
}

/** A group of seeds with its tests, and the run that stands for it where one is drawn. */
interface Tested extends TestedGroup {
  readonly first: ReportedRun;
  readonly env: EnvConfig | undefined;
}

export async function reportData(
  runs: readonly ReportedRun[],
  groups: readonly RunGroup[],
  tests: readonly TestReturns[],
  asked: Asked,
  executor: Executor,
): Promise<ReportData> {
  const [{ learner }] = runs;
  const tested = groups.map((group, g) => testedGroup(group, g, runs, tests));
  const [{ env }] = tested;
  const drawn = env === undefined ? withoutEnvironment(learner) : reportEnv(env);
  const seeds = Math.max(...groups.map(({ members }) => members.length));
  const panels = await panelsOf(tested, asked, executor);
  return {
    title: titleOf(groups, drawn.id),
    subtitle: [
      `${drawn.id} ${drawn.preset}`.trim(),
      ...(env === undefined ? [] : [`${panels.map((panel) => panelShape(panel, env)).join('; ')}; ${counted(runs.length, 'run')}`]),
    ].join(': '),
    version: version(),
    runs: runs.map((run) => ({
      name: run.dir,
      command: repeatCommand(run),
      configText: JSON.stringify(run.config, null, 2),
      weightsHash: hashArrays([run.state.parameters]),
    })),
    seconds: runs.reduce((sum, { history }) => sum + (history.at(-1)?.['time/time_elapsed'] ?? 0), 0),
    steps: runs.reduce((sum, run) => sum + run.state.steps, 0),
    notes: [
      `Every figure is of the last checkpoint, with ${actionsOf(runs)}, on tasks that training never drew; all runs play the same tasks.`,
      errorsNote(seeds),
      ...new Set(tested.flatMap(({ env }) => (env === undefined ? [] : [rewardNote(env)]))),
    ],
    env: drawn,
    learning: groups.map(
      ({ name, members }, g): LearningCurve => ({
        name,
        between: betweenOf(tested[g]),
        points: meanCurve(members.map((i) => learningPoints(runs[i].history, runs[i].learner.progress))),
      }),
    ),
    panels,
    differences: groupDifferences(tested, learner.lowerIsBetter),
    profile: profilesOf(tested),
    ...(await beliefsOf(
      tested.map(({ first }) => first),
      asked,
      executor,
    )),
  };
}

/** Learners that are tested alike share a panel, in the order of their first groups. */
async function panelsOf(tested: readonly Tested[], { tasks, seed }: Asked, executor: Executor): Promise<Panel[]> {
  const byAxis = new Map<string, Tested[]>();
  for (const group of tested) {
    const [{ axis, labels = [], returns }] = group.tests;
    const key = JSON.stringify([axis, labels, returns.length]);
    byAxis.set(key, [...(byAxis.get(key) ?? []), group]);
  }
  const panels: Panel[] = [];
  for (const members of byAxis.values()) {
    const [{ tests, first, env }] = members;
    const { axis, labels, random, oracle } = tests[0];
    const { learner, config, state } = first;
    const kinds = env === undefined || axis === 'environment' ? null : await taskKinds(env, { tasks, seed, split: 'test' }, executor);
    panels.push({
      axis: axis as Axis,
      adapts: members.some(adapts),
      ...(labels && { labels }),
      ...(learner.measure !== 'return' && { measure: learner.measure }),
      tasks,
      random,
      oracle,
      policies: members.map((group) => groupResult(group, kinds)),
      context: env?.context === true,
      trials: await learner.paths(config, state, { tasks: shownTrials, seed, ...adaptation }, executor),
    });
  }
  return panels;
}

/** By gradient steps, or by a memory that outlasts an episode of a task that it is not told. */
function adapts({ first: { learner, config, state }, env }: Tested): boolean {
  if (learner.axis === 'step') return true;
  return env !== undefined && env.episodes > 1 && !env.context && learner.acting(config, state).some(({ policy }) => hasMemory(policy));
}

function betweenOf({ first: { learner }, env }: Tested): LearningCurve['between'] {
  if (learner.axis === 'step') return 'gradient steps';
  return env !== undefined && env.episodes > 1 ? 'episodes' : null;
}

/** A group's runs, the seeds in the order of the members. */
function testedGroup({ name, members }: RunGroup, group: number, runs: readonly ReportedRun[], tests: readonly TestReturns[]): Tested {
  const own = members.map((i) => runs[i]);
  const [first] = own;
  const [env] = first.learner.environments(first.config);
  const horizon = env?.horizon ?? 0;
  return {
    name,
    group,
    seeds: own.map(({ config }) => config.seed),
    tests: members.map((i) => tests[i]),
    steps: mean(own.map(({ state }) => state.steps)),
    stepsToAdapt:
      first.learner.axis === 'step' ? adaptation.gradientSteps * adaptation.episodes * horizon : ((env?.episodes ?? 1) - 1) * horizon,
    parameters: first.state.parameters.length,
    first,
    env,
  };
}

/** The learners by name: "RL² and MAML on …". */
function titleOf(groups: readonly RunGroup[], id: string): string {
  const titles = [...new Set(groups.map(({ title }) => title))];
  const named = listed(titles);
  return `${named[0].toUpperCase()}${named.slice(1)} on ${id}`;
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

const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function panelShape({ axis, random }: Panel, { horizon }: EnvConfig): string {
  return axis === 'step'
    ? `${adaptation.episodes} episodes of H\u00a0=\u00a0${horizon} steps for each gradient step`
    : `E\u00a0=\u00a0${counted(axis === 'episode' ? random.length : 1, 'episode')} of H\u00a0=\u00a0${counted(horizon, 'step')} a trial`;
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

/** The beliefs of the first learner that infers any, where the exact posterior of its environment is known. */
async function beliefsOf(runs: readonly ReportedRun[], asked: Asked, executor: Executor): Promise<Pick<ReportData, 'beliefs'>> {
  const run = runs.find(({ learner }) => learner.beliefs !== undefined);
  if (run?.learner.beliefs === undefined) return {};
  const { learner, config, state } = run;
  const [env] = learner.environments(config);
  if (env === undefined || exactPosterior(env)?.cells === undefined) return {};
  const { kl, stderr, uniform, goals, side, trials } = await run.learner.beliefs(config, state, asked, executor);
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

/** A run with the config in the folder has the same weights anywhere. Only what was checked goes into the command, each word as the shell takes it. */
function repeatCommand({ dir, envWords, algo, config }: ReportedRun): string {
  const [from, to] = [join(dir, 'config.json'), join(dirname(dir), 'again')];
  return shellCommand([
    'npx',
    'wasmeta',
    'train',
    '--algo',
    algo,
    '--config',
    from,
    ...envWords,
    '--seed',
    String(config.seed),
    '--out',
    to,
  ]);
}
