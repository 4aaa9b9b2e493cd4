/** The config of a training run, from the weakest to the strongest: defaults; a recipe or --config; --env, --preset and --set; --seed. */

import type { Learner, LearnerConfig } from '../algorithms/learner.ts';
import { algorithms, learnerOf } from '../algorithms/registry.ts';
import { record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { resolveEnv } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { familyWithPreset, namedRecipe, recipeFor, taskToStartWith } from '../experiments/recipe-for.ts';
import { hasMemory } from '../policies/cells.ts';
import { type PolicyKind, policyFields } from '../policies/policy.ts';
import { readConfigFile } from '../runs/config-file.ts';
import { openRun } from '../runs/open-run.ts';
import { settings, wholeNumber } from './arguments.ts';

/** Flags as citty gives them; undefined where the user gave none. */
interface ConfigFlags {
  readonly algo?: string;
  readonly env?: string;
  readonly preset?: string;
  readonly seed?: string;
  readonly recipe?: string;
  readonly config?: string;
  /** Same as --set iterations. */
  readonly iterations?: string;
  /** Further environments, for learners that play in several. */
  readonly envs?: readonly EnvOptions[];
}

interface TrainingConfig {
  readonly learner: Learner;
  readonly config: LearnerConfig;
  /** Where the settings come from, for the first line of a training. */
  readonly settings: string;
}

/** Settings to start from, and where they come from. */
interface Base {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly source: string;
}

interface Found extends Base {
  /** What the recipe's environment says besides the task. */
  readonly env: Readonly<Record<string, unknown>>;
  /** Recipes for the same preset that ask for something else. */
  readonly hints: readonly string[];
}

/** Throws what `readConfigFile`, `namedRecipe` and the learner's check throw. */
export function trainingConfig(flags: ConfigFlags, rawArgs: readonly string[]): TrainingConfig {
  if (flags.recipe !== undefined && flags.config !== undefined)
    throw new WasmetaError('E_ARGUMENT', '"--recipe" and "--config" expected one of them: each is a file of settings to start from');
  if (flags.config !== undefined) return configFrom(flags, rawArgs, { fields: readConfigFile(flags.config), source: flags.config });
  if (flags.recipe === undefined) return configFrom(flags, rawArgs);
  const { name, config } = namedRecipe(flags.recipe, flags.algo === undefined ? undefined : learnerOf(flags.algo).name);
  return configFrom(flags, rawArgs, { fields: config, source: `recipe ${name}` });
}

/**
 * The config in the run folder, with --set over it, unless flags describe one. A config of another run is refused when the checkpoint is read.
 * Throws what `trainingConfig` throws, and `E_IO` or `E_CONFIG` for a folder that holds no run.
 */
export async function resumedConfig(flags: ConfigFlags & { readonly out?: string }, rawArgs: readonly string[]): Promise<TrainingConfig> {
  if (flags.out === undefined) throw new WasmetaError('E_ARGUMENT', '"--resume" expected --out DIR, the run to continue');
  const { algo, env, preset, seed, recipe, config } = flags;
  const info = await (await openRun(flags.out)).info();
  const isItsOwn = env === undefined || (info.config as { env?: { id?: unknown } }).env?.id === env;
  if (!isItsOwn || [algo, preset, seed, recipe, config].some((flag) => flag !== undefined)) return trainingConfig(flags, rawArgs);
  return configFrom({ ...flags, env: undefined }, rawArgs, {
    fields: { algo: info.algo, ...info.config },
    source: `the run in ${flags.out}`,
  });
}

/** Fields of an environment that are often asked for as flags. */
const envFields = ['horizon', 'episodes', 'reward', 'tolerance', 'context', 'region', 'goal'];

/** `learning-rate`, `lr`, `hidden` or `horizon` as the setting that it is: a path for --set, or undefined. */
export function settingLike(flag: string): string | undefined {
  const [own, ...others] = algorithms.map((name) => Object.keys(learnerOf(name).settings));
  const policy = Object.values(policyFields).flatMap((fields) => Object.keys(fields).map((field) => `policy.${field}`));
  const paths = [...own, ...policy, ...envFields.map((field) => `env.${field}`), ...others.flat()];
  const plain = (text: string) => text.replaceAll(/[^a-zA-Z]/g, '').toLowerCase();
  const last = (path: string) => path.split('.').at(-1) as string;
  const initials = (path: string) =>
    last(path)
      .replaceAll(/(?<=.)[a-z]/g, '')
      .toLowerCase();
  return paths.find((path) => plain(last(path)) === plain(flag)) ?? paths.find((path) => flag.length > 1 && initials(path) === flag);
}

/** Without a base, the recipe that was made for the environment applies. */
function configFrom(flags: ConfigFlags, rawArgs: readonly string[], base?: Base): TrainingConfig {
  const { algo: baseAlgo = algorithms[0], env: baseEnv = {}, ...baseFields } = base?.fields ?? {};
  const { env: setEnv = {}, policy: setPolicy = {}, ...set } = settings(rawArgs);
  const learner = learnerOf((flags.algo ?? baseAlgo) as string);
  const algo = learner.name;
  const asked = defined({ id: flags.env, preset: flags.preset, ...record('env', setEnv) });
  const env = changedEnv(typeof baseEnv === 'string' ? { id: baseEnv } : baseEnv, asked, algo);
  const found = base === undefined ? automatic(algo, env, Object.keys(asked)) : { ...base, env: {}, hints: [] };
  const { parts } = learner;
  const { policy = parts.policy?.fallback, ...fields } = base === undefined ? found.fields : baseFields;
  const options = {
    ...fields,
    ...set,
    ...(parts.policy !== undefined && { policy: changedPolicy(policy, record('policy', setPolicy)) }),
    ...placed(learner, isRecord(env) ? { ...found.env, ...env } : env, Object.keys(asked), { ...fields, ...set }, flags.envs ?? []),
    ...(flags.iterations === undefined ? {} : { iterations: wholeNumber('iterations', flags.iterations, 1) }),
    ...(flags.seed === undefined ? {} : { seed: wholeNumber('seed', flags.seed, 1) }),
  };
  const config = withHints(found.hints, () => learner.resolve(options));
  const [played] = learner.environments(config);
  const trains =
    'trainingReward' in found.env && played?.trainingReward !== played?.reward
      ? `, which trains on the reward ${played?.trainingReward}`
      : '';
  return { learner, config, settings: found.source + trains };
}

/** The recipe for this environment, or the learner's defaults. */
function automatic(algo: string, env: unknown, asked: readonly string[]): Found {
  const untuned = { fields: {}, env: {}, hints: [], source: 'untuned defaults' };
  const resolved = resolvedOrNothing(env);
  if (resolved === undefined) return untuned;
  const { recipe, others } = recipeFor(algo, resolved, asked);
  if (recipe !== undefined) {
    const { algo: _, env: own, ...fields } = recipe.config;
    return { fields, env: own as Record<string, unknown>, hints: [], source: `recipe ${recipe.name}` };
  }
  const hints = others.map(
    ({ recipe: { name }, differs }) => `--algo ${algo} --recipe ${name} has settings for another ${differs.join(' and ')}`,
  );
  return { ...untuned, hints, source: [untuned.source, ...hints].join('; ') };
}

/** A learner that refuses an environment may have a recipe for a similar one. */
function withHints<T>(hints: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (hints.length === 0 || !(error instanceof WasmetaError)) throw error;
    throw new WasmetaError(error.code, [error.message, ...hints].join('; '), error.details, error);
  }
}

