/** Whole rollouts in WebAssembly, replayed step by step in plain TypeScript by docs/contract.md. */
import { describe, expect, test } from 'vitest';
import { hashArrays } from '../../src/core/hash.ts';
import { Engine } from '../../src/envs/engine.ts';
import { portsOf, resolveEnv } from '../../src/envs/registry.ts';
import { type PolicySpec, parameterSlots, resolvePolicy } from '../../src/policies/policy.ts';
import { Collector } from '../../src/rollout/collector.ts';
import { modules } from '../assembly/modules.ts';
import { references } from '../reference/families.ts';
import { referencePolicy } from '../reference/policy.ts';
import { type Played, play, playUnrecorded, seeker, seekerParameters, wildParameters } from './play.ts';

/** Short episodes, some ended by arrival and some by the horizon: all that can go wrong at an end does so here. */
const navigation = { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 9, episodes: 4, context: true } as const;
const arrivals = () => play({ env: navigation, policy: seeker, parameters: (s) => seekerParameters(s, -1.5), trials: 33, seed: 5 });
const recurrent: PolicySpec = { kind: 'gru', hidden: 16 };
const longShort: PolicySpec = { kind: 'lstm', hidden: 16 };
const minimal: PolicySpec = { kind: 'mingru', hidden: 16, depth: 2 };
const sparse = { id: 'PointMass-v0', preset: 'pearl-semicircle', horizon: 11, episodes: 3 } as const;
/** Every step has a reward of its own here, so that its absence from the inputs shows. */
const shaped = { ...sparse, reward: 'dense' } as const;
const memory = (policy = recurrent) => play({ env: shaped, policy, parameters: (s) => wildParameters(s), trials: 21, seed: 6 });

const cell = (p: Played, t: number, n: number) => t * p.record.numTrials + n;
const row = (array: Float32Array, at: number, width: number) => array.subarray(at * width, (at + 1) * width);

test('of the trials below, some episodes end by arrival and some by the horizon', () => {
  const { lengths } = arrivals();
  expect(lengths.some((steps) => steps < navigation.horizon)).toBe(true);
  expect(lengths.some((steps) => steps === navigation.horizon)).toBe(true);
});

