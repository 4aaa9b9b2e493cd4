/** A training state as one file: parameters, Adam's moments, running statistics, iteration; with it a run goes on to the same weights. */
import { WasmetaError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import { decodeTensors, encodeTensors } from './safetensors.ts';

/** The shape that rl2's state has; any algorithm whose state is like it can be saved. */
export interface TrainingState {
  iteration: number;
  steps: number;
  readonly parameters: Float32Array;
  readonly adam: { readonly m: Float32Array; readonly v: Float32Array; readonly decay: Float64Array };
  readonly rewards: Float64Array;
}

/** A run may be resumed to go on longer than was planned, unless its learning rate falls with the share of iterations done. */
function identity(config: object): string {
  const { iterations, anneal } = config as { iterations?: unknown; anneal?: unknown };
  return hashText(JSON.stringify({ ...config, iterations: anneal === true ? iterations : undefined }));
}

export function encodeCheckpoint(algo: string, config: object, state: TrainingState): Uint8Array {
  const { parameters, adam, rewards } = state;
  return encodeTensors({
    tensors: { parameters, 'adam/m': adam.m, 'adam/v': adam.v, 'adam/decay': adam.decay, rewards },
    metadata: {
      format: 'wasmeta-1',
      algo,
      config: JSON.stringify(config),
      identity: identity(config),
      iteration: String(state.iteration),
      steps: String(state.steps),
    },
  });
}

export interface Checkpoint {
  readonly algo: string;
  readonly config: unknown;
  readonly state: TrainingState;
  readonly identity: string;
}

/** Throws `E_CHECKPOINT_CORRUPT`. */
export function decodeCheckpoint(file: Uint8Array, title: string): Checkpoint {
  const { tensors, metadata } = decodeTensors(file, title);
  const missing = (name: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} is damaged: it has no "${name}"`, { file: title, name });
  };
  if (metadata.format !== 'wasmeta-1') missing('format wasmeta-1');
  const floats = (name: string) => (tensors[name] instanceof Float32Array ? (tensors[name] as Float32Array) : missing(name));
  const doubles = (name: string) => (tensors[name] instanceof Float64Array ? (tensors[name] as Float64Array) : missing(name));
  const count = (name: string) => (/^\d{1,15}$/.test(metadata[name] ?? '') ? Number(metadata[name]) : missing(name));
  return {
    algo: metadata.algo ?? missing('algo'),
    config: JSON.parse(metadata.config ?? missing('config')),
    identity: metadata.identity ?? missing('identity'),
    state: {
      iteration: count('iteration'),
      steps: count('steps'),
      parameters: floats('parameters'),
      adam: { m: floats('adam/m'), v: floats('adam/v'), decay: doubles('adam/decay') },
      rewards: doubles('rewards'),
    },
  };
}

/** Throws `E_CHECKPOINT_MISMATCH` unless the checkpoint was made by the same config (the number of iterations may differ). */
export function mustBelong(checkpoint: Checkpoint, algo: string, config: object, title: string): void {
  if (checkpoint.algo === algo && checkpoint.identity === identity(config)) return;
  throw new WasmetaError(
    'E_CHECKPOINT_MISMATCH',
    `${title} belongs to another run: its algorithm or config differs from what was asked for`,
    {
      file: title,
      theirs: checkpoint.config,
      ours: config,
    },
  );
}
