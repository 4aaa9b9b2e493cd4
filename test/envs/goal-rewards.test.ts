/**
 * What goal-conditioned play is paid for: for every family whose tasks are goals, every preset that starts at rest and every reward that its learner accepts, to
 * arrive sooner is worth strictly more, and to stay near the goal without arriving is worth strictly less. The value is that of the learner: Σ γ^t r_t, where the
 * reward of the last step is paid for ever, whether a law or the horizon ended the episode (absorbing goals, src/losses/td3.ts).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { familyIds, familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import type { Executor } from '../../src/workers/executor.ts';
import { release } from '../assembly/modules.ts';

let inline: Executor;
beforeAll(() => {
  inline = createInlineExecutor();
});
afterAll(() => inline?.close());

const [gamma, horizon, seed] = [0.95, 150, 4];

interface Case {
  readonly id: string;
  readonly preset: string;
  readonly reward: string;
  /** A goal, and places beside it from near to far, in its units. */
  readonly goal: readonly [number, number];
  readonly beside: readonly number[];
}

/** A goal of each family, and distances around it at which one may wait. */
const places: Readonly<Record<string, Pick<Case, 'goal' | 'beside'>>> = {
  'PointMass-v0': { goal: [0.35, 0.2], beside: [0.011, 0.02, 0.03, 0.045, 0.055, 0.1, 0.21] },
  'GridNavi-v0': { goal: [3, 2], beside: [-1, 1] },
  // Short of the target: a puck that rolls over it is there for a while.
  'Puck-v0': { goal: [0.2, 0.1], beside: [-0.04, -0.08, -0.13, -0.2] },
};
/** The puck of the others moves or lies where its script has to wait. */
const atRest = (id: string) => Object.keys(familyOf(id).presets).filter((preset) => id !== 'Puck-v0' || preset === 'one-shot');

const cases = familyIds().flatMap((id) =>
  atRest(id).flatMap((preset) => {
    const rewards = familyOf(id).goal?.rewards(resolveEnv({ id, preset })) ?? [];
    return rewards.map((reward): Case => ({ id, preset, reward, ...places[id] }));
  }),
);

/** The way of the oracle to `goal`, [T, A]; once there it stands still. */
async function wayTo(env: api.EnvOptions, goal: readonly number[]): Promise<Float32Array> {
  const told = { ...env, taskList: [goal] };
  const { records, steps } = await api.rollout({ env: told, policy: { kind: 'oracle' }, tasks: 1, seed, keep: 'steps' }, inline);
  const A = records[0].actionSize;
  const actions = new Float32Array(horizon * A);
  actions.set(records[0].actions.subarray(0, steps * A));
  return actions;
}

/** The value of these actions after `idle` steps without any, and whether they end at the goal. */
function worth(env: api.EnvOptions, goal: readonly number[], actions: Float32Array, idle: number) {
  const config = resolveEnv({ ...env, context: true });
  const world = new VectorEnv(release, config, 1);
  const A = actions.length / horizon;
  world.reset({ seed, tasks: Float32Array.from(goal) });
  let [value, last, t, arrived] = [0, 0, 0, false];
  for (; t < horizon && !arrived; t++) {
    const at = (t - idle) * A;
    const { rewards, terminated } = world.step(t < idle ? new Float32Array(A) : actions.slice(at, at + A));
    last = rewards[0];
    value += gamma ** t * last;
    arrived = terminated[0] === 1;
  }
  world.close();
  const ends = familyOf(config.id).ends?.(config) === true;
  return { value: value + (gamma ** t * last) / (1 - gamma), arrived: ends ? arrived : last > 0 };
}

test('every family with goals has a goal here', () => {
  expect(familyIds().filter((id) => familyOf(id).goal !== undefined)).toEqual(Object.keys(places));
});

describe.each(cases)('$id $preset, reward $reward', ({ id, preset, reward, goal, beside }) => {
  const env = { id, preset, reward, horizon, episodes: 1 };

  test('arriving sooner is worth more than arriving later, and arriving at all more than waiting beside the goal', async () => {
    const way = await wayTo(env, goal);
    const arrivals = [0, 1, 5, 20].map((idle) => worth(env, goal, way, idle));
    expect(arrivals.every(({ arrived }) => arrived)).toBe(true);
    arrivals.slice(1).forEach(({ value }, i) => {
      expect(value).toBeLessThan(arrivals[i].value);
    });
    const waits = [];
    for (const away of beside) waits.push(worth(env, goal, await wayTo(env, [goal[0] + away, goal[1]]), 0));
    const hovers = waits.filter(({ arrived }) => !arrived);
    expect(hovers.length).toBeGreaterThan(0);
    const latest = arrivals[arrivals.length - 1].value;
    for (const { value } of hovers) expect(value).toBeLessThan(latest);
  });
});
