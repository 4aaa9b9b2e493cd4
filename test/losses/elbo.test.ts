/**
 * VariBAD's objective and its played policy, against plain f64 arithmetic on sizes that fit in the eye: the loss to 1e-5, gradients by central differences of the
 * f64 loss (h = 1e-6, error ~1e-9) to 5e-5 of the largest entry, since the sums are f32.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { beliefInputs, readBeliefs } from '../../src/losses/belief.ts';
import { type ElboMinibatch, type ElboOptions, elboGradient } from '../../src/losses/elbo.ts';
import { type BeliefSizes, Composition, modelSlots, stepWidth } from '../../src/policies/belief.ts';
import { type CellKind, remembering } from '../../src/policies/cells.ts';
import { initialParameters, initialTensors, type ParameterSlot, type PolicyShape, resolvePolicy } from '../../src/policies/policy.ts';
import type { Tf } from '../../src/tf/tf.ts';
import { stackTwin } from '../reference/cells.ts';
import { referencePolicy } from '../reference/policy.ts';
import { sequence, startedTf } from '../tf/tf.ts';

const [T, M, O, A, W, Z, H, S] = [9, 3, 3, 2, 2, 2, 8, 4];
const shapeOf = (memory: { kind: CellKind; depth?: number }) =>
  resolvePolicy({ ...memory, hidden: H, readout: [12, 4] }, { observationSize: O, actionWidth: A, head: 'gaussian' });
const played = shapeOf({ kind: 'gru' });
const I = played.inputSize;
const next = sequence(3);
/** Biases too, which start at 0. */
const shaken = (flat: Float32Array) => flat.map((x) => x + 0.1 * next());
const klWeight = 0.3;
const weights = { klWeight, stateWeight: 0.7, taskWeight: 1.3 };

/** A model of these sizes with its tensors. */
function made(sizes: BeliefSizes, played: PolicyShape) {
  const slots = modelSlots(played, sizes, { observation: O, task: W });
  return { sizes, played, slots, model: shaken(initialTensors(slots, 1)) };
}
type Made = ReturnType<typeof made>;

const whole = made(
  { latent: Z, decoder: [4, 8], decodes: ['reward', 'state', 'task'], decoderInputs: ['next', 'state', 'action'] },
  played,
);
const models: readonly (readonly [string, Made])[] = [
  ['rewards of (s, a, s’), states and the task', whole],
  ['rewards of s’', made({ ...whole.sizes, decodes: ['reward'], decoderInputs: ['next'] }, played)],
  ['rewards of a', made({ ...whole.sizes, decoder: [4], decodes: ['reward'], decoderInputs: ['action'] }, played)],
  ['rewards, by two minGRU cells', made({ ...whole.sizes, decodes: ['reward'] }, shapeOf({ kind: 'mingru', depth: 2 }))],
  ['states alone', made({ ...whole.sizes, decodes: ['state'] }, played)],
];
const { sizes, slots, model } = whole;

/** The last trial is over after 6 steps. Where an episode ended does not matter: s’ is given for every step. */
const batch: ElboMinibatch = {
  steps: T,
  numTrials: M,
  inputs: Float32Array.from({ length: T * M * I }, next),
  actions: Float32Array.from({ length: T * M * A }, next),
  rewards: Float32Array.from({ length: T * M }, () => (next() > 0 ? 1 : -0.1)),
  next: Float32Array.from({ length: T * M * O }, next),
  valid: Float32Array.from({ length: T * M }, (_, i) => (i % M === 2 && i >= 6 * M ? 0 : 1)),
  tasks: Float32Array.from({ length: M * W }, next),
  terms: Uint32Array.of(0, 3, 7, 3),
  uniforms: Float32Array.from({ length: 2 * S * M * Z }, () => (next() + 1) / 2),
};

/** x·W + b of the model's tensors. */
function dense(flat: Float64Array, name: string, x: readonly number[], { slots }: Made = whole): number[] {
  const at = (part: string) => slots.find((slot) => slot.name === `${name}/${part}`)?.offset ?? Number.NaN;
  const size = slots.find((slot) => slot.name === `${name}/b`)?.size ?? 0;
  return Array.from({ length: size }, (_, j) => x.reduce((sum, v, k) => sum + v * flat[at('w') + k * size + j], flat[at('b') + j]));
}

/** μ, log σ² after every step of trial m. */
function beliefsOf(flat: Float64Array, m: number, of: Made = whole): number[][] {
  const { kind, depth } = remembering('policy', of.played);
  const tensor = (name: string) => {
    const { offset, size } = of.slots.find((slot) => slot.name === name) as ParameterSlot;
    return flat.subarray(offset, offset + size);
  };
  const memory = stackTwin(kind, depth, H, tensor);
  return Array.from({ length: T }, (_, t) =>
    dense(flat, 'belief', memory.step(batch.inputs.subarray((t * M + m) * I, (t * M + m + 1) * I)), of),
  );
}

