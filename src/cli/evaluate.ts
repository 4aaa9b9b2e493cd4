/** `wasmeta evaluate DIR`: meta-tests a run's last checkpoint on unseen tasks. */
import { defineCommand } from 'citty';
import type { Rl2Config } from '../algorithms/rl2.ts';
import { checkRl2State, resolveRl2 } from '../algorithms/rl2.ts';
import { integer, oneOf } from '../core/checks.ts';
import { type MetaTest, metaTest } from '../evaluation/meta-test.ts';
import { createPool } from '../executors/pool.ts';
import { openRun } from '../runs/open-run.ts';
import { checkFlags, wholeNumber, workerCount } from './arguments.ts';
import { print, printJson, remark, strong, table } from './output.ts';

const args = {
  dir: { type: 'positional', description: 'run folder', required: true },
  tasks: { type: 'string', description: 'unseen tasks, one trial each', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: '9' },
  workers: { type: 'string', description: 'workers; default: one a processor' },
  checkpoint: { type: 'string', description: 'last or best (by training returns: say so where you report it)', default: 'last' },
  greedy: { type: 'boolean', description: 'the likeliest action instead of a sampled one' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const evaluate = defineCommand({
  meta: { name: 'evaluate', description: 'Meta-test a run on unseen tasks' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const tasks = integer('tasks', wholeNumber('tasks', given.tasks, 1000), 1, 10_000_000);
    const seed = wholeNumber('seed', given.seed, 9);
    const workers = workerCount(given.workers);
    const run = await openRun(given.dir);
    const { algo, ...checkpoint } = await run.load(oneOf('checkpoint', given.checkpoint, ['last', 'best'] as const), ({ message }) =>
      remark(`wasmeta: warning: ${message}; taking the one before it`),
    );
    const config = resolveRl2(checkpoint.config as Rl2Config);
    const state = checkRl2State(config, checkpoint.state);
    const { env, policy } = config;
    const executor = createPool({ workers, learner: false });
    try {
      const result = await metaTest({ env, policy, parameters: state.parameters, tasks, seed, greedy: given.greedy === true }, executor);
      if (given.json) return printJson({ ...result, env: env.id, algo });
      print(strong(`${algo} on ${tasks} unseen tasks of ${env.id} ${env.preset}`));
      print(metaTestTable(result));
    } finally {
      await executor.close();
    }
  },
});

/** One row an episode. */
export function metaTestTable(result: MetaTest): string {
  const f = (x: number) => x.toFixed(2);
  const rows = result.mean.map((mean, e) => [
    `episode ${e + 1}`,
    f(result.random[e]),
    `${f(mean)} ± ${f(result.stderr[e])}`,
    f(result.iqm[e]),
    `[${f(result.ci95[e][0])}, ${f(result.ci95[e][1])}]`,
    f(result.oracle[e]),
    result.oracle[e] > 0 ? `${((100 * mean) / result.oracle[e]).toFixed(0)} %` : '',
  ]);
  return table([['', 'random', 'return ± se', 'IQM', '95 % interval', 'oracle', 'of oracle'], ...rows]);
}
