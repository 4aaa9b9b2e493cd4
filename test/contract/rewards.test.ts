/**
 * A reward never changes without a new name, or a new version of the family's id. `rewards.json` holds a hash for each (id, reward) that was ever registered: of the
 * rewards of fixed trajectories, of random play, of noise and of the oracle, on fixed tasks of one preset. `UPDATE_REWARDS=1 npx vitest run test/contract/rewards.test.ts` adds those of new
 * names; it never overwrites one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createInlineExecutor } from 'wasmeta/inline';
import { hashArrays } from '../../src/core/hash.ts';
import { families, familyOf, hasOracle, portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { type RolloutOptions, rollout } from '../../src/evaluation/rollouts.ts';
import { numParameters, resolvePolicy } from '../../src/policies/policy.ts';

const file = new URL('rewards.json', import.meta.url);
const pinned = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { preset: string; hash: string }>;
const executor = createInlineExecutor();
const play = { tasks: 32, seed: 7, keep: 'steps' } as const;

const names = families.flatMap(({ id, rewards }) => Object.keys(rewards).map((reward) => [id, reward] as const));

/** The first preset that takes the reward. */
function presetOf(id: string, reward: string): string {
  const { presets, defaultPreset } = familyOf(id);
  const takes = (preset: string) => {
    try {
      return resolveEnv({ id, preset, reward }).reward === reward;
    } catch {
      return false;
    }
  };
  return [defaultPreset, ...Object.keys(presets)].find(takes) ?? defaultPreset;
}

async function rewardsOf(id: string, preset: string, reward: string): Promise<Float32Array[]> {
  const env = { id, preset, reward, episodes: 2 };
  // Random actions lie within the bounds of a box; those of a policy whose weights are all 0 are N(0, 1) and leave it.
  const noise = { kind: 'mlp', hidden: [4] } as const;
  const parameters = new Float32Array(numParameters(resolvePolicy(noise, portsOf(resolveEnv(env)))));
  const plays: Pick<RolloutOptions, 'policy' | 'parameters'>[] = [
    { policy: { kind: 'random' } },
    { policy: noise, parameters },
    ...(hasOracle(env) ? [{ policy: { kind: 'oracle' } } as const] : []),
  ];
  const played: Float32Array[] = [];
  for (const one of plays) {
    const { records } = await rollout({ ...play, env, ...one }, executor);
    played.push(...records.map(({ rewards, valid }) => rewards.map((value, i) => (valid[i] === 1 ? value : 0))));
  }
  return played;
}

test.each(names)('%s, reward %s: the same as ever on the same trajectories', async (id, reward) => {
  const name = `${id} ${reward}`;
  const preset = pinned[name]?.preset ?? presetOf(id, reward);
  const rewards = await rewardsOf(id, preset, reward);
  expect(
    rewards.some((values) => values.some((value) => value !== 0)),
    'the trajectories never meet the reward',
  ).toBe(true);
  const hash = hashArrays(rewards);
  if (process.env.UPDATE_REWARDS === '1' && pinned[name] === undefined) {
    pinned[name] = { preset, hash };
    writeFileSync(file, `${JSON.stringify(pinned, null, 2)}\n`);
  }
  expect(pinned[name], `${name} is new: UPDATE_REWARDS=1 pins it`).toBeDefined();
  expect(
    hash,
    `${name} pays otherwise than it did. A reward (or the dynamics under it) never changes without a new name or a new version of the id: results of both would stand under one name.`,
  ).toBe(pinned[name].hash);
});
