/** What MAML does when something goes wrong, and TRPO's step and the linear baseline against what is known. */
import { describe, expect, test } from 'vitest';
import { maml } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';
import type { Iteration } from '../../src/algorithms/learner.ts';
import type { MamlOptions, MamlState } from '../../src/algorithms/maml.ts';
import { trpoStep } from '../../src/optim/trpo.ts';
import { taskAdvantages } from '../../src/rollout/baseline.ts';
import { sequence } from '../tf/tf.ts';

const tiny: MamlOptions = {
  env: { id: 'PointMass-v0', preset: 'maml-navigation', horizon: 10 },
  policy: { kind: 'mlp', hidden: [8], value: false },
  tasks: 4,
  shards: 2,
  episodes: 4,
  iterations: 2,
};

async function train(
  options: Partial<MamlOptions>,
): Promise<{ metrics: Iteration<MamlState>['metrics'][]; parameters: Float32Array; first: Float32Array }> {
  const executor = createInlineExecutor();
  const metrics: Iteration<MamlState>['metrics'][] = [];
  let parameters = new Float32Array();
  let first = new Float32Array();
  try {
    for await (const { state, ...iteration } of maml.train({ ...tiny, ...options }, executor)) {
      metrics.push(iteration.metrics);
      parameters = state.parameters.slice();
      if (metrics.length === 1) first = parameters;
    }
  } finally {
    await executor.close();
  }
  return { metrics, parameters, first };
}

describe('maml', () => {
  test('an inner step that diverges is not taken, is counted, and the run goes on with finite parameters', async () => {
    const { metrics, parameters } = await train({
      innerStepSize: 100,
      innerSteps: 3,
      initialLogStd: -10,
      outer: 'reptile',
      learningRate: 1e-6,
    });
    expect(metrics[0]['train/diverged_steps'] + metrics[1]['train/diverged_steps']).toBeGreaterThan(0);
    expect(parameters.every(Number.isFinite)).toBe(true);
  });

  test('an update that is not finite leaves the state as it was and is counted, or ends the run with its iteration and shard named', async () => {
    const wild = { innerStepSize: 100, initialLogStd: -10, surrogate: 'likelihood-ratio' } as const;
    const { metrics, parameters, first } = await train({ ...wild, iterations: 2 });
    expect(metrics.map((m) => m['train/skipped_updates'])).toEqual([1, 1]);
    expect(parameters).toEqual(first);
    await expect(train({ ...wild, onNotFinite: 'stop' })).rejects.toMatchObject({
      code: 'E_NOT_FINITE',
      details: { iteration: 0, shard: expect.any(Number) },
    });
  });

  test('a line search that finds no improvement keeps the parameters and is counted', async () => {
    const { metrics, parameters, first } = await train({ maxKl: 100, lineSearchSteps: 1, cgIterations: 1, seed: 2, iterations: 6 });
    const rejected = metrics.map((m) => m['train/rejected_updates']);
    expect(rejected).toContain(1);
    expect(parameters.length).toBe(first.length);
    for (const m of metrics) if (m['train/rejected_updates'] === 1) expect(m['train/improvement']).toBe(0);
  });

  test('the recomputed adapted policies are those that acted: KL before the update is 0 to 1e-6', async () => {
    const { metrics } = await train({ innerSteps: 2, iterations: 3 });
    for (const m of metrics) expect(Math.abs(m['train/kl_before'])).toBeLessThan(1e-6);
  });

  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, i) => x - b[i]));

  test("Reptile's move is the learning rate times the way to the mean of the adapted parameters, and its norm is reported", async () => {
    const { parameters: start } = maml.initial(maml.resolve(tiny));
    const [half, quarter] = await Promise.all([0.5, 0.25].map((learningRate) => train({ outer: 'reptile', learningRate, iterations: 1 })));
    const moved = distance(half.first, start);
    expect(moved).toBeGreaterThan(1e-3);
    expect(half.metrics[0]['train/move_norm'] / moved).toBeCloseTo(1, 5);
    half.first.forEach((x, i) => {
      expect(quarter.first[i] - start[i]).toBeCloseTo((x - start[i]) / 2, 6);
    });
  });

  test('first-order MAML leaves out a curvature that vanishes with the inner step size', async () => {
    const { parameters: start } = maml.initial(maml.resolve(tiny));
    const apart = async (innerStepSize: number) => {
      const [first, second] = [await train({ innerStepSize, firstOrder: true }), await train({ innerStepSize, firstOrder: false })];
      return distance(first.first, second.first) / distance(second.first, start);
    };
    expect(await apart(1e-6)).toBeLessThan(1e-3);
    expect(await apart(0.3)).toBeGreaterThan(0.01);
  });

  test.each([
    [{ policy: { kind: 'gru', hidden: 8 } }, 'E_CONFIG'],
    [{ tasks: 5 }, 'E_ARGUMENT'],
    [{ learnStepSizes: true }, 'E_CONFIG'],
    [{ surrogate: 'lvc' as 'dice' }, 'E_UNKNOWN_NAME'],
  ] as const)('refuses %j before anything is played', async (options, code) => {
    await expect(train(options as Partial<MamlOptions>)).rejects.toMatchObject({ code });
  });
});

