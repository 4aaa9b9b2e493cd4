/**
 * `wasmeta compare --env ID`: trains seven learners with equal numbers of environment steps and tests them on the same unseen tasks.
 *   blind             π(a | s): reads neither the task nor rewards
 *   contextual        π(a | s, ω): reads the task
 *   goal-conditioned  π(a | s, g): reads the goal; only where tasks are goals
 *   RL²               reads its rewards and remembers them over the episodes of a trial
 *   VariBAD           π(a | s, belief): infers a belief over the task from its rewards
 *   MAML              takes K policy-gradient steps on each task
 *   expert            blind, trained on the single task that it is tested on; several experts share the steps of one learner
 */
import { defineCommand } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { type ComparedScore, play, type Result, trainingsOf } from '../experiments/compare-play.ts';
import { playerNames, playersOf, quickSteps } from '../experiments/compare-players.ts';
import { Course } from '../experiments/course.ts';
import { defaultTask, familyWithPreset } from '../experiments/recipe-for.ts';
import { environmentsOf, reportedSeed } from '../experiments/reproduction.ts';
import { renderComparison } from '../report/compare-page.ts';
import { replaceFile } from '../runs/files.ts';
import { commit, version } from '../runs/provenance.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { budgetCells, budgetHeads } from './budget.ts';
import { envIdOf } from './env-flag.ts';
import { printHeading, printNote, table } from './layout.ts';
import { print, printJson, remark } from './output.ts';
import { shellCommand } from './shell.ts';
import { sayHowToGoOn, watched } from './watcher.ts';

const mostShown = 5;

const args = {
  env: {
    type: 'string',
    description: `environment, or the file of your own; default: ${defaultTask.id} ${defaultTask.preset}`,
    valueHint: 'ID|PATH',
  },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  episodes: { type: 'string', description: 'episodes of a trial; default: as many as the preset says' },
  seeds: { type: 'string', description: 'seeds to train, all reported', default: reportedSeed, valueHint: '1,2,3' },
  only: { type: 'string', description: `only these of ${playerNames.join(', ')}`, valueHint: 'A,B' },
  steps: {
    type: 'string',
    description: 'environment steps of each learner; default: as many as the recipe of the learner with memory takes',
  },
  quick: {
    type: 'boolean',
    description:
      '2 M environment steps each, 1 M if episodes may end early: at most 10 minutes on two cores, too few steps for most to converge',
  },
  tasks: {
    type: 'string',
    description:
      'unseen tasks; a learner that adapts by gradient steps is tested on a fifth of them, because it plays more episodes on each',
    default: '1000',
  },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  out: {
    type: 'string',
    description: 'folder for the runs, compare.json and compare.html; runs that are there are continued',
    valueHint: 'DIR',
  },
  save: { type: 'string', description: 'another file for the result', valueHint: 'FILE' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const compare = defineCommand({
  meta: {
    name: 'compare',
    description: `Train ${playerNames.join(', ')} at equal steps and test them on the same unseen tasks`,
  },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const env = resolveEnv({
      ...taskOf({ ...given, env: await envIdOf(given.env) }),
      ...(given.episodes !== undefined && { episodes: wholeNumber('episodes', given.episodes, 1) }),
    });
    const seeds = given.seeds.split(',').map((text) => wholeNumber('seeds', text, 1));
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 10, 1_000_000);
    const asked = given.steps === undefined ? null : integer('steps', wholeNumber('steps', given.steps, 1), 1);
    const only = given.only?.split(',').map((name) => oneOf('only', name, playerNames));
    const players = playersOf(env, asked ?? (given.quick ? quickSteps(env) : null)).filter(
      ({ key }) => only === undefined || only.includes(key),
    );
    if (players.length === 0)
      throw new WasmetaError('E_ARGUMENT', `"--only" expected a learner that can be trained on ${env.id}, got ${given.only}`, {
        only: given.only,
      });
    const { id, preset, episodes } = env;
    const length = asked === null ? (given.quick ? '-quick' : '') : `-${asked}`;
    const out = given.out ?? `runs/compare/${id}-${preset}-${episodes}${length}`;
    const workers = workerCount(given.workers);
    const executor = createPool({ workers });
    try {
      const course = new Course({ noun: 'learner', ...trainingsOf(players, seeds) });
      const result = await watched(false, (watcher) =>
        play(players, env, tasks, { seeds, quick: given.quick === true, all: false, out, executor, watcher, course }),
      );
      if (result === null) return sayHowToGoOn();
      const limit = asked === null ? (given.quick ? ' --quick' : '') : ` --steps ${asked}`;
      const some = only === undefined ? '' : ` --only ${only.join(',')}`;
      const all = `--episodes ${episodes} --tasks ${tasks} --seeds ${seeds.join(',')}`;
      const command = `wasmeta compare --env ${shellCommand([given.env ?? id])} --preset ${preset} ${all}${limit}${some}`;
      const steps = `${(Math.max(...result.parts.map((part) => part.steps)) / 1e6).toFixed(1)} M environment steps each`;
      const date = new Date().toISOString().slice(0, 10);
      const document = {
        env: id,
        preset,
        reward: env.reward,
        environments: environmentsOf(result.parts),
        episodes,
        tasks,
        seeds,
        workers,
        ...result,
        command,
        commit: commit(),
        date,
      };
      for (const file of [`${out}/compare.json`, ...(given.save === undefined ? [] : [given.save])])
        replaceFile(file, `${JSON.stringify(document, null, 2)}\n`);
      replaceFile(
        `${out}/compare.html`,
        renderComparison({
          title: `Comparison of learners on ${id}`,
          subtitle: `${id} ${preset}, ${steps}, ${plural(tasks, 'unseen task')}, ${plural(seeds.length, 'seed')}, last checkpoints`,
          command,
          version: version(),
          rows: shown(result.rows),
          pairs: result.pairs,
        }),
      );
      if (given.json) return printJson(document);
      printHeading(`${id} ${preset}, ${steps}: return per episode on ${plural(tasks, 'unseen task')}, last checkpoints`);
      printNote(
        `actions are sampled, or the most probable where a learner is tested by these; errors are over ${seeds.length > 1 ? `the means of ${seeds.length} seeds` : 'the tasks of one seed'}`,
      );
      print(comparison(result));
      if (result.pairs.length > 0) print(differences(result));
      remark(`Result: ${out}/compare.json\nPage: ${out}/compare.html`);
    } finally {
      await executor.close();
    }
  },
});

