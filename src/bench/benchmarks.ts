/** `wasmeta/bench`: step rates of the bare kernel, of stepping by hand, of whole rollouts and of training, as medians over runs with their spread. */
import { type MamlOptions, maml } from '../algorithms/maml.ts';
import { type Rl2Options, rl2 } from '../algorithms/rl2.ts';
import { WasmetaError } from '../core/errors.ts';
import { makeVec } from '../envs/make.ts';
import { resolveEnv } from '../envs/registry.ts';
import { rollout } from '../evaluation/rollouts.ts';
import { now } from '../platform/runtime.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import { learnBenchNames, type PeerWorkload, peerWorkload, runLearnBenchmarks } from './learn.ts';
import type { BenchRow } from './row.ts';

export { type BenchRow, type PeerWorkload, peerWorkload };

export interface BenchOptions {
  /** The name of a row, or a part of the names of several rows. */
  readonly name?: string;
  readonly batches?: readonly number[];
  readonly workers?: readonly number[];
  /** Measured runs of each row, after one run that is not counted. */
  readonly runs?: number;
  readonly onRow?: (row: BenchRow) => void;
}

export const benchBatches = [64, 256, 1024, 4096, 16_384, 65_536] as const;
const env = { id: 'PointMass-v0', preset: 'varibad-semicircle' };
const policies: Readonly<Record<string, PolicySpec>> = {
  random: { kind: 'random' },
  'mlp-64-64': { kind: 'mlp', hidden: [64, 64] },
  'gru-64': { kind: 'gru', hidden: 64 },
};
const training: Rl2Options = { env, policy: { kind: 'gru', hidden: 128 }, tasks: 128, epochs: 2, minibatches: 8, iterations: 1_000_000 };
/** 20 tasks × 2 rounds × 20 episodes × 100 steps, one inner step, 10 conjugate gradients. */
const metaTraining: MamlOptions = {
  env: { id: 'PointMass-v0', preset: 'maml-navigation' },
  policy: { kind: 'mlp', hidden: [64, 64], value: false },
  tasks: 20,
  shards: 4,
  iterations: 1_000_000,
};

/** Steps of a run, so that it takes a few tenths of a second. */
const enough: Readonly<Record<string, number>> = { step: 4e7, vector: 2e6, random: 3e7, 'mlp-64-64': 3e5, 'gru-64': 2e5 };

export async function runBenchmarks(options: BenchOptions = {}): Promise<BenchRow[]> {
  const { batches = benchBatches, workers = [1, 2], runs = 5, onRow = () => {} } = options;
  const rows: BenchRow[] = [];
  const exact = options.name !== undefined && benchNames().includes(options.name);
  const wanted = (name: string) => options.name === undefined || (exact ? name === options.name : name.includes(options.name));
  const add = (row: BenchRow) => {
    rows.push(row);
    onRow(row);
  };
  const measure = async (name: string, pool: number, batch: number, work: () => Promise<number>, unit: 'steps/s' | 's' = 'steps/s') => {
    const rates: number[] = [];
    for (let run = 0; run <= runs; run++) {
      const start = now();
      const steps = await work();
      const seconds = (now() - start) / 1000;
      if (run > 0) rates.push(unit === 's' ? seconds : steps / seconds);
    }
    rates.sort((a, b) => a - b);
    add({ name, value: rates[runs >> 1], unit, workers: pool, batch, min: rates[0], max: rates[runs - 1], runs });
  };
  const name = (kind: string) => (kind === 'step' || kind === 'vector' ? `${kind}/${env.id}` : `rollout/${env.id}/${kind}`);
  if (wanted(name('vector'))) for (const batch of batches) await benchVector(batch, (work) => measure(name('vector'), 0, batch, work));
  for (const count of workers) {
    const pool = createPool({ workers: count, learner: false });
    try {
      for (const batch of batches) {
        if (wanted(name('step'))) await measure(name('step'), count, batch, () => stepKernel(pool, batch));
        for (const kind of Object.keys(policies))
          if (wanted(name(kind))) await measure(name(kind), count, batch, () => playTrials(pool, kind, batch));
      }
    } finally {
      await pool.close();
    }
    if (wanted('train/rl2-gru-128'))
      await benchTraining(
        count,
        (pool) => rl2.train(training, pool),
        (work) => measure('train/rl2-gru-128', count, 128, work),
      );
    if (wanted('train/maml-iteration'))
      await benchTraining(
        count,
        (pool) => maml.train(metaTraining, pool),
        (work) => measure('train/maml-iteration', count, 20, work, 's'),
      );
  }
  await runLearnBenchmarks(wanted, runs, add);
  if (rows.length === 0) throw new WasmetaError('E_UNKNOWN_NAME', `no benchmark is named like "${options.name}"`, { known: benchNames() });
  return rows;
}

export function benchNames(): string[] {
  return [
    `step/${env.id}`,
    `vector/${env.id}`,
    ...Object.keys(policies).map((kind) => `rollout/${env.id}/${kind}`),
    'train/rl2-gru-128',
    'train/maml-iteration',
    ...learnBenchNames(),
  ];
}

type Measure = (work: () => Promise<number>) => Promise<void>;

async function stepKernel(pool: Pool, numEnvs: number): Promise<number> {
  const steps = Math.ceil(enough.step / numEnvs);
  const jobs = Array.from({ length: pool.workers }, (_, shard) => ({ kind: 'step' as const, shard, env: resolveEnv(env), numEnvs, steps }));
  return (await pool.run(jobs)).reduce((sum, result) => sum + result.steps, 0);
}

/** Each worker gets one job of `batch` tasks in a round. The horizon is shortened if a batch alone has enough steps. */
async function playTrials(pool: Pool, kind: string, batch: number): Promise<number> {
  const horizon = Math.max(5, Math.min(100, Math.round(enough[kind] / batch)));
  const jobs = Math.max(1, Math.round(enough[kind] / (batch * horizon)));
  const tasks = batch * jobs * pool.workers;
  return (await rollout({ env: { ...env, horizon, episodes: 1 }, policy: policies[kind], tasks, batch }, pool)).steps;
}

async function benchVector(numEnvs: number, measure: Measure): Promise<void> {
  const vector = await makeVec(env.id, { numEnvs, preset: env.preset });
  const actions = new Float32Array(2 * numEnvs).fill(0.5);
  vector.reset();
  const steps = Math.ceil(enough.vector / numEnvs);
  await measure(async () => {
    for (let t = 0; t < steps; t++) vector.step(actions);
    return steps * numEnvs;
  });
  vector.close();
}

async function benchTraining(
  workers: number,
  start: (pool: Pool) => AsyncGenerator<{ readonly steps: number }, void, undefined>,
  measure: Measure,
): Promise<void> {
  const pool = createPool({ workers });
  const iterations = start(pool);
  let before = 0;
  try {
    await measure(async () => {
      const { value } = await iterations.next();
      const steps = (value?.steps ?? 0) - before;
      before += steps;
      return steps;
    });
  } finally {
    await iterations.return(undefined);
    await pool.close();
  }
}
