/** The runs behind `wasmeta compare`: every player is trained with every seed and tested on unseen tasks; random play and the oracle are tested too. */
import { pairedDifference, probabilityOfImprovement } from '../core/comparisons.ts';
import { type Estimate, overTasks, type Scores } from '../core/estimates.ts';
import { mean } from '../core/statistics.ts';
import { familyOf, hasOracle } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { drawnTasks } from '../evaluation/by-task.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import type { ComparedDifference, ComparedRow } from '../report/compare-page.ts';
import type { Player } from './compare-players.ts';
import {
  ofPart,
  pooled,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  type Trained,
  testSeed,
  trainedRows,
} from './reproduction.ts';

const adaptationSteps = 3;

export interface ComparedScore extends ComparedRow {
  readonly of: Estimate['of'];
  readonly n: number;
  /** Share of the distance from random play to the oracle on the same tasks; null if there is no oracle. */
  readonly share: number | null;
}

/** Mean returns of random play and of the oracle; null if there is no oracle. */
interface Yardsticks {
  readonly random: number;
  readonly oracle: number | null;
}

export interface Result {
  readonly parts: readonly ReproductionPart[];
  readonly rows: readonly ComparedScore[];
  /** All pairs of learners that played the same tasks. */
  readonly pairs: readonly ComparedDifference[];
  /** The rows of every seed, with standard errors over tasks, or over experts. */
  readonly ofSeeds: readonly ReproductionRow[];
}

/** How many trainings `play` makes, and how many in the length of one: the experts of a seed share the steps of one learner. */
export function trainingsOf(players: readonly Player[], seeds: readonly number[]): { count: number; shares: number } {
  const once = new Map(players.map(({ name, trainedAs = name, experts = 1 }) => [trainedAs, experts]));
  return { count: seeds.length * [...once.values()].reduce((sum, experts) => sum + experts, 0), shares: seeds.length * once.size };
}

/** null if a signal stopped it. */
export async function play(
  players: readonly Player[],
  env: EnvConfig,
  tasks: number,
  options: ReproductionOptions,
): Promise<Result | null> {
  const parts: ReproductionPart[] = [];
  const ofSeeds: ReproductionRow[] = [];
  const rows: ComparedScore[] = [];
  const adapted: { name: string; scores: Scores }[] = [];
  const single = { id: env.id, preset: env.preset, episodes: 1 };
  const references = await yardsticks(single, tasks, options);
  const known = meansOf(references);
  for (const kind of ['random', 'oracle'] as const) {
    const seeds = references.flatMap(({ [kind]: score }, i) =>
      score === null ? [] : [[row(`${kind}, seed ${options.seeds[i]}`, 'episode 1', score, null)]],
    );
    if (seeds.length === 0) continue;
    ofSeeds.push(...seeds.flat());
    rows.push(...pooledRows(kind, kind === 'oracle' ? oracleKnows(env) : 'nothing', seeds, known));
  }
  for (const player of players) {
    const seeds: (readonly ReproductionRow[])[] = [];
    const own: References[] = [];
    const last: Float64Array[] = [];
    for (const seed of options.seeds) {
      const result = await (player.experts === undefined ? trained : trainedExperts)(player, env, tasks, seed, options);
      if (result === null) return null;
      seeds.push(result.rows);
      parts.push(...result.parts.filter(({ setting }) => !parts.some((part) => part.setting === setting)));
      if (result.references !== undefined) own.push(result.references);
      if (result.last !== undefined) last.push(result.last);
    }
    if (last.length > 0) adapted.push({ name: player.name, scores: last });
    ofSeeds.push(...seeds.flat());
    rows.push(...pooledRows(player.name, player.knows, seeds, own.length > 0 ? meansOf(own) : known));
  }
  return { parts, rows, pairs: pairsOf(adapted), ofSeeds };
}

const oracleKnows = ({ id }: EnvConfig) =>
  familyOf(id).oracle === 'scripted' ? 'is told the task; a script, no bound' : 'is told the task';

/** A learner that was tested on fewer tasks played the first of them. */
function pairsOf(learners: readonly { readonly name: string; readonly scores: Scores }[]): ComparedDifference[] {
  return learners.flatMap((one, i) =>
    learners.slice(i + 1).map((other) => {
      const tasks = Math.min(one.scores[0].length, other.scores[0].length);
      const [a, b] = [one, other].map(({ scores }) => scores.map((run) => Float64Array.from(run).subarray(0, tasks)));
      // The tasks differ from seed to seed, so that runs are compared within a seed.
      const improvement = mean(a.map((run, r) => probabilityOfImprovement([run], [b[r]])));
      return { a: one.name, b: other.name, tasks, difference: pairedDifference(a, b), improvement };
    }),
  );
}

