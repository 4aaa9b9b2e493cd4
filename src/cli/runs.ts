/** `wasmeta runs`: lists run folders, newest first. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { WasmetaError } from '../core/errors.ts';
import { foldersWith } from '../platform/folders.ts';
import { openRun } from '../runs/open-run.ts';
import { checkFlags } from './arguments.ts';
import { table } from './layout.ts';
import { print, printJson } from './output.ts';

const args = {
  dir: { type: 'positional', description: 'folder of run folders', required: false, default: 'runs' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

interface RunSummary {
  readonly path: string;
  readonly algo: string;
  readonly env: string;
  readonly seed: number | null;
  readonly started: string;
  /** Iterations that are logged, and iterations that the config asks for. */
  readonly iteration: number;
  readonly iterations: number | null;
  /** The newest logged return of a trial's first and last episode; null before the first iteration. */
  readonly first: number | null;
  readonly last: number | null;
}

export const runs = defineCommand({
  meta: { name: 'runs', description: 'List run folders' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const exists = existsSync(given.dir);
    if (!exists && given.dir !== args.dir.default) throw new WasmetaError('E_IO', `${given.dir} does not exist`, { path: given.dir });
    const paths = exists ? foldersWith('config.json', given.dir).map((name) => join(given.dir, name)) : [];
    const found = (await Promise.all(paths.map(summary))).filter((run) => run !== null);
    found.sort((a, b) => (a.started < b.started ? 1 : -1));
    if (given.json) printJson(found);
    else if (found.length === 0) print(`there are no runs in ${given.dir}`);
    else print(runTable(found));
  },
});

/** null for a folder whose config.json is not that of a run, or can't be read: one odd folder does not end the list. */
async function summary(path: string): Promise<RunSummary | null> {
  const run = await openRun(path);
  const info = await run.info().catch(() => null);
  if (info === null) return null;
  const config = info.config as { env?: { id?: unknown; preset?: unknown }; seed?: unknown; iterations?: unknown };
  const line = (await run.metrics().catch(() => [])).at(-1);
  return {
    path,
    algo: info.algo,
    env: [config.env?.id, config.env?.preset].filter((name) => typeof name === 'string').join(' '),
    seed: typeof config.seed === 'number' ? config.seed : null,
    started: info.started,
    iteration: line?.iteration ?? 0,
    iterations: typeof config.iterations === 'number' ? config.iterations : null,
    first: line?.['rollout/ep_rew_first'] ?? null,
    last: line?.['rollout/ep_rew_last'] ?? null,
  };
}

function runTable(found: readonly RunSummary[]): string {
  const number = (x: number | null) => (x === null ? '–' : x.toFixed(1));
  const rows = found.map((run) => [
    run.path,
    run.algo,
    run.env,
    String(run.seed ?? '–'),
    `${run.iteration}/${run.iterations ?? '–'}`,
    `${number(run.first)} → ${number(run.last)}`,
    run.started.slice(0, 16).replace('T', ' '),
  ]);
  return table([['run', 'algo', 'environment', 'seed', 'iterations', 'return', 'started (UTC)'], ...rows]);
}