/** What --env and --preset ask for. */
function taskOf({ env, preset }: { readonly env?: string; readonly preset?: string }): EnvOptions {
  if (preset === undefined) return env === undefined ? defaultTask : { id: env };
  return { id: env ?? familyWithPreset(preset), preset };
}

function comparison({ rows }: Result): string {
  const known = rows.some(({ share }) => share !== null);
  const lines = shown(rows).map(({ setting, knows, axis, mean, stderr, ci95, share, steps, parameters, seeds }) => [
    setting,
    knows,
    axis,
    `${mean.toFixed(2)} ± ${stderr?.toFixed(2) ?? '–'}`,
    ci95 === null ? '–' : `[${ci95.map((x) => x.toFixed(2)).join(', ')}]`,
    ...(known ? [share === null ? '–' : `${(100 * share).toFixed(0)} %`] : []),
    ...budgetCells({ steps, parameters, seeds }),
  ]);
  return table(
    [['learner', 'the task', '', 'return ± se', '95 % interval', ...(known ? ['random to oracle'] : []), ...budgetHeads], ...lines],
    3,
  );
}

/** Pairs of learners on the tasks that both played, after adapting. */
function differences({ pairs }: Result): string {
  const lines = pairs.map(({ a, b, tasks, difference: { mean, stderr, interval }, improvement }) => [
    `${a} − ${b}`,
    `${mean.toFixed(2)} ± ${stderr?.toFixed(2) ?? '–'}`,
    interval === null ? '–' : `[${interval.map((x) => x.toFixed(2)).join(', ')}]`,
    `${(100 * improvement).toFixed(0)} %`,
    `${tasks}`,
  ]);
  return table([['on the same tasks', 'difference ± se', '95 % interval', 'first earns more', 'tasks'], ...lines]);
}

/** A long trial is shown by its first and its last episode alone. */
function shown(rows: readonly ComparedScore[]): readonly ComparedScore[] {
  return rows.filter((one) => {
    const same = rows.filter(({ setting }) => setting === one.setting);
    return same.length <= mostShown || one === same[0] || one === same[same.length - 1];
  });
}
