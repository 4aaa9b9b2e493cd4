/** Text laid out for a terminal: lines that end between words, names with texts beside them, and tables. */
import { visible } from '../core/visible.ts';
import { faint, print, strong } from './output.ts';

/** Columns of the terminal on stdout; 80 where there is none. Wider lines than this are hard to read. */
export function screenWidth(): number {
  return Math.min(100, Math.max(40, process.stdout.columns ?? 80));
}

/** Text in lines of at most `width`, broken between words, but not around the sign of an equation. */
export function lines(text: string, width: number): string[] {
  const all = [''];
  for (const word of text.split(/(?<! =) (?!= )/)) {
    const last = all[all.length - 1];
    if (last === '') all[all.length - 1] = word;
    else if (last.length + 1 + word.length <= width) all[all.length - 1] = `${last} ${word}`;
    else all.push(word);
  }
  return all;
}

/** A line above a result, and one below it that explains; longer ones go on in the next line. */
export function printHeading(text: string): void {
  for (const line of lines(text, screenWidth())) print(strong(line));
}

export function printNote(text: string): void {
  for (const line of lines(text, screenWidth())) print(faint(line));
}

/** Widest column of names; a longer name has its texts on the lines below. */
const widestName = 24;

/** Names on the left, their texts wrapped beside them, each text on lines of its own. */
export function columns(rows: readonly (readonly [name: string, ...texts: string[]])[]): string {
  const width = Math.min(widestName, Math.max(...rows.map(([name]) => name.length)));
  return rows
    .flatMap(([name, ...texts]) => {
      const wrapped = texts.flatMap((text) => lines(text, screenWidth() - width - 4));
      const fits = name.length <= width;
      const beside = wrapped.map((line, i) => `  ${(fits && i === 0 ? name : '').padEnd(width)}  ${line}`.trimEnd());
      return fits && beside.length > 0 ? beside : [`  ${name}`, ...beside];
    })
    .join('\n');
}

/**
 * A table with heads: the first `left` columns are aligned to the left, the others to the right. In a terminal that is too narrow for it, each row is a
 * paragraph: its left cells, then the other cells with their heads, but for those that say nothing.
 */
export function table(rows: readonly (readonly string[])[], left = 1): string {
  const cells = rows.map((row) => row.map((cell) => visible(cell, true)));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const drawn = (gap: string) =>
    cells.map((row) => `  ${row.map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(gap)}`.trimEnd());
  const room = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const fitting = ['   ', '  '].map(drawn).find((all) => all.every((line) => line.length <= room));
  return fitting?.join('\n') ?? paragraphs(cells, left);
}

function paragraphs([heads, ...rows]: readonly (readonly string[])[], left: number): string {
  const named = (cell: string, i: number) => `${heads[i]} ${cell}`.trim().replaceAll(' ', '\u00a0');
  return rows
    .flatMap((row) => {
      const text = row.slice(left).flatMap((cell, i) => (cell === '' || cell === '–' ? [] : [named(cell, left + i)]));
      return [`  ${row.slice(0, left).join('  ').trimEnd()}`, ...lines(text.join(', '), screenWidth() - 6).map((line) => `      ${line}`)];
    })
    .join('\n')
    .replaceAll('\u00a0', ' ');
}
