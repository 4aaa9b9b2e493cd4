/**
 * Contextual policies π(a | s, ω) are trained on a part of the tasks and tested on unseen tasks inside it (interpolation) and outside it (extrapolation). The same
 * policy trained on all tasks stands beside them. The experiment is our own, so there are no published numbers.
 */

import { type Rl2Options, rl2 } from '../algorithms/rl2.ts';
import { overTasks } from '../core/estimates.ts';
import { hasOracle } from '../envs/registry.ts';
import type { TaskRegion } from '../envs/spec.ts';
import { unseenReturns } from '../evaluation/meta-test.ts';
import {
  ofEachSeed,
  pooled,
  type Reproduction,
  type ReproductionOptions,
  type ReproductionPart,
  type ReproductionRow,
  reportedSeed,
  row,
  testSeed,
  trainPart,
} from './reproduction.ts';
import { withoutMemory } from './without-memory.ts';

interface Setting {
  readonly name: string;
  readonly env: { readonly id: string; readonly preset: string };
  readonly part: Omit<TaskRegion, 'side'>;
  readonly settings: Partial<Rl2Options>;
}

const still = { centerRewards: true };

const settings: readonly Setting[] = [
  {
    name: 'target of the point mass',
    env: { id: 'PointMass-v0', preset: 'maml-navigation' },
    part: { low: [-0.25, -0.25], high: [0.25, 0.25] },
    settings: { iterations: 100 },
  },
  {
    name: 'direction of walking',
    env: { id: 'PointMass-v0', preset: 'walking-direction' },
    part: { low: [0, -1], high: [1, 1] },
    settings: { ...still, iterations: 100 },
  },
  {
    name: 'cell of the grid',
    env: { id: 'GridNavi-v0', preset: 'varibad-grid' },
    part: { low: [0, 0], high: [2, 4] },
    settings: { ...still, iterations: 200, gamma: 0.95, entropyCoefficient: 0.01, annealEntropy: true },
  },
  {
    name: 'speed of the runner',
    env: { id: 'Runner-v1', preset: 'velocity' },
    part: { low: [0.5], high: [1.5] },
    settings: { ...still, iterations: 150 },
  },
  {
    name: 'target of the puck',
    env: { id: 'Puck-v0', preset: 'one-shot' },
    part: { low: [0.15, -0.2], high: [0.4, 0.2] },
    settings: { ...still, iterations: 400, gamma: 0.997, initialLogStd: -1 },
  },
];
const rehearsal = { iterations: 1, tasks: 32, minibatches: 4 };

export const extrapolation: Reproduction = {
  title: 'contextual policies on unseen tasks inside and outside the part that they were trained on: return per episode',
  seeds: reportedSeed,
  trainings: ({ seeds }) => 2 * settings.length * seeds.length,
  async run(options) {
    const rows: ReproductionRow[] = [];
    const parts: ReproductionPart[] = [];
    for (const setting of settings) {
      rows.push(...(await references(setting, options)));
      for (const everywhere of [false, true]) {
        const name = `${setting.name}, trained ${everywhere ? 'on all' : 'inside'}`;
        const own = await ofEachSeed(options, (seed) => trained(name, setting, everywhere, seed, options));
        if (own === null) return null;
        parts.push(...own.parts);
        rows.push(...own.rows, ...(options.seeds.length > 1 ? pooled(own.rows, `${name}, all seeds`) : []));
      }
    }
    return { parts, rows };
  },
};

const sides = ['inside', 'outside'] as const;
const tasksOf = ({ quick }: ReproductionOptions) => (quick ? 20 : 1000);

/** Random play and, if the family has one, the oracle. */
async function references({ name, env, part }: Setting, options: ReproductionOptions): Promise<ReproductionRow[]> {
  const rows: ReproductionRow[] = [];
  for (const kind of ['random', 'oracle'] as const) {
    if (kind === 'oracle' && !hasOracle(env)) continue;
    for (const side of sides) {
      const test = {
        env: { ...env, episodes: 1, region: { ...part, side } },
        policy: { kind },
        tasks: tasksOf(options),
        seed: testSeed(0),
      };
      const { returns } = await unseenReturns(test, options.executor);
      rows.push(row(`${name}, ${kind}`, side, overTasks(returns[0]), null));
    }
  }
  return rows;
}

async function trained(name: string, { env, part, settings }: Setting, everywhere: boolean, seed: number, options: ReproductionOptions) {
  const region = everywhere ? {} : { region: { ...part, side: 'inside' as const } };
  const asked = {
    ...withoutMemory,
    ...settings,
    ...(options.quick ? rehearsal : {}),
    env: { ...env, ...region, episodes: 1, context: true },
    seed,
  };
  const config = rl2.resolve(asked);
  const label = `${name}, seed ${seed}`;
  const run = await trainPart(label, rl2, config, options);
  if (run === null) return null;
  const rows: ReproductionRow[] = [];
  for (const side of sides) {
    const played = { policy: config.policy, parameters: run.state.parameters, tasks: tasksOf(options), seed: testSeed(seed) };
    const { returns } = await unseenReturns({ ...played, env: { ...config.env, region: { ...part, side } } }, options.executor);
    rows.push(row(label, side, overTasks(returns[0]), null));
  }
  return { part: run.part, rows };
}
