/** Targets of the off-policy critics, by hand. */
import { expect, test } from 'vitest';
import { td3Programs } from '../../src/losses/td3.ts';
import { actorShape, criticShape } from '../../src/policies/actor-critic.ts';
import { numParameters, resolvePolicy } from '../../src/policies/policy.ts';
import { startedTf } from '../tf/tf.ts';

test('a goal is absorbing: where a law ends the episode its reward is paid for ever, elsewhere once and then what the targets say', async () => {
  const tf = await startedTf();
  const shape = resolvePolicy({ kind: 'mlp', hidden: [4], value: false }, { observationSize: 3, actionWidth: 2, head: 'gaussian' });
  const gamma = 0.9;
  const P = numParameters(criticShape(shape));
  // Targets whose nets answer 2 and 3 whatever they read; the smaller counts.
  const criticTargets = new Float32Array(2 * P);
  criticTargets[P - 1] = 2;
  criticTargets[2 * P - 1] = 3;
  const zeros = tf.zeros([numParameters(actorShape(shape))]);
  const nets = { actor: zeros, actorTarget: zeros, critics: tf.zeros([2 * P]), criticTargets: tf.tensor1d(criticTargets) };
  const { critic, actor } = td3Programs(tf, shape, nets, 1, { gamma, targetNoise: 0.2, targetNoiseClip: 0.5, boundWeight: 1 });
  critic.write('uniforms', new Float32Array(4).fill(0.5));
  const target = (reward: number, terminated: number): number => {
    critic.write('rewards', [reward]);
    critic.write('terminated', [terminated]);
    critic.run();
    return critic.number('value');
  };
  expect(target(0, 0)).toBeCloseTo(0.9 * 2, 5);
  expect(target(1, 0)).toBeCloseTo(1 + 0.9 * 2, 5);
  expect(target(1, 1)).toBeCloseTo(10, 5);
  expect(target(0, 1)).toBe(0);
  critic.dispose();
  actor.dispose();
});
