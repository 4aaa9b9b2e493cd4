/** `wasmeta recipes`: the package's training settings as config files to copy and change. */
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/learner.ts';
import { oneOf } from '../core/checks.ts';
import { recipesOf } from '../runs/recipes.ts';
import { checkFlags } from './arguments.ts';
import { print, printJson, table } from './output.ts';

const args = {
  name: { type: 'positional', description: 'print this recipe: a config for `wasmeta train --config`', required: false },
  algo: { type: 'string', description: `only those of this learner: ${algorithms.join(', ')}` },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const recipes = defineCommand({
  meta: { name: 'recipes', description: 'List the recipes (training settings found to work), or print one' },
  args,
  run({ args: { name, algo, json }, rawArgs }) {
    checkFlags(rawArgs, args);
    const files = algo === undefined ? algorithms.flatMap(recipesOf) : recipesOf(oneOf('algo', algo, algorithms));
    if (name !== undefined) {
      const known = files.map((file) => file.name);
      return print(files[known.indexOf(oneOf('name', name, known))].text.trimEnd());
    }
    if (json) return printJson(files.map(({ name, algo, path, config }) => ({ name, algo, path, config })));
    print(table(files.map((file) => [file.name, file.algo, file.path])));
  },
});
