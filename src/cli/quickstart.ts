/**
 * `npm start` and `wasmeta quickstart`: meta-trains RL² on the sparse semicircle, and a memory-less policy for as many steps; meta-tests both on unseen tasks;
 * prints the adaptation table and writes a report.
 */
import { defineCommand } from 'citty';
import { type Rl2Config, rl2 } from '../algorithms/rl2.ts';
import { isDone } from '../core/budget.ts';
import { integer } from '../core/checks.ts';
import { type MetaTest, metaTest } from '../evaluation/meta-test.ts';
import { testPaths } from '../evaluation/paths.ts';
import { defaultTask } from '../experiments/recipe-for.ts';
import { type TrainingResult, trainRun } from '../experiments/training.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { reportEnv } from '../report/env.ts';
import { renderReport } from '../report/report.ts';
import { openRun } from '../runs/open-run.ts';
import { version } from '../runs/provenance.ts';
import { recipeSettings } from '../runs/recipes.ts';
import type { Run } from '../runs/run.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { checkFlags, testSeed, wholeNumber, workerCount } from './arguments.ts';
import { metaTestTable } from './evaluate.ts';
import { lines, printNote, screenWidth } from './layout.ts';
import { print, printJson, remark, strong } from './output.ts';
import { clientScript, learningPoints } from './report-parts.ts';
import { sayHowToGoOn, watched } from './watcher.ts';

const env = defaultTask;
const testTasks = 1000;
const shownTrials = 6;

const args = {
  seed: { type: 'string', description: 'seed of everything', default: '1' },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  iterations: { type: 'string', description: 'iterations of each policy' },
  out: { type: 'string', description: 'run folder; default: runs/quickstart, or with the next free number', valueHint: 'DIR' },
  overwrite: { type: 'boolean', description: 'delete the run that is in --out' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const quickstart = defineCommand({
  meta: { name: 'quickstart', description: 'Meta-train RL² on the point mass, meta-test it, write a report' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const seed = wholeNumber('seed', given.seed, 1);
    const preset = recipeSettings('rl2', env) as Partial<Rl2Config>;
    const iterations = integer('iterations', wholeNumber('iterations', given.iterations, preset.iterations ?? 100), 1);
    const memory = rl2.resolve({ ...preset, env, seed, iterations });
    const memoryless = rl2.resolve({ ...preset, env, seed, iterations, policy: { kind: 'mlp', hidden: [64, 64], inputs: 'trial' } });
    const executor = createPool({ workers: workerCount(given.workers) });
    try {
      const begun = (folder: string) => isHalfDone(folder, memory, memoryless);
      const out = given.out ?? (await freeFolder('runs/quickstart', begun));
      const mode = given.overwrite ? 'overwrite' : (await begun(out)) ? 'continue' : 'fresh';
      await run(out, mode, executor, memory, memoryless, given.json === true);
    } finally {
      await executor.close();
    }
  },
});

const names = ['RL² (GRU-64)', 'no memory (MLP)'] as const;

/** A finished run is never touched: the next one gets a number. One that was stopped goes on. */
async function freeFolder(name: string, begun: (folder: string) => Promise<boolean>): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = n === 1 ? name : `${name}-${n}`;
    if (!(await (await openRun(folder)).exists()) || (await begun(folder))) return folder;
  }
}