function decode(of: Made, flat: Float64Array, name: string, input: readonly number[]): number[] {
  let x = [...input];
  of.sizes.decoder.forEach((_, i) => {
    x = dense(flat, `${name}${i}`, x, of).map((v) => Math.max(0, v));
  });
  return dense(flat, name, x, of);
}

const halfSquares = (a: readonly number[], b: ArrayLike<number>) => a.reduce((sum, x, i) => sum + 0.5 * (x - b[i]) ** 2, 0);

/** The equation at the head of src/losses/elbo.ts. */
function lossOf(of: Made, flat: Float64Array, likelihood: ElboOptions['likelihood']) {
  const noise = (i: number) => Math.sqrt(-2 * Math.log(1 - batch.uniforms[i])) * Math.cos(2 * Math.PI * batch.uniforms[S * M * Z + i]);
  const sums = { reconstruction: 0, states: 0, tasks: 0, kl: 0 };
  const { decodes, decoderInputs } = of.sizes;
  for (let m = 0; m < M; m++) {
    const q = beliefsOf(flat, m, of);
    for (let t = 0; t < T; t++) {
      const before = t === 0 ? new Array<number>(2 * Z).fill(0) : q[t - 1];
      for (let k = 0; k < Z; k++) {
        const [mean, log, oldMean, oldLog] = [q[t][k], q[t][Z + k], before[k], before[Z + k]];
        const kl = 0.5 * (oldLog - log + (Math.exp(log) + (mean - oldMean) ** 2) / Math.exp(oldLog) - 1);
        sums.kl += (batch.valid[t * M + m] * kl) / T;
      }
    }
    batch.terms.forEach((t, s) => {
      if (batch.valid[t * M + m] === 0) return;
      const z = Array.from({ length: Z }, (_, k) => q[t][k] + Math.exp(q[t][Z + k] / 2) * noise((s * M + m) * Z + k));
      if (decodes.includes('task')) sums.tasks += halfSquares(decode(of, flat, 'task', z), batch.tasks.subarray(m * W)) / S;
      for (let i = 0; i < T; i++) {
        const at = i * M + m;
        if (batch.valid[at] === 0) continue;
        const parts = {
          next: Array.from(batch.next.subarray(at * O, (at + 1) * O)),
          state: Array.from(batch.inputs.subarray(at * I, at * I + O)),
          action: Array.from(batch.actions.subarray(at * A, (at + 1) * A)),
        };
        if (decodes.includes('state'))
          sums.states += halfSquares(decode(of, flat, 'state', [...z, ...parts.state, ...parts.action]), parts.next) / S;
        if (!decodes.includes('reward')) continue;
        const [y] = decode(of, flat, 'reward', [...z, ...decoderInputs.flatMap((part) => parts[part])]);
        const r = batch.rewards[at];
        const error = likelihood === 'gaussian' ? 0.5 * (y - r) ** 2 : Math.log(1 + Math.exp(y)) - (r > 0.5 ? y : 0);
        sums.reconstruction += error / S;
      }
    });
  }
  return sums;
}

let tf: Tf;
beforeAll(async () => {
  tf = await startedTf();
});

