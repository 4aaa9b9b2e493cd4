/** `wasmeta evaluate DIR`: meta-tests a run's last checkpoint on unseen tasks. */
import { defineCommand } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import { envLabel } from '../envs/spec.ts';
import type { AdaptationTest } from '../evaluation/adaptation-test.ts';
import type { KindReturns } from '../evaluation/by-task.ts';
import type { MetaTest, TestScores, TrialTotal } from '../evaluation/meta-test.ts';
import type { Reaching } from '../evaluation/success.ts';
import type { Axis } from '../report/data.ts';
import { placeLabel } from '../report/text.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, testSeed, wholeNumber, workerCount } from './arguments.ts';
import { envFile, envIdOf } from './env-flag.ts';
import { printHeading, printNote, table } from './layout.ts';
import { loadRun } from './load-run.ts';
import { print, printJson, remark } from './output.ts';
import { shownExecutor } from './shown-executor.ts';

const args = {
  dir: { type: 'positional', description: 'run folder', required: true },
  tasks: { type: 'string', description: 'unseen tasks', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: String(testSeed) },
  split: {
    type: 'string',
    description: 'whose tasks: test, for reports, or validate, for choosing settings',
    default: 'test',
    valueHint: 'test|validate',
  },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  checkpoint: {
    type: 'string',
    description: 'last, or best by training returns (say so where you report it)',
    default: 'last',
    valueHint: 'last|best',
  },
  greedy: {
    type: 'boolean',
    description: 'the most probable action instead of a sampled one, for learners that do not adapt by gradient steps',
  },
  forget: {
    type: 'boolean',
    description: 'an ablation for policies with a memory: empty it at the start of every episode, as at the start of a trial',
  },
  score: {
    type: 'string',
    description: 'another reward of the environment to be counted; the policy reads, or adapts by, the one it was trained with',
    valueHint: 'NAME',
  },
  'gradient-steps': { type: 'string', description: 'learners that adapt by gradient steps: how many on each task', default: '3' },
  episodes: { type: 'string', description: 'learners that adapt by gradient steps: episodes of a task for each step', default: '40' },
  'per-task': { type: 'boolean', description: 'with --json: every task with its returns' },
  ...envFile,
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const evaluate = defineCommand({
  meta: { name: 'evaluate', description: 'Meta-test a run on unseen tasks' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 1, 10_000_000);
    const seed = wholeNumber('seed', given.seed, testSeed);
    const split = oneOf('split', given.split, ['test', 'validate'] as const);
    const workers = workerCount(given.workers);
    await envIdOf(given.env);
    const { algo, learner, config, state } = await loadRun(given.dir, oneOf('checkpoint', given.checkpoint, ['last', 'best'] as const));
    const score = given.score;
    const environments = learner.environments(config);
    if (score !== undefined && environments.length === 0)
      throw new WasmetaError('E_ARGUMENT', `"--score" expected a learner with an environment, got ${algo}`, { score });
    const reward = environments.length === 0 ? null : (score ?? environments.map(({ reward }) => reward).join(' + '));
    const forget = given.forget === true;
    if (forget && learner.axis !== 'episode')
      throw new WasmetaError('E_UNSUPPORTED', `"--forget" expected a learner that remembers by its hidden state, got ${algo}`, { algo });
    const gradientSteps = integer('gradient-steps', wholeNumber('gradient-steps', given['gradient-steps'], 3), 0, 100);
    const episodes = integer('episodes', wholeNumber('episodes', given.episodes, 40), 2, 4096);
    const executor = shownExecutor(createPool({ workers, learner: learner.gradients }), () => 'meta-test');
    try {
      const result = await learner.test(
        config,
        state,
        { tasks, seed, split, perTask: given['per-task'] === true, greedy: given.greedy === true, forget, score, gradientSteps, episodes },
        executor,
      );
      const labels = environments.map((env) => envLabel({ ...env, reward: score ?? env.reward }));
      if (given.json) return printJson({ ...result, reward, environments: labels, ...(forget && { forget }), algo });
      const kind = split === 'test' ? 'unseen task' : 'validation task';
      const counted = score === undefined ? '' : `, counted by the reward ${score}`;
      const emptied = forget ? ', memory emptied at every episode' : '';
      printHeading(`${learner.title} on ${plural(tasks, kind)} of ${result.env} ${result.preset}${counted}${emptied}`);
      print(metaTestTable(result, learner.measure));
      printNote('± and interval are over the tasks of this one run, and say nothing about another seed');
      if (result.kinds !== undefined) print(kindTable(result.axis as Axis, result.kinds));
      const { total, success, diverged = 0 } = result as Partial<MetaTest & Reaching & AdaptationTest>;
      if (success !== undefined) print(goalsReached(success));
      if (total !== undefined) print(trialTotal(total));
      if (diverged > 0) remark(`${plural(diverged, 'inner step')} not taken, because not finite`);
    } finally {
      await executor.close();
    }
  },
});

