/**
 * What the commands take, as data. The build asks the commands (define-commands.ts) and writes build/commands.json; --help and completion read that file and
 * load no command, so that they answer at once.
 */
import { readFileSync } from 'node:fs';

/** A flag (`--name VALUE`, or `--name` alone where `takes` is null) or a positional argument. */
export interface Argument {
  readonly name: string;
  readonly positional: boolean;
  /** What the value is called in help; null of a flag without a value. */
  readonly takes: string | null;
  readonly description: string;
  readonly default?: string;
  readonly required: boolean;
}

export interface Definition {
  readonly name: string;
  readonly description: string;
  readonly args: readonly Argument[];
}

export interface Definitions {
  readonly commands: readonly Definition[];
  /** Known values of flags, by the flag's name: learners, environments, presets, recipes. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Reads the file that the build wrote, beside the bundled build/cli.js. */
export function definitions(): Definitions {
  return JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8')) as Definitions;
}
