/**
 * RL² and MAML learn to strike the puck of `Puck-v0` one-shot so that it stops on a target that they do not observe; a contextual policy observes it. The score is
 * the share of episodes that end with the puck within 0.1 m of the target (reward `final`). All learn from the dense reward, and RL² reads it. The experiment is our
 * own, so there are no published numbers.
 */
import { maml } from '../algorithms/maml.ts';
import { type Rl2Options, rl2 } from '../algorithms/rl2.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import { recipeSettings } from '../runs/recipes.ts';
import {
  ofEachSeed,
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  reportedSeeds,
  rowsOf,
  testSeed,
  trainedRows,
} from './reproduction.ts';
import { withoutMemory } from './without-memory.ts';

const env = { id: 'Puck-v0', preset: 'one-shot' } as const;
const score = 'final';
const contextual: Rl2Options = {
  ...withoutMemory,
  env: { ...env, context: true, episodes: 1 },
  iterations: 600,
  shards: 2,
  gamma: 0.997,
  lambda: 0.95,
  initialLogStd: -1,
  centerRewards: true,
};
const rl2Rehearsal = { iterations: 1, tasks: 32, minibatches: 4 };
const mamlRehearsal = { iterations: 1, tasks: 4, episodes: 4 };

function trainedRl2(label: string, settings: object, seed: number, options: ReproductionOptions) {
  const plan = { tasks: options.quick ? 50 : 2000, score };
  return trainedRows(rl2, label, { ...settings, ...(options.quick ? rl2Rehearsal : {}) }, plan, seed, options);
}

function trainedMaml(label: string, seed: number, options: ReproductionOptions) {
  const settings = { ...recipeSettings('maml', env), ...(options.quick ? mamlRehearsal : {}) };
  return trainedRows(maml, label, settings, { tasks: options.quick ? 4 : 200, score, gradientSteps: 3, episodes: 20 }, seed, options);
}

export const strikes: Reproduction = {
  title: 'Puck-v0 one-shot: share of episodes in which the puck stops within 0.1 m of an unseen target',
  seeds: reportedSeeds,
  trainings: ({ seeds }) => seeds.length + 2,
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const kind of ['random', 'oracle'] as const) {
      const { returns } = await unseenReturns({ env, policy: { kind }, tasks: 2000, seed: testSeed(0), score }, options.executor);
      rows.push(...rowsOf(kind, 'episode', returns.slice(0, 1)));
    }
    const settings = { ...recipeSettings('rl2', env), env };
    const own = await ofEachSeed(options, (seed) => trainedRl2(`RL², seed ${seed}`, settings, seed, options));
    if (own === null) return null;
    parts.push(...own.parts);
    rows.push(...own.rows, ...pooled(own.rows, 'RL², all seeds'));
    const [first] = options.seeds;
    for (const train of [
      () => trainedRl2(`contextual, seed ${first}`, contextual, first, options),
      () => trainedMaml(`MAML, seed ${first}`, first, options),
    ]) {
      const result = await train();
      if (result === null) return null;
      rows.push(...result.rows);
      parts.push(result.part);
    }
    return { parts, rows };
  },
};
