/**
 * What hindsight is worth: success on fresh goals with it and without, the same off-policy learner, equal steps, reward 1 at the goal and 0 elsewhere; on the
 * point mass also on goals outside the square that training drew from. The grid's goals are so few that training has drawn each of them. Ours to define, so
 * nothing was published.
 */
import { type GoalConditionedConfig, resolveGoalConditioned } from '../algorithms/goal-conditioned.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { successTest } from '../evaluation/success.ts';
import type { LearnerConfig } from './learners.ts';
import { presetSettings } from './presets.ts';
import {
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  scoreOf,
  testSeed,
  together,
  trainPart,
} from './reproduction.ts';

const held = 'held-out goals';
const outside = 'goals outside';

interface Setting {
  readonly name: string;
  readonly preset: { readonly id: string; readonly preset: string };
  /** Another preset whose goals also lie where training's never did, and which of them do. */
  readonly farther?: { readonly preset: string; beyond(goal: Float32Array): boolean };
}

const settings: readonly Setting[] = [
  {
    name: 'point mass, ε = 0.05 m',
    preset: { id: 'PointMass-v0', preset: 'reach' },
    farther: { preset: 'reach-far', beyond: ([x, y]) => Math.max(Math.abs(x), Math.abs(y)) > 1.05 },
  },
  { name: 'grid of 12 × 12', preset: { id: 'GridNavi-v0', preset: 'varibad-grid' } },
  { name: 'puck, ε = 0.1 m', preset: { id: 'Puck-v0', preset: 'one-shot' } },
];
const rehearsal = { iterations: 1, warmup: 0, tasks: 4, replay: 20, updates: 2, batch: 16 };

export const hindsight: Reproduction = {
  title: 'hindsight: share of fresh episodes that end at their goal',
  seeds: '1,2,3',
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const setting of settings)
      for (const relabel of [true, false]) {
        const own: ReproductionRow[] = [];
        const name = `${setting.name}, ${relabel ? 'HER' : 'no HER'}`;
        for (const seed of options.seeds) {
          const result = await trained(name, setting, relabel, seed, options);
          if (result === null) return null;
          own.push(...result.rows);
          parts.push(result.part);
        }
        rows.push(...own, ...together(own, `${name}, all seeds`));
      }
    return { parts, rows };
  },
};

async function trained(name: string, { preset, farther }: Setting, relabel: boolean, seed: number, options: ReproductionOptions) {
  const config = resolveGoalConditioned({
    ...(presetSettings('her', preset) as { env: object }),
    ...(relabel ? {} : { relabel: 0 }),
    ...(options.quick ? rehearsal : {}),
    seed,
  } as Parameters<typeof resolveGoalConditioned>[0]);
  const label = `${name}, seed ${seed}`;
  const run = await trainPart(label, 'her', config as LearnerConfig, 50, options);
  if (run === null) return null;
  const { parameters } = run.state;
  const reached = async (env: EnvConfig, counts: (goal: Float32Array) => boolean, axis: string) => {
    const plan = { env, policy: config.policy, parameters, tasks: options.quick ? 20 : 2000, seed: testSeed(seed) };
    const { reached, goals } = await successTest(plan, options.executor);
    const W = goals.length / reached.length;
    return row(label, axis, scoreOf(reached.filter((_, i) => counts(goals.subarray(i * W, (i + 1) * W)))), null);
  };
  const rows = [await reached(config.env, () => true, held)];
  if (farther !== undefined) rows.push(await reached(fartherEnv(config, farther.preset), farther.beyond, outside));
  return { part: run.part, rows };
}

const fartherEnv = ({ env }: GoalConditionedConfig, preset: string) => resolveEnv({ ...env, preset });
