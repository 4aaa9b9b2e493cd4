/** `wasmeta train`: meta-trains a policy and leaves a run folder. */
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/registry.ts';
import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { trainRun } from '../experiments/training.ts';
import { openRun } from '../runs/open-run.ts';
import { checkFlags, valuesOf, wholeNumber } from './arguments.ts';
import { envIdOf, envWords } from './env-flag.ts';
import { print, printJson, remark } from './output.ts';
import { executorOf, redisFlags } from './redis-flags.ts';
import { shellCommand } from './shell.ts';
import { resumedConfig, settingLike, trainingConfig } from './train-config.ts';
import { watched } from './watcher.ts';

const args = {
  algo: { type: 'string', description: `meta-learner: ${algorithms.join(', ')}; default: ${algorithms[0]}`, valueHint: 'NAME' },
  env: {
    type: 'string',
    description: 'environment, as `wasmeta envs` lists them, or the file of your own',
    valueHint: 'ID|PATH',
    repeatable: true,
  },
  preset: {
    type: 'string',
    description: 'task distribution of the environment, with its horizon and reward; for several environments in their order',
    valueHint: 'NAME',
    repeatable: true,
  },
  recipe: {
    type: 'string',
    description:
      'settings to start from, with their environment, as `wasmeta recipes` lists them; default: the recipe made for the environment, if any',
    valueHint: 'NAME',
  },
  config: { type: 'string', description: 'your own file of settings to start from; other flags win over it', valueHint: 'FILE' },
  set: {
    type: 'string',
    repeatable: true,
    description: 'one config value, repeatable: --set iterations=200 --set policy.hidden=128 --set env.horizon=60',
    valueHint: 'key=value',
  },
  seed: { type: 'string', description: 'seed of everything; default: 1' },
  workers: { type: 'string', description: 'workers, which change the speed and never the result; default: one for each processor' },
  ...redisFlags,
  out: { type: 'string', description: 'run folder; default: runs/<env>__<algo>__<seed>__<time>', valueHint: 'DIR' },
  iterations: { type: 'string', description: 'iterations in all; with --resume a finished run is trained longer', valueHint: 'N' },
  resume: { type: 'boolean', description: 'continue from the newest checkpoint in --out' },
  'init-from': {
    type: 'string',
    description: 'a new run that begins with the state of this one: weights, optimiser, statistics',
    valueHint: 'RUN',
  },
  overwrite: { type: 'boolean', description: 'delete the run that is in --out' },
  checkpoint: { type: 'string', description: 'iterations between checkpoints; default: 10 for most learners', valueHint: 'N' },
  quiet: { type: 'boolean', description: 'show no progress' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const train = defineCommand({
  meta: { name: 'train', description: 'Meta-train a policy; writes a run folder' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args, settingLike);
    const flags = { ...given, ...(await environmentsOf(rawArgs)) };
    const { learner, config, settings } = given.resume ? await resumedConfig(flags, rawArgs) : trainingConfig(flags, rawArgs);
    const { seed } = config;
    const checkpointEvery = integer('checkpoint', wholeNumber('checkpoint', given.checkpoint, learner.checkpointEvery), 1);
    const [env] = learner.environments(config);
    const out = given.out ?? `runs/${[env?.id, learner.name, seed, timestamp()].filter((part) => part !== undefined).join('__')}`;
    const run = await openRun(out);
    const initFrom = given['init-from'] === undefined ? undefined : await openRun(given['init-from']);
    const executor = await executorOf(given, (text) => remark(`wasmeta: warning: ${text}`));
    try {
      const label = [learner.name, env?.preset].filter((part) => part !== undefined).join(' ');
      const result = await watched(given.quiet === true, (watcher) =>
        trainRun({
          label,
          learner,
          config,
          executor,
          run,
          checkpointEvery,
          initFrom,
          mode: given.resume ? 'resume' : given.overwrite ? 'overwrite' : 'fresh',
          watcher,
          opening: `settings: ${settings}`,
        }),
      );
      const document = {
        out,
        env: env?.id ?? null,
        algo: learner.name,
        seed,
        workers: executor.workers,
        iterations: result.state.iteration,
        steps: result.state.steps,
        seconds: result.seconds,
        weightsHash: result.weightsHash,
        metrics: result.history.at(-1) ?? {},
      };
      if (given.json) printJson(document);
      else
        print(
          `${out}: ${document.steps} steps in ${document.seconds.toFixed(1)} s, weights ${document.weightsHash.slice(0, 16)}…\nnext: ${shellCommand(['npx', 'wasmeta', ...(result.stopped ? ['train', '--out', out, '--resume'] : ['evaluate', out]), ...envWords(...valuesOf(rawArgs, 'env'))])}`,
        );
    } finally {
      await executor.close();
    }
  },
});

/** The first --env and --preset, and further environments for learners that play in several. */
async function environmentsOf(rawArgs: readonly string[]) {
  const ids = await Promise.all(valuesOf(rawArgs, 'env').map((env) => envIdOf(env)));
  const presets = valuesOf(rawArgs, 'preset');
  if (presets.length > Math.max(1, ids.length))
    throw new WasmetaError('E_ARGUMENT', `"--preset" expected one for each --env (${ids.length}), got ${presets.length}`, { presets });
  const envs = ids.slice(1).map((id, k) => ({ id, ...(presets[k + 1] !== undefined && { preset: presets[k + 1] }) }));
  return { env: ids[0], preset: presets[0], envs };
}

/** UTC, to the second, for a folder's name: 20261123-083000. */
function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
