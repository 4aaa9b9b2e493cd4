/**
 * The numbers of the twins, as their sources give them: test/reference/constants/<name>.json holds names and numbers with the source, its version and, of a
 * file, its SHA-256. Nothing here reads the specs under test, so that a wrong number there differs from its twin.
 */
import { readFileSync } from 'node:fs';

export interface Source {
  /** A repository, a paper, or `ours`. */
  readonly source: string;
  readonly file?: string;
  readonly version?: string;
  /** Hash of the file. */
  readonly sha256?: string;
  readonly numbers: Readonly<Record<string, unknown>>;
}

export function sourcesOf(name: string): Source[] {
  const text = readFileSync(new URL(`./constants/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { sources: Source[] }).sources;
}

/** All numbers of a family's table by name. Throws if two sources disagree. */
export function constantsOf(name: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { numbers, source } of sourcesOf(name))
    for (const [key, value] of Object.entries(numbers)) {
      if (typeof value !== 'number') continue;
      if (key in found && found[key] !== value) throw new Error(`${name}: ${source} says ${key} is ${value}, another source ${found[key]}`);
      found[key] = value;
    }
  return found;
}

/** What the sources say of the presets: preset → field → number. */
export function presetsOf(name: string): Readonly<Record<string, Readonly<Record<string, number>>>> {
  return Object.assign({}, ...sourcesOf(name).map(({ numbers }) => numbers.presets));
}
