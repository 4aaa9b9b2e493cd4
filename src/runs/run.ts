/**
 * One run and its files. No other module knows their names.
 *   config.json · metrics.jsonl, metrics.csv, events.out.tfevents.* · checkpoints/<iteration>.safetensors, the newest two · checkpoints/best.safetensors · report.html
 * Files of others in its folder are left alone; where one has a name that the run needs, the run does not begin.
 */
import { jsonOf } from '../core/border.ts';
import { callable, fail, integer, number, oneOf, record, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type MetricsLine, MetricsLog, metricsFile, readMetrics } from './metrics-log.ts';
import {
  bestFile,
  checkpointFile,
  configFile,
  infoIn,
  isReport,
  iterationOf,
  largestConfig,
  ownFiles,
  type RunInfo,
  reportFile,
} from './own-files.ts';
import type { RunFiles } from './run-files.ts';

export type { RunInfo } from './own-files.ts';

type Which = 'last' | 'best';

const kept = 2;
const mostIterations = 1e15 - 1;

function configTextOf(info: RunInfo): string {
  jsonOf('info', info);
  const json = `${JSON.stringify(info, null, 2)}\n`;
  if (new TextEncoder().encode(json).length > largestConfig)
    throw new WasmetaError(
      'E_CONFIG',
      `the config would be ${json.length} bytes of ${configFile}, and at most ${largestConfig} can be read again`,
      {
        bytes: json.length,
      },
    );
  return json;
}

/** A run: config, metrics and checkpoints, in a folder (Node) or in IndexedDB (browsers). Opened by `openRun` (docs/runs.md). */
export class Run {
  readonly files: RunFiles;
  #bestScore = Number.NEGATIVE_INFINITY;
  /** What is being written, so that a folder that vanished can be written anew. */
  #writing: { readonly configText: string; readonly log: MetricsLog } | null = null;

  constructor(files: RunFiles) {
    this.files = files;
  }

  /** The folder's path or the run's name. */
  get title(): string {
    return this.files.title;
  }

  async exists(): Promise<boolean> {
    return (await this.files.list()).some((name) => name === configFile || !Number.isNaN(iterationOf(name)));
  }

  /**
   * Removes what an earlier run left under this name and writes the config. Throws `E_CONFIG` before anything is removed, where the config is too
   * large to be read again or somebody's file has a name that the run needs.
   */
  async begin(info: RunInfo): Promise<MetricsLog> {
    const configText = configTextOf(record('info', info) as object as RunInfo);
    if (Number.isNaN(Date.parse(text('info.started', info.started)))) fail('info.started', 'a date', info.started);
    await this.remove();
    return this.#write(configText, new MetricsLog(this.files, Date.parse(info.started) / 1000, []));
  }

  /** Removes the files of the run, and nothing else that lies beside them. Throws `E_IO`, or `E_CONFIG` where somebody's file has a name of a run's. */
  async remove(): Promise<void> {
    for (const name of await ownFiles(this.files)) await this.files.remove(name);
    this.#bestScore = Number.NEGATIVE_INFINITY;
  }

  /** Keeps other processes from writing this run until the returned function is called. Throws `E_IO` if one writes it now. */
  hold(): Promise<() => Promise<void>> {
    return this.files.hold();
  }

  /** Throws `E_IO` if there is none, `E_CONFIG` if it can't be understood. */
  async info(): Promise<RunInfo> {
    const info = await this.infoIfThere();
    if (info === null) throw new WasmetaError('E_IO', `${this.title} is no run: it has no ${configFile}`, { run: this.title });
    return info;
  }

  /** null if there is none. Throws `E_IO` if it can't be read, `E_CONFIG` if it can't be understood. */
  async infoIfThere(): Promise<RunInfo | null> {
    const bytes = await this.files.read(configFile);
    if (bytes === null) return null;
    const info = infoIn(bytes);
    if (info === null) throw new WasmetaError('E_CONFIG', `${this.title}: ${configFile} can't be understood`, { run: this.title });
    return info;
  }

