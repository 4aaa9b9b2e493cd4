/** Run by the build: prints build/commands.json, made from the commands' own definitions and from the registries. */
import type { ArgsDef } from 'citty';
import { algorithms } from '../algorithms/registry.ts';
import { familyIds, familyOf } from '../envs/registry.ts';
import { recipesOf } from '../runs/recipes.ts';
import { commands } from './commands.ts';
import type { Argument, Definition, Definitions } from './definitions.ts';
import { printJson } from './output.ts';

const unique = (names: readonly string[]) => [...new Set(names)];

async function definitionOf([name, load]: readonly [string, (typeof commands)[string]]): Promise<Definition> {
  const { meta, args = {} } = await load();
  const { description = '' } = meta as { description?: string };
  return { name, description, args: Object.entries(args as ArgsDef).map(argumentOf) };
}

function argumentOf([name, { type, description = '', valueHint, ...rest }]: readonly [string, ArgsDef[string]]): Argument {
  const { default: fallback, required = fallback === undefined } = rest as { default?: string; required?: boolean };
  const positional = type === 'positional';
  return {
    name,
    positional,
    takes: type === 'boolean' ? null : (valueHint ?? (positional ? name.toUpperCase() : 'N')),
    description,
    ...(fallback !== undefined && { default: fallback }),
    required: positional && required,
  };
}

const document: Definitions = {
  commands: await Promise.all(Object.entries(commands).map(definitionOf)),
  values: {
    algo: algorithms,
    env: familyIds(),
    preset: unique(familyIds().flatMap((id) => Object.keys(familyOf(id).presets))),
    recipe: unique(algorithms.flatMap(recipesOf).map(({ name }) => name)),
  },
};
printJson(document);
