/** All strategies, by family, and playing one on a batch of tasks. */
import { fail, oneOf } from '../core/checks.ts';
import { Batch } from '../envs/batch.ts';
import type { Engine } from '../envs/engine.ts';
import { familyIds } from '../envs/registry.ts';
import { type EnvConfig, hasOwnTasks } from '../envs/spec.ts';
import { uniformsOf } from './draws.ts';
import { knownPlay } from './families.ts';
import type { ExactPosterior } from './posterior.ts';
import { resolveOptions, type Strategy, type StrategySpec } from './strategy.ts';

/** The strategies of a family by name, with their options: none where no classic one is known. Throws `E_UNKNOWN_NAME`. */
export function strategiesOf(id: string): Readonly<Record<string, Strategy>> {
  return knownPlay[oneOf('id', id, familyIds())]?.strategies ?? {};
}

/** Exact inference over the tasks of an environment; null where it is not known. */
export function exactPosterior(env: EnvConfig): ExactPosterior | null {
  return hasOwnTasks(env) ? (knownPlay[env.id]?.posterior?.(env) ?? null) : null;
}

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`. */
export function checkStrategy(env: EnvConfig, { name, options }: StrategySpec): Required<StrategySpec> {
  const known = strategiesOf(env.id);
  if (Object.keys(known).length === 0) fail('policy', `no strategy: ${env.id} has none`, name);
  const own = oneOf('policy.name', name, Object.keys(known));
  return { kind: 'strategy', name: own, options: resolveOptions(known[own], options) };
}

/** Which trials: tasks firstTask … firstTask + numTasks − 1 of (seed, split). */
export interface StrategyTrials {
  readonly env: EnvConfig;
  readonly strategy: StrategySpec;
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  readonly numTasks: number;
}

/** Returns and lengths of every episode, [N, E]. */
export function playStrategy(engine: Engine, trials: StrategyTrials): { returns: Float32Array; lengths: Int32Array } {
  const { env, strategy, seed, split, firstTask, numTasks: N } = trials;
  const prepared = prepare(env, strategy);
  const players = Array.from({ length: N }, (_, n) => prepared(uniformsOf(seed, split, firstTask + n)));
  const returns = new Float32Array(N * env.episodes);
  const lengths = new Int32Array(N * env.episodes);
  const batch = new Batch(engine, env, N);
  try {
    batch.draw(seed, split, firstTask);
    engine.call((wasm) => wasm.batchStart(batch.handle));
    const actions = new Float32Array(N);
    const episode = new Int32Array(N);
    let seen = placesOf(batch);
    for (let t = 0; t < env.horizon * env.episodes; t++) {
      players.forEach((player, n) => {
        actions[n] = player.act(seen[n]);
      });
      const { rewards, over } = step(batch, actions);
      const next = placesOf(batch);
      players.forEach((player, n) => {
        if (episode[n] === env.episodes) return;
        const at = n * env.episodes + episode[n];
        returns[at] += rewards[n];
        lengths[at]++;
        player.learn(seen[n], actions[n], rewards[n], over[n] === 1 ? null : next[n]);
        episode[n] += over[n];
      });
      seen = next;
    }
    return { returns, lengths };
  } finally {
    batch.free();
  }
}

let latest: { readonly key: string; readonly prepared: ReturnType<Strategy['prepare']> } | null = null;

/** Tables take time to compute, and a test is many jobs of one strategy: the latest is kept. */
function prepare(env: EnvConfig, strategy: StrategySpec): ReturnType<Strategy['prepare']> {
  const { name, options } = checkStrategy(env, strategy);
  const key = JSON.stringify([env, name, options]);
  if (latest?.key !== key) latest = { key, prepared: strategiesOf(env.id)[name].prepare(env, options) };
  return latest.prepared;
}

function step({ engine, handle, size }: Batch, actions: Float32Array): { rewards: Float32Array; over: Uint8Array } {
  return engine.call((wasm) => {
    engine.floats(wasm.batchActions(handle), size).set(actions);
    wasm.batchStep(handle);
    const terminated = engine.bytes(wasm.batchTerminated(handle), size);
    const over = engine.bytes(wasm.batchTruncated(handle), size).map((truncated, n) => truncated | terminated[n]);
    return { rewards: engine.floats(wasm.batchRewards(handle), size).slice(), over };
  });
}

/** Which observation is 1, of each environment. */
function placesOf({ engine, handle, size, observationSize: O }: Batch): number[] {
  const observations = engine.call((wasm) => engine.floats(wasm.batchObservations(handle), size * O));
  return Array.from({ length: size }, (_, n) => observations.subarray(n * O, (n + 1) * O).indexOf(1));
}
