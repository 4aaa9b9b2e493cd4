/** Output of the commands: results go to stdout (one JSON document with --json), progress and remarks to stderr. */
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { styleText } from 'node:util';
import { visible } from '../core/visible.ts';

/** Output is best effort: a reader that has gone (`| head -1`) or a full disk behind stderr ends no work. Call once. */
export function bestEffort(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Bold, faint and plain again, as `styleText` writes them: the only control sequences that are let through. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const styles = /(\u001b\[(?:1|2|22)m)/;

/** Names of runs, files and presets may hold anything; nothing of it may command the terminal. */
function harmless(text: string): string {
  return text
    .split(styles)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join('');
}

/** Files in the folder where the command was started are named from there. */
function fromHere(text: string): string {
  const here = process.cwd();
  if (here === '/') return text;
  return text.replaceAll(`${pathToFileURL(here).href}/`, '').replaceAll(`${here}${sep}`, '');
}

export function print(text: string): void {
  process.stdout.write(`${harmless(fromHere(text))}\n`);
}

/** Paths are as they were given. */
export function printJson(document: unknown): void {
  process.stdout.write(`${harmless(JSON.stringify(document))}\n`);
}

export function remark(text: string): void {
  process.stderr.write(`${harmless(fromHere(text))}\n`);
}

export function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}

export function faint(text: string): string {
  return styleText('dim', text, { stream: process.stdout });
}
