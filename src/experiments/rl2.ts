/**
 * RL² beside exact optima and classic strategies: Bernoulli bandits and random MDPs (Duan et al. 2016) and GridNavi (Zintgraf et al. 2020). Rows are total rewards
 * of a trial. Strategies play with the best of a few options (docs/strategies.md). Published means are of 1000 trials each, without standard errors; these are
 * computed from the spread of our trials. The published RL² is the best of several runs.
 */

import { rl2 } from '../algorithms/rl2.ts';
import { overTasks } from '../core/estimates.ts';
import { deviation } from '../core/statistics.ts';
import { resolveEnv } from '../envs/registry.ts';
import { trialTotals, unseenReturns } from '../evaluation/meta-test.ts';
import { placeLabel } from '../report/text.ts';
import { recipeSettings } from '../runs/recipes.ts';
import { bayesOptimum } from '../strategies/optimum.ts';
import {
  ofEachSeed,
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  reportedSeeds,
  row,
  testSeed,
  trainPart,
} from './reproduction.ts';
import type { Watcher } from './training.ts';

interface Row {
  readonly name: string;
  readonly env: { readonly id: string; readonly preset: string } & Record<string, unknown>;
  /** The players: rl2, random, strategies; each with the published mean, if there is one. */
  readonly players: Readonly<Record<string, number | null>>;
  /** Options of the strategies that have options. */
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Fresh trials of a test. */
  readonly trials: number;
}

const publishedTrials = 1000;
/** Largest number of episodes that are shown one by one; for longer trials only the total is shown. */
const fewEpisodes = 4;

const banditPlayers = ['random', 'gittins', 'thompson', 'optimistic-thompson', 'ucb1', 'epsilon-greedy', 'greedy', 'rl2'];
const banditOptions: Readonly<Record<number, Row['options']>> = {
  10: { gittins: { discount: 0.5 }, 'optimistic-thompson': { draws: 20 }, ucb1: { c: 0.1 }, 'epsilon-greedy': { epsilon: 0.01 } },
  100: { gittins: { discount: 0.97 }, 'optimistic-thompson': { draws: 10 }, ucb1: { c: 0.2 }, 'epsilon-greedy': { epsilon: 0.02 } },
  500: { gittins: { discount: 0.99 }, 'optimistic-thompson': { draws: 7 }, ucb1: { c: 0.2 }, 'epsilon-greedy': { epsilon: 0.01 } },
};

const named = (names: readonly string[], values: readonly number[]) =>
  Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]));

const bandit = (pulls: number, arms: number, ...published: number[]): Row => ({
  name: `${pulls} pulls of ${arms} arms`,
  env: { id: 'Bandit-v0', preset: `pulls-${pulls}`, arms },
  players: named(banditPlayers, published),
  options: banditOptions[pulls],
  trials: pulls <= 10 ? 20_000 : 2000,
});

const mdpPlayers = ['random', 'psrl', 'opsrl', 'ucrl2', 'beb', 'epsilon-greedy', 'greedy', 'rl2'];

const mdp = (episodes: number, ...published: number[]): Row => ({
  name: `${episodes} episodes`,
  env: { id: 'TabularMdp-v0', preset: `episodes-${episodes}` },
  players: named(mdpPlayers, published),
  options: {},
  trials: 1000,
});

/** Rows for a whole trial, then for each episode if there are few. */
function rowsOf(
  { players, env }: Row,
  player: string,
  setting: string,
  returns: readonly Float64Array[],
  watcher: Watcher,
): ReproductionRow[] {
  const config = resolveEnv(env);
  const totals = trialTotals(returns);
  const ours = overTasks(totals);
  const published = players[player];
  const theirs = published === null ? null : { mean: published, stderr: deviation(totals) / Math.sqrt(publishedTrials) };
  watcher.say(`${setting}: ${ours.mean.toFixed(3)} ± ${ours.stderr?.toFixed(3) ?? '–'} a trial`);
  const whole = row(setting, 'a trial', ours, theirs, bayesOptimum(config));
  const episodes =
    config.episodes > fewEpisodes ? [] : returns.map((values, e) => row(setting, placeLabel('episode', e), overTasks(values), null));
  return [whole, ...episodes];
}

/** Random play and the classic strategies. */
async function classicRows(one: Row, { quick, executor, watcher }: ReproductionOptions): Promise<ReproductionRow[]> {
  const rows: ReproductionRow[] = [];
  for (const player of Object.keys(one.players).filter((player) => player !== 'rl2')) {
    const policy =
      player === 'random' ? ({ kind: 'random' } as const) : ({ kind: 'strategy', name: player, options: one.options[player] } as const);
    const { returns } = await unseenReturns({ env: one.env, policy, tasks: quick ? 50 : one.trials, seed: testSeed(0) }, executor);
    rows.push(...rowsOf(one, player, `${one.name}, ${player}`, returns, watcher));
  }
  return rows;
}