  /** Resumes after the checkpoint, with the config as it is from now on. Metrics of later iterations are dropped; the run will write them again. */
  async resume(checkpoint: Checkpoint, config: object = checkpoint.config as object, lost?: RunInfo): Promise<MetricsLog> {
    const { state } = record('checkpoint', checkpoint);
    integer('checkpoint.state.iteration', record('checkpoint.state', state).iteration, 0, mostIterations);
    const info = (await this.infoIfThere()) ?? lost ?? (await this.info());
    const configText = configTextOf({ ...info, config });
    const lines = await this.metrics((checkpoint.state as { iteration: number }).iteration);
    const log = await this.#write(configText, new MetricsLog(this.files, Date.parse(info.started) / 1000, lines));
    this.#bestScore = (await this.#read(bestFile).catch(() => null))?.score ?? Number.NEGATIVE_INFINITY;
    return log;
  }

  /** Metrics up to and including iteration `last`. */
  async metrics(last?: number): Promise<MetricsLine[]> {
    if (last !== undefined) number('last', last);
    return readMetrics((await this.files.read(metricsFile)) ?? new Uint8Array(), last);
  }

  /**
   * Writes a checkpoint, and writes it again as the best one if its score exceeds all earlier scores; only then removes older checkpoints.
   * Throws `E_IO`; the older checkpoints are then still there. Throws `E_ARGUMENT` for a state that could not be read back.
   */
  async save(algo: string, config: object, state: { readonly iteration: number }, score: number): Promise<void> {
    integer('state.iteration', record('state', state).iteration, 0, mostIterations);
    jsonOf('config', record('config', config));
    if (typeof score !== 'number') fail('score', 'a number', score);
    const file = encodeCheckpoint(text('algo', algo), config, state, score);
    const name = checkpointFile(state.iteration);
    await this.files.replace(name, file);
    if (score > this.#bestScore) {
      await this.files.replace(bestFile, file);
      this.#bestScore = score;
    }
    // Last, since the folder may have vanished at any moment of the above; a checkpoint without its config could not be resumed.
    if (this.#writing !== null && (await this.files.read(configFile)) === null)
      await this.#write(this.#writing.configText, this.#writing.log);
    for (const old of (await this.#checkpoints()).slice(kept)) await this.files.remove(old);
  }

  /** Throws `E_IO`, also if somebody else's report.html is there. */
  async writeReport(html: string): Promise<void> {
    text('html', html);
    const there = await this.files.read(reportFile);
    if (there !== null && !isReport(there))
      throw new WasmetaError('E_IO', `${this.title}/${reportFile} is not a report of a run and stays; --out names another file`, {
        run: this.title,
      });
    await this.files.replace(reportFile, html);
  }

  async hasCheckpoint(): Promise<boolean> {
    return (await this.#checkpoints()).length > 0;
  }

  /**
   * The best checkpoint, or the newest one that can be read; `skipped` is called with the reason for each newer one that cannot.
   * Throws `E_IO` if there is none; if none can be read, what is wrong with the newest: `E_CHECKPOINT_CORRUPT` or `E_IO`.
   */
  async load(which: Which = 'last', skipped: (error: WasmetaError) => void = () => {}): Promise<Checkpoint> {
    oneOf('which', which, ['last', 'best']);
    callable('skipped', skipped);
    const names = which === 'best' ? [bestFile] : await this.#checkpoints();
    let first: WasmetaError | null = null;
    for (const name of names) {
      try {
        const checkpoint = await this.#read(name);
        if (checkpoint === null) continue;
        if (first !== null) skipped(first);
        return checkpoint;
      } catch (error) {
        if (!(error instanceof WasmetaError) || !['E_CHECKPOINT_CORRUPT', 'E_IO'].includes(error.code)) throw error;
        first ??= error;
      }
    }
    throw first ?? new WasmetaError('E_IO', `${this.title} has no checkpoint`, { run: this.title });
  }

  async #write(configText: string, log: MetricsLog): Promise<MetricsLog> {
    await this.files.replace(configFile, configText);
    await log.flush();
    this.#writing = { configText, log };
    return log;
  }

  #read(name: string): Promise<Checkpoint | null> {
    return this.files.open(name, (source) => decodeCheckpoint(source, `${this.title}/${name}`));
  }

  /** Newest first. */
  async #checkpoints(): Promise<string[]> {
    return (await this.files.list()).filter((name) => !Number.isNaN(iterationOf(name))).sort((a, b) => iterationOf(b) - iterationOf(a));
  }
}
