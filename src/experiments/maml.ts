/** Published results of MAML: settings, protocol and numbers, with their sources. */

import { type MamlOptions, maml } from '../algorithms/maml.ts';
import { supervisedMaml } from '../algorithms/supervised-maml.ts';
import { overTasks } from '../core/estimates.ts';
import { placeLabel } from '../report/text.ts';
import { recipeSettings } from '../runs/recipes.ts';
import {
  ofEachSeed,
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  reportedSeed,
  reportedSeeds,
  row,
  type Score,
  testSeed,
  trainPart,
} from './reproduction.ts';

const navigationPublished: readonly Score[] = [
  { mean: -40.41, stderr: 2.04 },
  { mean: -11.68, stderr: 1.1 },
  { mean: -3.33, stderr: 0.28 },
  { mean: -3.23, stderr: 0.29 },
];

/** The published training script has 40 tasks an iteration; the name of the run that the published test script loads says 20. */
const metaBatches = [{ tasks: 40 }, { tasks: 20, shards: 4 }];
/** The published protocol has 40 test tasks, whose mean is uncertain. A second test on more tasks shows how much of a difference is chance. */
const testSizes = (quick: boolean) => (quick ? [8] : [40, 400]);
const rehearsal = { iterations: 1, tasks: 8, shards: 8, episodes: 2 };

/** Trains by the recipe with some options changed, tests by the published protocol (α, then α/2; 40 episodes a step), and gives rows for each size of test. */
async function trainNavigation(label: string, changes: object, published: readonly Score[] | null, options: ReproductionOptions) {
  const { quick, executor, watcher } = options;
  const recipe = recipeSettings('maml', { id: 'PointMass-v0', preset: 'maml-navigation' });
  const config = maml.resolve({ ...recipe, ...changes, ...(quick ? rehearsal : {}) } as MamlOptions);
  const trained = await trainPart(label, maml, config, options);
  if (trained === null) return null;
  const rows: ReproductionRow[] = [];
  for (const tasks of testSizes(quick)) {
    const plan = { tasks, seed: testSeed(config.seed), gradientSteps: 3, episodes: 40 };
    const { returns } = await maml.returns(config, trained.state, plan, executor);
    const scores = returns.map(overTasks);
    const name = `${label}; ${tasks} test tasks`;
    rows.push(...scores.map((ours, k) => row(name, placeLabel('step', k), ours, published?.[k] ?? null)));
    watcher.say(`${name}: ${scores.map(({ mean, stderr }) => `${mean.toFixed(2)} ± ${stderr?.toFixed(2) ?? '–'}`).join(', ')}`);
  }
  return { rows, part: trained.part };
}

/** Finn et al. 2017, figure 4; numbers from the result files of cbfinn/maml_rl: 40 test tasks, α = 0.5, then α/2, 40 episodes a step. */
export const navigation: Reproduction = {
  title: 'MAML on 2D navigation (Finn et al. 2017): return after gradient steps on fresh tasks',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => metaBatches.length * seeds.length,
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const batch of metaBatches) {
      const name = `batches of ${batch.tasks}`;
      const own = await ofEachSeed(options, (seed) =>
        trainNavigation(`${name}, seed ${seed}`, { ...batch, seed }, navigationPublished, options),
      );
      if (own === null) return null;
      parts.push(...own.parts);
      const tested = testSizes(options.quick).map((tasks) => `; ${tasks} test tasks`);
      const all = tested.map((end) =>
        pooled(
          own.rows.filter(({ setting }) => setting.endsWith(end)),
          `${name}, all seeds${end}`,
        ),
      );
      rows.push(...own.rows, ...all.flat());
    }
    return { parts, rows };
  },
};

/** ProMP (Rothfuss et al. 2019) without its adaptive penalty on the inner KL. */
const clippedLvc = { surrogate: 'likelihood-ratio', outer: 'ppo', learningRate: 1e-3, outerSteps: 5, clip: 0.3 };
/** Each plays 100 iterations × 20 tasks × 2 rounds × 20 episodes. With three inner steps an iteration plays four rounds, so there are 50 iterations. */
const relatives: Readonly<Record<string, object>> = {
  'MAML-TRPO': {},
  'first-order MAML': { firstOrder: true },
  'clipped LVC': clippedLvc,
  'Meta-SGD': { ...clippedLvc, learnStepSizes: true },
  Reptile: { outer: 'reptile', learningRate: 0.5, innerSteps: 3, iterations: 50 },
  'E-MAML': { exploration: 0.1 },
};

/** Published numbers on this family exist only for MAML. */
export const navigationRelatives: Reproduction = {
  title: "MAML's relatives on 2D navigation, with as many environment steps each: return after gradient steps on fresh tasks",
  seeds: reportedSeed,
  trainings: ({ seeds }) => Object.keys(relatives).length * seeds.length,
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const [name, changes] of Object.entries(relatives)) {
      const published = name === 'MAML-TRPO' ? navigationPublished : null;
      const own = await ofEachSeed(options, (seed) => {
        const label = options.seeds.length > 1 ? `${name}, seed ${seed}` : name;
        return trainNavigation(label, { tasks: 20, shards: 4, ...changes, seed }, published, options);
      });
      if (own === null) return null;
      parts.push(...own.parts);
      rows.push(...own.rows);
    }
    return { parts, rows };
  },
};

/** Finn et al. 2017, figure 3 (MAML's own numbers as recalled from the paper, without standard errors); 5 points to adapt on. */
export const sinusoid: Reproduction = {
  title: 'Supervised MAML on sinusoids (Finn et al. 2017): mean squared error after gradient steps on fresh tasks',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => seeds.length,
  async run(options) {
    const own = await ofEachSeed(options, (seed) => trainSinusoid(seed, options));
    return own && { parts: own.parts, rows: [...own.rows, ...pooled(own.rows, 'all seeds')] };
  },
};

const sinusoidPublished: Readonly<Record<number, number>> = { 1: 0.67, 5: 0.38, 10: 0.35 };

async function trainSinusoid(seed: number, options: ReproductionOptions) {
  const config = supervisedMaml.resolve({ seed, points: 5, ...(options.quick ? { iterations: 20 } : {}) });
  const trained = await trainPart(`seed ${seed}`, supervisedMaml, config, options);
  if (trained === null) return null;
  const plan = { tasks: 1000, seed: testSeed(seed), gradientSteps: 10 };
  const { returns } = await supervisedMaml.returns(config, trained.state, plan, options.executor);
  const rows = [0, 1, 5, 10].map((k) => {
    const theirs = sinusoidPublished[k] === undefined ? null : { mean: sinusoidPublished[k], stderr: null };
    return row(`seed ${seed}`, placeLabel('step', k), overTasks(returns[k]), theirs, k === 0 ? 3.0057 : null);
  });
  return { rows, part: trained.part };
}
