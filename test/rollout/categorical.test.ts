/**
 * The categorical head, before the first discrete family is there: a policy of five choices is run on point masses through the bare ABI. What the points do
 * with a choice means nothing; in the record of a step, the N choices stand first in the 2N floats of the actions.
 */
import { describe, expect, test } from 'vitest';
import { philox, stream, toUniform } from '../../src/core/philox.ts';
import { Batch } from '../../src/envs/batch.ts';
import { Engine } from '../../src/envs/engine.ts';
import { resolveEnv } from '../../src/envs/registry.ts';
import { policyKinds } from '../../src/policies/policy.ts';
import { modules } from '../assembly/modules.ts';

const N = 64;
const T = 200;
const choices = 5;

function run(module: WebAssembly.Module, logits: readonly number[], greedy: boolean) {
  const engine = new Engine(module);
  const batch = new Batch(engine, resolveEnv({ id: 'PointMass-v0', preset: 'varibad-semicircle', horizon: T, episodes: 1 }), N);
  const layers = engine.givenIntegers([4]);
  return engine.call((wasm) => {
    const policy = wasm.policyCreate(policyKinds.indexOf('mlp'), N, 2, choices, 1, 0, 0, 0, layers, 1, 0);
    const count = wasm.policyNumParameters(policy);
    expect(count).toBe(3 * 4 + 5 * choices); // no log σ
    engine.floats(wasm.policyParameters(policy), count).set(logits, count - choices); // the head's bias; all weights 0
    wasm.policyPrepare(policy);
    batch.draw(9, 0, 100);
    const trials = wasm.trialsCreate(batch.handle, 1, 0, 1);
    wasm.trialsRun(batch.handle, policy, trials, Number(greedy));
    const actions = engine.floats(wasm.trialsActions(trials), T * N * 2);
    return {
      chosen: Array.from({ length: T * N }, (_, i) => actions[Math.floor(i / N) * 2 * N + (i % N)]),
      logProbabilities: engine.floats(wasm.trialsLogProbabilities(trials), T * N).slice(),
    };
  });
}

const softmax = (logits: readonly number[]) => {
  const e = logits.map((l) => Math.exp(l - Math.max(...logits)));
  const total = e.reduce((a, b) => a + b);
  return e.map((x) => x / total);
};

describe.each([
  ['even', [0, 0, 0, 0, 0]],
  ['skewed', [1, -1, 0.5, 2, -2]],
  ['far from zero', [100, 101, 99, 100.5, 80]],
  ['all negative', [-500, -501, -500.5, -499, -502]],
])('with logits that are %s', (_, logits) => {
  const p = softmax(logits);
  const { chosen, logProbabilities } = run(modules.release, logits, false);

  test('choices come as often as they should (χ² with 4 degrees below 28: false alarm 1.2e-5)', () => {
    const counts = p.map((_, a) => chosen.filter((c) => c === a).length);
    expect(counts.reduce((a, b) => a + b)).toBe(N * T); // nothing but whole choices
    const common = p.map((x, a) => (x * N * T > 1 ? (counts[a] - x * N * T) ** 2 / (x * N * T) : counts[a]));
    expect(common.reduce((a, b) => a + b)).toBeLessThan(28);
  });

  test('a choice is where the uniform at (task, 0, step, 0) falls in the cumulated softmax', () => {
    let edges = 0;
    chosen.forEach((choice, i) => {
      const u = toUniform(philox(9, stream.policy, 100 + (i % N), 0, Math.floor(i / N), 0)[0]);
      let [sum, a] = [0, -1];
      while (a < choices - 1 && u >= sum) sum += p[++a];
      if (choice === a) return;
      edges++;
      expect(Math.min(Math.abs(u - sum), Math.abs(u - sum + p[a]))).toBeLessThan(1e-6); // f32 may fall on the other side of an edge
    });
    expect(edges).toBeLessThan(5);
  });

  test('log-probabilities are those of the f64 softmax within 1e-5', () => {
    const worst = chosen.reduce((worst, choice, i) => Math.max(worst, Math.abs(Math.log(p[choice]) - logProbabilities[i])), 0);
    expect(worst).toBeLessThan(1e-5);
  });

  test('greedy takes the likeliest, the first of equals', () => {
    expect(new Set(run(modules.release, logits, true).chosen)).toEqual(new Set([logits.indexOf(Math.max(...logits))]));
  });

  test('debug and release agree', () => {
    const debug = run(modules.debug, logits, false);
    expect(debug.chosen).toEqual(chosen);
    expect([...debug.logProbabilities]).toEqual([...logProbabilities]);
  });
});