async function run(
  out: string,
  mode: 'fresh' | 'overwrite' | 'continue',
  executor: Pool,
  memory: Rl2Config,
  memoryless: Rl2Config,
  json: boolean,
): Promise<void> {
  const task = 'a goal somewhere on a half circle, which the agent is not shown; it is paid only within 0.2 m of it';
  const shown = 'The line below shows the mean return of the first → the second episode on a task.';
  for (const line of [`Meta-training on ${env.id} ${env.preset}: ${task}.`, shown].flatMap((text) => lines(text, screenWidth())))
    remark(line);
  const folder = await openRun(out);
  const learn = (label: string, config: Rl2Config, run: Run) =>
    watched(false, (watcher) => trainRun({ label, learner: rl2, config, executor, run, mode, watcher }));
  const trained = await learn('RL²      ', memory, folder);
  if (trained.stopped) return sayHowToGoOn();
  const plain = await learn('no memory', memoryless, await openRun(`${out}/memoryless`));
  if (plain.stopped) return sayHowToGoOn();
  const test = (policy: PolicySpec, result: TrainingResult) =>
    metaTest({ env, policy, parameters: result.state.parameters, tasks: testTasks, seed: testSeed }, executor);
  const tests = [await test(memory.policy, trained), await test(memoryless.policy, plain)];
  const trials = await testPaths(
    { env, policy: memory.policy, parameters: trained.state.parameters, tasks: shownTrials, seed: testSeed },
    executor,
  );
  const report = renderReport(reportData(memory, [trained, plain], tests, trials), clientScript());
  await folder.writeReport(report);
  if (json) return printJson({ out, seed: memory.seed, tests, weightsHash: trained.weightsHash, seconds: trained.seconds + plain.seconds });
  tests.forEach((result, i) => {
    print(`\n${strong(`${names[i]} on ${testTasks} unseen tasks`)}`);
    print(metaTestTable(result));
  });
  print('');
  printNote('random: uniform actions · oracle: is told the goal · training and test both use the sparse reward alone');
  print(`Report: ${folder.title}/report.html`);
  print(`Watch it in a page: npx wasmeta view ${folder.title}`);
}

type Found = 'nothing' | 'half' | 'done';

/** How far a run with this config is; nothing, if the run that is there has another config. */
async function stateOf(run: Run, config: Rl2Config): Promise<Found> {
  if (!(await run.hasCheckpoint())) return 'nothing';
  const { config: theirs, state } = await run.load();
  if (JSON.stringify(theirs) !== JSON.stringify(config)) return 'nothing';
  return isDone(config, state as { iteration: number; steps: number }) ? 'done' : 'half';
}

/** Whether the two trainings in this folder were stopped before both were done. */
async function isHalfDone(folder: string, memory: Rl2Config, memoryless: Rl2Config): Promise<boolean> {
  const first = await stateOf(await openRun(folder), memory);
  return first !== 'nothing' && !(first === 'done' && (await stateOf(await openRun(`${folder}/memoryless`), memoryless)) === 'done');
}

function reportData(
  config: Rl2Config,
  results: readonly TrainingResult[],
  tests: readonly MetaTest[],
  trials: Awaited<ReturnType<typeof testPaths>>,
) {
  const [{ weightsHash, seconds, state }] = results;
  const { horizon, episodes } = config.env;
  return {
    title: 'RL² on the sparse semicircle',
    subtitle: `${env.id} ${env.preset}: E = ${episodes} episodes of H = ${horizon} steps a trial`,
    version: version(),
    runs: [{ name: names[0], command: 'npm start', configText: JSON.stringify(config, null, 2), weightsHash }],
    seconds,
    steps: state.steps,
    notes: [
      'Training and meta-test both use the sparse reward alone; nothing was shaped.',
      'The memory-less policy is an MLP with the same inputs, trained for as many environment steps.',
      'Every figure is of the last checkpoint, with sampled actions, on tasks that training never drew.',
    ],
    env: reportEnv(config.env),
    learning: results.map(({ history }, i) => ({
      name: names[i],
      between: 'episodes' as const,
      points: learningPoints(history, rl2.progress),
    })),
    panels: [
      {
        axis: 'episode' as const,
        adapts: true,
        tasks: testTasks,
        random: tests[0].random,
        oracle: tests[0].oracle,
        policies: tests.map(({ mean, stderr, iqm, ci95 }, i) => ({ name: names[i], mean, stderr, iqm, ci95 })),
        trials,
      },
    ],
  };
}
