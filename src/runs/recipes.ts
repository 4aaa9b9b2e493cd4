/** Recipes: files of training settings that were found to work, recipes/<learner>/<name>.json of the package. A recipe is for one learner and one preset of an environment. */
import { builtin } from '../platform/runtime.ts';
import { parseConfig, readBytes } from './config-file.ts';
import { packageFile } from './package-files.ts';

export interface Recipe {
  readonly name: string;
  readonly algo: string;
  readonly path: string;
  readonly text: string;
  /** The file as a config, `algo` and `env` among its fields. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The recipes of a learner, by name; none for a learner without a folder. */
export function recipesOf(algo: string): Recipe[] {
  const { existsSync, readdirSync } = builtin('node:fs');
  const folder = packageFile(`recipes/${algo}/`);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const path = folder + file;
      const bytes = readBytes(path);
      return { name: file.slice(0, -'.json'.length), algo, path, text: new TextDecoder().decode(bytes), config: parseConfig(path, bytes) };
    });
}

/** Settings of the recipe for a preset, without `algo`; its `env` may say more than the preset, such as another reward. Empty if there is no recipe. */
export function recipeSettings(algo: string, env: { readonly id?: unknown; readonly preset?: unknown }): Record<string, unknown> {
  for (const { config } of recipesOf(algo)) {
    const { algo: _, ...settings } = config;
    const { id, preset } = settings.env as { id: string; preset: string };
    if (id === env.id && preset === env.preset) return settings;
  }
  return {};
}