describe.each([
  ['an MLP that reads the task and arrives', arrivals],
  ['a GRU', () => memory()],
  ['an LSTM', () => memory(longShort)],
  ['a minGRU, two deep', () => memory(minimal)],
])('trials of %s', (_, run) => {
  const played = run();
  const { config, record, shape, tasks } = played;
  const { inputSize: I, actionSize: A } = record;
  const O = I - A - 2;

  test('are the plain twin stepped with the recorded actions: rewards and observations within 1e-5, ends exactly', () => {
    const end = new Float32Array(record.numTrials);
    for (let n = 0; n < record.numTrials; n++) {
      const env = references[config.id](config);
      const task = tasks.slice(2 * n, 2 * n + 2);
      env.start([...task], { seed: 1, split: 0, task: n, episode: 0 });
      let [elapsed, episodes] = [0, 0];
      for (let t = 0; t < record.taken; t++) {
        const at = cell(played, t, n);
        expect(record.valid[at]).toBe(episodes < config.episodes ? 1 : 0);
        if (episodes === config.episodes) break;
        env.observe().forEach((o, i) => {
          expect(Math.abs(o - record.inputs[at * I + i])).toBeLessThan(1e-5);
        });
        const { reward, terminated, margin } = env.move(row(record.actions, at, A));
        const done = terminated || ++elapsed >= config.horizon;
        if (margin > 1e-5) expect(Math.abs(reward - record.rewards[at])).toBeLessThan(1e-5);
        expect(record.done[at]).toBe(Number(done));
        if (!done) continue;
        end[n] = ++episodes;
        env.start([...task], { seed: 1, split: 0, task: n, episode: episodes });
        elapsed = 0;
      }
    }
    expect(end.every((episodes) => episodes === config.episodes)).toBe(true);
  });

  test('are fed by the input protocol, exactly: (o, 0, 0, 1) first, then the last action as sampled, its reward, and whether an episode ended', () => {
    let unclipped = 0;
    for (let n = 0; n < record.numTrials; n++)
      for (let t = 0; t < record.taken && record.valid[cell(played, t, n)] === 1; t++) {
        const carried = [...row(record.inputs, cell(played, t, n), I).subarray(O)];
        const before = cell(played, t - 1, n);
        if (t === 0) expect(carried).toEqual([...new Array<number>(A).fill(0), 0, 1]);
        else {
          expect(carried).toEqual([...row(record.actions, before, A), record.rewards[before], record.done[before]]);
          if (carried.slice(0, A).some((a) => Math.abs(a) > 1)) unclipped++;
        }
      }
    expect(unclipped).toBeGreaterThan(0);
  });

  test('show the new start observation with done = 1 and the carried reward after the end of an episode', () => {
    let starts = 0;
    for (let n = 0; n < record.numTrials; n++)
      for (let t = 1; t < record.taken; t++) {
        if (record.valid[cell(played, t, n)] === 0 || record.done[cell(played, t - 1, n)] === 0) continue;
        starts++;
        expect([...row(record.inputs, cell(played, t, n), I).subarray(0, 2)]).toEqual([0, 0]);
      }
    expect(starts).toBe(record.numTrials * (config.episodes - 1));
  });

  test('have returns and lengths that are sums over their valid steps, episode by episode', () => {
    const lengths = new Int32Array(played.lengths.length);
    const returns = new Float32Array(lengths.length);
    for (let n = 0; n < record.numTrials; n++) {
      let at = n * config.episodes;
      for (let t = 0; t < record.taken; t++) {
        const step = cell(played, t, n);
        if (record.valid[step] === 0) continue;
        returns[at] += record.rewards[step]; // f32, in the order of the steps: the same bits
        lengths[at] += 1;
        if (record.done[step] === 1) at++;
      }
    }
    expect([...played.returns]).toEqual([...returns]);
    expect([...played.lengths]).toEqual([...lengths]);
  });

  test('have the log-probabilities and values of the f64 network, its hidden state carried over episodes, within 1e-5', () => {
    expect(deviationFrom(played, 'as it is')).toBeLessThan(1e-5);
  });

  test('give the same bytes in debug and release', () => {
    const policy = [seeker, recurrent, longShort, minimal].find(({ kind }) => kind === shape.kind) as PolicySpec;
    const options = { env: config, policy, parameters: wildParameters, trials: 9 };
    const { id, preset, horizon, episodes, context, reward } = config;
    const [a, b] = Object.values(modules).map((module) =>
      play({ ...options, env: { id, preset, horizon, episodes, context, reward }, module }),
    );
    expect(hashOf(a)).toBe(hashOf(b));
  });
});

function hashOf({ record, returns, lengths }: Played): string {
  const { inputs, actions, logProbabilities, values, rewards, valid, done } = record;
  return hashArrays([returns, lengths, inputs, actions, logProbabilities, values, rewards, valid, done]);
}

type Fault = 'as it is' | 'a reset at each episode' | 'no done' | 'clipped actions' | 'no reward';

