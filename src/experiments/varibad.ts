/**
 * VariBAD on GridNavi (Zintgraf et al. 2020), where the optimum is known: the return of a trial stands beside the Bayes-optimal 37.214, and the belief after
 * every step beside the exact posterior over the 21 goals. RL² on the same grid: rl2.ts.
 */

import { type VaribadConfig, type VaribadState, varibad } from '../algorithms/varibad.ts';
import { overTasks } from '../core/estimates.ts';
import { resolveEnv } from '../envs/registry.ts';
import { beliefTest } from '../evaluation/belief-test.ts';
import { trialTotals } from '../evaluation/meta-test.ts';
import { recipeSettings } from '../runs/recipes.ts';
import { bayesOptimum } from '../strategies/optimum.ts';
import {
  ofEachSeed,
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionRow,
  reportedSeeds,
  row,
  rowsOf,
  testSeed,
  trainPart,
} from './reproduction.ts';

const env = { id: 'GridNavi-v0', preset: 'varibad-grid' } as const;
const rehearsal = { iterations: 1, tasks: 16, minibatches: 4 };

export const beliefs: Reproduction = {
  title: 'VariBAD on GridNavi (Zintgraf et al. 2020) beside the Bayes-optimal walk: returns; KL of the exact posterior to the belief, nat',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => seeds.length,
  exactIsMost: true,
  async run(options) {
    const result = await ofEachSeed(options, (seed) => trained(`VariBAD, seed ${seed}`, seed, options));
    return result && { parts: result.parts, rows: [...result.rows, ...pooled(result.rows, 'VariBAD, all seeds')] };
  },
};

async function trained(label: string, seed: number, options: ReproductionOptions) {
  const { quick, executor } = options;
  const config = varibad.resolve({ ...recipeSettings('varibad', env), ...(quick ? rehearsal : {}), env, seed });
  const run = await trainPart(label, varibad, config, options);
  if (run === null) return null;
  const asked = { tasks: quick ? 50 : 2000, seed: testSeed(seed) };
  const { returns } = await varibad.returns(config, run.state, asked, executor);
  const rows = [
    row(label, 'a trial', overTasks(trialTotals(returns)), null, bayesOptimum(resolveEnv(env))),
    ...rowsOf(label, 'episode', returns),
    ...(await beliefRows(label, config, run.state, asked, options)),
  ];
  return { part: run.part, rows };
}

/** `uniform belief`: the divergence of a model that has learned nothing. */
async function beliefRows(
  label: string,
  config: VaribadConfig,
  state: VaribadState,
  asked: { tasks: number; seed: number },
  { quick, executor }: ReproductionOptions,
): Promise<ReproductionRow[]> {
  const plan = { ...config, ...state, seed: asked.seed, tasks: quick ? 20 : 400 };
  const { kl, uniform, stderr, interval } = await beliefTest(plan, executor);
  const over = { of: 'tasks', n: plan.tasks } as const;
  return [
    row(label, 'KL of the belief', { mean: kl, stderr, interval, ...over }, null),
    row(label, 'KL of a uniform belief', { mean: uniform, stderr: null, interval: null, ...over }, null),
  ];
}
