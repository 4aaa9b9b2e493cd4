/**
 * `wasmeta compare --env ID`: who is told the task, who infers it and who adapts to it, trained at equal environment steps and tested on the same unseen tasks.
 *   blind       π(a|s): sees neither task nor rewards         contextual  π(a|s, ω): sees the task
 *   goal-conditioned  π(a|s, g), with hindsight, where tasks are goals              MAML  K policy-gradient steps on each task
 *   RL²         reads its rewards, remembers over the episodes of a trial           VariBAD  a belief over the task from its rewards, π(a|s, belief)
 */
import { defineCommand } from 'citty';
import type { MamlConfig } from '../algorithms/maml.ts';
import type { Rl2Config } from '../algorithms/rl2.ts';
import { integer } from '../core/checks.ts';
import { familyOf, hasOracle, resolveEnv } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import { createPool } from '../executors/pool.ts';
import { renderComparison } from '../runs/compare-page.ts';
import { replaceFile } from '../runs/files.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { type Algorithm, type LearnerConfig, learnerOf } from './learners.ts';
import { print, printJson, remark, strong, table } from './output.ts';
import { presetSettings } from './presets.ts';
import { commit, version } from './provenance.ts';
import {
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  rowsOf,
  testSeed,
  together,
  trainedRows,
} from './reproduction.ts';

/** Environment steps of each learner with --quick. */
const quickSteps = 2_000_000;
const adaptationSteps = 3;
const mostShown = 5;

const args = {
  env: { type: 'string', description: 'environment', default: 'PointMass-v0', valueHint: 'ID' },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  seeds: { type: 'string', description: 'seeds to train, all reported', default: '1', valueHint: '1,2,3' },
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
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const compare = defineCommand({
  meta: {
    name: 'compare',
    description: 'Train blind, contextual, goal-conditioned, RL², VariBAD and MAML at equal steps and test them on the same unseen tasks',
  },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const env = resolveEnv({ id: given.env, ...(given.preset === undefined ? {} : { preset: given.preset }) });
    const seeds = given.seeds.split(',').map((text) => wholeNumber('seeds', text, 1));
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 10, 1_000_000);
    const asked = given.steps === undefined ? null : integer('steps', wholeNumber('steps', given.steps, 1), 1);
    const players = playersOf(env, asked ?? (given.quick ? quickSteps : null));
    const out = given.out ?? `runs/compare/${env.id}-${env.preset}${given.quick ? '-quick' : ''}`;
    const workers = workerCount(given.workers);
    const executor = createPool({ workers });
    try {
      const result = await play(players, env, tasks, { seeds, quick: given.quick === true, all: false, out, executor });
      if (result === null) return;
      const { id, preset } = env;
      const limit = asked === null ? (given.quick ? ' --quick' : '') : ` --steps ${asked}`;
      const command = `wasmeta compare --env ${id} --preset ${preset} --seeds ${seeds.join(',')}${limit}`;
      const document = {
        env: id,
        preset,
        tasks,
        seeds,
        workers,
        ...result,
        command,
        commit: commit(),
        date: new Date().toISOString().slice(0, 10),
      };
      replaceFile(`${out}/compare.json`, `${JSON.stringify(document, null, 2)}\n`);
      replaceFile(
        `${out}/compare.html`,
        renderComparison({
          title: `Who is told, who infers, who adapts: ${id}`,
          subtitle: `${id} ${preset}, ${tasks} unseen tasks, ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}, last checkpoints`,
          command,
          version: version(),
          rows: shown(result.rows).map(({ ours, ...row }) => ({ ...row, mean: ours.mean, stderr: ours.stderr ?? 0 })),
        }),
      );
      if (given.json) return printJson(document);
      print(
        strong(
          `${id} ${preset}: return per episode on ${tasks} unseen tasks, last checkpoints, sampled actions; goal-conditioned: the likeliest`,
        ),
      );
      print(comparison(result));
      remark(`written to ${out}/compare.json; drawn in ${out}/compare.html`);
    } finally {
      await executor.close();
    }
  },
});

export interface Player {
  readonly name: string;
  readonly algo: Algorithm;
  readonly knows: string;
  readonly config: LearnerConfig & Record<string, unknown>;
}

/** Settings of the family's training presets, or the defaults; iterations for `steps` environment steps, or for as many as RL²'s own take. */
export function playersOf(env: EnvConfig, steps: number | null): Player[] {
  const { id, preset } = env;
  const own = { ...presetSettings('rl2', env), env: { id, preset } };
  const rl2 = learnerOf('rl2').resolve(own) as unknown as Rl2Config;
  const trial = env.horizon * env.episodes;
  const budget = steps ?? rl2.iterations * rl2.tasks * trial;
  const iterations = Math.max(1, Math.round(budget / (rl2.tasks * trial)));
  // As many episodes an iteration, each of a task of its own.
  const memoryless = {
    ...own,
    policy: { kind: 'mlp', hidden: [64, 64] },
    tasks: rl2.tasks * env.episodes,
    iterations,
    explorationEpisodes: 0,
  };
  // All on the environment's own reward, whatever a preset trains on.
  const adapting = { ...presetSettings('maml', env), env: { id, preset, episodes: 1 } };
  const maml = learnerOf('maml').resolve(adapting) as unknown as MamlConfig;
  const round = maml.tasks * maml.trajectories * (maml.innerSteps + 1) * env.horizon;
  const player = (name: string, algo: Algorithm, knows: string, config: object): Player => ({
    name,
    algo,
    knows,
    config: config as Player['config'],
  });
  return [
    player('blind', 'rl2', 'nothing', { ...memoryless, env: { id, preset, episodes: 1 } }),
    player('contextual', 'rl2', 'is told the task', { ...memoryless, env: { id, preset, episodes: 1, context: true } }),
    ...goalConditioned(env, budget).map((config) => player('goal-conditioned', 'her', 'is told the goal', config)),
    player('RL²', 'rl2', 'infers', { ...own, iterations }),
    player('VariBAD', 'varibad', 'infers a belief', believing(env, own, budget)),
    player('MAML', 'maml', 'adapts', {
      ...adapting,
      iterations: Math.max(1, Math.round(budget / round)),
    }),
  ];
}

