/** A small checkpoint that names a huge net costs nothing: sizes are compared before anything is made. */
import { expect, test } from 'vitest';
import { algorithms, learnerOf } from '../../src/algorithms/registry.ts';
import { rl2 } from '../../src/algorithms/rl2.ts';
import { mustHaveRoom, within } from '../../src/core/room.ts';

test('a state of 600 bytes for a net of 4096 × 4 units is refused without drawing a weight', () => {
  const config = rl2.resolve({ env: 'PointMass-v0', policy: { kind: 'gru', hidden: 4096, depth: 4 } } as never);
  const small = rl2.initial(rl2.resolve({ env: 'PointMass-v0', policy: { kind: 'gru', hidden: 4 } } as never));
  const before = process.memoryUsage().arrayBuffers;
  for (const state of [small, {}, { parameters: new Float32Array(3) }, null, [], 7])
    expect(() => rl2.check(config, state)).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' }));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24); // the net alone has 1.6 GB
});

test('the states of all learners pass their own check', () => {
  for (const name of algorithms) {
    const learner = learnerOf(name);
    const env = name === 'goal-conditioned' ? { id: 'GridNavi-v0', reward: 'exact', episodes: 1 } : 'PointMass-v0';
    const given = { env, envs: [env] };
    const config = learner.resolve(Object.fromEntries(Object.entries(given).filter(([part]) => Object.hasOwn(learner.parts, part))));
    const state = learner.initial(config as never);
    expect(learner.check(config as never, state)).toBe(state);
  }
});

test('a replay that no array can hold is refused with its size', () => {
  const title = (work: () => unknown) =>
    expect(work).toThrow(expect.objectContaining({ code: 'E_ARGUMENT', message: expect.stringContaining('"replay" expected at most') }));
  title(() => mustHaveRoom('replay', 2 ** 40));
  expect(() => within(10, () => mustHaveRoom('replay', 11))).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_CORRUPT' }));
  expect(() => mustHaveRoom('replay', 11)).not.toThrow();
});
