/**
 * Velocity adaptation on `Runner-v1`: RL² and MAML are not told the speed. They are compared with a blind policy, which cannot find out the speed, and with a
 * contextual policy, which observes it, all on the same body and reward. Published figures are of other physics, so the rows show the share of the way
 * from blind to contextual that a learner covers after it has adapted. Neither end is a bound: both are one run with one seed, and RL² passes contextual. Budgets
 * differ too, and stand in every row: MAML's own recipe takes three times the steps of the others.
 */
import { maml } from '../algorithms/maml.ts';
import { type Rl2Options, rl2 } from '../algorithms/rl2.ts';
import { recipeSettings } from '../runs/recipes.ts';
import {
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  reportedSeeds,
  trainedRows,
} from './reproduction.ts';
import { withoutMemory } from './without-memory.ts';

const env = { id: 'Runner-v1', preset: 'velocity' } as const;
/** Settings of policies without memory, which take as many steps as RL². */
const memoryless: Rl2Options = {
  ...withoutMemory,
  env: { ...env, episodes: 1 },
  iterations: 300,
  learningRate: 0.0015,
  centerRewards: true,
};
const rl2Rehearsal = { iterations: 1, tasks: 16, minibatches: 4 };
const mamlRehearsal = { iterations: 1, tasks: 4, shards: 2, episodes: 2 };

function trainedRl2(label: string, settings: object, seed: number, options: ReproductionOptions) {
  const plan = { tasks: options.quick ? 20 : 1000 };
  return trainedRows(rl2, label, { ...settings, ...(options.quick ? rl2Rehearsal : {}) }, plan, seed, options);
}

/** Share of the way from blind to contextual; its errors are those of the learner alone. A share may exceed 1: contextual is one run of a learner and no bound. */
function shareOf(one: ReproductionRow, blind: number, contextual: number): ReproductionRow {
  const { mean, stderr, interval, ...over } = one.ours;
  const whole = contextual - blind;
  const ours = {
    mean: (mean - blind) / whole,
    stderr: stderr === null ? null : stderr / whole,
    interval: interval === null ? null : ([(interval[0] - blind) / whole, (interval[1] - blind) / whole] as const),
    ...over,
  };
  return { ...one, axis: `${one.axis}, share of the way from blind to contextual (no bound)`, ours };
}

export const velocities: Reproduction = {
  title: 'Runner-v1 velocity, H = 200: return per episode on unseen speeds U[0, 2] m/s; steps differ, and contextual is no bound',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => seeds.length + 3,
  async run(options) {
    const [first] = options.seeds;
    const own = { ...recipeSettings('rl2', env), env };
    const mamlSettings = { ...recipeSettings('maml', env), ...(options.quick ? mamlRehearsal : {}) };
    const plan = { tasks: options.quick ? 4 : 200, gradientSteps: 3, episodes: 20 };
    const jobs = [
      () => trainedRl2(`blind, seed ${first}`, memoryless, first, options),
      () => trainedRl2(`contextual, seed ${first}`, { ...memoryless, env: { ...env, episodes: 1, context: true } }, first, options),
      ...options.seeds.map((seed) => () => trainedRl2(`RL², seed ${seed}`, own, seed, options)),
      () => trainedRows(maml, `MAML, seed ${first}`, mamlSettings, plan, first, options),
    ];
    const done: { part: ReproductionPart; rows: ReproductionRow[] }[] = [];
    for (const job of jobs) {
      const result = await job();
      if (result === null) return null;
      done.push(result);
    }
    const groups = done.map(({ rows }) => rows);
    const [[{ ours: blind }], [{ ours: contextual }]] = groups;
    const seeds = pooled(groups.slice(2, -1).flat(), 'RL², all seeds');
    const adapted = [
      ...groups.slice(2, -1).map((rows) => rows[rows.length - 1]),
      seeds[seeds.length - 1],
      ...groups[groups.length - 1].slice(1),
    ];
    const shares = adapted.map((one) => shareOf(one, blind.mean, contextual.mean));
    return { parts: done.map(({ part }) => part), rows: [...groups.flat(), ...seeds, ...shares] };
  },
};
