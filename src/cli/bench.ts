/** `wasmeta bench`: step rates of any environment as a table or as JSON, kept in a file and held against it. */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { defineCommand } from 'citty';
import { type BenchRow, keyOf, type Player, runBenchmarks, slowerBelow } from '../bench/benchmarks.ts';
import { type SolvedRow, type SolvedRun, timeToSolved } from '../bench/time-to-solved.ts';
import { fail, integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { plural } from '../core/wording.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { familyWithPreset } from '../experiments/recipe-for.ts';
import { replaceFile } from '../runs/files.ts';
import { commit } from '../runs/provenance.ts';
import { checkFlags, valuesOf, wholeNumber } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { table } from './layout.ts';
import { actingOf, loadRun } from './load-run.ts';
import { print, printJson, remark } from './output.ts';

const args = {
  name: { type: 'positional', description: 'measure only rows whose name contains this', required: false },
  env: {
    type: 'string',
    repeatable: true,
    description: 'environment, or the file of your own; default: all families',
    valueHint: 'ID|PATH',
  },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  policy: {
    type: 'string',
    repeatable: true,
    description: 'who plays and is trained: random, mlp-64-64, gru-64 (the default) or other kinds and sizes, or a run folder',
    valueHint: 'NAME|RUN',
  },
  batches: { type: 'string', description: 'batch sizes; default: 64,1024,16384', valueHint: '64,1024' },
  workers: { type: 'string', description: 'worker counts', default: '1,2' },
  runs: { type: 'string', description: 'measured runs of each row', default: '5' },
  save: { type: 'string', description: 'keep the rows in this file', valueHint: 'FILE' },
  compare: {
    type: 'string',
    description: 'measure the rows of a kept file again; exit code 1 if one is 10 % slower than there, relative to a reference loop',
    valueHint: 'FILE',
  },
  'time-to-solved': {
    type: 'boolean',
    description: 'instead: train what has a mark at which it is solved by its recipe, and say after how many seconds it is',
  },
  seeds: { type: 'string', description: 'seeds of --time-to-solved', default: '101,102,103' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const bench = defineCommand({
  meta: { name: 'bench', description: 'Measure step rates of any environment: kernel, stepping by hand, rollouts, training' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const list = (flag: string, text: string) => text.split(',').map((part) => integer(flag, wholeNumber(flag, part, 0), 1, 1_048_576));
    if (given['time-to-solved'] === true) {
      const seeds = given.seeds.split(',').map((part) => integer('seeds', wholeNumber('seeds', part, 101), 0));
      const workers = Math.max(...list('workers', given.workers));
      const solved = await timeToSolved({
        ...(given.name !== undefined && { name: given.name }),
        seeds,
        workers,
        onRun: (row, run) => given.json !== true && remark(solvedLine(row, run)),
      });
      if (given.save !== undefined) replaceFile(given.save, fileOf(solved, rawArgs));
      if (given.json) printJson(solved);
      else print(solvedTable(solved));
      return;
    }
    const before = given.compare === undefined ? undefined : rowsIn(given.compare);
    const ids: string[] = [];
    for (const env of valuesOf(rawArgs, 'env')) ids.push(await envIdOf(env));
    const players = await Promise.all(valuesOf(rawArgs, 'policy').map(playing));
    const envs = environments(ids, given.preset, players);
    const rows = await runBenchmarks({
      name: given.name,
      ...(envs.length > 0 && { envs }),
      ...(players.length > 0 && { policies: players.map((player) => (typeof player === 'string' ? player : player.player)) }),
      ...(given.batches !== undefined && { batches: list('batches', given.batches) }),
      workers: list('workers', given.workers),
      runs: integer('runs', wholeNumber('runs', given.runs, 5), 1, 1000),
      ...(before && { before }),
      onRow: (row) => given.json !== true && remark(lineOf(row)),
    });
    if (given.save !== undefined) replaceFile(given.save, fileOf(rows, rawArgs));
    if (given.json) printJson(rows);
    else print(benchTable(rows));
    const slower = rows.filter(({ ratio = 1 }) => ratio <= slowerBelow);
    if (slower.length === 0) return;
    remark(
      `wasmeta: ${slower.length} of ${plural(rows.length, 'row')} ${slower.length === 1 ? 'is' : 'are'} slower than in ${given.compare}, relative to the reference loop:`,
    );
    for (const row of slower) remark(`  ${keyOf(row)}: ${(row.ratio as number).toFixed(2)} ×`);
    process.exitCode = 1;
  },
});

interface RunPlayer {
  readonly env: EnvOptions;
  readonly player: Player;
}

/** A policy by its short name as it is; of a run the policy with its weights, and its training as it was configured. */
async function playing(policy: string): Promise<string | RunPlayer> {
  if (!existsSync(policy)) return policy;
  const loaded = await loadRun(policy);
  const { algo, learner, config } = loaded;
  const acting = actingOf(loaded, 'policy');
  const name = basename(policy);
  const { tasks = 0 } = config as { tasks?: number };
  const start: Player['training'] = {
    name: `${algo}-${name}`,
    tasks,
    start: (executor) => learner.train({ ...config, iterations: 1_000_000, steps: 0 }, executor),
  };
  return { env: acting.env, player: { name, policy: acting.policy, parameters: acting.parameters, training: start } };
}

/** What --env and --preset name; else the environments of the runs that play. None: every family. */
function environments(ids: readonly string[], preset: string | undefined, players: readonly (string | RunPlayer)[]): EnvOptions[] {
  const named = ids.length === 0 && preset !== undefined ? [familyWithPreset(preset)] : ids;
  if (named.length > 0) return named.map((id) => ({ id, ...(preset !== undefined && { preset }) }));
  const runs = players.filter((player) => typeof player !== 'string');
  return runs.map(({ env }) => env).filter(({ id }, i, all) => all.findIndex((other) => other.id === id) === i);
}

/** Throws `E_ARGUMENT` or `E_IO`. */
function rowsIn(path: string): BenchRow[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WasmetaError('E_IO', `${path} can't be read: ${(cause as Error).message}`, { path }, cause);
  }
  const isRow = (row: Partial<BenchRow> | null) => typeof row?.name === 'string' && Number.isFinite(row.relative);
  try {
    const { rows } = JSON.parse(text) as { rows: BenchRow[] };
    if (rows.length > 0 && rows.every(isRow)) return rows;
  } catch {
    // refused below
  }
  return fail('compare', 'a file that bench --save wrote', path);
}

function fileOf(rows: readonly (BenchRow | SolvedRow)[], rawArgs: readonly string[]): string {
  const about = {
    command: [
      'npx wasmeta bench',
      ...rawArgs.filter((_, i) => !/^--(?:save|compare)$/.test(rawArgs[i]) && !/^--(?:save|compare)$/.test(rawArgs[i - 1] ?? '')),
    ].join(' '),
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`,
  };
  return `${JSON.stringify({ ...about, rows: rows.map((row) => ({ ...row, ratio: undefined })) }, null, 1)}\n`;
}

const lineOf = (row: BenchRow) =>
  `${row.name}  batch ${row.batch}  workers ${row.workers}  ${shown(row.value, row.unit)} ${unitOf(row)}${row.ratio === undefined ? '' : `  ${row.ratio.toFixed(2)} × before`}`;

/** Step rates are shown in millions. */
function shown(value: number, unit: BenchRow['unit']): string {
  return (unit === 'steps/s' ? value / 1e6 : value).toPrecision(3);
}

function unitOf(row: BenchRow): string {
  return row.unit === 'steps/s' ? 'M steps/s' : row.unit;
}

const secondsOf = (seconds: number | null) => (seconds === null ? 'not solved' : `${seconds.toPrecision(3)} s`);

const solvedLine = ({ env, solved }: Pick<SolvedRow, 'env' | 'solved'>, { seed, seconds, mean }: SolvedRun) =>
  `${env}  seed ${seed}  ${solved} after ${secondsOf(seconds)}  ${mean.toFixed(1)} at the end`;

function solvedTable(rows: readonly SolvedRow[]): string {
  const head = [
    'environment',
    'preset',
    'recipe',
    'solved at',
    'seconds, median',
    'each seed',
    'steps',
    'return at the end, unseen episodes',
  ];
  return table([
    head,
    ...rows.map(({ env, preset, algo, recipe, solved, seconds, runs }) => [
      env,
      preset,
      `${algo}/${recipe}`,
      String(solved),
      secondsOf(seconds),
      runs.map((run) => secondsOf(run.seconds)).join(', '),
      runs.map(({ steps }) => (steps === null ? '–' : `${Math.round(steps / 1000)} k`)).join(', '),
      runs.map(({ mean, stderr }) => `${mean.toFixed(1)} ± ${stderr.toFixed(1)}`).join(', '),
    ]),
  ]);
}

const times = (ratio: number | undefined, digits: number) => (ratio === undefined ? '' : `${ratio.toFixed(digits)} ×`);

function benchTable(rows: readonly BenchRow[]): string {
  const columns: [head: string, cell: (row: BenchRow) => string][] = [
    ['name', ({ name }) => name],
    ['workers', ({ workers }) => (workers === 0 ? '–' : String(workers))], // 0 means on the calling thread
    ['batch', ({ batch }) => String(batch)],
    ['median', (row) => shown(row.value, row.unit)],
    ['unit', unitOf],
    ['min – max', (row) => `${shown(row.min, row.unit)} – ${shown(row.max, row.unit)}`],
    ['plain tfjs', (row) => (row.plain === undefined ? '' : shown(row.plain, row.unit))],
    ['faster', ({ faster }) => times(faster, 1)],
    ['before', ({ ratio }) => times(ratio, 2)],
  ];
  const filled = columns.filter(([head, cell]) => head === 'name' || rows.some((row) => cell(row) !== ''));
  return table([filled.map(([head]) => head), ...rows.map((row) => filled.map(([, cell]) => cell(row)))]);
}
