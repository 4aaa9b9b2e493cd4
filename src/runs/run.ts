/**
 * One run and its files. No other module knows their names.
 *   config.json · metrics.jsonl, metrics.csv, events.out.tfevents.* · checkpoints/<iteration>.safetensors, the newest two · checkpoints/best.safetensors · report.html
 */
import { WasmetaError } from '../core/errors.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { parseBounded } from './json.ts';
import { type MetricsLine, MetricsLog, metricsFile, readMetrics } from './metrics-log.ts';
import type { RunFiles } from './run-files.ts';

/** config.json: the resolved config, and the build that made it. */
export interface RunInfo {
  readonly algo: string;
  /** The algorithm's whole config. */
  readonly config: object;
  readonly version: string;
  /** Git commit of the build; null if it is not known. */
  readonly commit: string | null;
  /** SHA-256 of each WebAssembly module. */
  readonly modules: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly started: string;
}

type Which = 'last' | 'best';

const configFile = 'config.json';
const bestFile = 'checkpoints/best.safetensors';
const kept = 2;
const largestConfig = 1_000_000;

const checkpointFile = (iteration: number) => `checkpoints/${String(iteration).padStart(8, '0')}.safetensors`;
const iterationOf = (name: string) => Number(/^checkpoints\/(\d{8,15})\.safetensors$/.exec(name)?.[1] ?? Number.NaN);

export class Run {
  readonly files: RunFiles;
  #bestScore = Number.NEGATIVE_INFINITY;

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

  /** Removes what an earlier run left under this name and writes the config. */
  async begin(info: RunInfo): Promise<MetricsLog> {
    const owned = (name: string) =>
      /^(config\.json|metrics\.(jsonl|csv)|events\.out\.tfevents\..*|checkpoints\/[^/]*\.safetensors|report\.html)(\.tmp)?$/.test(name);
    for (const name of await this.files.list()) if (owned(name)) await this.files.remove(name);
    this.#bestScore = Number.NEGATIVE_INFINITY;
    await this.files.replace(configFile, `${JSON.stringify(info, null, 2)}\n`);
    const log = new MetricsLog(this.files, Date.parse(info.started) / 1000, []);
    await log.flush();
    return log;
  }

  /** Throws `E_IO` if there is none, `E_CONFIG` if it can't be understood. */
  async info(): Promise<RunInfo> {
    const bytes = await this.files.read(configFile);
    if (bytes === null) throw new WasmetaError('E_IO', `${this.title} is no run: it has no ${configFile}`, { run: this.title });
    const info = bytes.length > largestConfig ? null : (parseBounded(bytes, 16) as RunInfo | null);
    const right =
      typeof info?.algo === 'string' &&
      typeof info.config === 'object' &&
      info.config !== null &&
      Number.isFinite(Date.parse(info.started));
    if (!right) throw new WasmetaError('E_CONFIG', `${this.title}: ${configFile} can't be understood`, { run: this.title });
    return info as RunInfo;
  }

  /** Resumes after the checkpoint, with the config as it is from now on. Metrics of later iterations are dropped; the run will write them again. */
  async resume(checkpoint: Checkpoint, config: object = checkpoint.config as object): Promise<MetricsLog> {
    const info = await this.info();
    const { started } = info;
    if (JSON.stringify(info.config) !== JSON.stringify(config))
      await this.files.replace(configFile, `${JSON.stringify({ ...info, config }, null, 2)}\n`);
    const log = new MetricsLog(
      this.files,
      Date.parse(started) / 1000,
      await this.metrics((checkpoint.state as { iteration: number }).iteration),
    );
    await log.flush();
    this.#bestScore = (await this.#read(bestFile).catch(() => null))?.score ?? Number.NEGATIVE_INFINITY;
    return log;
  }

  /** Metrics up to and including iteration `last`. */
  async metrics(last?: number): Promise<MetricsLine[]> {
    return readMetrics((await this.files.read(metricsFile)) ?? new Uint8Array(), last);
  }

  /**
   * Writes a checkpoint, and writes it again as the best one if its score exceeds all earlier scores; only then removes older checkpoints.
   * Throws `E_IO`; the older checkpoints are then still there.
   */
  async save(algo: string, config: object, state: { readonly iteration: number }, score: number): Promise<void> {
    const file = encodeCheckpoint(algo, config, state, score);
    const name = checkpointFile(state.iteration);
    await this.files.replace(name, file);
    if (score > this.#bestScore) {
      await this.files.replace(bestFile, file);
      this.#bestScore = score;
    }
    for (const old of (await this.#checkpoints()).slice(kept)) await this.files.remove(old);
  }

  /** Throws `E_IO`. */
  async writeReport(html: string): Promise<void> {
    await this.files.replace('report.html', html);
  }

  async hasCheckpoint(): Promise<boolean> {
    return (await this.#checkpoints()).length > 0;
  }

  /**
   * The best checkpoint, or the newest one that can be read; `skipped` is called with the reason for each newer one that cannot.
   * Throws `E_IO` if there is none, `E_CHECKPOINT_CORRUPT` if none can be read.
   */
  async load(which: Which = 'last', skipped: (error: WasmetaError) => void = () => {}): Promise<Checkpoint> {
    const names = which === 'best' ? [bestFile] : await this.#checkpoints();
    let first: WasmetaError | null = null;
    for (const name of names) {
      try {
        const checkpoint = await this.#read(name);
        if (checkpoint === null) continue;
        if (first !== null) skipped(first);
        return checkpoint;
      } catch (error) {
        if (!(error instanceof WasmetaError) || error.code !== 'E_CHECKPOINT_CORRUPT') throw error;
        first ??= error;
      }
    }
    throw first ?? new WasmetaError('E_IO', `${this.title} has no checkpoint`, { run: this.title });
  }

  #read(name: string): Promise<Checkpoint | null> {
    return this.files.open(name, (source) => decodeCheckpoint(source, `${this.title}/${name}`));
  }

  /** Newest first. */
  async #checkpoints(): Promise<string[]> {
    return (await this.files.list()).filter((name) => !Number.isNaN(iterationOf(name))).sort((a, b) => iterationOf(b) - iterationOf(a));
  }
}
