/**
 * How much hindsight helps: success on goals that training never asked for, with hindsight and without, by the same off-policy learner with equal steps. The reward is
 * 1 at the goal and 0 elsewhere. Point mass and puck draw goals from a continuum, so every goal is new; the point mass is also tested on goals outside the square of
 * training. On the grid one goal cell in ten is never asked for, but hindsight may show it. The experiment is our own, so there are no published numbers.
 */
import { type GoalConditionedOptions, goalConditioned } from '../algorithms/goal-conditioned.ts';
import { overTasks } from '../core/estimates.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { successTest } from '../evaluation/success.ts';
import { recipeSettings } from '../runs/recipes.ts';
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

interface Setting {
  readonly name: string;
  readonly preset: { readonly id: string; readonly preset: string };
  /** Options of the environment in training. */
  readonly trainedOn?: Partial<EnvConfig>;
  /** The tests of success, each with its own goals. */
  readonly tests: readonly Test[];
}

interface Test {
  readonly axis: string;
  readonly env: Partial<EnvConfig>;
  /** Whether a goal counts. Default: all goals count. */
  counts?(goal: Float32Array): boolean;
}

const size = 14;
const cells = Array.from({ length: size * size }, (_, cell) => [cell % size, Math.floor(cell / size)]).filter(([x, y]) => x > 1 || y > 1);
/** One goal cell in ten, spread over the grid. */
const isHeldOut = ([x, y]: readonly number[]) => (x + 4 * y) % 10 === 7;

const settings: readonly Setting[] = [
  {
    name: 'point mass, ε = 0.05 m',
    preset: { id: 'PointMass-v0', preset: 'reach' },
    tests: [
      { axis: 'held-out goals', env: {} },
      { axis: 'goals outside', env: { preset: 'reach-far' }, counts: ([x, y]) => Math.max(Math.abs(x), Math.abs(y)) > 1.05 },
    ],
  },
  {
    name: 'point mass, x alone',
    preset: { id: 'PointMass-v0', preset: 'reach' },
    trainedOn: { goal: ['x'] },
    tests: [{ axis: 'held-out goals', env: {} }],
  },
  {
    name: `grid of ${size} × ${size}`,
    preset: { id: 'GridNavi-v0', preset: 'reach-cell' },
    trainedOn: { taskList: cells.filter((cell) => !isHeldOut(cell)) },
    tests: [
      { axis: 'held-out goals', env: { taskList: cells.filter(isHeldOut) } },
      { axis: 'goals of training', env: {} },
    ],
  },
  { name: 'puck, ε = 0.1 m', preset: { id: 'Puck-v0', preset: 'one-shot' }, tests: [{ axis: 'held-out goals', env: {} }] },
];
const learners = { HER: { hindsight: 'reached' }, 'no HER': { relabel: 0 } };
const rehearsal = { iterations: 1, warmup: 0, tasks: 4, replay: 20, updates: 2, batch: 16 };

export const hindsight: Reproduction = {
  title: 'hindsight: share of fresh episodes that end at their goal',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => settings.length * Object.keys(learners).length * seeds.length,
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const setting of settings)
      for (const [learner, own] of Object.entries(learners)) {
        const name = `${setting.name}, ${learner}`;
        const ofSeeds = await ofEachSeed(options, (seed) => trained(name, setting, own, seed, options));
        if (ofSeeds === null) return null;
        parts.push(...ofSeeds.parts);
        rows.push(...ofSeeds.rows, ...pooled(ofSeeds.rows, `${name}, all seeds`));
      }
    return { parts, rows };
  },
};

async function trained(name: string, { preset, trainedOn, tests }: Setting, own: object, seed: number, options: ReproductionOptions) {
  const found = recipeSettings('goal-conditioned', preset) as { env: object };
  const config = goalConditioned.resolve({
    ...found,
    ...own,
    ...(options.quick ? rehearsal : {}),
    env: { ...found.env, ...trainedOn },
    seed,
  } as GoalConditionedOptions);
  const label = `${name}, seed ${seed}`;
  const run = await trainPart(label, goalConditioned, config, options);
  if (run === null) return null;
  const { parameters } = run.state;
  const rows: ReproductionRow[] = [];
  for (const { axis, env, counts = () => true } of tests) {
    const plan = { policy: config.policy, parameters, tasks: options.quick ? 20 : 2000, seed: testSeed(seed) };
    const { reached, goals } = await successTest({ ...plan, env: resolveEnv({ ...config.env, ...env }) }, options.executor);
    const W = goals.length / reached.length;
    rows.push(row(label, axis, overTasks(reached.filter((_, i) => counts(goals.subarray(i * W, (i + 1) * W)))), null));
  }
  return { part: run.part, rows };
}
