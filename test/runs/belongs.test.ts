import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, mustBelong } from '../../src/runs/checkpoint.ts';

const config = { env: { id: 'Bandit-v0', arms: 5 }, seed: 1, iterations: 10, policy: { kind: 'mlp', hidden: [8, 16] } };
const checkpoint = decodeCheckpoint(encodeCheckpoint('rl2', config, { iteration: 3 }), 'a test');

test('a checkpoint belongs to its config, whatever the order of the fields', () => {
  const { policy, env, ...rest } = config;
  mustBelong(checkpoint, 'rl2', { policy, ...rest, env: { arms: env.arms, id: env.id } }, 'run');
});

test.each([
  [{ ...config, seed: 2 }, 'different seed'],
  [{ ...config, env: { ...config.env, arms: 6 } }, 'different env'],
  [{ ...config, policy: { kind: 'mlp', hidden: [16, 8] } }, 'different policy'],
])('not to another one: %j', (other, why) => {
  expect(() => mustBelong(checkpoint, 'rl2', other, 'run')).toThrow(why);
});
