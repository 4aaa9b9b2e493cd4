/** Agents of every learner: loaded from a run, bytes, an address or a training, they act as the learner's rollouts do; those that adapt take the step of their training. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  algorithms,
  createAgent,
  encodeCheckpoint,
  exactPosterior,
  goalChances,
  goalConditioned,
  learnerOf,
  loadAgent,
  make,
  makeVec,
  maml,
  multiTask,
  openRun,
  rl2,
  rollout,
  supervisedMaml,
  varibad,
} from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import { encodeAgent } from '../../src/agents/agent-file.ts';
import { split } from '../../src/core/philox.ts';
import { decodingOf } from '../../src/envs/decoding.ts';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf } from '../../src/envs/registry.ts';
import type { AdaptJob } from '../../src/jobs/maml.ts';
import type { BeliefsJob } from '../../src/jobs/varibad.ts';
import { resolvePolicy } from '../../src/policies/policy.ts';
import { Collector } from '../../src/rollout/collector.ts';
import { playTask } from '../../src/rollout/task-paths.ts';
import { release } from '../assembly/modules.ts';

const executor = createInlineExecutor();
afterAll(() => executor.close());

const hidden = [8];
const point = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 12 } as const;
const navigation = { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 15 } as const;
const short = { tasks: 8, shards: 2, iterations: 2, seed: 5 } as const;
/** Options of a short training, by learner; the multi-task policy's second environment is asked for. */
const options: Record<string, { options: object; environment?: number }> = {
  rl2: { options: { ...short, env: point, minibatches: 2, policy: { kind: 'gru', hidden: 8 } } },
  varibad: { options: { ...short, env: { id: 'GridNavi-v0' }, minibatches: 2, policy: { kind: 'gru', hidden: 8, readout: [8] } } },
  maml: { options: { ...short, env: navigation, episodes: 4, policy: { kind: 'mlp', hidden, value: false } } },
  'goal-conditioned': { options: { ...short, env: { id: 'PointMass-v0', preset: 'reach' }, warmup: 0, batch: 32, updates: 4 } },
  'multi-task': { options: { ...short, envs: [point, { id: 'Puck-v0', horizon: 20 }], minibatches: 2 }, environment: 1 },
};

async function trained(algo: string) {
  const learner = learnerOf(algo);
  const config = learner.resolve(options[algo].options);
  let state = learner.initial(config);
  for await (const iteration of learner.train(config, executor)) state = iteration.state;
  return { learner, algo, config, state };
}

test('every learner with an environment is here', () => {
  expect(Object.keys(options).sort()).toEqual(algorithms.filter((name) => name !== supervisedMaml.name).sort());
  expect([rl2, varibad, maml, goalConditioned, multiTask].map(({ name }) => name).sort()).toEqual(Object.keys(options).sort());
});

describe.each(Object.keys(options))('%s', (algo) => {
  test('acts as its rollouts do, sampled and greedy, to the bit', async () => {
    const { learner, config, state } = await trained(algo);
    const { environment = 0 } = options[algo];
    const { env, policy, parameters } = learner.acting(config, state)[environment];
    const bytes = encodeCheckpoint(algo, config as object, state);
    for (const greedy of [true, false]) {
      const agent = await loadAgent(bytes, { numEnvs: 5, greedy, environment });
      expect(agent.env).toEqual(env);
      const { records, hash: _ } = await rollout(
        { env, policy, parameters, tasks: 5, seed: 3, greedy, split: 'test', keep: 'steps' },
        executor,
      );
      const { actions, actionSize: A, steps, valid } = records[0];
      const envs = await makeVec(agent.env, { numEnvs: 5 });
      let { observations } = envs.reset({ seed: 3, split: 'test' });
      agent.reset({ seed: 3 });
      let last: ReturnType<typeof envs.step> | undefined;
      for (let t = 0; t < steps; t++) {
        const acted = agent.act(observations, last);
        for (let n = 0; n < 5; n++) {
          if (valid[t * 5 + n] === 0) continue;
          const at = (t * 5 + n) * A;
          expect(acted.slice(n * A, (n + 1) * A)).toEqual(actions.slice(at, at + A));
        }
        last = envs.step(acted);
        observations = last.observations;
      }
      envs.close();
      agent.close();
    }
  });
});

test('a goal-conditioned agent acts greedily unless it is asked not to, and the others sample', async () => {
  for (const algo of Object.keys(options)) {
    const config = learnerOf(algo).resolve(options[algo].options);
    const agent = await loadAgent({ algo, config, state: learnerOf(algo).initial(config) });
    expect(agent.greedy).toBe(algo === goalConditioned.name);
    agent.close();
  }
});

