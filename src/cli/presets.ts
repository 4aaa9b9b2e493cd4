/** `wasmeta presets`: training settings found to work for a family's presets, as config files of the package to copy and change. */
import { readdirSync } from 'node:fs';
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/learner.ts';
import { oneOf } from '../core/checks.ts';
import { checkFlags } from './arguments.ts';
import { parseConfig, readBytes } from './config-file.ts';
import { print, printJson, table } from './output.ts';
import { packageFile } from './package-root.ts';

export interface PresetFile {
  readonly name: string;
  readonly algo: string;
  readonly path: string;
  readonly text: string;
  /** The file as a config, `algo` and `env` among its fields. */
  readonly config: Record<string, unknown>;
}

/** The files of the package's presets/<algo>. */
export function presetFiles(algo: string): PresetFile[] {
  const folder = packageFile(`recipes/${oneOf('algo', algo, algorithms)}/`);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const path = folder + file;
      const bytes = readBytes(path);
      return { name: file.slice(0, -'.json'.length), algo, path, text: new TextDecoder().decode(bytes), config: parseConfig(path, bytes) };
    });
}

/** Settings for an environment's preset, without `algo`; `env` may say more than its preset, such as a training reward. None if nobody has looked for them. */
export function presetSettings(algo: string, env: { readonly id?: unknown; readonly preset?: unknown }): Record<string, unknown> {
  for (const { config } of presetFiles(algo)) {
    const { algo: _, ...settings } = config;
    const { id, preset } = settings.env as { id: string; preset: string };
    if (id === env.id && preset === env.preset) return settings;
  }
  return {};
}

const args = {
  name: { type: 'positional', description: 'print this preset: a config for `wasmeta train --config`', required: false },
  algo: { type: 'string', description: `only those of this meta-learner: ${algorithms.join(', ')}` },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const presets = defineCommand({
  meta: { name: 'presets', description: 'List the training presets, or print one' },
  args,
  run({ args: { name, algo, json }, rawArgs }) {
    checkFlags(rawArgs, args);
    const files = algo === undefined ? algorithms.flatMap(presetFiles) : presetFiles(algo);
    if (name !== undefined) {
      const known = files.map((file) => file.name);
      return print(files[known.indexOf(oneOf('name', name, known))].text.trimEnd());
    }
    if (json) return printJson(files.map(({ name, algo, path, config }) => ({ name, algo, path, config })));
    print(table(files.map((file) => [file.name, file.algo, file.path])));
  },
});
