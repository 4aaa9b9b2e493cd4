/**
 * `wasmeta compare --env ID`: who is told the task, who infers it and who adapts to it, trained at equal environment steps and tested on the same unseen tasks.
 *   blind       π(a|s): sees neither task nor rewards         contextual  π(a|s, ω): sees the task
 *   goal-conditioned  π(a|s, g), with hindsight, where tasks are goals              MAML  K policy-gradient steps on each task
 *   RL²         reads its rewards, remembers over the episodes of a trial           VariBAD  a belief over the task from its rewards, π(a|s, belief)
 *   expert      blind, trained on the one task that it is tested on; a few share the steps
 */
import { defineCommand } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { mean, studentInterval } from '../core/statistics.ts';
import { hasOracle, resolveEnv } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import { rollout } from '../evaluation/rollouts.ts';
import { createPool } from '../executors/pool.ts';
import { renderComparison } from '../runs/compare-page.ts';
import { replaceFile } from '../runs/files.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { type Player, playerNames, playersOf } from './compare-players.ts';
import { print, printJson, remark, strong, table } from './output.ts';
import { commit, version } from './provenance.ts';
import {
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  rowsOf,
  scoreOf,
  type Trained,
  testSeed,
  trainedRows,
} from './reproduction.ts';

/** Environment steps of each learner with --quick. */
const quickSteps = 2_000_000;
const adaptationSteps = 3;
const mostShown = 5;

const args = {
  env: { type: 'string', description: 'environment', default: 'PointMass-v0', valueHint: 'ID' },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  episodes: { type: 'string', description: 'episodes of a trial; default: those of the preset' },
  seeds: { type: 'string', description: 'seeds to train, all reported', default: '1', valueHint: '1,2,3' },
  only: { type: 'string', description: `some of ${playerNames.join(', ')}; default: all`, valueHint: 'A,B' },
  steps: { type: 'string', description: 'environment steps of each learner; default: what the RL² preset takes' },
  quick: {
    type: 'boolean',
    description: `${quickSteps / 1e6} M steps each: within 10 minutes on two cores, before most have learned all they can`,
  },
  tasks: { type: 'string', description: 'unseen tasks; a fifth of them for MAML, which plays more on each', default: '1000' },
  workers: { type: 'string', description: 'workers; default: one a processor' },
  out: {
    type: 'string',
    description: 'folder for the runs, compare.json and compare.html; what is there is gone on with',
    valueHint: 'DIR',
  },
  save: { type: 'string', description: 'file for the result, beside the one in the folder', valueHint: 'FILE' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const compare = defineCommand({
  meta: {
    name: 'compare',
    description:
      'Train blind, contextual, goal-conditioned, RL², VariBAD, MAML and experts at equal steps and test them on the same unseen tasks',
  },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const options = { id: given.env, ...(given.preset !== undefined && { preset: given.preset }) };
    const env = resolveEnv({ ...options, ...(given.episodes !== undefined && { episodes: wholeNumber('episodes', given.episodes, 1) }) });
    const seeds = given.seeds.split(',').map((text) => wholeNumber('seeds', text, 1));
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 10, 1_000_000);
    const asked = given.steps === undefined ? null : integer('steps', wholeNumber('steps', given.steps, 1), 1);
    const only = given.only?.split(',').map((name) => oneOf('only', name, playerNames));
    const players = playersOf(env, asked ?? (given.quick ? quickSteps : null)).filter(
      ({ key }) => only === undefined || only.includes(key),
    );
    const { id, preset, episodes } = env;
    const out = given.out ?? `runs/compare/${id}-${preset}${given.quick ? '-quick' : ''}`;
    const workers = workerCount(given.workers);
    const executor = createPool({ workers });
    try {
      const result = await play(players, env, tasks, { seeds, quick: given.quick === true, all: false, out, executor });
      if (result === null) return;
      const limit = asked === null ? (given.quick ? ' --quick' : '') : ` --steps ${asked}`;
      const some = only === undefined ? '' : ` --only ${only.join(',')}`;
      const command = `wasmeta compare --env ${id} --preset ${preset} --episodes ${episodes} --seeds ${seeds.join(',')}${limit}${some}`;
      const steps = `${(Math.max(...result.parts.map((part) => part.steps)) / 1e6).toFixed(1)} M environment steps each`;
      const date = new Date().toISOString().slice(0, 10);
      const document = { env: id, preset, episodes, tasks, seeds, workers, ...result, command, commit: commit(), date };
      for (const file of [`${out}/compare.json`, ...(given.save === undefined ? [] : [given.save])])
        replaceFile(file, `${JSON.stringify(document, null, 2)}\n`);
      replaceFile(
        `${out}/compare.html`,
        renderComparison({
          title: `Who is told, who infers, who adapts: ${id}`,
          subtitle: `${id} ${preset}, ${steps}, ${tasks} unseen tasks, ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}, last checkpoints`,
          command,
          version: version(),
          rows: shown(result.rows),
        }),
      );
      if (given.json) return printJson(document);
      print(
        strong(
          `${id} ${preset}, ${steps}: return per episode on ${tasks} unseen tasks, last checkpoints, sampled actions; goal-conditioned: the likeliest`,
        ),
      );
      print(comparison(result));
      remark(`written to ${out}/compare.json; drawn in ${out}/compare.html`);
    } finally {
      await executor.close();
    }
  },
});

