/** Environments to step by hand, after Gymnasium's `make` and `make_vec`. */
import { integer, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { checkWasmSources, loadAssets, type WasmSources } from '../platform/assets.ts';
import { Env } from './env.ts';
import type { CommonOptions, EnvOptions } from './spec.ts';
import { loadConfig } from './user/load-env.ts';
import { largestBatch, VectorEnv } from './vector-env.ts';

/** Options of `make`: preset, horizon H, reward, context, region and the others of docs/contract.md, and the family’s own sizes. */
export interface MakeOptions extends CommonOptions {
  /** Where the .wasm file is, if not beside this script. */
  readonly wasm?: WasmSources;
  /** The family's own sizes. */
  readonly [own: string]: unknown;
}

/** Options of `makeVec`. */
export interface VectorOptions extends MakeOptions {
  /** N, environments stepped at once. */
  readonly numEnvs: number;
}

/**
 * N environments of one family, named by its id or by an object: `await makeVec('PointMass-v0', { numEnvs: 64, preset: 'varibad-semicircle' })` and
 * `await makeVec({ id: 'PointMass-v0', preset: 'varibad-semicircle' }, { numEnvs: 64 })` are the same. Throws what `resolveEnv` throws.
 */
export async function makeVec(env: string | EnvOptions, options: VectorOptions): Promise<VectorEnv> {
  const { numEnvs, wasm, ...rest } = record('options', options) as VectorOptions;
  const config = await loadConfig(together(env, rest));
  integer('numEnvs', numEnvs, 1, largestBatch);
  checkWasmSources(wasm);
  const assets = await loadAssets({ learner: false, wasm });
  return new VectorEnv(assets.engine, config, numEnvs);
}

/** One environment: `await make('PointMass-v0')`. */
export async function make(env: string | EnvOptions, options: MakeOptions = {}): Promise<Env> {
  return new Env(await makeVec(env, { ...record('options', options), numEnvs: 1 }));
}

/** The environment's name with the options beside it. Throws `E_ARGUMENT` for an option that is given in both. */
function together(env: string | EnvOptions, options: Record<string, unknown>): EnvOptions {
  const named = typeof env === 'string' ? { id: env } : record('env', env);
  for (const option of Object.keys(options))
    if (Object.hasOwn(named, option))
      throw new WasmetaError('E_ARGUMENT', `"options.${option}" expected nothing, for the environment's name has it`, { title: option });
  return { ...named, ...options } as EnvOptions;
}
