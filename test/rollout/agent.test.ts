/** An agent that acts step by step takes the actions of whole rollouts, to the bit, in every family and with every memory; and refuses what does not fit. */
import { beforeAll, describe, expect, test } from 'vitest';
import { split } from '../../src/core/philox.ts';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import type { EnvOptions } from '../../src/envs/spec.ts';
import { loadEnv } from '../../src/envs/user/load-env.ts';
import { VectorEnv } from '../../src/envs/vector-env.ts';
import { type PolicySpec, resolvePolicy } from '../../src/policies/policy.ts';
import { Agent } from '../../src/rollout/agent.ts';
import { Collector } from '../../src/rollout/collector.ts';
import { release } from '../assembly/modules.ts';
import { wildParameters } from './play.ts';

const seed = 9;
const firstTask = 40;
const N = 6;

interface Case {
  readonly env: EnvOptions;
  readonly policy: PolicySpec;
  readonly greedy: boolean;
  readonly forget?: boolean;
}

/** The actions of a whole rollout and those of an agent that steps the same environments by hand, for every step that counts. */
function bothWays({ env, policy, greedy, forget = false }: Case) {
  const config = resolveEnv(env);
  const shape = resolvePolicy(policy, portsOf(config));
  const parameters = wildParameters(shape, 0.4);
  const collector = new Collector(new Engine(release), config, shape, N, true);
  collector.run(parameters, { seed, split: split.test, firstTask }, greedy, forget);
  const { actions, valid, taken, actionSize: A, logProbabilities, values, rewards } = collector.record();

  const vector = new VectorEnv(release, config, N);
  const agent = new Agent(release, { env: config, policy, parameters }, { numEnvs: N, greedy, forget });
  let { observations } = vector.reset({ seed, split: 'test', firstTask });
  agent.reset({ seed, split: 'test', firstTask });
  const whole: number[] = [];
  const stepped: number[] = [];
  let last: Parameters<Agent['act']>[1];
  for (let t = 0; t < taken; t++) {
    const acted = agent.act(observations, last);
    for (let n = 0; n < N; n++) {
      if (valid[t * N + n] === 0) continue;
      for (let a = 0; a < A; a++) {
        whole.push(actions[(t * N + n) * A + a]);
        stepped.push(acted[n * A + a]);
      }
      if (policy.kind === 'random') continue;
      whole.push(logProbabilities[t * N + n], values[t * N + n]);
      stepped.push(agent.logProbabilities[n], agent.values?.[n] ?? Number.NaN);
    }
    const after = vector.step(acted);
    last = after;
    observations = after.observations;
    for (let n = 0; n < N; n++)
      if (valid[t * N + n] === 1) {
        whole.push(rewards[t * N + n]);
        stepped.push(after.rewards[n]);
      }
  }
  vector.close();
  agent.close();
  return { whole, stepped };
}

const gru: PolicySpec = { kind: 'gru', hidden: 12 };
const environments: Record<string, EnvOptions> = {
  'point mass, arrival ends': { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 30, episodes: 2 },
  'point mass, told': { id: 'PointMass-v0', preset: 'walking-direction', context: true },
  grid: { id: 'GridNavi-v0', episodes: 2 },
  'bandit of 7 arms': { id: 'Bandit-v0', arms: 7 },
  mdp: { id: 'TabularMdp-v0', episodes: 2 },
  puck: { id: 'Puck-v0', horizon: 40, episodes: 2 },
  runner: { id: 'Runner-v1', horizon: 30 },
  'hopper, falling': { id: 'Hopper-v1', horizon: 60 },
  'pendulum of a user': { id: 'HiddenMassPendulum-v0', horizon: 40 },
};

beforeAll(async () => {
  await loadEnv(new URL('../../examples/environments/pendulum.mjs', import.meta.url));
});