/** Largest difference of recorded values and log-probabilities from the f64 network that is fed the recorded inputs, with one fault in it. */
function deviationFrom({ record, shape }: Played, fault: Fault): number {
  const { inputSize: I, actionSize: A, numTrials: N } = record;
  const parameters = shape.kind === 'mlp' ? seekerParameters(shape, -1.5) : wildParameters(shape);
  let worst = 0;
  for (let n = 0; n < N; n++) {
    const network = referencePolicy(shape, parameters);
    for (let t = 0; t < record.taken; t++) {
      const at = t * N + n;
      if (record.valid[at] === 0) break;
      if (fault === 'a reset at each episode' && t > 0 && record.done[at - N] === 1) network.reset();
      const input = Array.from(row(record.inputs, at, I));
      if (fault === 'no done') input[I - 1] = 0;
      if (fault === 'no reward') input[I - 2] = 0;
      if (fault === 'clipped actions') for (let a = 0; a < A; a++) input[I - 4 + a] = Math.max(-1, Math.min(1, input[I - 4 + a]));
      const { head, value } = network.forward(input);
      let logProbability = 0;
      head.forEach((mean, a) => {
        const logStd = network.logStd[a];
        logProbability -= 0.5 * ((record.actions[at * A + a] - mean) / Math.exp(logStd)) ** 2 + logStd + 0.5 * Math.log(2 * Math.PI);
      });
      worst = Math.max(worst, Math.abs(value - record.values[at]), Math.abs(logProbability - record.logProbabilities[at]));
    }
  }
  return worst;
}

describe.each([
  ['a GRU', recurrent],
  ['an LSTM', longShort],
  ['a minGRU', minimal],
])('a trial of %s would be told apart from one with', (_, policy) => {
  test.each<Fault>(['a reset at each episode', 'no done', 'no reward', 'clipped actions'])('%s', (fault) => {
    expect(deviationFrom(memory(policy), fault)).toBeGreaterThan(1e-3);
  });
});

describe('however the trials are cut', () => {
  test.each<[string, PolicySpec]>([
    ['random', { kind: 'random' }],
    ['oracle', { kind: 'oracle' }],
    ['mlp', seeker],
    ['gru', recurrent],
    ['lstm', longShort],
    ['mingru', minimal],
  ])('64 trials of %s return the same bits as 1 × 64, 4 × 16, 64 × 1 and 5 × 13', (_, policy) => {
    const run = (size: number) => {
      const parts = [];
      for (let firstTask = 0; firstTask < 64; firstTask += size) {
        const trials = Math.min(size, 64 - firstTask);
        const { returns, lengths } = playUnrecorded({ env: { ...navigation, horizon: 30 }, policy, trials, firstTask, seed: 3 });
        parts.push({ returns: returns.slice(), lengths: lengths.slice() });
      }
      return [parts.flatMap((p) => [...p.returns]), parts.flatMap((p) => [...p.lengths])];
    };
    const whole = run(64);
    expect(new Set(whole[0]).size).toBeGreaterThan(60);
    for (const size of [16, 1, 13]) expect(run(size)).toEqual(whole);
  });
});

describe('what is kept does not change what happens', () => {
  const policies: [string, PolicySpec][] = [
    ['random', { kind: 'random' }],
    ['oracle', { kind: 'oracle' }],
    ['gru', recurrent],
  ];
  test.each(policies.flatMap(([name, policy]) => [1, 7, 64].map((trials) => [name, trials, policy] as const)))(
    'trials of %s, %i of them, return the same bits recorded or not',
    (_, trials, policy) => {
      for (const env of [navigation, sparse, { ...sparse, preset: 'walking-direction', horizon: 1 }]) {
        const kept = play({ env, policy, trials, seed: 8 });
        const dropped = playUnrecorded({ env, policy, trials, seed: 8 });
        expect([...dropped.returns]).toEqual([...kept.returns]);
        expect([...dropped.lengths]).toEqual([...kept.lengths]);
      }
    },
  );

  const inStep = { policy: { kind: 'random' }, seed: 8 } as const; // every episode lasts for the horizon
  test.each(['dense', 'sparse', 'tolerance', 'direction', 'arrival'])('random trials with the reward %s return the same bits', (reward) => {
    for (const trials of [1, 6, 8, 12, 65])
      for (const horizon of [1, 2, 11]) {
        const env = { ...sparse, reward, horizon, tolerance: 0.9, ...(reward === 'dense' && { goal: ['y'] }) };
        const kept = play({ env, trials, firstTask: 5, ...inStep });
        const dropped = playUnrecorded({ env, trials, firstTask: 5, ...inStep });
        expect([...dropped.returns]).toEqual([...kept.returns]);
        expect([...dropped.lengths]).toEqual([...kept.lengths]);
      }
  });

  test('random trials on one task, each from an episode of its own, return the same bits', () => {
    const options = { env: shaped, trials: 9, firstEpisode: 3, ...inStep };
    expect([...playUnrecorded(options).returns]).toEqual([...play(options).returns]);
  });
});