/** RL², trained by the recipe for the preset. */
async function trainRow(one: Row, seed: number, options: ReproductionOptions) {
  const { quick, executor } = options;
  const label = `${one.name}, seed ${seed}`;
  const recipe = recipeSettings('rl2', one.env);
  const env = { ...(recipe.env as object | undefined), ...one.env };
  const config = rl2.resolve({ ...recipe, ...(quick ? { iterations: 1, tasks: 16, minibatches: 8 } : {}), env, seed });
  const trained = await trainPart(label, rl2, config, options);
  if (trained === null) return null;
  const plan = { tasks: quick ? 50 : one.trials, seed: testSeed(seed) };
  const { returns } = await rl2.returns(config, trained.state, plan, executor);
  return { rows: rowsOf(one, 'rl2', `${one.name}, RL² seed ${seed}`, returns, options.watcher), part: trained.part };
}

function table(title: string, some: readonly Row[], rest: readonly Row[]): Reproduction {
  return {
    title,
    seeds: reportedSeeds,
    trainings: ({ seeds, all }) => (some.length + (all ? rest.length : 0)) * seeds.length,
    exactIsMost: true,
    async run(options) {
      const rows: ReproductionRow[] = [];
      const parts: ReproductionPart[] = [];
      for (const one of options.all ? [...some, ...rest] : some) {
        rows.push(...(await classicRows(one, options)));
        const trained = await ofEachSeed(options, (seed) => trainRow(one, seed, options));
        if (trained === null) return null;
        parts.push(...trained.parts);
        rows.push(...trained.rows, ...pooled(trained.rows, `${one.name}, RL² all seeds`));
      }
      return { parts, rows };
    },
  };
}

export const bandits = table(
  'RL² on Bernoulli bandits (Duan et al. 2016, table 1): total reward of a trial',
  [
    bandit(10, 5, 5.0, 6.6, 5.7, 6.5, 6.7, 6.6, 6.6, 6.7),
    bandit(10, 10, 5.0, 6.6, 5.5, 6.2, 6.7, 6.6, 6.6, 6.7),
    bandit(100, 5, 49.9, 78.3, 74.7, 77.9, 78.0, 75.4, 74.8, 78.7),
  ],
  [
    bandit(10, 50, 5.1, 6.5, 5.2, 5.5, 6.6, 6.5, 6.5, 6.8),
    bandit(100, 10, 49.9, 82.8, 76.7, 81.4, 82.4, 77.4, 77.1, 83.5),
    bandit(100, 50, 49.8, 85.2, 64.5, 67.7, 84.3, 78.3, 78.0, 84.9),
    bandit(500, 5, 249.8, 405.8, 402.0, 406.7, 405.8, 388.2, 380.6, 401.6),
    bandit(500, 10, 249.0, 437.8, 429.5, 438.9, 437.1, 408.0, 395.0, 432.5),
    bandit(500, 50, 249.6, 463.7, 427.2, 437.6, 457.6, 413.6, 402.8, 438.9),
  ],
);

export const mdps = table(
  'RL² on random MDPs of 10 states and 5 actions (Duan et al. 2016, table 2): total reward of a trial',
  [mdp(10, 100.1, 138.1, 144.1, 146.6, 150.2, 132.8, 134.8, 156.2)],
  [
    mdp(25, 250.2, 408.8, 425.2, 424.1, 427.8, 377.3, 368.8, 445.7),
    mdp(50, 499.7, 904.4, 930.7, 918.9, 917.8, 823.3, 769.3, 936.1),
    mdp(75, 749.9, 1417.1, 1449.2, 1427.6, 1422.6, 1293.9, 1172.9, 1428.8),
    mdp(100, 999.4, 1939.5, 1973.9, 1942.1, 1935.1, 1778.2, 1578.5, 1913.7),
  ],
);

export const grid = table(
  'RL² on GridNavi (Zintgraf et al. 2020) beside the Bayes-optimal walk: return of a trial and of each episode',
  [
    {
      name: '5 × 5 cells',
      env: { id: 'GridNavi-v0', preset: 'varibad-grid' },
      players: named(['random', 'bayes-optimal', 'rl2'], []),
      options: {},
      trials: 2000,
    },
  ],
  [],
);