/** The share of goals that are reached, in percent. */
function goalsReached({ mean, stderr, ci95 }: Reaching['success']): string {
  const percents = [mean, stderr, ...(ci95 ?? [])].map((x) => (x === null ? '–' : (100 * x).toFixed(1)));
  const [share, error, low, high] = percents;
  return `goals reached: ${share} ± ${error} %${ci95 === null ? '' : `, 95 % interval [${low}, ${high}] %`}`;
}

const orDash = (x: number | null) => (x === null ? '–' : x.toFixed(2));

/** A longer trial is shown by this many of its episodes. */
const mostRows = 12;

/** One row for each episode, or for each number of gradient steps. */
export function metaTestTable(result: TestScores<string>, measure = 'return'): string {
  const f = (x: number) => x.toFixed(2);
  const last = result.mean.length - 1;
  const shown = Array.from({ length: Math.min(mostRows, last + 1) }, (_, i) =>
    last < mostRows ? i : Math.round((i * last) / (mostRows - 1)),
  );
  const rows = shown.map((e) => [
    result.labels?.[e] ?? placeLabel(result.axis as Axis, e),
    f(result.random[e]),
    `${f(result.mean[e])} ± ${orDash(result.stderr[e])}`,
    f(result.iqm[e]),
    result.ci95[e] === null ? '–' : `[${result.ci95[e].map(f).join(', ')}]`,
    ...oracleCells(result, e),
  ]);
  return table([
    [
      '',
      result.axis === 'step' ? 'random init' : 'random',
      `${measure} ± se`,
      'IQM',
      '95 % interval',
      ...(result.oracle === null ? [] : ['oracle', 'of oracle']),
    ],
    ...rows,
  ]);
}

/** Means over the tasks of each kind, in a line for each place. */
function kindTable(axis: Axis, kinds: readonly KindReturns[]): string {
  const lines = kinds.flatMap(({ kind, tasks, mean, stderr }) =>
    mean.map((value, e) => [`${kind}, ${plural(tasks, 'task')}`, placeLabel(axis, e), `${value.toFixed(2)} ± ${orDash(stderr[e])}`]),
  );
  return table([['by kind of task', '', 'mean ± se'], ...lines]);
}

function oracleCells({ oracle, mean }: TestScores<string>, e: number): string[] {
  if (oracle === null) return [];
  return [oracle[e].toFixed(2), oracle[e] > 0 ? percent(mean[e], oracle[e]) : ''];
}

const percent = (part: number, whole: number, digits = 0) => `${((100 * part) / whole).toFixed(digits)} %`;

/** The return of a whole trial beside the Bayes-optimal one, or beside the oracle's where the Bayes-optimal one is not known. */
function trialTotal({ mean, stderr, optimum, oracle }: TrialTotal): string {
  const best = optimum ?? oracle;
  const own = `return of a trial: ${mean.toFixed(3)} ± ${stderr === null ? '–' : stderr.toFixed(3)}`;
  if (best === null) return own;
  const theirs = `${optimum === null ? 'the oracle’s' : 'the Bayes-optimal (exact)'} ${best.toFixed(3)}`;
  return best > 0 ? `${own} = ${percent(mean, best, 1)} of ${theirs}` : `${own}, beside ${theirs}`;
}
