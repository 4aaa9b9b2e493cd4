/** A trained policy from where it is kept: a run (a folder, in browsers IndexedDB), the bytes of a checkpoint, an address, or a training's config and state. */
import type { ActingLearner } from '../algorithms/learner.ts';
import { learnerOf } from '../algorithms/registry.ts';
import { fail, integer, oneOf, onlyFields, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { portsOf } from '../envs/registry.ts';
import type { EnvOptions } from '../envs/spec.ts';
import { loadConfig } from '../envs/user/load-env.ts';
import { checkWasmSources, loadAssets, readAsset, urlOf, type WasmSources } from '../platform/assets.ts';
import { detectRuntime } from '../platform/runtime.ts';
import { initialParameters, type PolicySpec, resolvePolicy } from '../policies/policy.ts';
import { type AgentOptions, agentOptionNames } from '../rollout/agent.ts';
import { decodeCheckpoint } from '../runs/checkpoint.ts';
import { openRun } from '../runs/open-run.ts';
import { AdaptiveAgent } from './adaptive-agent.ts';
import { decodeAgent } from './agent-file.ts';

/** A training as data: what `train` yields, with the learner's name and its config. */
export interface TrainedState {
  readonly algo: string;
  readonly config: unknown;
  readonly state: unknown;
}

/** A run's folder or name, the address of a checkpoint or of an exported agent (`wasmeta export`), its bytes, or a training. */
export type AgentSource = string | URL | Uint8Array | TrainedState;

/** How a loaded agent acts, and which of a run’s checkpoints it is. */
export interface LoadAgentOptions extends AgentOptions {
  /** Which checkpoint of a run: the newest (default), or the best by training returns. */
  readonly checkpoint?: 'last' | 'best';
  /** Which environment of a learner that plays in several. Default 0. */
  readonly environment?: number;
  /** Where the .wasm files are, if not beside this script. */
  readonly wasm?: WasmSources;
}

/**
 * `await loadAgent('runs/x')`. A text is the address of a checkpoint where it ends in .safetensors or names a scheme (https:), else a run. The agent of a learner that
 * adapts by gradient steps has `adapt`. A user's environment must have been loaded (`loadEnv`). Throws `E_IO`, `E_CHECKPOINT_CORRUPT`, or what checking its config throws.
 */
export async function loadAgent(source: AgentSource, options: LoadAgentOptions = {}): Promise<AdaptiveAgent> {
  onlyFields('options', record('options', options), [...agentOptionNames, 'checkpoint', 'environment', 'wasm']);
  const { checkpoint = 'last', environment = 0, wasm, ...agentOptions } = options;
  const which = oneOf('checkpoint', checkpoint, ['last', 'best']);
  const file = await fileOf(source);
  const exported = file === null ? null : decodeAgent(file.bytes, file.title);
  if (exported !== null) return made(exported, agentOptions, wasm);
  const {
    algo,
    config: given,
    state: values,
  } = file === null ? await trained(source as string | TrainedState, which) : decodeCheckpoint(file.bytes, file.title);
  const learner = learnerOf(algo);
  const config = learner.resolve(given);
  const state = learner.check(config, values);
  const acting = learner.acting(config, state);
  if (acting.length === 0) throw new WasmetaError('E_UNSUPPORTED', `${algo} has no policy that acts in an environment`, { algo });
  integer('environment', environment, 0, acting.length - 1);
  return made({ ...acting[environment], greedy: learner.greedy }, agentOptions, wasm);
}

/** An agent from an environment, a policy and its parameters. */
export interface CreateAgentOptions extends AgentOptions {
  readonly env: string | EnvOptions;
  readonly policy: PolicySpec;
  /** [P]. Default: the initial weights of seed 0. */
  readonly parameters?: Float32Array;
  readonly wasm?: WasmSources;
}

/** An agent of one's own: any policy with its parameters, or random play (`{ kind: 'random' }`). */
export async function createAgent(options: CreateAgentOptions): Promise<AdaptiveAgent> {
  onlyFields('options', record('options', options), [...agentOptionNames, 'env', 'policy', 'parameters', 'wasm']);
  const { env, policy, parameters, wasm, ...agentOptions } = options;
  const config = await loadConfig(env);
  const weights = parameters ?? initialParameters(resolvePolicy(policy, portsOf(config)), 0);
  return made({ env: config, policy, parameters: weights }, agentOptions, wasm);
}

async function made(acting: ActingLearner, options: AgentOptions, wasm: WasmSources | undefined): Promise<AdaptiveAgent> {
  checkWasmSources(wasm);
  const { engine } = await loadAssets({ learner: false, wasm });
  return new AdaptiveAgent(engine, acting, options, wasm);
}

/** The bytes of a checkpoint or of an exported agent; null for a run and for a training. */
async function fileOf(source: AgentSource): Promise<{ bytes: Uint8Array; title: string } | null> {
  if (source instanceof Uint8Array) return { bytes: source, title: 'the file' };
  if (!(source instanceof URL) && !(typeof source === 'string' && isAddress(source))) return null;
  const url = urlOf('source', source);
  return { bytes: await read(url), title: url.href };
}

async function trained(source: Exclude<AgentSource, URL | Uint8Array>, which: 'last' | 'best'): Promise<TrainedState> {
  if (typeof source === 'string') return (await openRun(source)).load(which);
  if (typeof source !== 'object' || source === null || typeof source.algo !== 'string')
    return fail('source', 'a run, the address or bytes of a checkpoint, or { algo, config, state }', source);
  return source;
}

/** A run has no scheme and no ending; in browsers its name has no "/". */
const isAddress = (text: string) =>
  /\.safetensors$/.test(text) || /^[a-z][a-z0-9+.-]+:/i.test(text) || (detectRuntime() === 'browser' && text.includes('/'));

async function read(url: URL): Promise<Uint8Array> {
  try {
    return await readAsset(url);
  } catch (cause) {
    const reason = cause instanceof WasmetaError ? (cause.details.reason ?? cause.message) : String(cause);
    throw new WasmetaError('E_IO', `${url.href} can't be read: ${reason}`, { url: url.href }, cause);
  }
}