describe.each(Object.entries(environments))('%s', (_, env) => {
  test.each([true, false])('the same actions, values and rewards as a whole rollout; greedy: %s', (greedy) => {
    const { whole, stepped } = bothWays({ env, policy: gru, greedy });
    expect(whole.length).toBeGreaterThan(50);
    expect(stepped).toEqual(whole);
  });
});

describe.each<[string, PolicySpec]>([
  ['mlp on observations', { kind: 'mlp', hidden: [16, 8] }],
  ['mlp on the trial', { kind: 'mlp', hidden: [16], activation: 'relu', inputs: 'trial' }],
  ['lstm', { kind: 'lstm', hidden: 8 }],
  ['mingru', { kind: 'mingru', hidden: 8 }],
  ['three lstm cells with a readout', { kind: 'lstm', hidden: 8, depth: 3, readout: [12] }],
  ['two mingru cells on observations', { kind: 'mingru', hidden: 8, depth: 2, inputs: 'observation' }],
  ['random', { kind: 'random' }],
])('%s', (_, policy) => {
  test.each([false, true])('the same as a whole rollout where episodes fall at different times; forgets: %s', (forget) => {
    const { whole, stepped } = bothWays({ env: environments['hopper, falling'], policy, greedy: false, forget });
    expect(stepped).toEqual(whole);
  });
});

const grid = resolveEnv('GridNavi-v0');
const agentOf = (env = grid, policy: PolicySpec = gru, options = {}) =>
  new Agent(release, { env, policy, parameters: wildParameters(resolvePolicy(policy, portsOf(env))) }, options);
const start = (cell: number) => Float32Array.from({ length: 25 }, (_, i) => (i === cell ? 1 : 0));
const on = { reward: 0.5, terminated: false, truncated: false };

describe('its memory', () => {
  test.each<[string, PolicySpec, number]>([
    ['gru', { kind: 'gru', hidden: 12, inputs: 'observation' }, 12],
    ['lstm', { kind: 'lstm', hidden: 8, inputs: 'observation' }, 16],
    ['two mingru', { kind: 'mingru', hidden: 8, depth: 2, inputs: 'observation' }, 16],
    ['mlp', { kind: 'mlp', hidden: [8] }, 0],
  ])('of %s can be seen and put back: what follows is the same', (_, policy, size) => {
    const agent = agentOf(grid, policy, { greedy: true, numEnvs: 3 });
    const rows = (cell: number) => Float32Array.from([cell, cell + 1, cell + 2].flatMap((c) => [...start(c)]));
    const outcome = { rewards: [0.1, 0.2, 0.3], terminated: [0, 0, 0], truncated: [0, 1, 0] };
    expect(agent.hiddenSize).toBe(size);
    expect([...agent.hidden]).toEqual(new Array(3 * size).fill(0));
    agent.act(rows(0));
    agent.act(rows(1), outcome);
    const kept = agent.hidden;
    if (size > 0) expect(new Set(kept).size).toBeGreaterThan(size);
    agent.act(rows(2), outcome);
    const [once, after] = [agent.distribution, agent.hidden];
    agent.act(rows(7), outcome);
    agent.hidden = kept;
    agent.act(rows(2), outcome);
    expect(agent.distribution).toEqual(once);
    expect(agent.hidden).toEqual(after);
  });

  test('is emptied by reset, by forgetting at the end of an episode, and by nothing else', () => {
    const agent = agentOf();
    agent.act(start(0));
    agent.act(start(1), on);
    const before = agent.hidden;
    agent.act(start(0), { ...on, truncated: true });
    expect(agent.hidden).not.toEqual(before);
    const fresh = agentOf();
    fresh.act(start(0));
    expect(agent.hidden).not.toEqual(fresh.hidden);
    agent.forget = true;
    agent.act(start(0), { ...on, terminated: true });
    expect(agent.hidden).toEqual(fresh.hidden);
    agent.forget = false;
    agent.act(start(0), on);
    expect(agent.hidden).not.toEqual(fresh.hidden);
    agent.reset();
    agent.act(start(0));
    expect(agent.hidden).toEqual(fresh.hidden);
  });

  test('stays while newer weights come', () => {
    const agent = agentOf();
    agent.act(start(0));
    const [before, weights] = [agent.hidden, agent.parameters];
    agent.update({ parameters: weights.map((w) => w / 2) });
    expect(agent.hidden).toEqual(before);
    expect(agent.parameters).not.toEqual(weights);
  });
});

