/** Progress of long work on stderr: one line that changes in place, as wide as the terminal. */
import { visible } from '../core/visible.ts';

interface Part {
  readonly text: string;
  /** Where there is no room for all, the highest rank goes first; 0 stays. */
  readonly rank: number;
}

/** A line of progress. A terminal shows it in place; elsewhere it is written once every ten seconds. */
export class ProgressLine {
  readonly #quiet: boolean;
  readonly #live = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  #last: number;
  /** Whether a line stands that the next one will replace. */
  #stands = false;

  /** Nothing is shown before `from` (ms since 1970); elsewhere than in a terminal, not within ten seconds of it. */
  constructor(quiet: boolean, from = 0) {
    this.#quiet = quiet;
    this.#last = from;
  }

  show(parts: readonly Part[], final = false): void {
    const now = Date.now();
    if (this.#quiet || (!final && now - this.#last < (this.#live ? 100 : 10_000))) return;
    this.#last = final ? 0 : now; // what comes after a final line is new, and shown at once
    this.#stands = this.#live && !final;
    if (this.#live) process.stderr.write(`\r\x1b[K${fitted(parts, (process.stderr.columns ?? 80) - 1)}${final ? '\n' : ''}`);
    else process.stderr.write(`${joined(parts)}\n`);
  }

  /** Takes the line away, if it is one that would be replaced. */
  clear(): void {
    if (this.#stands) process.stderr.write('\r\x1b[K');
    this.#stands = false;
  }
}

const joined = (parts: readonly Part[]) => parts.map(({ text }) => visible(text, true)).join('  ');

/** The parts that fit in `width`; if even those that must stay do not, the first is cut. */
export function fitted(parts: readonly Part[], width: number): string {
  const all = joined(parts);
  const rank = Math.max(...parts.map((part) => part.rank));
  if (all.length <= width) return all;
  if (rank > 0)
    return fitted(
      parts.filter((part) => part.rank < rank),
      width,
    );
  const [{ text }, ...rest] = parts;
  const room = width - (all.length - text.length);
  return room < 8 ? all.slice(0, width) : [`${text.slice(0, room - 1)}…`, ...rest.map((part) => part.text)].join('  ');
}
