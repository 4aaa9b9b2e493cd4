/** The runs behind `wasmeta compare`: every player is trained with every seed and tested on unseen tasks; random play and the oracle are tested too. */
import { mean, studentInterval } from '../core/statistics.ts';
import { hasOracle } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import { rollout } from '../evaluation/rollouts.ts';
import type { Player } from './compare-players.ts';
import {
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  type Score,
  scoreOf,
  type Trained,
  testSeed,
  trainedRows,
} from './reproduction.ts';

const adaptationSteps = 3;

export interface ComparedScore {
  readonly setting: string;
  /** What the player knows about the task. */
  readonly knows: string;
  /** "episode 1", "2 steps". */
  readonly axis: string;
  readonly mean: number;
  /** 95 % interval: for several seeds by Student's t over their means, for one seed over its tasks or experts. */
  readonly ci95: readonly [low: number, high: number];
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
  /** The rows of every seed, with standard errors over tasks, or over experts. */
  readonly ofSeeds: readonly ReproductionRow[];
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
  const single = { id: env.id, preset: env.preset, episodes: 1 };
  const references = await yardsticks(single, tasks, options);
  const known = meansOf(references);
  for (const kind of ['random', 'oracle'] as const) {
    const seeds = references.flatMap(({ [kind]: score }, i) =>
      score === null ? [] : [[row(`${kind}, seed ${options.seeds[i]}`, 'episode 1', score, null)]],
    );
    if (seeds.length === 0) continue;
    ofSeeds.push(...seeds.flat());
    rows.push(...pooledRows(kind, kind === 'oracle' ? 'is told the task' : 'nothing', seeds, known));
  }
  for (const player of players) {
    const seeds: (readonly ReproductionRow[])[] = [];
    const own: References[] = [];
    let experts: readonly number[] | undefined;
    for (const seed of options.seeds) {
      const result = await (player.experts === undefined ? trained : trainedExperts)(player, env, tasks, seed, options);
      if (result === null) return null;
      seeds.push(result.rows);
      parts.push(...result.parts);
      if (result.references !== undefined) own.push(result.references);
      experts = result.means;
    }
    ofSeeds.push(...seeds.flat());
    rows.push(...pooledRows(player.name, player.knows, seeds, own.length > 0 ? meansOf(own) : known, experts));
  }
  return { parts, rows, ofSeeds };
}

interface References {
  readonly random: Score;
  readonly oracle: Score | null;
}

/** Random play and the oracle for every seed, on the unseen tasks of that seed. */
async function yardsticks(env: EnvOptions, tasks: number, { seeds, executor }: ReproductionOptions): Promise<References[]> {
  const references: References[] = [];
  for (const seed of seeds) {
    const score = async (kind: 'random' | 'oracle') => {
      const { returns } = await unseenReturns({ env, policy: { kind }, tasks, seed: testSeed(seed) }, executor);
      return scoreOf(returns[0]);
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

/** For experts also the mean of each, and random play and the oracle on their tasks. */
type Tested = Trained & { readonly references?: References; readonly means?: readonly number[] };

async function trained(
  { name, learner, settings }: Player,
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
  const result = await trainedRows(learner, `${name}, seed ${seed}`, settings, plan, seed, options);
  return result && { parts: [result.part], rows: result.rows };
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
  const drawn = { env: single, tasks: experts, seed: testSeed(seed), split: 'test', keep: 'steps' } as const;
  const [{ tasks: numbers }] = (await rollout(drawn, options.executor)).records;
  const W = numbers.length / experts;
  const taskList = Array.from({ length: experts }, (_, k) => Array.from(numbers.subarray(k * W, (k + 1) * W)));
  const parts: ReproductionPart[] = [];
  const means: number[] = [];
  for (const [k, task] of taskList.entries()) {
    const own = { ...settings, env: { ...(settings.env as EnvOptions), taskList: [task] } };
    const plan = { tasks: Math.ceil(tasks / experts) };
    const result = await trainedRows(learner, `${name} ${k + 1}, seed ${seed}`, own, plan, seed, options);
    if (result === null) return null;
    parts.push(result.part);
    means.push(result.rows[0].ours.mean);
  }
  const [references] = await yardsticks({ ...single, taskList }, tasks, { ...options, seeds: [seed] });
  return { parts, rows: [row(`${name}, seed ${seed}`, 'episode 1', scoreOf(Float64Array.from(means)), null)], references, means };
}

/** Pools the rows of all seeds, [seed][axis]. */
function pooledRows(
  setting: string,
  knows: string,
  seeds: readonly (readonly ReproductionRow[])[],
  { random, oracle }: Yardsticks,
  experts?: readonly number[],
): ComparedScore[] {
  return seeds[0].map(({ axis, ours }, e) => {
    const means = seeds.map((rows) => rows[e].ours.mean);
    const all = mean(means);
    const half = 1.96 * (ours.stderr ?? 0);
    const few = means.length > 1 ? means : experts;
    const ci95 = few === undefined ? ([ours.mean - half, ours.mean + half] as const) : studentInterval(few);
    return { setting, knows, axis, mean: all, ci95, share: oracle === null ? null : (all - random) / (oracle - random) };
  });
}
