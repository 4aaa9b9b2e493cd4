/**
 * Who learns to strike the puck of `Puck-v0` one-shot so that it stops on a target it is not told: RL², beside a contextual policy, which sees the target, and
 * MAML. The score is the share of episodes that end with the puck within 0.1 m of the target (reward `final`); RL² reads, and all learn from, the dense reward.
 * Ours to define, so nothing was published.
 */
import { type MamlOptions, resolveMaml } from '../algorithms/maml.ts';
import { type Rl2Options, resolveRl2 } from '../algorithms/rl2.ts';
import { mean, standardError } from '../core/statistics.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import { placeLabel } from '../runs/report-text.ts';
import { learnerOf } from './learners.ts';
import { presetSettings } from './presets.ts';
import {
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  row,
  testSeed,
  together,
  trainPart,
} from './reproduction.ts';

const env = { id: 'Puck-v0', preset: 'one-shot' } as const;
const score = 'final';
const contextual: Rl2Options = {
  env: { ...env, context: true, episodes: 1 },
  policy: { kind: 'mlp', hidden: [64, 64] },
  iterations: 400,
  tasks: 256,
  shards: 2,
  epochs: 4,
  minibatches: 16,
  learningRate: 0.001,
  anneal: true,
  clip: 0.2,
  entropyCoefficient: 0,
  initialLogSpread: -1,
  centerRewards: true,
};
const rehearsal = { iterations: 1, tasks: 32, minibatches: 4 };

const rowsOf = (setting: string, axis: 'episode' | 'step', returns: readonly Float64Array[]): ReproductionRow[] =>
  returns.map((shares, e) => row(setting, placeLabel(axis, e), { mean: mean(shares), stderr: standardError(shares) }, null));

async function trained(label: string, settings: Rl2Options, seed: number, options: ReproductionOptions) {
  const config = resolveRl2({ ...settings, ...(options.quick ? rehearsal : {}), seed });
  const run = await trainPart(label, 'rl2', config, 50, options);
  if (run === null) return null;
  const plan = { tasks: options.quick ? 50 : 2000, seed: testSeed(seed), greedy: false, score, steps: 0, trajectories: 2 };
  const { returns } = await learnerOf('rl2').returns(config, run.state, plan, options.executor);
  return { part: run.part, rows: rowsOf(label, 'episode', returns) };
}

/** Its policy reads no rewards, so its environment's own may be the score. */
async function trainedMaml(label: string, seed: number, options: ReproductionOptions) {
  const settings = { ...presetSettings('maml', env), ...(options.quick ? { iterations: 1, tasks: 4, trajectories: 4 } : {}), seed };
  const config = resolveMaml(settings as unknown as MamlOptions);
  const run = await trainPart(label, 'maml', config, 10, options);
  if (run === null) return null;
  const plan = { tasks: options.quick ? 4 : 200, seed: testSeed(seed), greedy: false, steps: 3, trajectories: 20 };
  const { returns } = await learnerOf('maml').returns(config, run.state, plan, options.executor);
  return { part: run.part, rows: rowsOf(label, 'step', returns) };
}

export const strikes: Reproduction = {
  title: 'Puck-v0 one-shot: share of episodes in which the puck stops within 0.1 m of an unseen target',
  seeds: '1,2,3',
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const kind of ['random', 'oracle'] as const) {
      const { returns } = await unseenReturns({ env, policy: { kind }, tasks: 2000, seed: testSeed(0), score }, options.executor);
      rows.push(...rowsOf(kind, 'episode', returns.slice(0, 1)));
    }
    const [first] = options.seeds;
    const plan = [
      ...options.seeds.map((seed) => () => trained(`RL², seed ${seed}`, { ...presetSettings('rl2', env), env }, seed, options)),
      () => trained(`contextual, seed ${first}`, contextual, first, options),
      () => trainedMaml(`MAML, seed ${first}`, first, options),
    ];
    for (const [i, train] of plan.entries()) {
      const result = await train();
      if (result === null) return null;
      rows.push(...result.rows);
      parts.push(result.part);
      if (i + 1 === options.seeds.length)
        rows.push(
          ...together(
            rows.filter(({ setting }) => setting.startsWith('RL²')),
            'RL², all seeds',
          ),
        );
    }
    return { parts, rows };
  },
};
