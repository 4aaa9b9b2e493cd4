/**
 * `wasmeta/bench`: step rates of the bare kernel, of stepping by hand, of whole rollouts and of training, of any environment; and the learner's kernels and
 * gradients. Medians over runs with their spread, beside an earlier measurement if there is one.
 */
import { callable, fail, integer, list, record, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { families, resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { loadNamed } from '../envs/user/load-env.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { settled } from './clock.ts';
import { type Case, casesOf } from './environments.ts';
import { learnBenchNames, type PeerWorkload, peerWorkload, runLearnBenchmarks } from './learn.ts';
import { type Player, playerNamed, usualPlayers } from './players.ts';
import { type BenchRow, keyOf, rowOf } from './row.ts';

export { loadEnv } from '../envs/user/load-env.ts';
export { type BenchRow, keyOf, slowerBelow } from './row.ts';
export { type PeerWorkload, type Player, peerWorkload };

export interface BenchOptions {
  /** The name of a row, or a part of the names of several rows. */
  readonly name?: string;
  /** Environments, a user's included. Default: every family of the package, and the learner's kernels and gradients. */
  readonly envs?: readonly (string | EnvOptions)[];
  /** Who plays and learns: `random`, `mlp-64-64`, `gru-64` (the default) or other kinds and sizes, or a policy with its parameters. */
  readonly policies?: readonly (string | Player)[];
  readonly batches?: readonly number[];
  readonly workers?: readonly number[];
  /** Measured runs of each row, after one run that is not counted. */
  readonly runs?: number;
  /** An earlier measurement. Only rows that it holds are measured, and each is given its `ratio` to it. */
  readonly before?: readonly BenchRow[];
  readonly onRow?: (row: BenchRow) => void;
}

export const benchBatches = [64, 1024, 16_384] as const;

/** Throws `E_UNKNOWN_NAME` if no row is named so, and what environments and policies throw that are refused. */
export async function runBenchmarks(options: BenchOptions = {}): Promise<BenchRow[]> {
  const { batches = benchBatches, workers = [1, 2], runs = 5, onRow = () => {}, before } = record('options', options) as BenchOptions;
  const { name: asked = '' } = options;
  if (typeof asked !== 'string') fail('name', 'a part of the names of rows', asked);
  list('workers', workers, (title, count) => integer(title, count, 1, 1024), 1);
  integer('runs', runs, 1, 1000);
  callable('onRow', onRow);
  if (before !== undefined) list('before', before, record);
  await loadNamed(list('envs', options.envs ?? [], (_, env) => env));
  const groups = groupsOf(options, batches);
  const names = [...groups.flat().map(({ name }) => name), ...(options.envs === undefined ? learnBenchNames() : [])];
  const earlier = before === undefined ? null : new Map(before.map((row) => [keyOf(row), row]));
  const exact = names.includes(asked);
  const wanted = (row: Pick<BenchRow, 'name' | 'batch' | 'workers'>) =>
    (exact ? row.name === asked : row.name.includes(asked)) && (earlier === null || earlier.has(keyOf(row)));
  if (!names.some((name) => name.includes(asked)))
    throw new WasmetaError('E_UNKNOWN_NAME', `no benchmark is named like "${asked}"`, { known: [...new Set(names)] });
  const rows: BenchRow[] = [];
  const add = async (measure: () => Promise<BenchRow>) => {
    const row = await settled(measure, earlier);
    rows.push(row);
    onRow(row);
  };
  const all = async (cases: readonly Case[], count: number, pool: Pool | null) => {
    for (const { name, batch, measure } of cases) {
      const about = { name, batch, workers: count, unit: 'steps/s' as const };
      await add(async () => rowOf(about, await measure(pool, runs)));
    }
  };
  for (const group of groups) {
    const at = (place: Case['place'], count: number) => group.filter((one) => one.place === place && wanted({ ...one, workers: count }));
    await all(at('calling thread', 0), 0, null);
    for (const count of workers)
      for (const place of ['workers', 'learning workers'] as const) {
        const cases = at(place, count);
        if (cases.length > 0) await withPool(count, place === 'learning workers', (pool) => all(cases, count, pool));
      }
  }
  if (options.envs === undefined) await runLearnBenchmarks(wanted, runs, add);
  if (rows.length === 0)
    throw new WasmetaError('E_ARGUMENT', 'the earlier measurement holds none of the rows that were asked for: measure with its settings', {
      before: [...(earlier?.keys() ?? [])],
    });
  return rows;
}

/** The names of the rows of these environments and policies; without environments those of every family, and of the learner. */
export function benchNames(options: Pick<BenchOptions, 'envs' | 'policies'> = {}): string[] {
  const names = groupsOf(options, [1]).flatMap((group) => group.map(({ name }) => name));
  return [...names, ...(options.envs === undefined ? learnBenchNames() : [])];
}

/** The cases of each environment. */
function groupsOf(options: BenchOptions, batches: readonly number[]): Case[][] {
  const { envs = benchFamilies(), policies = usualPlayers } = record('options', options) as BenchOptions;
  const players = list('policies', policies, (title, policy): Player => {
    if (typeof policy === 'string') return playerNamed(policy);
    const { name } = record(title, policy);
    text(`${title}.name`, name);
    return policy as Player;
  });
  list('batches', batches, (title, batch) => integer(title, batch, 1), 1);
  return list('envs', envs, (_, env) => env as string | EnvOptions).map((env) => casesOf(resolveEnv(env), players, batches));
}

/** The ids of the package's families. */
export function benchFamilies(): string[] {
  return families.map(({ id }) => id);
}

async function withPool(workers: number, learner: boolean, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = createPool({ workers, learner });
  try {
    await work(pool);
  } finally {
    await pool.close();
  }
}
