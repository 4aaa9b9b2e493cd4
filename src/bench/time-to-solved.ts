/**
 * How long the package's recipes take to solve what has a mark at which it counts as solved (`solved` of a preset): training from nothing with the recipe, seed by seed, until
 * the mean return of the last hundred episodes reaches the mark; training goes on to its end, and the last weights are tested on fresh episodes. Node alone has recipes.
 */
import { algorithms, learnerOf } from '../algorithms/registry.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { mean, standardError } from '../core/statistics.ts';
import { familyOf, resolveEnv } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { rollout } from '../evaluation/rollouts.ts';
import { now } from '../platform/runtime.ts';
import { type Recipe, recipesOf } from '../runs/recipes.ts';
import { createPool } from '../workers/pool.ts';
import { median } from './row.ts';

/** Gymnasium's rule: the mean over so many episodes in a row. */
const episodesInARow = 100;
const test = { tasks: 1000, seed: 1009 } as const;

/** One training. */
export interface SolvedRun {
  readonly seed: number;
  /** From the start of training until it was solved; null: never. */
  readonly seconds: number | null;
  /** Environment steps until then. */
  readonly steps: number | null;
  /** Seconds and steps of the whole training. */
  readonly allSeconds: number;
  readonly allSteps: number;
  /** Return of 1000 fresh episodes with the last weights, actions sampled. */
  readonly mean: number;
  readonly stderr: number;
  readonly weightsHash: string;
}

export interface SolvedRow {
  readonly env: string;
  readonly preset: string;
  readonly algo: string;
  readonly recipe: string;
  /** Mean return at which it counts as solved. */
  readonly solved: number;
  /** Median over the seeds; null: fewer than half of them solve it. */
  readonly seconds: number | null;
  readonly runs: readonly SolvedRun[];
}

interface SolvedOptions {
  /** Part of the environment's id. Default: all that have a mark and a recipe. */
  readonly name?: string;
  readonly seeds: readonly number[];
  readonly workers: number;
  readonly onRun?: (row: Omit<SolvedRow, 'seconds' | 'runs'>, run: SolvedRun) => void;
}

/** Throws `E_UNKNOWN_NAME` if nothing of that name has a mark and a recipe. */
export async function timeToSolved({ name = '', seeds, workers, onRun = () => {} }: SolvedOptions): Promise<SolvedRow[]> {
  const marked = algorithms.flatMap(recipesOf).flatMap((recipe) => {
    const solved = markOf(recipe);
    return solved === undefined ? [] : [{ recipe, solved }];
  });
  const wanted = marked.filter(({ recipe }) => idOf(recipe).includes(name));
  if (wanted.length === 0)
    throw new WasmetaError('E_UNKNOWN_NAME', `no environment named like "${name}" has a mark at which it is solved, and a recipe`, {
      known: [...new Set(marked.map(({ recipe }) => idOf(recipe)))],
    });
  const rows: SolvedRow[] = [];
  for (const { recipe, solved } of wanted) {
    const { id: env, preset } = resolveEnv(recipe.config.env as EnvOptions);
    const about = { env, preset, algo: recipe.algo, recipe: recipe.name, solved };
    const runs: SolvedRun[] = [];
    for (const seed of seeds) {
      runs.push(await oneTraining(recipe, solved, seed, workers));
      onRun(about, runs[runs.length - 1]);
    }
    const seconds = median(runs.map((run) => run.seconds ?? Infinity));
    rows.push({ ...about, seconds: seconds === Infinity ? null : seconds, runs });
  }
  return rows;
}

const idOf = ({ config }: Recipe) => `${(config.env as { id?: unknown } | undefined)?.id ?? ''}`;

/** The mark of the preset that a recipe is for, if it pays the reward that the mark is of. */
function markOf(recipe: Recipe): number | undefined {
  if (idOf(recipe) === '') return undefined;
  const { id, preset, reward, horizon } = resolveEnv(recipe.config.env as EnvOptions);
  const published = familyOf(id).presets[preset];
  return published.reward === reward && published.horizon === horizon ? published.solved : undefined;
}

async function oneTraining({ algo, config: given }: Recipe, solved: number, seed: number, workers: number): Promise<SolvedRun> {
  const learner = learnerOf(algo);
  const { algo: _, ...settings } = given;
  const config = learner.resolve({ ...settings, seed });
  const { tasks } = config as { tasks?: number };
  const inARow = Math.ceil(episodesInARow / (tasks ?? episodesInARow));
  const pool = createPool({ workers, learner: true });
  try {
    await pool.ready();
    const returns: number[] = [];
    const startedAt = now();
    let at: { seconds: number; steps: number } | null = null;
    let state = learner.initial(config);
    const seconds = () => (now() - startedAt) / 1000;
    for await (const iteration of learner.train(config, pool, state)) {
      state = iteration.state;
      returns.push(iteration.metrics[learner.progress.last]);
      if (at === null && returns.length >= inARow && mean(returns.slice(-inARow)) >= solved)
        at = { seconds: seconds(), steps: iteration.steps };
    }
    const allSeconds = seconds();
    const [{ env, policy, parameters }] = learner.acting(config, state);
    const tested = await rollout({ ...test, env, policy, parameters, split: 'test' }, pool);
    return {
      seed,
      seconds: at?.seconds ?? null,
      steps: at?.steps ?? null,
      allSeconds,
      allSteps: state.steps,
      mean: mean(tested.returns),
      stderr: standardError(tested.returns),
      weightsHash: hashArrays([state.parameters]),
    };
  } finally {
    await pool.close();
  }
}