/** Iterations that the off-policy learner's steps are cut into: it updates after each, and needs no more. */
const offPolicyIterations = 250;

/** None where tasks are no goals. On the reward that is 1 at the goal, whatever the preset's own is. */
function goalConditioned(env: EnvConfig, budget: number): object[] {
  const { goal } = familyOf(env.id);
  if (goal === undefined) return [];
  const tasks = 2 * Math.max(1, Math.round(budget / (2 * offPolicyIterations * env.horizon)));
  const iterations = Math.max(1, Math.round(budget / (tasks * env.horizon)));
  const { id, preset } = env;
  return [{ env: { id, preset, episodes: 1, reward: goal.rewards[0] }, tasks, iterations }];
}

/** The settings found for it, or RL²'s with a layer that reads the belief. */
function believing(env: EnvConfig, rl2: Record<string, unknown>, budget: number): object {
  const { explorationEpisodes: _, ...shared } = rl2;
  const found = presetSettings('varibad', env);
  const settings = {
    ...(Object.keys(found).length > 0 ? found : { ...shared, policy: { kind: 'gru', hidden: 64, readout: [64] } }),
    env: { id: env.id, preset: env.preset },
  };
  const { tasks } = learnerOf('varibad').resolve(settings) as unknown as { tasks: number };
  return { ...settings, iterations: Math.max(1, Math.round(budget / (tasks * env.horizon * env.episodes))) };
}

interface Result {
  readonly parts: readonly ReproductionPart[];
  readonly rows: readonly (ReproductionRow & { readonly knows: string })[];
}

/** null if a signal stopped it. */
async function play(players: readonly Player[], env: EnvConfig, tasks: number, options: ReproductionOptions): Promise<Result | null> {
  const parts: ReproductionPart[] = [];
  const rows: Result['rows'][number][] = [];
  const known = (knows: string, some: readonly ReproductionRow[]) => rows.push(...some.map((one) => ({ ...one, knows })));
  const { id, preset } = env;
  for (const kind of ['random', 'oracle'] as const) {
    if (kind === 'oracle' && !hasOracle({ id })) continue;
    const test = { env: { id, preset }, policy: { kind }, tasks, seed: testSeed(options.seeds[0]) } as const;
    const { returns } = await unseenReturns(test, options.executor);
    known(kind === 'oracle' ? 'is told, scripted' : 'nothing', rowsOf(kind, 'episode', returns.slice(0, 1)));
  }
  for (const { name, algo, knows, config } of players) {
    const own: ReproductionRow[] = [];
    for (const seed of options.seeds) {
      const plan = {
        tasks: algo === 'maml' ? Math.ceil(tasks / 5) : tasks,
        steps: adaptationSteps,
        trajectories: 20,
        ...(algo === 'her' ? { score: env.reward } : {}),
      };
      const result = await trainedRows(algo, `${name}, seed ${seed}`, config, plan, seed, options);
      if (result === null) return null;
      own.push(...result.rows);
      parts.push(result.part);
    }
    known(knows, options.seeds.length === 1 ? own.map((one) => ({ ...one, setting: name })) : together(own, name));
  }
  return { parts, rows };
}

/** Shares of the way from random play to the oracle, where there is one. */
function comparison({ rows }: Result): string {
  const at = (setting: string) => rows.find((one) => one.setting === setting)?.ours.mean;
  const [low, high] = [at('random') ?? 0, at('oracle')];
  const share = (mean: number) => (high === undefined ? [] : [`${((100 * (mean - low)) / (high - low)).toFixed(0)} %`]);
  const lines = shown(rows).map(({ setting, knows, axis, ours: { mean, stderr } }) => [
    setting,
    knows,
    axis,
    `${mean.toFixed(2)} ± ${(stderr ?? 0).toFixed(2)}`,
    ...share(mean),
  ]);
  return table([['', 'the task', '', 'return ± se', ...(high === undefined ? [] : ['random to oracle'])], ...lines]);
}

/** Of longer trials only the first and the last episode. */
function shown(rows: Result['rows']): Result['rows'] {
  return rows.filter((one) => {
    const same = rows.filter(({ setting }) => setting === one.setting);
    return same.length <= mostShown || one === same[0] || one === same[same.length - 1];
  });
}