interface References {
  readonly random: Estimate;
  readonly oracle: Estimate | null;
}

/** Random play and the oracle for every seed, on the unseen tasks of that seed. */
async function yardsticks(env: EnvOptions, tasks: number, { seeds, executor }: ReproductionOptions): Promise<References[]> {
  const references: References[] = [];
  for (const seed of seeds) {
    const score = async (kind: 'random' | 'oracle') => {
      const { returns } = await unseenReturns({ env, policy: { kind }, tasks, seed: testSeed(seed) }, executor);
      return overTasks(returns[0]);
    };
    references.push({ random: await score('random'), oracle: hasOracle(env) ? await score('oracle') : null });
  }
  return references;
}

function meansOf(references: readonly References[]): Yardsticks {
  const oracles = references.flatMap(({ oracle }) => oracle ?? []);
  return {
    random: mean(references.map(({ random }) => random.mean)),
    oracle: oracles.length === 0 ? null : mean(oracles.map((score) => score.mean)),
  };
}

/** Of experts also random play and the oracle on their tasks; of others the returns of every task in the last place of the axis. */
type Tested = Trained & { readonly references?: References; readonly last?: Float64Array };

async function trained(
  { name, trainedAs = name, learner, settings }: Player,
  env: EnvConfig,
  tasks: number,
  seed: number,
  options: ReproductionOptions,
): Promise<Tested | null> {
  const plan = {
    tasks: learner.axis === 'step' ? Math.ceil(tasks / 5) : tasks,
    gradientSteps: adaptationSteps,
    episodes: 20,
    ...(learner.axis === 'episode' && learner.greedy ? { score: env.reward } : {}),
  };
  const result = await trainedRows(learner, `${trainedAs}, seed ${seed}`, settings, plan, seed, options);
  if (result === null) return null;
  const rows = result.rows.map((one) => ({ ...one, setting: `${name}, seed ${seed}` }));
  return { parts: [result.part], rows, last: result.returns[result.returns.length - 1] };
}

/** One learner on each of the first unseen tasks: the mean and its standard error over these tasks, and random play and the oracle on the same tasks. */
async function trainedExperts(
  { name, learner, settings, experts = 1 }: Player,
  env: EnvConfig,
  tasks: number,
  seed: number,
  options: ReproductionOptions,
): Promise<Tested | null> {
  const single = { id: env.id, preset: env.preset, episodes: 1 };
  const drawn = await drawnTasks(single, { tasks: experts, seed: testSeed(seed), split: 'test' }, options.executor);
  const taskList = drawn.map((task) => Array.from(task));
  const parts: ReproductionPart[] = [];
  const means: number[] = [];
  for (const [k, task] of taskList.entries()) {
    const own = { ...settings, env: { ...(settings.env as EnvOptions), taskList: [task] } };
    const plan = { tasks: Math.ceil(tasks / experts) };
    const result = await trainedRows(learner, `${name} ${k + 1}, seed ${seed}`, own, plan, seed, { ...options, share: 1 / experts });
    if (result === null) return null;
    parts.push(result.part);
    means.push(result.rows[0].ours.mean);
  }
  const [references] = await yardsticks({ ...single, taskList }, tasks, { ...options, seeds: [seed] });
  const score = row(`${name}, seed ${seed}`, 'episode 1', overTasks(means), null);
  const cost = { ...parts[0], steps: parts.reduce((sum, part) => sum + part.steps, 0) };
  return { parts, rows: ofPart(cost, [score]), references };
}

/** Pools the rows of all seeds, [seed][axis]. */
function pooledRows(
  setting: string,
  knows: string,
  seeds: readonly (readonly ReproductionRow[])[],
  { random, oracle }: Yardsticks,
): ComparedScore[] {
  return pooled(seeds.flat(), setting).map(({ axis, ours, seeds, steps, parameters }) => {
    const { interval, ...rest } = ours;
    const share = oracle === null ? null : (ours.mean - random) / (oracle - random);
    return { setting, knows, axis, ...rest, ci95: interval, share, seeds, steps, parameters };
  });
}
