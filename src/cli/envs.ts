/** `wasmeta envs`: the registered families and their presets. */
import { defineCommand } from 'citty';
import { familyIds, familyOf, portsOf, resolveEnv } from '../envs/registry.ts';
import { checkFlags } from './arguments.ts';
import { faint, print, printJson, strong, table } from './output.ts';

const args = { json: { type: 'boolean', description: 'one JSON document on stdout' } } as const;

export const envs = defineCommand({
  meta: { name: 'envs', description: 'List the task families and their presets' },
  args,
  run({ args: { json }, rawArgs }) {
    checkFlags(rawArgs, args);
    const families = familyIds().map((id) => {
      const { title, presets, rewards, sizes = {}, state, task, constants } = familyOf(id);
      const config = resolveEnv(id);
      return { id, title, ...portsOf(config), sizes, state: state(config), task: task(config), constants, rewards, presets };
    });
    if (json) return printJson(families);
    for (const family of families) {
      print(`${strong(family.id)}  ${family.title}; ${family.observationSize} observations, ${family.actionWidth} actions`);
      const rows = Object.entries(family.presets).map(([name, p]) => [name, `H ${p.horizon}`, `E ${p.episodes}`, p.reward]);
      print(table(rows));
      for (const [name, p] of Object.entries(family.presets)) print(faint(`  ${name}: ${p.title} (${p.source})`));
    }
  },
});
