/** `wasmeta rollout RUN` or `--policy random`: plays trials and writes every step to a file for other tools. */
import { extname } from 'node:path';
import { defineCommand } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { mean } from '../core/statistics.ts';
import { plural } from '../core/wording.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { trajectories } from '../evaluation/trajectories.ts';
import type { PolicySpec } from '../policies/policy.ts';
import { replaceFile } from '../runs/files.ts';
import { createPool } from '../workers/pool.ts';
import { checkFlags, testSeed, wholeNumber, workerCount } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { actingOf, loadRun } from './load-run.ts';
import { print, printJson } from './output.ts';
import { trajectoryFormats } from './trajectory-files.ts';

const plain = ['random', 'oracle'] as const;
const splits = ['test', 'train', 'validate', 'yardstick'] as const;

const args = {
  dir: { type: 'positional', description: 'run folder, whose last checkpoint plays', required: false },
  policy: { type: 'string', description: `without a run: ${plain.join(' or ')}`, valueHint: 'NAME' },
  env: {
    type: 'string',
    description: 'environment, or the file of your own; with a run, another one of the same sizes',
    valueHint: 'ID|PATH',
  },
  preset: { type: 'string', description: 'preset of the environment', valueHint: 'NAME' },
  trials: { type: 'string', description: 'trials, each on a task of its own', default: '1000' },
  seed: { type: 'string', description: 'seed of the tasks', default: String(testSeed) },
  split: { type: 'string', description: 'whose tasks', default: 'test', valueHint: splits.join('|') },
  greedy: { type: 'boolean', description: 'the most probable action instead of a sampled one' },
  out: { type: 'string', description: 'file: .npz (NumPy), .csv or .jsonl', default: 'trajectories.npz', valueHint: 'FILE' },
  workers: { type: 'string', description: 'workers; default: one for each processor' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const rollout = defineCommand({
  meta: { name: 'rollout', description: 'Play trials and write every step to a file (.npz, .csv, .jsonl)' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const formats = Object.keys(trajectoryFormats) as (keyof typeof trajectoryFormats)[];
    const write = trajectoryFormats[oneOf('out', extname(given.out), formats)];
    const tasks = integer('trials', wholeNumber('trials', given.trials, 1000), 1, 1_000_000);
    const seed = wholeNumber('seed', given.seed, testSeed);
    const split = oneOf('split', given.split, splits);
    const id = await envIdOf(given.env);
    const player = given.dir === undefined ? playerNamed(given.policy, id) : await playerOf(given.dir, given.policy);
    const env = {
      ...(id === undefined || id === player.env.id ? player.env : { id }),
      ...(given.preset !== undefined && { preset: given.preset }),
    };
    const executor = createPool({ workers: workerCount(given.workers), learner: false });
    try {
      const { policy, parameters, greedy } = player;
      const data = await trajectories({ env, policy, parameters, tasks, seed, split, greedy: greedy || given.greedy === true }, executor);
      replaceFile(given.out, write(data));
      const steps = data.valid.reduce((a, b) => a + b, 0);
      const meanReturn = mean(data.returns);
      if (given.json)
        printJson({ out: given.out, env: data.env.id, preset: data.env.preset, reward: data.env.reward, trials: tasks, steps, meanReturn });
      else
        print(
          `${given.out}: ${plural(tasks, 'trial')}, ${plural(steps, 'step')} of ${data.env.id} ${data.env.preset}, mean return of an episode ${meanReturn.toFixed(2)}`,
        );
    } finally {
      await executor.close();
    }
  },
});

interface Playing {
  readonly env: EnvOptions;
  readonly policy: PolicySpec;
  readonly parameters?: Float32Array;
  readonly greedy: boolean;
}

function playerNamed(policy: string | undefined, id: string | undefined): Playing {
  if (policy === undefined || id === undefined)
    throw new WasmetaError('E_ARGUMENT', '"rollout" expected a run folder, or --policy and --env', {});
  return { env: { id }, policy: { kind: oneOf('policy', policy, plain) }, greedy: false };
}

async function playerOf(dir: string, policy: string | undefined): Promise<Playing> {
  if (policy !== undefined)
    throw new WasmetaError('E_ARGUMENT', '"--policy" expected nothing beside a run folder: its own policy plays', { policy });
  const loaded = await loadRun(dir);
  return { ...actingOf(loaded, 'rollout'), greedy: loaded.learner.greedy };
}