/** An environment with mistakes is left for the learner to refuse, together with all other mistakes. */
function resolvedOrNothing(env: unknown): EnvConfig | undefined {
  try {
    return resolveEnv(env as EnvOptions);
  } catch (error) {
    if (error instanceof WasmetaError) return undefined;
    throw error;
  }
}

/** The environment under the name that the learner's config has for it: one, a list, or none at all. */
function placed(
  { name, parts }: Learner,
  env: unknown,
  asked: readonly string[],
  { envs }: Record<string, unknown>,
  further: readonly EnvOptions[],
): Record<string, unknown> {
  if (parts.envs === undefined && further.length > 0)
    throw new WasmetaError('E_ARGUMENT', `"--env" expected once, for ${name} plays in one environment; got ${further.length + 1}`, {
      env: further,
    });
  if (parts.env !== undefined) return { env };
  if (parts.envs !== undefined) return { envs: asked.length === 0 && envs !== undefined ? envs : [env, ...further] };
  if (asked.length > 0)
    throw new WasmetaError('E_ARGUMENT', `"--env" and "--preset" have no meaning for ${name}, which plays in no environment`);
  return {};
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * The environment asked for. An id or preset asked for replaces the base's environment whole; other options change single fields of it. Without an id, the
 * family is the base's, or the one that has the preset. What is not an object is left for the learner to refuse.
 */
function changedEnv(env: unknown, asked: Record<string, unknown>, algo: string): unknown {
  if (!isRecord(env)) return env;
  if (asked.id !== undefined && asked.id !== env.id) return asked;
  if (asked.preset !== undefined) return { id: env.id ?? familyWithPreset(String(asked.preset)), ...asked };
  return { ...(env.id === undefined && asked.id === undefined ? taskToStartWith(algo) : {}), ...env, ...asked };
}

/**
 * Single values change the policy that would be used. Another kind keeps the fields that it has, too, with the size as it writes one: [64, 64] of an MLP's layers is
 * 64 units of a memory.
 */
function changedPolicy(policy: unknown, settings: Record<string, unknown>): unknown {
  if (!isRecord(policy)) return policy;
  const { kind } = settings;
  if (kind === undefined || kind === policy.kind || !Object.hasOwn(policyFields, String(kind))) return { ...policy, ...settings };
  const { kind: _, hidden, ...rest } = policy;
  const known = policyFields[kind as PolicyKind];
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => Object.hasOwn(known, name) && name !== 'inputs'));
  const memory = hasMemory({ kind: String(kind) });
  const size = Array.isArray(hidden) === memory && hidden !== undefined ? (memory ? (hidden as unknown[])[0] : [hidden]) : hidden;
  return { ...kept, ...(Object.hasOwn(known, 'hidden') && size !== undefined && { hidden: size }), ...settings };
}
