/**
 * One off-policy update against plain f64 arithmetic: targets, both critics' gradient and the actor's, each through its first Adam step, which moves every
 * parameter by learningRate · g/(|g| + ε): so signs and ratios of gradients are what is compared, and the loss to 1e-5.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Td3Nets } from '../../src/jobs/off-policy-data.ts';
import { OffPolicyNets } from '../../src/jobs/off-policy-nets.ts';
import type { OffPolicyBatch } from '../../src/losses/td3.ts';
import { adamState } from '../../src/optim/adam.ts';
import { actorShape, criticShape } from '../../src/policies/actor-critic.ts';
import { initialParameters, numParameters, type PolicyShape, resolvePolicy } from '../../src/policies/policy.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { referencePolicy } from '../reference/policy.ts';
import { sequence, startedTf } from '../tf/tf.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

const options = { gamma: 0.9, learningRate: 0.01, targetRate: 0.1, targetNoise: 0.2, targetNoiseClip: 0.5, boundWeight: 2 };
const B = 6;
const next = sequence(8);
const spec = { kind: 'mlp', hidden: [8, 4], activation: 'tanh', value: false } as const;

function setUp(shape: PolicyShape): { nets: Td3Nets; batch: OffPolicyBatch } {
  const critic = criticShape(shape);
  const P = numParameters(critic);
  const discrete = shape.head === 'categorical';
  // Large heads, so that some means lie beyond the bounds.
  const shaken = (flat: Float32Array) => flat.map((x) => x + 0.6 * next());
  const actor = discrete ? new Float32Array(0) : shaken(initialParameters(actorShape(shape), 1));
  const critics = shaken(new Float32Array(2 * P).map((_, i) => initialParameters(critic, 2)[i % P]));
  const A = discrete ? 1 : shape.headSize;
  const rows = (width: number, of = next) => Float32Array.from({ length: B * width }, of);
  return {
    nets: {
      actor,
      actorTarget: shaken(actor),
      actorAdam: adamState(actor.length),
      critics,
      criticTargets: shaken(critics),
      criticAdam: adamState(2 * P),
      updates: 1,
    },
    batch: {
      updates: 1,
      size: B,
      observations: rows(shape.inputSize),
      next: rows(shape.inputSize),
      actions: discrete ? rows(1, () => Math.floor(1.5 * (next() + 1))) : rows(A, () => 1.4 * next()),
      rewards: rows(1, () => (next() > 0 ? 1 : 0)),
      terminated: Float32Array.from({ length: B }, (_, i) => (i === 2 ? 1 : 0)),
      uniforms: Float32Array.from({ length: 2 * B * A }, () => (next() + 1) / 2),
    },
  };
}

const clip = (x: number, most: number) => Math.max(-most, Math.min(most, x));

/** Q_i(s, ·) or Q_i(s, a) of one row. */
function critics(shape: PolicyShape, flat: Float32Array, s: ArrayLike<number>, a: readonly number[]): number[][] {
  const critic = criticShape(shape);
  const P = numParameters(critic);
  const input = shape.head === 'categorical' ? Array.from(s) : [...Array.from(s), ...a];
  return [0, 1].map((i) => referencePolicy(critic, flat.subarray(i * P, (i + 1) * P)).forward(input).head);
}