describe('the dense training reward beside a sparse one', () => {
  test('is recorded for the loss and never shown to the policy', () => {
    const options = { policy: recurrent, parameters: (s: Played['shape']) => wildParameters(s), trials: 8, seed: 2 };
    const plain = play({ env: sparse, ...options });
    const helped = play({ env: { ...sparse, trainingReward: 'dense' }, ...options });
    expect(hashOf(helped)).toBe(hashOf(plain));
    expect([...plain.record.trainingRewards]).toEqual([...plain.record.rewards]);
    const { inputs, inputSize: I, trainingRewards, numTrials: N } = helped.record;
    for (let n = 0; n < N; n++) {
      const next = inputs.subarray((N + n) * I, (N + n) * I + 2); // where the first step led
      const d = Math.hypot(next[0] - helped.tasks[2 * n], next[1] - helped.tasks[2 * n + 1]);
      expect(Math.abs(trainingRewards[n] + d)).toBeLessThan(1e-6);
    }
  });
});

test('a second run of the same collector starts from a clean hidden state, returns and record, whatever the first one was', () => {
  const config = resolveEnv(shaped);
  const shape = resolvePolicy(recurrent, portsOf(config));
  const collector = new Collector(new Engine(modules.release), config, shape, 21, true);
  const run = (firstTask: number) => {
    const { returns, lengths } = collector.run(wildParameters(shape), { seed: 6, split: 0, firstTask }, false);
    return hashOf({ config, shape, returns, lengths, tasks: collector.batch.tasks(), record: collector.record() });
  };
  const [first, other, again] = [run(0), run(500), run(0)];
  expect(first).toBe(hashOf(memory()));
  expect(other).not.toBe(first);
  expect(again).toBe(first);
});

describe('a collector refuses', () => {
  const config = resolveEnv(sparse);
  const shape = resolvePolicy(recurrent, portsOf(config));
  const collector = new Collector(new Engine(modules.release), config, shape, 4, false);
  const at = { seed: 1, split: 0, firstTask: 0 };
  const good = wildParameters(shape);

  test('parameters of a wrong length or with a NaN, and goes on as if nothing had been', () => {
    const before = [...collector.run(good, at, false).returns];
    expect(() => collector.run(good.subarray(1), at, false)).toThrow(`expected Float32Array of length ${good.length}`);
    expect(() => collector.run(good.slice().fill(Number.NaN, 3, 4), at, false)).toThrow('expected finite numbers, got NaN at index 3');
    expect([...collector.run(good, at, false).returns]).toEqual(before);
  });

  test('an action that stops being finite, with its step and task, and can run again', () => {
    const before = [...collector.run(good, at, false).returns];
    const wild = good.slice();
    const slot = parameterSlots(shape).find(({ name }) => name === 'head/logStd');
    wild.fill(120, slot?.offset, (slot?.offset ?? 0) + 2); // σ = e^120 is infinite in f32
    let error: unknown;
    try {
      collector.run(wild, { ...at, firstTask: 70 }, false);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'E_NOT_FINITE', details: { step: 0, task: 70 } });
    expect([...collector.run(good, at, false).returns]).toEqual(before);
  });

  test('to show a record that it does not keep', () => {
    expect(() => collector.record()).toThrow('keeps returns only');
  });
});
