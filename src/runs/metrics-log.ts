/** The metrics of a run as three files with the same numbers: metrics.jsonl (the only one that is read again), metrics.csv, and a TensorBoard event file. */
import { parseBounded } from './json.ts';
import { inTableOrder } from './metrics.ts';
import { type RunFiles, toBytes } from './run-files.ts';
import { scalarsRecord, versionRecord } from './tensorboard.ts';

export interface MetricsLine {
  readonly iteration: number;
  readonly [metric: string]: number;
}

interface Format {
  readonly name: string;
  readonly head: string | Uint8Array;
  readonly add: (line: MetricsLine) => string | Uint8Array;
}

export const metricsFile = 'metrics.jsonl';

export class MetricsLog {
  readonly lines: MetricsLine[];
  readonly #files: RunFiles;
  /** Start of the run in seconds since 1970. A wall time is this plus the time elapsed, so files written later hold the same times. */
  readonly #began: number;
  /** Whether a file lacks lines or holds part of a line; all files are then written anew. */
  #behind = true;

  constructor(files: RunFiles, began: number, lines: readonly MetricsLine[]) {
    this.#files = files;
    this.#began = began;
    this.lines = [...lines];
  }

  /** Throws `E_IO`; the line is then written with the next one. */
  async append(line: MetricsLine): Promise<void> {
    this.lines.push(line);
    if (this.#behind || this.lines.length === 1) return this.flush();
    this.#behind = true;
    for (const { name, add } of this.#formats()) await this.#files.append(name, add(line));
    this.#behind = false;
  }

  /** Writes the lines that an earlier failure left out. Throws `E_IO`. */
  async settle(): Promise<void> {
    if (this.#behind) await this.flush();
  }

  /** Writes all files anew. Throws `E_IO`. */
  async flush(): Promise<void> {
    this.#behind = true;
    for (const { name, head, add } of this.#formats()) await this.#files.replace(name, joined([head, ...this.lines.map(add)]));
    this.#behind = false;
  }

  #formats(): Format[] {
    const columns = inTableOrder(Object.keys(this.lines[0] ?? { iteration: 0 }));
    return [
      { name: metricsFile, head: '', add: (line) => `${JSON.stringify(line)}\n` },
      {
        name: 'metrics.csv',
        head: `${columns.join(',')}\n`,
        add: (line) => `${columns.map((name) => line[name]).join(',')}\n`,
      },
      {
        name: `events.out.tfevents.${Math.floor(this.#began)}.wasmeta`,
        head: versionRecord(this.#began),
        add: ({ iteration, ...scalars }) => scalarsRecord(this.#began + (scalars['time/time_elapsed'] ?? 0), iteration, scalars),
      },
    ];
  }
}

/** Numbers that JSON can't hold come back as NaN. Lines up to the first that a kill cut short, that is out of order, or that comes after iteration `last`. */
export function readMetrics(bytes: Uint8Array, last = Number.POSITIVE_INFINITY): MetricsLine[] {
  const lines: MetricsLine[] = [];
  for (const text of new TextDecoder().decode(bytes).split('\n')) {
    const line = text === '' ? null : (parseBounded(toBytes(text), 1) as MetricsLine | null);
    if (line === null || !Object.values(line).every((value) => typeof value === 'number' || value === null)) break;
    if (!(line.iteration > (lines.at(-1)?.iteration ?? 0)) || line.iteration > last) break;
    lines.push({ ...line, ...Object.fromEntries(Object.entries(line).map(([name, value]) => [name, value ?? Number.NaN])) });
  }
  return lines;
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const all = parts.map(toBytes);
  const whole = new Uint8Array(all.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
