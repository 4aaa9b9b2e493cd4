/** Environments to step by hand, after Gymnasium's `make` and `make_vec`. */
import { integer, onlyFields, record } from '../core/checks.ts';
import { checkWasmSources, loadAssets, type WasmSources } from '../platform/assets.ts';
import { Env } from './env.ts';
import { resolveEnv } from './registry.ts';
import { type EnvOptions, envOptionNames } from './spec.ts';
import { largestBatch, VectorEnv } from './vector-env.ts';

export interface VectorOptions extends Omit<EnvOptions, 'id'> {
  /** N, environments stepped at once. */
  readonly numEnvs: number;
  /** Where the .wasm file is, if not beside this script. */
  readonly wasm?: WasmSources;
}

/** N environments of one family: `await makeVec('PointMass-v0', { numEnvs: 64, preset: 'varibad-semicircle' })`. */
export async function makeVec(id: string, options: VectorOptions): Promise<VectorEnv> {
  const given = record('options', options);
  onlyFields('options', given, [...envOptionNames.filter((name) => name !== 'id'), 'numEnvs', 'wasm']);
  const { numEnvs, wasm, ...rest } = options;
  const config = resolveEnv({ ...rest, id });
  integer('numEnvs', numEnvs, 1, largestBatch);
  checkWasmSources(wasm);
  const assets = await loadAssets({ learner: false, wasm });
  return new VectorEnv(assets.engine, config, numEnvs);
}

/** One environment: `await make('PointMass-v0')`. */
export async function make(id: string, options: Omit<VectorOptions, 'numEnvs'> = {}): Promise<Env> {
  return new Env(await makeVec(id, { ...record('options', options), numEnvs: 1 }));
}
