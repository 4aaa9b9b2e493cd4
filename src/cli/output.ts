/** Output of the commands: results go to stdout (one JSON document with --json), progress and remarks to stderr. */
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

export function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

export function printJson(document: unknown): void {
  print(JSON.stringify(document));
}

export function remark(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

export function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}

export function faint(text: string): string {
  return styleText('dim', text, { stream: process.stdout });
}

/** Text in columns: the first `left` columns are aligned to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[], left = 1): string {
  const cells = rows.map((row) => row.map((cell) => visible(cell, true)));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) => `  ${row.map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('   ')}`.trimEnd())
    .join('\n');
}

/** A line of progress. A terminal shows it in place; elsewhere it is written once every ten seconds. */
export class ProgressLine {
  readonly #quiet: boolean;
  readonly #live = process.stderr.isTTY === true;
  #last = 0;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  show(text: string, final = false): void {
    const now = Date.now();
    if (this.#quiet || (!final && now - this.#last < (this.#live ? 100 : 10_000))) return;
    this.#last = now;
    if (this.#live) {
      const width = (process.stderr.columns ?? 80) - 1;
      process.stderr.write(`\r\x1b[K${text.slice(0, width)}${final ? '\n' : ''}`);
    } else process.stderr.write(`${text}\n`);
  }
}