export interface ComparedScore {
  readonly setting: string;
  /** What it knows of the task. */
  readonly knows: string;
  /** "episode 1", "2 steps". */
  readonly axis: string;
  readonly mean: number;
  /** 95 %: of several seeds by Student's t over their means, of one over its tasks. */
  readonly ci95: readonly [low: number, high: number];
}

interface Result {
  readonly parts: readonly ReproductionPart[];
  readonly rows: readonly ComparedScore[];
  /** Of every seed, with standard errors over tasks, or over experts. */
  readonly ofSeeds: readonly ReproductionRow[];
}

/** null if a signal stopped it. */
async function play(players: readonly Player[], env: EnvConfig, tasks: number, options: ReproductionOptions): Promise<Result | null> {
  const parts: ReproductionPart[] = [];
  const ofSeeds: ReproductionRow[] = [];
  const rows: ComparedScore[] = [];
  const add = (name: string, knows: string, seeds: readonly (readonly ReproductionRow[])[]) => {
    ofSeeds.push(...seeds.flat());
    rows.push(...summed(name, knows, seeds));
  };
  for (const kind of ['random', 'oracle'] as const) {
    const { id, preset } = env;
    if (kind === 'oracle' && !hasOracle({ id })) continue;
    const seeds: ReproductionRow[][] = [];
    for (const seed of options.seeds) {
      const test = { env: { id, preset, episodes: 1 }, policy: { kind }, tasks, seed: testSeed(seed) } as const;
      const { returns } = await unseenReturns(test, options.executor);
      seeds.push(rowsOf(`${kind}, seed ${seed}`, 'episode', returns));
    }
    add(kind, kind === 'oracle' ? 'is told, scripted' : 'nothing', seeds);
  }
  for (const player of players) {
    const seeds: (readonly ReproductionRow[])[] = [];
    for (const seed of options.seeds) {
      const result = await (player.experts === undefined ? trained : trainedExperts)(player, env, tasks, seed, options);
      if (result === null) return null;
      seeds.push(result.rows);
      parts.push(...result.parts);
    }
    add(player.name, player.knows, seeds);
  }
  return { parts, rows, ofSeeds };
}

async function trained(
  { name, algo, config }: Player,
  env: EnvConfig,
  tasks: number,
  seed: number,
  options: ReproductionOptions,
): Promise<Trained | null> {
  const plan = {
    tasks: algo === 'maml' ? Math.ceil(tasks / 5) : tasks,
    steps: adaptationSteps,
    trajectories: 20,
    ...(algo === 'her' ? { score: env.reward } : {}),
  };
  const result = await trainedRows(algo, `${name}, seed ${seed}`, config, plan, seed, options);
  return result && { parts: [result.part], rows: result.rows };
}

/** One learner on each of the first unseen tasks; their mean, and its standard error over them. */
async function trainedExperts(
  { name, algo, config, experts = 1 }: Player,
  env: EnvConfig,
  tasks: number,
  seed: number,
  options: ReproductionOptions,
): Promise<Trained | null> {
  const { records } = await rollout(
    { env: { id: env.id, preset: env.preset, episodes: 1 }, trials: experts, seed: testSeed(seed), split: 'test', keep: 'steps' },
    options.executor,
  );
  const W = records[0].tasks.length / experts;
  const parts: ReproductionPart[] = [];
  const means: number[] = [];
  for (let k = 0; k < experts; k++) {
    const taskList = [Array.from(records[0].tasks.subarray(k * W, (k + 1) * W))];
    const own = { ...config, env: { ...config.env, taskList } };
    const plan = { tasks: Math.ceil(tasks / experts), steps: 0, trajectories: 2 };
    const result = await trainedRows(algo, `${name} ${k + 1}, seed ${seed}`, own, plan, seed, options);
    if (result === null) return null;
    parts.push(result.part);
    means.push(result.rows[0].ours.mean);
  }
  return { parts, rows: [row(`${name}, seed ${seed}`, 'episode 1', scoreOf(Float64Array.from(means)), null)] };
}

/** Rows of all seeds [seed][axis] together. */
function summed(setting: string, knows: string, seeds: readonly (readonly ReproductionRow[])[]): ComparedScore[] {
  return seeds[0].map(({ axis, ours }, e) => {
    const means = seeds.map((rows) => rows[e].ours.mean);
    const half = 1.96 * (ours.stderr ?? 0);
    const ci95 = means.length > 1 ? studentInterval(means) : ([ours.mean - half, ours.mean + half] as const);
    return { setting, knows, axis, mean: mean(means), ci95 };
  });
}

/** Shares of the way from random play to the oracle, where there is one. */
function comparison({ rows }: Result): string {
  const at = (setting: string) => rows.find((one) => one.setting === setting)?.mean;
  const [low, high] = [at('random') ?? 0, at('oracle')];
  const share = (mean: number) => (high === undefined ? [] : [`${((100 * (mean - low)) / (high - low)).toFixed(0)} %`]);
  const lines = shown(rows).map(({ setting, knows, axis, mean, ci95 }) => [
    setting,
    knows,
    axis,
    mean.toFixed(2),
    `[${ci95.map((x) => x.toFixed(2)).join(', ')}]`,
    ...share(mean),
  ]);
  return table([['', 'the task', '', 'return', '95 % interval', ...(high === undefined ? [] : ['random to oracle'])], ...lines]);
}

/** Of longer trials only the first and the last episode. */
function shown(rows: Result['rows']): Result['rows'] {
  return rows.filter((one) => {
    const same = rows.filter(({ setting }) => setting === one.setting);
    return same.length <= mostShown || one === same[0] || one === same[same.length - 1];
  });
}
