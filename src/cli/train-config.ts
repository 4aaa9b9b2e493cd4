/** The config of a training run, from the weakest to the strongest: defaults, --config, the preset's file, --env and --set, --seed. */

import { type Algorithm, algorithms, type LearnerConfig, learnerOf } from '../algorithms/learner.ts';
import { oneOf, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { familyIds, familyOf } from '../envs/registry.ts';
import { readConfigFile } from '../runs/config-file.ts';
import { openRun } from '../runs/open-run.ts';
import { recipeSettings } from '../runs/recipes.ts';
import { settings, wholeNumber } from './arguments.ts';

/** Flags as citty gives them; undefined where the user gave none. */
export interface ConfigFlags {
  readonly algo?: string;
  readonly env?: string;
  readonly preset?: string;
  readonly seed?: string;
  readonly config?: string;
}

/** Throws what `readConfigFile` and the learner's check throw. A preset asked for replaces the file's environment; without one the file alone decides. */
export function trainingConfig(
  flags: ConfigFlags,
  rawArgs: readonly string[],
  file: Record<string, unknown> = flags.config === undefined ? {} : readConfigFile(flags.config),
): { algo: Algorithm; config: LearnerConfig } {
  const { algo: fileAlgo = 'rl2', env: fileEnv = {}, policy: ownPolicy, ...fileSettings } = file;
  const { env: setEnv = {}, policy: setPolicy = {}, ...set } = settings(rawArgs);
  const algo = oneOf('algo', flags.algo ?? fileAlgo, algorithms);
  const learner = learnerOf(algo);
  const filePolicy = ownPolicy === undefined ? learner.defaultPolicy : ownPolicy;
  const asked = defined({ id: flags.env, preset: flags.preset, ...record('env', setEnv) });
  const env = changedEnv(typeof fileEnv === 'string' ? { id: fileEnv } : fileEnv, asked);
  const {
    policy = filePolicy,
    env: presetEnv,
    ...preset
  } = asked.preset === undefined ? {} : recipeSettings(algo, env as Record<string, unknown>);
  const config = learner.resolve({
    ...fileSettings,
    ...preset,
    ...set,
    policy: changedPolicy(policy, record('policy', setPolicy)),
    env: isRecord(env) ? { ...(presetEnv as object | undefined), ...env } : env,
    ...(flags.seed === undefined ? {} : { seed: wholeNumber('seed', flags.seed, 1) }),
  });
  return { algo, config };
}

/**
 * The config in the run folder, with --set over it, unless flags describe one. A config of another run is refused when the checkpoint is read.
 * Throws what `trainingConfig` throws, and `E_IO` or `E_CONFIG` for a folder that is no run.
 */
export async function resumedConfig(
  flags: ConfigFlags & { readonly out?: string },
  rawArgs: readonly string[],
): Promise<{ algo: Algorithm; config: LearnerConfig }> {
  if (flags.out === undefined) throw new WasmetaError('E_ARGUMENT', '"--resume" expected --out DIR, the run to go on with');
  if ([flags.algo, flags.env, flags.preset, flags.seed, flags.config].some((flag) => flag !== undefined))
    return trainingConfig(flags, rawArgs);
  const { algo, config } = await (await openRun(flags.out)).info();
  return trainingConfig(flags, rawArgs, { algo, ...config });
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Without an id, the family is the one that has the preset asked for. What is no object is left for the learner to refuse. */
function changedEnv(env: unknown, asked: Record<string, unknown>): unknown {
  if (!isRecord(env)) return env;
  const owner = familyIds().find((id) => Object.keys(familyOf(id).presets).includes(String(asked.preset)));
  const { id = owner ?? familyIds()[0] } = env;
  return asked.preset === undefined ? { ...env, id, ...asked } : { id, ...asked };
}

/** Single values change the policy that would be used; another kind starts from nothing. */
function changedPolicy(policy: unknown, settings: Record<string, unknown>): unknown {
  if (!isRecord(policy)) return policy;
  return settings.kind === undefined || settings.kind === policy.kind ? { ...policy, ...settings } : settings;
}
