/** The names of a run's files, and which files of a folder a run wrote: only those may be removed. */
import { WasmetaError } from '../core/errors.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { parseBounded } from './json.ts';
import { eventsPattern, metricsFile, readMetrics } from './metrics-log.ts';
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

export const configFile = 'config.json';
export const reportFile = 'report.html';
export const bestFile = 'checkpoints/best.safetensors';
/** Bytes of config.json; a checkpoint's header, which holds the config again, may be twice as large. */
export const largestConfig = 2 ** 23;

export const checkpointFile = (iteration: number) => `checkpoints/${String(iteration).padStart(8, '0')}.safetensors`;
/** NaN for other names. */
export const iterationOf = (name: string) => Number(/^checkpoints\/(\d{8,15})\.safetensors$/.exec(name)?.[1] ?? Number.NaN);

/** null if it is no run's config.json. */
export function infoIn(bytes: Uint8Array): RunInfo | null {
  const info = bytes.length > largestConfig ? null : (parseBounded(bytes, 16) as RunInfo | null);
  const right =
    typeof info?.algo === 'string' && typeof info.config === 'object' && info.config !== null && Number.isFinite(Date.parse(info.started));
  return right ? info : null;
}

const head = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, 2000));
export const isReport = (bytes: Uint8Array) => head(bytes).includes('<meta name="generator" content="wasmeta ');

/** Whether a file's content is that of a run. */
const looksLike: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  [configFile]: (bytes) => infoIn(bytes) !== null,
  [metricsFile]: (bytes) => bytes.length === 0 || readMetrics(bytes).length > 0,
  'metrics.csv': (bytes) => /^iteration[,\n]/.test(head(bytes)),
  [reportFile]: isReport,
};

const isCheckpointName = (name: string) => name === bestFile || !Number.isNaN(iterationOf(name));

/**
 * The files that a run left, config.json last. In a folder with a run's config.json, checkpoints, logs and halves of writes are its own by their names, since a
 * kill or a power cut may have left them cut short; its report, and all files of other folders, must look like a run's. Throws `E_CONFIG` where somebody else's file has a name that a run would write.
 */
export async function ownFiles(files: RunFiles): Promise<string[]> {
  const config = await files.read(configFile);
  const isRun = config !== null && infoIn(config) !== null;
  const own: string[] = [];
  for (const name of await files.list()) {
    const isHalf = name.endsWith('.tmp');
    const whole = isHalf ? name.slice(0, -4) : name;
    const looks = looksLike[whole];
    if (looks === undefined && !isCheckpointName(whole) && !eventsPattern.test(whole)) continue;
    if (isHalf ? isRun : await isOwn(files, name, isRun)) own.push(name);
    else if (!isHalf && name !== reportFile) throw taken(files.title, name);
  }
  return own.sort((a, b) => Number(a === configFile) - Number(b === configFile));
}

async function isOwn(files: RunFiles, name: string, isRun: boolean): Promise<boolean> {
  if (isRun && name !== reportFile) return true;
  if (!isCheckpointName(name)) return looksLike[name]?.((await files.read(name)) ?? new Uint8Array()) ?? true;
  return files
    .open(name, (source) => decodeCheckpoint(source, name))
    .then(
      () => true,
      () => false,
    );
}

function taken(title: string, file: string): WasmetaError {
  return new WasmetaError('E_CONFIG', `${title} holds somebody else's ${file}, which a run would replace: choose another folder`, {
    run: title,
    file,
  });
}
