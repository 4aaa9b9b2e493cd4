/** What identifies a training: its learner and settings, and the hashes of the weights and of a few trials that came of it. Doing it again gives the same. */
import { hashArrays, type LearnerConfig, type LearnerState, learnerOf, type Pool, resolveEnv, rollout } from 'wasmeta';
import type { LinkedTraining, Recipe } from './link.ts';

const trials = 8;

export async function proofOf(algo: string, config: LearnerConfig, state: LearnerState, pool: Pool): Promise<LinkedTraining | null> {
  const [acting] = learnerOf(algo).acting(config, state);
  if (acting === undefined || state.iteration === 0) return null;
  const { env, policy, parameters } = acting;
  const played = await rollout({ env, policy, parameters, tasks: trials, seed: config.seed, split: 'test', keep: 'steps' }, pool);
  return {
    recipe: recipeOf(algo, config),
    iteration: state.iteration,
    weights: hashArrays([state.parameters]),
    trajectory: played.hash,
  };
}

/** The settings that differ from the learner's defaults, so that a link stays short; the whole config where these would not give it again. */
export function recipeOf(algo: string, config: LearnerConfig): Recipe {
  const learner = learnerOf(algo);
  const short = different(config, learner.defaults);
  const { env } = config as { readonly env?: { readonly id: string; readonly preset: string } };
  if (env !== undefined) short.env = { id: env.id, preset: env.preset, ...different(env, resolveEnv({ id: env.id, preset: env.preset })) };
  try {
    if (JSON.stringify(learner.resolve(short)) === JSON.stringify(config)) return { algo, ...short };
  } catch {
    // then it is the whole config
  }
  return { algo, ...config };
}

const different = (one: object, other: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(one).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify((other as Readonly<Record<string, unknown>>)[name]),
    ),
  );

/** What a repeated training says of the one that a link names, as a sentence. */
export function verdict(wanted: LinkedTraining, found: LinkedTraining): { readonly same: boolean; readonly sentence: string } {
  const short = (hash: string) => `${hash.slice(0, 16)}…`;
  if (found.weights !== wanted.weights)
    return {
      same: false,
      sentence: `Not the same: after ${found.iteration} iterations the weights have SHA-256 ${short(found.weights)}, but the link names ${short(wanted.weights)}. The link was changed, or made by another version.`,
    };
  if (found.trajectory !== wanted.trajectory)
    return {
      same: false,
      sentence: `The weights are the same (${short(found.weights)}), but ${trials} trials played with them have SHA-256 ${short(found.trajectory)} and not ${short(wanted.trajectory)}: the environment is another, or the link was changed.`,
    };
  return {
    same: true,
    sentence: `Verified: ${found.iteration} iterations here gave the same weights (SHA-256 ${short(found.weights)}) and the same ${trials} trials (${short(found.trajectory)}), to the bit.`,
  };
}
