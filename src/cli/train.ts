/** `wasmeta train`: meta-trains a policy and leaves a run folder. */
import { defineCommand } from 'citty';
import { type Rl2Config, type Rl2Options, resolveRl2, rl2Defaults } from '../algorithms/rl2.ts';
import { rl2Preset } from '../algorithms/rl2-presets.ts';
import { integer, oneOf, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import type { PolicySpec } from '../core/policy.ts';
import { createPool } from '../executors/pool.ts';
import { openRun } from '../runs/open-run.ts';
import { checkFlags, settings, wholeNumber, workerCount } from './arguments.ts';
import { print, printJson } from './output.ts';
import { trainRl2 } from './training.ts';

const args = {
  algo: { type: 'string', description: 'meta-learner: rl2', default: 'rl2' },
  env: { type: 'string', description: 'task family', default: 'PointMass-v0', valueHint: 'ID' },
  preset: { type: 'string', description: 'task distribution and horizon, as `wasmeta envs` lists them', valueHint: 'NAME' },
  set: {
    type: 'string',
    description: 'one config value, repeatable: --set iterations=200 --set policy.hidden=128 --set env.horizon=60',
    valueHint: 'key=value',
  },
  seed: { type: 'string', description: 'seed of everything', default: '1' },
  workers: { type: 'string', description: 'workers (changes the speed, never the result); default: one a processor' },
  out: { type: 'string', description: 'run folder; default: runs/<env>__<algo>__<seed>__<time>', valueHint: 'DIR' },
  resume: { type: 'boolean', description: 'go on from the newest checkpoint in --out' },
  overwrite: { type: 'boolean', description: 'drop the run that --out holds' },
  checkpoint: { type: 'string', description: 'iterations between checkpoints', default: '10', valueHint: 'N' },
  quiet: { type: 'boolean', description: 'no progress line' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const train = defineCommand({
  meta: { name: 'train', description: 'Meta-train a policy; writes a run folder' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    oneOf('algo', given.algo, ['rl2']);
    const config = resolveRl2(given.resume ? await resumedOptions(given, rawArgs) : freshOptions(given, rawArgs));
    const workers = workerCount(given.workers);
    const checkpointEvery = integer('checkpoint', wholeNumber('checkpoint', given.checkpoint, 10), 1);
    const out = given.out ?? `runs/${config.env.id}__rl2__${config.seed}__${timestamp()}`;
    const run = await openRun(out);
    const executor = createPool({ workers });
    try {
      const label = `rl2 ${config.env.preset}`;
      const result = await trainRl2({
        label,
        config,
        executor,
        run,
        checkpointEvery,
        mode: given.resume ? 'resume' : given.overwrite ? 'overwrite' : 'fresh',
        quiet: given.quiet === true,
      });
      const document = {
        out,
        env: config.env.id,
        algo: 'rl2',
        seed: config.seed,
        workers,
        iterations: result.state.iteration,
        steps: result.state.steps,
        seconds: result.seconds,
        weightsHash: result.weightsHash,
        metrics: result.history.at(-1) ?? {},
      };
      if (given.json) printJson(document);
      else
        print(
          `${out}: ${document.steps} steps in ${document.seconds.toFixed(1)} s, weights ${document.weightsHash.slice(0, 16)}…\nnext: wasmeta ${result.exitCode === null ? `evaluate ${out}` : `train --out ${out} --resume`}`,
        );
      if (result.exitCode !== null) process.exitCode = result.exitCode;
    } finally {
      await executor.close();
    }
  },
});

interface TrainFlags {
  readonly env: string;
  readonly preset?: string;
  readonly seed?: string;
  readonly out?: string;
}

function freshOptions(given: TrainFlags, rawArgs: readonly string[]): Rl2Options {
  const { env: envSettings = {}, policy: policySettings = {}, ...rest } = settings(rawArgs);
  const env = { id: given.env, ...(given.preset === undefined ? {} : { preset: given.preset }), ...record('env', envSettings) };
  const preset = rl2Preset(env);
  const policy = changedPolicy(preset.policy ?? rl2Defaults.policy, record('policy', policySettings));
  return { ...preset, ...rest, policy, env, seed: wholeNumber('seed', given.seed, 1) } as Rl2Options;
}

/** The config in the run folder, with --set over it, unless the flags describe one. A config of another run is refused when the checkpoint is read. */
async function resumedOptions(given: TrainFlags, rawArgs: readonly string[]): Promise<Rl2Options> {
  if (given.out === undefined) throw new WasmetaError('E_ARGUMENT', '"--resume" expected --out DIR, the run to go on with');
  if (rawArgs.some((arg) => /^--(env|preset|seed)\b/.test(arg))) return freshOptions(given, rawArgs);
  const own = (await (await openRun(given.out)).info()).config as Rl2Config;
  const { env = {}, policy = {}, ...rest } = settings(rawArgs);
  return {
    ...own,
    ...rest,
    env: { ...own.env, ...record('env', env) },
    policy: changedPolicy(own.policy, record('policy', policy)),
  } as Rl2Options;
}

/** UTC, to the second, for a folder's name: 20261123-083000. */
function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** Single values change the policy that would be used; another kind starts from nothing. */
function changedPolicy(policy: PolicySpec, settings: Record<string, unknown>): unknown {
  return settings.kind === undefined || settings.kind === policy.kind ? { ...policy, ...settings } : settings;
}
