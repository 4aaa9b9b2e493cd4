/** Which recipe applies to an environment, and which recipe a name means. A recipe never changes the task that was asked for. */
import { algorithms } from '../algorithms/registry.ts';
import { oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { familyIds, familyOf, resolveEnv } from '../envs/registry.ts';
import type { EnvConfig, EnvOptions } from '../envs/spec.ts';
import { type Recipe, recipesOf } from '../runs/recipes.ts';

/** The task of commands that were not asked for an environment. It has two episodes, so that there is something to adapt to. */
export const defaultTask = { id: 'PointMass-v0', preset: 'pomdp-semicircle' } as const;

/** Names of the options in which the recipe's environment differs from the one asked for. */
function differences(recipe: Recipe, env: EnvConfig, asked: readonly string[]): string[] {
  const own: Record<string, unknown> = { ...resolveEnv(recipe.config.env as EnvOptions) };
  const wanted: Record<string, unknown> = { ...env };
  const names = [...new Set([...Object.keys(own), ...Object.keys(wanted)])];
  return names.filter((name) => isOfTask(name, asked) && JSON.stringify(own[name]) !== JSON.stringify(wanted[name]));
}

/** The training reward only enters the loss. The number of episodes depends on the learner (some play single episodes), unless the user asked for it. */
const isOfTask = (name: string, asked: readonly string[]) =>
  name !== 'trainingReward' && (name !== 'episodes' || asked.includes('episodes'));

interface Match {
  /** The recipe that was made for this environment. */
  readonly recipe?: Recipe;
  /** If there is none: recipes for the same preset, with the options in which their environments differ. */
  readonly others: readonly { readonly recipe: Recipe; readonly differs: readonly string[] }[];
}

/** `asked`: the options of the environment that the user named. */
export function recipeFor(algo: string, env: EnvConfig, asked: readonly string[]): Match {
  const found = recipesOf(algo).map((recipe) => ({ recipe, differs: differences(recipe, env, asked) }));
  const recipe = found.find(({ differs }) => differs.length === 0)?.recipe;
  if (recipe !== undefined) return { recipe, others: [] };
  return { others: found.filter(({ differs }) => !differs.includes('id') && !differs.includes('preset')) };
}

/** The recipe of this name. Throws `E_UNKNOWN_NAME`, or `E_ARGUMENT` if several learners have one and `algo` doesn't decide. */
export function namedRecipe(name: string, algo?: string): Recipe {
  const all = algorithms.flatMap(recipesOf);
  const same = all.filter((recipe) => recipe.name === name);
  if (same.length === 0) {
    const owners = familyIds().filter((id) => Object.hasOwn(familyOf(id).presets, name));
    if (owners.length > 0)
      throw new WasmetaError('E_UNKNOWN_NAME', `${name} is a preset and no recipe: ask for it by ${asFlags(owners, name)}`, { name });
    oneOf('recipe', name, [...new Set(all.map((recipe) => recipe.name))]);
  }
  const mine = algo === undefined ? same : same.filter((recipe) => recipe.algo === algo);
  if (mine.length === 1) return mine[0];
  const learners = same.map((recipe) => `--algo ${recipe.algo}`).join(' or ');
  const got = algo === undefined ? 'no --algo' : `--algo ${algo}`;
  throw new WasmetaError('E_ARGUMENT', `the recipe ${name} expected ${learners}, got ${got}`, { name });
}

/** The families that have a preset of this name, as flags to choose from. */
const asFlags = (ids: readonly string[], preset: string) => ids.map((id) => `--env ${id} --preset ${preset}`).join(' or ');

/** The family that has this preset. Throws `E_UNKNOWN_NAME` if there is none, `E_ARGUMENT` if there are several. */
export function familyWithPreset(preset: string): string {
  const owners = familyIds().filter((id) => Object.hasOwn(familyOf(id).presets, preset));
  if (owners.length === 1) return owners[0];
  if (owners.length > 1)
    throw new WasmetaError('E_ARGUMENT', `several environments have a preset ${preset}: ask for one by ${asFlags(owners, preset)}`, {
      preset,
      owners,
    });
  return oneOf('preset', preset, [...new Set(familyIds().flatMap((id) => Object.keys(familyOf(id).presets)))]);
}

/** What a learner trains on if no environment is asked for: the default task, or a preset that it has a recipe for, of the same family if possible. */
export function taskToStartWith(algo: string): { readonly id: string; readonly preset: string } {
  const made = recipesOf(algo)
    .map(({ config }) => config.env as { id: string; preset: string })
    .filter(({ id, preset }) => recipeFor(algo, resolveEnv({ id, preset }), []).recipe !== undefined);
  const best =
    made.find(({ id, preset }) => id === defaultTask.id && preset === defaultTask.preset) ??
    made.find(({ id }) => id === defaultTask.id) ??
    made[0];
  return best === undefined ? defaultTask : { id: best.id, preset: best.preset };
}
