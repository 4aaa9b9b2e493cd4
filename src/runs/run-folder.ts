/** One run on disk (Node): config.json, metrics.jsonl, checkpoint.safetensors, report.html. The only module that knows these names. */
import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { WasmetaError } from '../core/errors.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type TrainingState } from './checkpoint.ts';
import { readFile, readText, replaceFile } from './files.ts';

export interface MetricsLine {
  readonly iteration: number;
  readonly [metric: string]: number;
}

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get checkpointPath(): string {
    return join(this.path, 'checkpoint.safetensors');
  }

  get reportPath(): string {
    return join(this.path, 'report.html');
  }

  hasCheckpoint(): boolean {
    return existsSync(this.checkpointPath);
  }

  /** Starts afresh: the config is written, metrics of an earlier run in this folder are dropped. */
  begin(config: object): void {
    replaceFile(join(this.path, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    replaceFile(join(this.path, 'metrics.jsonl'), '');
  }

  save(algo: string, config: object, state: TrainingState): void {
    replaceFile(this.checkpointPath, encodeCheckpoint(algo, config, state));
  }

  load(): Checkpoint {
    if (!this.hasCheckpoint())
      throw new WasmetaError('E_IO', `${this.path} has no checkpoint (checkpoint.safetensors)`, { path: this.path });
    return decodeCheckpoint(readFile(this.checkpointPath), this.checkpointPath);
  }

  appendMetrics(line: MetricsLine): void {
    try {
      appendFileSync(join(this.path, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new WasmetaError('E_IO', `metrics can't be written: ${(cause as Error).message}`, { path: this.path }, cause);
    }
  }

  /** All metrics up to an iteration; later lines, written after the checkpoint that a run goes on from, are cut off the file. */
  metricsUpTo(iteration: number): MetricsLine[] {
    const path = join(this.path, 'metrics.jsonl');
    if (!existsSync(path)) return [];
    const kept: MetricsLine[] = [];
    let bytes = 0;
    for (const text of readText(path).split('\n')) {
      const line = parseLine(text);
      if (line === null || line.iteration > iteration) break;
      kept.push(line);
      bytes += new TextEncoder().encode(text).length + 1;
    }
    truncateSync(path, bytes);
    return kept;
  }
}

/** null for a line that a kill cut short. */
function parseLine(text: string): MetricsLine | null {
  try {
    return JSON.parse(text) as MetricsLine;
  } catch {
    return null;
  }
}
