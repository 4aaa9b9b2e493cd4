/** `wasmeta envs`: the environments, their presets, and which learners have a recipe for each. */
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/registry.ts';
import { oneOf } from '../core/checks.ts';
import { familyIds, familyOf, portsOf, resolveEnv } from '../envs/registry.ts';
import { recipeFor } from '../experiments/recipe-for.ts';
import { checkFlags } from './arguments.ts';
import { envIdOf } from './env-flag.ts';
import { faint, print, printJson, strong, table } from './output.ts';

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
      print(`${strong(family.id)}  ${family.title}; ${family.observationSize} observations, ${family.actionWidth} actions`);
      const rows = Object.entries(family.presets).map(([name, p]) => {
        const learners = algorithms.filter((algo) => recipeFor(algo, resolveEnv({ id: family.id, preset: name }), []).recipe);
        return [name, `H ${p.horizon}`, `E ${p.episodes}`, p.reward, learners.length > 0 ? `recipe for ${learners.join(', ')}` : ''];
      });
      print(table(rows));
      for (const [name, p] of Object.entries(family.presets)) print(faint(`  ${name}: ${p.title} (${p.source})`));
    }
    print(faint('\ntrain on one: wasmeta train --env ID --preset NAME · settings that were found for them: wasmeta recipes'));
  },
});