test('what it reads is (o, 0, 0, 1) first, then the action, the reward and the end of the step before', () => {
  const agent = agentOf();
  const [action] = agent.act(start(0));
  expect([...agent.inputs]).toEqual([...start(0), 0, 0, 0, 0, 0, 0, 1]);
  agent.act(start(5), { reward: -0.5, terminated: false, truncated: true });
  const oneHot = [0, 1, 2, 3, 4].map((a) => (a === action ? 1 : 0));
  expect([...agent.inputs]).toEqual([...start(5), ...oneHot, -0.5, 1]);
});

describe('a policy that is told its task', () => {
  const env = resolveEnv({ id: 'PointMass-v0', preset: 'reach', context: true, goal: ['x'] });
  test('reads it off the observation, or is told, and the coordinates that do not count are 0', () => {
    const agent = agentOf(env, { kind: 'mlp', hidden: [8] });
    agent.act([0.1, 0.2, 0.7, 0]);
    const seen = agent.distribution;
    agent.reset({ tasks: [0.7, 0.4] });
    agent.act([0.1, 0.2]);
    expect(agent.distribution).toEqual(seen);
    agent.tell([-0.7, 0.4]);
    agent.act([0.1, 0.2], on);
    expect([...agent.inputs]).toEqual([0.1, 0.2, -0.7, 0].map(Math.fround));
    expect(agent.distribution).not.toEqual(seen);
  });
  test('must be told', () => {
    expect(() => agentOf(env, { kind: 'mlp', hidden: [8] }).act([0.1, 0.2])).toThrow(/or 2 with the tasks told by reset or tell/);
  });
});

describe('is refused, before anything has changed:', () => {
  const agent = agentOf();
  agent.act(start(0));
  const before = agent.hidden;
  test.each<[string, () => unknown, RegExp]>([
    ['an observation of another size', () => agent.act([1, 0], on), /"observation" expected 25 numbers \(1 × 25\)/],
    ['an observation that is not finite', () => agent.act(start(0).fill(Number.NaN), on), /"observation" expected finite numbers, got NaN/],
    ['a second step without a reward', () => agent.act(start(0)), /"last" expected the reward and the flags of the step before/],
    ['a step without a reward', () => agent.act(start(0), { terminated: true }), /"last.reward" expected the reward of the step before/],
    ['an infinite reward', () => agent.act(start(0), { ...on, reward: Infinity }), /"last.rewards" expected finite numbers, got Infinity/],
    [
      'rewards of others',
      () => agent.act(start(0), { ...on, rewards: [1, 2] }),
      /"last.reward" expected 1 values, one for each environment/,
    ],
    ['a memory of another size', () => (agent.hidden = [1]), /"hidden" expected 12 numbers \(1 environments × 12\)/],
    ['weights of another policy', () => (agent.parameters = new Float32Array(3)), /"parameters" expected Float32Array of length/],
    ['a task for a policy that is not told', () => agent.tell([1, 2]), /"tasks" expected nothing: this policy is not told its task/],
    ['an unknown option', () => agent.reset({ sed: 1 } as object), /sed/],
    ['the oracle', () => agentOf(grid, { kind: 'oracle' }), /the oracle is asked of its environment/],
  ])('%s', (_, work, message) => {
    expect(work).toThrow(message);
    expect(agent.hidden).toEqual(before);
  });
  test('anything after close', () => {
    const closed = agentOf();
    closed.close();
    closed.close();
    expect(() => closed.act(start(0))).toThrow(expect.objectContaining({ code: 'E_CLOSED' }));
  });
});