describe('VariBAD', () => {
  const cases = models.flatMap(([title, of]) => (['gaussian', 'bernoulli'] as const).map((likelihood) => [title, likelihood, of] as const));

  test.each(cases)('%s, %s: loss and gradient are those of the equation', (_, likelihood, of) => {
    const { sizes, played, slots, model } = of;
    elboGradient(tf, played, model, batch, { ...sizes, ...weights, likelihood }); // tfjs's own run; the next is recorded
    elboGradient(tf, played, model, batch, { ...sizes, ...weights, likelihood });
    const before = tf.memory().numTensors;
    const { gradient, sums } = elboGradient(tf, played, model, batch, { ...sizes, ...weights, likelihood });
    expect(tf.memory().numTensors).toBe(before);
    const exact = lossOf(of, Float64Array.from(model), likelihood);
    expect(sums.trials).toBe(M);
    for (const part of ['reconstruction', 'states', 'tasks', 'kl'] as const)
      expect(Math.abs(sums[part] - exact[part]), part).toBeLessThanOrEqual(1e-5 * exact[part]);
    const total = (flat: Float64Array) => {
      const { reconstruction, states, tasks, kl } = lossOf(of, flat, likelihood);
      return reconstruction + weights.stateWeight * states + weights.taskWeight * tasks + klWeight * kl;
    };
    const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    for (const { name, offset, size } of slots)
      for (let i = offset; i < offset + size; i += 7) {
        const [up, down] = [1e-6, -1e-6].map((h) => total(Float64Array.from(model, (x, j) => (j === i ? x + h : x))));
        expect(Math.abs(gradient[i] - (up - down) / 2e-6) / largest, `${name}, ${i - offset}`).toBeLessThan(5e-5);
      }
  });

  test('what is believed, and which rewards are expected where, are those of the equation', () => {
    const R = stepWidth(played, sizes.decoderInputs, O);
    const asked = Float32Array.from({ length: 5 * R }, next);
    const uniforms = Float32Array.from({ length: 2 * 3 * Z }, () => (next() + 1) / 2);
    const read = readBeliefs(tf, played, model, batch, asked, uniforms, { ...sizes, likelihood: 'bernoulli' });
    const flat = Float64Array.from(model);
    for (let m = 0; m < M; m++)
      beliefsOf(flat, m).forEach((q, t) => {
        q.forEach((value, k) => {
          expect(Math.abs(read.beliefs[(t * M + m) * 2 * Z + k] - value)).toBeLessThan(1e-5);
        });
        for (let c = 0; c < 5; c++) {
          let chance = 0;
          for (let s = 0; s < 3; s++) {
            const noise = (k: number) =>
              Math.sqrt(-2 * Math.log(1 - uniforms[s * Z + k])) * Math.cos(2 * Math.PI * uniforms[3 * Z + s * Z + k]);
            const z = Array.from({ length: Z }, (_, k) => q[k] + Math.exp(q[Z + k] / 2) * noise(k));
            chance += 1 / (1 + Math.exp(-decode(whole, flat, 'reward', [...z, ...asked.subarray(c * R, (c + 1) * R)])[0])) / 3;
          }
          expect(Math.abs(read.expected[(t * M + m) * 5 + c] - chance)).toBeLessThan(1e-5);
        }
      });
  });

  test('the played policy is π(a | s, belief): the composed weights give the same heads as belief and policy one after the other', () => {
    const composition = new Composition(played, Z, O);
    const theta = shaken(initialParameters(composition.own, 2));
    const whole = referencePolicy(played, composition.parameters(model, theta));
    const own = referencePolicy(composition.own, theta);
    beliefsOf(Float64Array.from(model), 1).forEach((belief, t) => {
      const input = batch.inputs.subarray((t * M + 1) * I, (t * M + 2) * I);
      const [ours, theirs] = [whole.forward(input), own.forward([...belief, ...Array.from(input.subarray(0, O))])];
      ours.head.forEach((mean, a) => {
        expect(Math.abs(mean - theirs.head[a])).toBeLessThan(1e-5);
      });
      expect(Math.abs(ours.value - theirs.value)).toBeLessThan(1e-5);
    });
  });

  test('a standardised model believes (b − mean)/deviation and is the same otherwise', () => {
    const mean = Float64Array.from({ length: 2 * Z }, next);
    const deviation = Float64Array.from({ length: 2 * Z }, () => 1.5 + next());
    const scaled = Float64Array.from(new Composition(played, Z, O).standardised(model, { mean, deviation }));
    const raw = beliefsOf(Float64Array.from(model), 1);
    beliefsOf(scaled, 1).forEach((belief, t) => {
      belief.forEach((b, k) => {
        expect(Math.abs(b - (raw[t][k] - mean[k]) / deviation[k])).toBeLessThan(1e-5);
      });
    });
    const own = slots.filter(({ name }) => !name.startsWith('belief/'));
    for (const { offset, size } of own) expect([...scaled.slice(offset, offset + size)]).toEqual([...model.slice(offset, offset + size)]);
  });

  test('sums of beliefs and their squares are those over valid steps', () => {
    const { sums } = elboGradient(tf, played, model, batch, { ...sizes, ...weights, likelihood: 'gaussian' });
    const valid = [0, 1, 2].flatMap((m) => beliefsOf(Float64Array.from(model), m).filter((_, t) => batch.valid[t * M + m] === 1));
    expect(sums.steps).toBe(valid.length);
    for (let k = 0; k < 2 * Z; k++) {
      const total = (of: (b: number) => number) => valid.reduce((sum, belief) => sum + of(belief[k]), 0);
      expect(Math.abs(sums.beliefs[k] - total((b) => b))).toBeLessThan(1e-4);
      expect(Math.abs(sums.squares[k] - total((b) => b * b))).toBeLessThan(1e-4);
    }
  });

  test('what π(a | s, b) reads of trials is every step’s belief and observation', () => {
    const inputs = beliefInputs(tf, played, model, batch, Z);
    const width = 2 * Z + O;
    for (let m = 0; m < M; m++)
      beliefsOf(Float64Array.from(model), m).forEach((belief, t) => {
        const row = inputs.subarray((t * M + m) * width, (t * M + m + 1) * width);
        [...belief, ...batch.inputs.subarray((t * M + m) * I, (t * M + m) * I + O)].forEach((x, k) => {
          expect(Math.abs(row[k] - x)).toBeLessThan(1e-5);
        });
      });
  });
});