test('a run, its bytes, its file, an address and the training give the same agent', async () => {
  const { config, state, algo } = await trained('rl2');
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  const run = await openRun(join(folder, 'run'));
  await run.begin({ algo, config: config as object, version: '0', commit: null, modules: {}, started: '2026-01-01T00:00:00.000Z' });
  await run.save(algo, config as object, state, 1);
  const bytes = encodeCheckpoint(algo, config as object, state);
  const file = join(folder, 'weights.safetensors');
  writeFileSync(file, bytes);
  const sources = [
    join(folder, 'run'),
    bytes,
    Buffer.from(bytes),
    file,
    pathToFileURL(file),
    pathToFileURL(file).href,
    { algo, config, state },
  ];
  for (const source of sources) {
    const agent = await loadAgent(source);
    expect(agent.parameters).toEqual(state.parameters);
    agent.close();
  }
  await loadAgent(join(folder, 'run'), { checkpoint: 'best' });
});

describe('what can’t be loaded says why:', () => {
  test.each<[string, unknown, object, string]>([
    ['no run', '/nowhere/at/all', {}, 'E_IO'],
    ['no file', '/nowhere/weights.safetensors', {}, 'E_IO'],
    ['bytes that are no checkpoint', new Uint8Array(100), {}, 'E_CHECKPOINT_CORRUPT'],
    ['a number', 7, {}, 'E_ARGUMENT'],
    ['a learner that is not known', { algo: 'rl3', config: {}, state: {} }, {}, 'E_UNKNOWN_NAME'],
    ['an unknown option', '/nowhere', { numEnv: 2 }, 'E_UNKNOWN_NAME'],
  ])('%s', async (_, source, given, code) => {
    await expect(loadAgent(source as string, given)).rejects.toMatchObject({ code });
  });
  test('a learner without an environment', async () => {
    const config = supervisedMaml.resolve({});
    await expect(loadAgent({ algo: supervisedMaml.name, config, state: supervisedMaml.initial(config) })).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
    });
  });
});

test('the belief is that of the model, after every step', async () => {
  const { config: resolved, state: last } = await trained('varibad');
  const config = varibad.resolve(resolved as Parameters<typeof varibad.resolve>[0]);
  const state = varibad.check(config, last);
  const { env, policy } = config;
  const trials = { env, policy, parameters: state.parameters, seed: 3, split: split.test, firstTask: 0, numTasks: 4, greedy: true };
  const spec = { latent: config.latent, decoder: config.decoder, ...decodingOf(env, config) };
  const job: BeliefsJob = { kind: 'beliefs', shard: 0, trials, model: state.model, spec, asked: new Float32Array(25), samples: 1 };
  const [{ beliefs, record }] = await executor.run([job]);
  const agent = await loadAgent({ algo: 'varibad', config, state }, { numEnvs: 4, greedy: true });
  const envs = await makeVec(env, { numEnvs: 4 });
  let { observations } = envs.reset({ seed: 3, split: 'test' });
  let outcome: ReturnType<typeof envs.step> | undefined;
  let furthest = 0;
  const Z = config.latent;
  for (let t = 0; t < record.steps; t++) {
    outcome = envs.step(agent.act(observations, outcome));
    observations = outcome.observations;
    const { mean, logVariance } = agent.belief as NonNullable<typeof agent.belief>;
    for (let n = 0; n < 4; n++)
      for (let z = 0; z < Z; z++) {
        const at = (t * 4 + n) * 2 * Z + z;
        furthest = Math.max(furthest, Math.abs(mean[n * Z + z] - beliefs[at]), Math.abs(logVariance[n * Z + z] - beliefs[at + Z]));
      }
  }
  expect(furthest).toBeLessThan(2e-5);
  const gru = await createAgent({ env: 'GridNavi-v0', policy: { kind: 'gru', hidden: 8 } });
  expect(gru.belief).toBeNull();
});

test('expects the rewards that its model decodes, and says so where it has none', async () => {
  const { config: resolved, state: last } = await trained('varibad');
  const config = varibad.resolve(resolved as Parameters<typeof varibad.resolve>[0]);
  const state = varibad.check(config, last);
  const { env, policy } = config;
  const posterior = exactPosterior(env);
  if (posterior === null) throw new Error('GridNavi has one');
  const asked = Float32Array.from(posterior.reached.flat());
  const trials = { env, policy, parameters: state.parameters, seed: 0, split: split.test, firstTask: 0, numTasks: 1, greedy: true };
  const spec = { latent: config.latent, decoder: config.decoder, ...decodingOf(env, config) };
  const job: BeliefsJob = { kind: 'beliefs', shard: 0, trials, model: state.model, spec, asked, samples: 32 };
  const [{ expected, record }] = await executor.run([job]);
  const [acting] = learnerOf('varibad').acting(config, state);
  for (const source of [{ algo: 'varibad', config, state }, encodeAgent('varibad', acting)]) {
    const agent = await loadAgent(source, { greedy: true });
    expect(agent.rewardInputs).toEqual(['next']);
    const envs = await make(env);
    let { observation } = envs.reset({ seed: 0, split: 'test' });
    let outcome: ReturnType<typeof envs.step> | undefined;
    const G = posterior.tasks.length;
    for (let t = 0; t < env.horizon; t++) {
      outcome = envs.step(agent.act(observation, outcome));
      observation = outcome.observation;
      const rewards = agent.expectedRewards(asked);
      rewards.forEach((reward, g) => {
        expect(reward).toBeCloseTo(expected[t * record.numTrials * G + g], 4);
      });
      const chances = goalChances(agent, posterior);
      expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(chances.indexOf(Math.max(...chances))).toBe(rewards.indexOf(Math.max(...rewards)));
    }
    agent.update(state); // the newest weights of a training, given whole
    expect(() => agent.expectedRewards([1, 2])).toThrow(/"steps" expected rows of 25 numbers/);
    envs.close();
  }
  const gru = await createAgent({ env, policy: { kind: 'gru', hidden: 8 } });
  expect(gru.rewardInputs).toBeNull();
  expect(() => gru.expectedRewards(asked)).toThrow(/no model that expects rewards/);
  expect(() => goalChances(gru, posterior)).toThrow(/reads s′ alone/);
});

