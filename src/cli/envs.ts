/** `wasmeta envs`: the environments, their presets, and which learners have a recipe for each. */
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/registry.ts';
import { oneOf } from '../core/checks.ts';
import { plural } from '../core/wording.ts';
import { familyIds, familyOf, portsOf, resolveEnv } from '../envs/registry.ts';
import { recipeFor } from '../experiments/recipe-for.ts';
import { checkFlags } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { columns, lines, printNote, screenWidth } from './layout.ts';
import { print, printJson, strong } from './output.ts';

const args = {
  env: { type: 'string', description: 'the file of your own environment: list it alone', valueHint: 'PATH' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const envs = defineCommand({
  meta: { name: 'envs', description: 'List the environments with their presets (task distributions)' },
  args,
  async run({ args: { json, env }, rawArgs }) {
    checkFlags(rawArgs, args);
    const own = await envIdOf(env);
    const families = (own === undefined ? familyIds() : [oneOf('env', own, familyIds())]).map((id) => {
      const { title, presets, rewards, sizes = {}, state, task, constants } = familyOf(id);
      const config = resolveEnv(id);
      return { id, title, ...portsOf(config), sizes, state: state(config), task: task(config), constants, rewards, presets };
    });
    if (json) return printJson(families);
    for (const family of families) {
      print(strong(family.id));
      const sizes = `${plural(family.observationSize, 'observation')}, ${plural(family.actionWidth, 'action')}`;
      for (const line of lines(`${family.title}; ${sizes}`, screenWidth())) print(line);
      const presets = Object.entries(family.presets).map(([name, { title, horizon, episodes, reward, source }]) => {
        const learners = algorithms.filter((algo) => recipeFor(algo, resolveEnv({ id: family.id, preset: name }), []).recipe);
        const recipes = learners.length > 0 ? [`recipe for ${learners.join(', ')}`] : [];
        return [name, title, `H ${horizon}, E ${episodes}, reward ${reward}; ${source}`, ...recipes] as const;
      });
      print(`${columns(presets)}\n`);
    }
    printNote('H: steps of an episode · E: episodes of a trial');
    printNote('train on one: npx wasmeta train --env ID --preset NAME');
    printNote('settings that were found for them: wasmeta recipes');
  },
});
