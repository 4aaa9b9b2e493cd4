/** Published results of RL² (Duan et al. 2016) on Bernoulli bandits and random MDPs: total reward of a trial. */
import { resolveRl2 } from '../algorithms/rl2.ts';
import { mean, standardError } from '../core/statistics.ts';
import { bayesOptimalBandit } from '../oracles/bernoulli-bandit.ts';
import { learnerOf } from './learners.ts';
import { remark } from './output.ts';
import { presetSettings } from './presets.ts';
import {
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  type Score,
  testSeed,
  together,
  trainPart,
} from './reproduction.ts';

interface Row {
  readonly name: string;
  readonly env: { readonly id: string; readonly preset: string } & Record<string, unknown>;
  readonly published: Score;
  /** Bayes-optimal, where it is known. */
  readonly exact: number | null;
  /** Fresh trials of the test. */
  readonly trials: number;
}

/** The tables give no standard errors; they are means over 1000 trials, of the best run. */
const meanOf = (value: number): Score => ({ mean: value, stderr: null });

const bandit = (pulls: number, arms: number, published: number): Row => ({
  name: `${pulls} pulls of ${arms} arms`,
  env: { id: 'Bandit-v0', preset: `pulls-${pulls}`, arms },
  published: meanOf(published),
  exact: pulls <= 10 ? bayesOptimalBandit(arms, pulls) : null,
  trials: pulls <= 10 ? 20_000 : 2000,
});

const mdp = (episodes: number, published: number): Row => ({
  name: `${episodes} episodes`,
  env: { id: 'TabularMdp-v0', preset: `episodes-${episodes}` },
  published: meanOf(published),
  exact: null,
  trials: 1000,
});

/** Trains with the preset's settings and sums a trial's episodes. */
async function trainRow({ name, env, published, exact, trials }: Row, seed: number, options: ReproductionOptions) {
  const { quick, executor } = options;
  const label = `${name}, seed ${seed}`;
  const config = resolveRl2({ ...presetSettings('rl2', env), ...(quick ? { iterations: 1, tasks: 16 } : {}), env, seed });
  const trained = await trainPart(label, 'rl2', config, 50, options);
  if (trained === null) return null;
  const plan = { tasks: quick ? 50 : trials, seed: testSeed(seed), greedy: false, steps: 0, trajectories: 2 };
  const { returns } = await learnerOf('rl2').returns(config, trained.state, plan, executor);
  const totals = Float64Array.from({ length: plan.tasks }, (_, n) => returns.reduce((sum, episode) => sum + episode[n], 0));
  const ours = { mean: mean(totals), stderr: standardError(totals) };
  remark(`${label}: ${ours.mean.toFixed(3)} ± ${ours.stderr.toFixed(3)} a trial`);
  return { row: row(label, 'a trial', ours, published, exact), part: trained.part };
}

function table(title: string, some: readonly Row[], rest: readonly Row[]): Reproduction {
  return {
    title,
    seeds: '1,2,3',
    async run(options) {
      const rows: ReproductionRow[] = [];
      const parts: ReproductionPart[] = [];
      for (const one of options.all ? [...some, ...rest] : some) {
        const own: ReproductionRow[] = [];
        for (const seed of options.seeds) {
          const trained = await trainRow(one, seed, options);
          if (trained === null) return null;
          own.push(trained.row);
          parts.push(trained.part);
        }
        rows.push(...own, ...together(own, `${one.name}, all seeds`));
      }
      return { parts, rows };
    },
  };
}

export const bandits = table(
  'RL² on Bernoulli bandits (Duan et al. 2016, table 1): total reward of a trial',
  [bandit(10, 5, 6.7), bandit(10, 10, 6.7), bandit(100, 5, 78.7)],
  [
    bandit(10, 50, 6.8),
    bandit(100, 10, 83.5),
    bandit(100, 50, 84.9),
    bandit(500, 5, 401.6),
    bandit(500, 10, 432.5),
    bandit(500, 50, 438.9),
  ],
);

export const mdps = table(
  'RL² on random MDPs of 10 states and 5 actions (Duan et al. 2016, table 2): total reward of a trial',
  [mdp(10, 156.2)],
  [mdp(25, 445.7), mdp(50, 936.1), mdp(75, 1428.8), mdp(100, 1913.7)],
);