describe('adapting', () => {
  const [task, M] = [7, 6];

  test('takes the steps of a meta-test on the same episodes, to the bit', async () => {
    const { config: resolved, state: last } = await trained('maml');
    const config = maml.resolve(resolved as Parameters<typeof maml.resolve>[0]);
    const state = maml.check(config, last);
    const { env, policy, gamma, lambda, surrogate } = config;
    const stepSizes = [state.stepSizes, state.stepSizes.map((alpha) => alpha / 2)];
    const rules = { env, policy, parameters: state.parameters, gamma, lambda, surrogate, stepSizes, firstOrder: true };
    const spec = { id: null, ...rules, seed: 3, split: split.test, firstTask: task, numTasks: 1, episodes: M };
    const job: AdaptJob = { kind: 'adapt', shard: 0, spec, phi: 'each' };
    const [{ phi }] = await executor.run([job]);

    const collector = new Collector(new Engine(release), { ...env, episodes: 1 }, resolvePolicy(policy, portsOf(env)), M, true);
    let agent = await loadAgent({ algo: 'maml', config, state });
    expect(agent.adapts).toBe(true);
    for (let round = 0; round < 2; round++) {
      const { paths } = playTask(collector, agent.parameters, { seed: 3, split: split.test, task, round });
      const { numTrials, taken, inputSize: I, actionSize: A } = paths;
      const column = (rows: Float32Array, width: number, m: number) =>
        Array.from({ length: taken }, (_, t) => t)
          .filter((t) => paths.valid[t * numTrials + m] === 1)
          .flatMap((t) => [...rows.subarray((t * numTrials + m) * width, (t * numTrials + m + 1) * width)]);
      const episodes = Array.from({ length: numTrials }, (_, m) => ({
        observations: column(paths.inputs, I, m),
        actions: column(paths.actions, A, m),
        rewards: column(paths.trainingRewards, 1, m),
        logProbabilities: column(paths.logProbabilities, 1, m),
      }));
      const before = agent.parameters;
      const without = await agent.adapt(episodes.map(({ logProbabilities: _, ...episode }) => episode));
      const next = await agent.adapt(episodes);
      expect(agent.parameters).toEqual(before);
      without.parameters.forEach((p, i) => {
        expect(p).toBeCloseTo(next.parameters[i], 5);
      });
      expect(next.gradientSteps).toBe(round + 1);
      agent = next;
    }
    expect(agent.parameters).toEqual(phi);
  });

  test('is refused where nothing is to adapt, and for episodes that do not fit', async () => {
    const gru = await createAgent({ env: point, policy: { kind: 'gru', hidden: 8 } });
    const episode = { observations: [0, 0, 1, 1], actions: [0, 0, 1, 1], rewards: [1, 2] };
    await expect(gru.adapt([episode, episode])).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
    const config = maml.resolve(options.maml.options as Parameters<typeof maml.resolve>[0]);
    const agent = await loadAgent({ algo: 'maml', config, state: maml.initial(config) });
    await expect(agent.adapt([episode])).rejects.toThrow(/"episodes" expected at least 2 episodes/);
    await expect(agent.adapt([episode, { ...episode, actions: [1] }])).rejects.toThrow(
      /"episodes\[1\].actions" expected 4 numbers \(2 steps × 2\)/,
    );
    await expect(agent.adapt([episode, { ...episode, rewards: [1, Number.NaN] }])).rejects.toMatchObject({ code: 'E_NOT_FINITE' });
  });
});

test.each(Object.keys(options))('%s: an exported file holds what acts, and nothing of the optimiser', async (algo) => {
  const { learner, config, state } = await trained(algo);
  const [acting] = learner.acting(config, state);
  const file = encodeAgent(algo, acting);
  expect(file.length).toBeLessThan(encodeCheckpoint(algo, config, state).length);
  const agent = await loadAgent(file);
  expect(agent.parameters).toEqual(acting.parameters);
  expect([agent.env, agent.policy, agent.adapts]).toEqual([acting.env, acting.policy, acting.adaptation !== undefined]);
  expect(agent.belief === null).toBe(acting.belief === undefined);
  agent.close();
});