describe('trpoStep on a quadratic', () => {
  const n = 12;
  const next = sequence(4);
  const half = Array.from({ length: n }, () => Array.from({ length: n }, next));
  const F = half.map((row, i) => row.map((_, j) => half.reduce((sum, r) => sum + r[i] * r[j], i === j ? 0.5 : 0)));
  const g = Float32Array.from({ length: n }, next);
  const times = (v: ArrayLike<number>) => F.map((row) => row.reduce((sum, f, j) => sum + f * v[j], 0));
  const kl = (d: number[]) => times(d).reduce((sum, x, i) => sum + x * d[i], 0) / 2;
  const problem = (curved: number) => ({
    loss: 0,
    gradient: g,
    fisher: async (v: Float32Array) => Float32Array.from(times(v)),
    evaluate: async (at: Float32Array) => {
      const d = [...at];
      return { loss: d.reduce((sum, x, i) => sum + g[i] * x, 0) + curved * d.reduce((sum, x) => sum + x * x, 0), kl: kl(d) };
    },
  });
  const options = { maxKl: 0.02, cgIterations: 30, cgDamping: 0, lineSearchSteps: 15, lineSearchShrink: 0.8 };

  test('goes along −F⁻¹ g as far as the KL allows', async () => {
    const step = await trpoStep(new Float32Array(n), problem(0), { ...options, maxKl: 0.02 });
    expect(step.accepted).toBe(true);
    expect(step.kl).toBeLessThanOrEqual(0.02);
    expect(step.kl).toBeGreaterThan(0.02 * 0.8 ** 2 * 0.99);
    const back = times(step.parameters); // ∝ −g
    const scale = back[0] / g[0];
    back.forEach((x, i) => {
      expect(Math.abs(x / g[i] / scale - 1)).toBeLessThan(1e-3);
    });
    expect(scale).toBeLessThan(0);
  });

  test('shortens the step until the loss falls, and gives up if it never does', async () => {
    const shortened = await trpoStep(new Float32Array(n), problem(20), options);
    expect(shortened.accepted).toBe(true);
    expect(shortened.triedLengths).toBeGreaterThan(2);
    const given = await trpoStep(new Float32Array(n), problem(1e9), options);
    expect(given).toMatchObject({ accepted: false, triedLengths: 15, improvement: 0 });
    expect(given.parameters).toEqual(new Float32Array(n));
  });
});

describe('the linear baseline', () => {
  const [T, M] = [6, 5];
  const paths = (of: (t: number, m: number) => { s: number; r: number; valid: number }) => {
    const cells = Array.from({ length: T * M }, (_, at) => of(Math.floor(at / M), at % M));
    return {
      numTrials: M,
      taken: T,
      inputSize: 1,
      inputs: Float32Array.from(cells, ({ s }) => s),
      trainingRewards: Float32Array.from(cells, ({ r }) => r),
      valid: Float32Array.from(cells, ({ valid }) => valid),
    };
  };

  test('explains rewards that are linear in its features: nothing is left but the ridge', () => {
    // γ = 0: the return is the reward, 3 s² − s + t/100 + 2.
    const next = sequence(8);
    const exact = paths((t) => {
      const s = next();
      return { s, r: 3 * s * s - s + t / 100 + 2, valid: 1 };
    });
    const noisy = { ...exact, trainingRewards: exact.trainingRewards.map((r, i) => r + (i % 2 ? 0.01 : -0.01)) };
    const { advantages } = taskAdvantages(noisy, 0, 1);
    // What the features can't explain is the alternating noise: its sign is that of the advantage nearly everywhere.
    const agree = advantages.filter((a, i) => Math.sign(a) === (i % 2 ? 1 : -1)).length;
    expect(agree).toBeGreaterThan(0.8 * T * M);
  });

  test('gives mean 0 and deviation 1 over the steps, and 0 where there are none', () => {
    const next = sequence(9);
    const some = paths((t, m) => ({ s: next(), r: next(), valid: t < 3 + (m % 3) ? 1 : 0 }));
    const { advantages, steps, singular } = taskAdvantages(some, 0.9, 0.95);
    expect([steps, singular]).toEqual([3 + 4 + 5 + 3 + 4, false]);
    const valid = Array.from(advantages).filter((_, i) => some.valid[i] === 1);
    expect(Math.abs(valid.reduce((a, b) => a + b) / steps)).toBeLessThan(1e-6);
    expect(Math.abs(valid.reduce((a, b) => a + b * b, 0) / steps - 1)).toBeLessThan(1e-5);
    expect(advantages.every((a, i) => some.valid[i] === 1 || a === 0)).toBe(true);
  });

  test('with λ = 1 is returns less their fit: δ telescopes', () => {
    const next = sequence(10);
    const one = paths(() => ({ s: 0, r: next(), valid: 1 }));
    const { advantages } = taskAdvantages(one, 1, 1);
    // s = 0 everywhere: the fit is a cubic in t, and what is left sums to 0 over episodes and time.
    const toGo = Array.from({ length: T * M }, (_, at) =>
      Array.from({ length: T - Math.floor(at / M) }, (__, k) => one.trainingRewards[at + k * M]).reduce((a, b) => a + b),
    );
    for (let t = 0; t < T; t++)
      for (let m = 1; m < M; m++) {
        const ratio = (advantages[t * M + m] - advantages[t * M]) / (toGo[t * M + m] - toGo[t * M]);
        expect(ratio).toBeCloseTo((advantages[1] - advantages[0]) / (toGo[1] - toGo[0]), 3);
      }
  });

  test('a fit that is not finite is reported as singular, and V is then 0', () => {
    const broken = paths((t) => ({ s: 0, r: t === 2 ? Number.POSITIVE_INFINITY : 1, valid: 1 }));
    expect(taskAdvantages(broken, 0.9, 1).singular).toBe(true);
  });
});