function lossesOf(shape: PolicyShape, nets: Td3Nets, batch: OffPolicyBatch) {
  const discrete = shape.head === 'categorical';
  const A = discrete ? 1 : shape.headSize;
  const I = shape.inputSize;
  const actor = (flat: Float32Array) => referencePolicy(actorShape(shape), flat);
  const P = numParameters(criticShape(shape));
  const targets = Array.from({ length: B }, (_, n) => {
    const s = batch.next.subarray(n * I, (n + 1) * I);
    let values: number[];
    if (discrete) {
      const [judge] = critics(shape, nets.critics, s, []);
      const best = judge.indexOf(Math.max(...judge));
      values = critics(shape, nets.criticTargets, s, []).map((q) => q[best]);
    } else {
      const a = actor(nets.actorTarget)
        .forward(s)
        .head.map((mean, k) => {
          const [u, v] = [batch.uniforms[n * A + k], batch.uniforms[B * A + n * A + k]];
          const noise = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
          return clip(mean + clip(options.targetNoise * noise, options.targetNoiseClip), 1);
        });
      values = critics(shape, nets.criticTargets, s, a).map(([q]) => q);
    }
    // A goal is absorbing: the reward of a step that ended the episode is paid for ever.
    const ended = batch.terminated[n] === 1;
    const y = ended ? batch.rewards[n] / (1 - options.gamma) : batch.rewards[n] + options.gamma * Math.min(...values);
    return Math.max(0, Math.min(1 / (1 - options.gamma), y));
  });
  const critic = (flat: Float32Array) =>
    targets.reduce((sum, y, n) => {
      const given = Array.from(batch.actions.subarray(n * A, (n + 1) * A));
      const both = critics(
        shape,
        flat,
        batch.observations.subarray(n * I, (n + 1) * I),
        given.map((a) => clip(a, 1)),
      );
      return sum + both.reduce((all, q) => all + (q[discrete ? given[0] : 0] - y) ** 2, 0) / B;
    }, 0);
  const policy = (flat: Float32Array, judges: Float32Array) => {
    let sum = 0;
    for (let n = 0; n < B; n++) {
      const s = batch.observations.subarray(n * I, (n + 1) * I);
      const means = actor(flat).forward(s).head;
      sum -=
        critics(
          shape,
          judges,
          s,
          means.map((mean) => clip(mean, 1)),
        )[0][0] / B;
      for (const mean of means) sum += (options.boundWeight * Math.max(0, Math.abs(mean) - 1) ** 2) / B;
    }
    return sum;
  };
  return { critic, policy, P, target: targets.reduce((a, b) => a + b, 0) / B };
}

/** The first Adam step from a gradient by central differences. */
function stepped(flat: Float32Array, loss: (flat: Float32Array) => number): { moved: Float32Array; sure: boolean[] } {
  const gradient = Array.from(flat, (_, i) => {
    const h = 2 ** -10;
    const at = (by: number) => loss(flat.map((x, j) => (j === i ? x + by : x)));
    return (at(h) - at(-h)) / (2 * h);
  });
  return {
    moved: flat.map((x, i) => x - (options.learningRate * gradient[i]) / (Math.abs(gradient[i]) + 1e-5)),
    sure: gradient.map((g) => Math.abs(g) > 1e-2),
  };
}

describe.each([
  ['box', resolvePolicy(spec, { observationSize: 5, actionWidth: 2, head: 'gaussian' })],
  ['discrete', resolvePolicy(spec, { observationSize: 5, actionWidth: 3, head: 'categorical' })],
] as const)('%s', (_, shape) => {
  test('one update is that of the equations; targets follow', () => {
    const { nets, batch } = setUp(shape);
    const before = structuredClone(nets);
    const exact = lossesOf(shape, before, batch);
    const learner = new OffPolicyNets(tf, shape, B, options);
    const sums = learner.update(nets, batch, options);
    expect(Math.abs(sums.criticLoss / exact.critic(before.critics) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(sums.value / exact.target - 1)).toBeLessThan(1e-5);
    const compare = (own: Float32Array, { moved, sure }: ReturnType<typeof stepped>) => {
      expect(sure.filter(Boolean).length).toBeGreaterThan(own.length / 4);
      own.forEach((value, i) => {
        if (sure[i]) expect(Math.abs(value - moved[i])).toBeLessThan(2e-5);
      });
    };
    compare(nets.critics, stepped(before.critics, exact.critic));
    if (shape.head === 'gaussian')
      compare(
        nets.actor,
        stepped(before.actor, (flat) => exact.policy(flat, nets.critics)),
      );
    nets.criticTargets.forEach((value, i) => {
      expect(value).toBeCloseTo(0.9 * before.criticTargets[i] + 0.1 * nets.critics[i], 5);
    });
    expect(nets.updates).toBe(2);
    learner.dispose();
  });

  test('replayed updates are those of tfjs to the bit, and take no more tensors', () => {
    const { nets, batch } = setUp(shape);
    const [first, second] = [structuredClone(nets), structuredClone(nets)];
    const learner = new OffPolicyNets(tf, shape, B, options);
    const before = tf.memory().numTensors;
    // Each new learner's first update is tfjs's own; this one's fourth and later are replayed.
    for (let i = 0; i < 6; i++) learner.update(first, batch, options);
    for (let i = 0; i < 6; i++) {
      const fresh = new OffPolicyNets(tf, shape, B, options);
      fresh.update(second, batch, options);
      fresh.dispose();
    }
    expect(second).toEqual(first);
    const after = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) learner.update(first, batch, options);
    expect(tf.memory().numTensors).toBe(after);
    expect(after).toBeGreaterThanOrEqual(before);
    learner.dispose();
  });
});
