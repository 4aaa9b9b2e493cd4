/** `wasmeta recipes`: lists the package's files of training settings, or prints one to copy and change. */
import { defineCommand } from 'citty';
import { algorithms, learnerOf } from '../algorithms/registry.ts';
import { namedRecipe } from '../experiments/recipe-for.ts';
import { type Recipe, recipesOf } from '../runs/recipes.ts';
import { checkFlags } from './arguments.ts';
import { printNote, table } from './layout.ts';
import { print, printJson } from './output.ts';

const args = {
  name: { type: 'positional', description: 'print this recipe', required: false },
  algo: { type: 'string', description: `only recipes of this learner: ${algorithms.join(', ')}`, valueHint: 'NAME' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const recipes = defineCommand({
  meta: { name: 'recipes', description: 'List the recipes (training settings that were found to work), or print one' },
  args,
  run({ args: { name, algo, json }, rawArgs }) {
    checkFlags(rawArgs, args);
    const learner = algo === undefined ? undefined : learnerOf(algo).name;
    if (name !== undefined) return print(namedRecipe(name, learner).text.trimEnd());
    const files = learner === undefined ? algorithms.flatMap(recipesOf) : recipesOf(learner);
    if (json) return printJson(files.map(({ name, algo, path, config }) => ({ name, algo, path, config })));
    print(table([['recipe', 'algo', 'environment'], ...files.map((file) => [file.name, file.algo, environmentOf(file)])], 3));
    print('');
    printNote('a recipe has the name of its preset: wasmeta envs lists these');
    printNote('train with one: npx wasmeta train --algo ALGO --recipe NAME');
    printNote('print one: wasmeta recipes NAME --algo ALGO');
  },
});

/** Id, and what besides its preset the recipe's environment says. */
function environmentOf({ config }: Recipe): string {
  const { id, preset: _, ...rest } = config.env as Record<string, unknown>;
  return [id, ...Object.entries(rest).map(([name, value]) => `${name}=${value}`)].join(' ');
}
