/** The metrics of a run as three files with the same numbers: metrics.jsonl (the only one that is read again), metrics.csv, and a TensorBoard event file. */
import { fail, record } from '../core/checks.ts';
import { parseBounded } from './json.ts';
import { inTableOrder } from './metrics.ts';
import { joined, type RunFiles, toBytes } from './run-files.ts';
import { scalarsRecord, startRecord, versionRecord } from './tensorboard.ts';

/** The metrics of one iteration. */
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
/** The number is the start of the run in seconds since 1970, or one more for each further file. */
export const eventsPattern = /^events\.out\.tfevents\.(\d+)\.wasmeta$/;

/** The files of a run that grow with each iteration. */
export class MetricsLog {
  readonly lines: MetricsLine[];
  readonly #files: RunFiles;
  /** Start of the run in seconds since 1970. A wall time is this plus the time elapsed, so files written later hold the same times. */
  readonly #began: number;
  /** Whether a file lacks lines or holds part of a line; all files are then written anew. */
  #behind = true;
  #eventsFile = '';

  constructor(files: RunFiles, began: number, lines: readonly MetricsLine[]) {
    this.#files = files;
    this.#began = began;
    this.lines = [...lines];
  }

  /** Throws `E_IO`; the line is then written with the next one. */
  async append(line: MetricsLine): Promise<void> {
    const given = record('line', line);
    for (const [name, value] of Object.entries({ ...given, iteration: given.iteration }))
      if (typeof value !== 'number') fail(`line.${name}`, 'a number', value);
    this.lines.push(line);
    if (this.#behind) return this.flush();
    this.#behind = true;
    const [json, csv, events] = this.#formats();
    await this.#files.append(json.name, json.add(line));
    // The first line names the columns.
    if (this.lines.length === 1) await this.#whole(csv);
    else await this.#files.append(csv.name, csv.add(line));
    await this.#files.append(events.name, events.add(line));
    this.#behind = false;
  }

  /** Writes the lines that an earlier failure left out. Throws `E_IO`. */
  async settle(): Promise<void> {
    if (this.#behind) await this.flush();
  }

  /** Writes all lines anew: the tables in place of what is there, the events into a further file, since TensorBoard does not notice that one is replaced. Throws `E_IO`. */
  async flush(): Promise<void> {
    this.#behind = true;
    this.#eventsFile = await this.#freeEventsFile();
    for (const format of this.#formats()) await this.#whole(format);
    this.#behind = false;
  }

  #whole({ name, head, add }: Format): Promise<void> {
    return this.#files.replace(name, joined([head, ...this.lines.map(add)]));
  }

  /** Sorts after those that are there, for that is the order in which they are read. */
  async #freeEventsFile(): Promise<string> {
    const taken = (await this.#files.list()).map((name) => Number(eventsPattern.exec(name)?.[1] ?? 0));
    return `events.out.tfevents.${Math.max(Math.floor(this.#began), ...taken.map((seconds) => seconds + 1))}.wasmeta`;
  }

  #formats(): [json: Format, csv: Format, events: Format] {
    const columns = inTableOrder(Object.keys(this.lines[0] ?? { iteration: 0 }));
    const began = this.#began;
    return [
      { name: metricsFile, head: '', add: (line) => `${JSON.stringify(line)}\n` },
      {
        name: 'metrics.csv',
        head: `${columns.join(',')}\n`,
        add: (line) => `${columns.map((name) => line[name]).join(',')}\n`,
      },
      {
        name: this.#eventsFile,
        head: joined([versionRecord(began), startRecord(began, 0)]),
        add: ({ iteration, ...scalars }) => scalarsRecord(began + (scalars['time/time_elapsed'] ?? 0), iteration, scalars),
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
