/**
 * The elementary functions of assembly/math.ts over all of f32: every 4099th bit pattern (4099 is prime, so all exponents and both signs are met)
 * against f64 Math. Limits stand just above what was measured: exp 0.88 ulp, tanh 1.20, sigmoid 1.97, log 1.74; sin and cos of turns 8.4e-8, of |radians| < 8 6.9e-7. SHOW_ERRORS=1 prints them.
 */
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/envs/engine.ts';
import { modules } from './modules.ts';

const kinds = { exp: 0, tanh: 1, sigmoid: 2, log: 3, sinTurns: 4, cosTurns: 5, sin: 7, cos: 8 } as const;
type Kind = keyof typeof kinds;

const block = 1 << 16;
const tables = Object.values(modules).map((module) => {
  const engine = new Engine(module);
  return { engine, at: engine.givenFloats(new Array<number>(block).fill(0)) };
});

/** f(x) by the release and the debug module; both must agree to the bit. */
function apply(kind: Kind, xs: Float32Array): Float32Array {
  const out = new Float32Array(xs.length);
  for (let from = 0; from < xs.length; from += block) {
    const part = xs.subarray(from, from + block);
    const [release, debug] = tables.map(({ engine, at }) => {
      engine.floats(at, part.length).set(part);
      engine.call((wasm) => wasm.elementary(kinds[kind], at, part.length));
      return engine.bytes(at, 4 * part.length);
    });
    if (!Buffer.from(release.buffer, release.byteOffset, release.length).equals(debug)) expect.fail(`${kind}: debug and release differ`);
    out.set(new Float32Array(release.buffer, release.byteOffset, part.length), from);
  }
  return out;
}

function sweep(keep: (x: number) => boolean): Float32Array {
  const count = Math.floor(2 ** 32 / 4099);
  const all = new Float32Array(Uint32Array.from({ length: count }, (_, i) => i * 4099).buffer);
  return all.filter(keep);
}

/** The distance between neighbouring f32 at y. */
function ulp(y: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(y) || Number.MIN_VALUE)));
  return 2 ** (exponent - 23);
}

function largestError(
  kind: Kind,
  xs: Float32Array,
  exact: (x: number) => number,
  unit: (y: number) => number,
): { error: number; x: number } {
  const ys = apply(kind, xs);
  let [error, worst] = [0, 0];
  for (let i = 0; i < xs.length; i++) {
    const y = exact(xs[i]);
    if (Math.fround(y) === ys[i]) continue; // right to the last bit, infinities too
    const e = Math.abs(ys[i] - y) / unit(y);
    if (!(e <= error)) [error, worst] = [e, xs[i]];
  }
  return { error, x: worst };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const whole = (turns: number) => turns - Math.round(turns); // exact in f64

describe('over all of f32, debug and release agree to the bit and the largest error (ulp, or absolute) of', () => {
  test.each<[string, number, Kind, (x: number) => boolean, (x: number) => number, (y: number) => number]>([
    ['exp', 0.9, 'exp', Number.isFinite, Math.exp, ulp],
    ['tanh', 1.25, 'tanh', Number.isFinite, Math.tanh, ulp],
    ['sigmoid, x > −88,', 2, 'sigmoid', (x) => x > -88, sigmoid, ulp],
    ['sigmoid, x ≤ −88, where it fades to 0 early, absolute,', 1e-38, 'sigmoid', (x) => x <= -88, sigmoid, () => 1],
    ['log, of positive normal numbers,', 1.75, 'log', (x) => x >= 2 ** -126 && x < Infinity, Math.log, ulp],
    ['sin 2πx, |x| < 2²⁰, absolute,', 1e-7, 'sinTurns', (x) => Math.abs(x) < 2 ** 20, (x) => Math.sin(2 * Math.PI * whole(x)), () => 1],
    ['cos 2πx, |x| < 2²⁰, absolute,', 1e-7, 'cosTurns', (x) => Math.abs(x) < 2 ** 20, (x) => Math.cos(2 * Math.PI * whole(x)), () => 1],
    ['sin x, |x| < 8, absolute,', 8e-7, 'sin', (x) => Math.abs(x) < 8, Math.sin, () => 1],
    ['cos x, |x| < 8, absolute,', 8e-7, 'cos', (x) => Math.abs(x) < 8, Math.cos, () => 1],
  ])('%s is below %s', (name, limit, kind, keep, exact, unit) => {
    const xs = sweep(keep);
    expect(xs.length).toBeGreaterThan(200_000);
    const { error, x } = largestError(kind, xs, exact, unit);
    if (process.env.SHOW_ERRORS) console.log(`${name} largest error ${error} at ${x}`);
    expect(error, `at ${x}`).toBeLessThan(limit);
  });
});

describe('at special values', () => {
  const one = (kind: Kind, x: number) => apply(kind, Float32Array.of(x, x, x, x))[0];
  const subnormal = 2 ** -140;

  // tanh(−0) is +0: adding the cubic term loses the sign of zero, alike on every engine.
  test('exp, tanh and sigmoid have the right limits', () => {
    expect([Infinity, -Infinity, 0, -0, subnormal].map((x) => one('exp', x))).toEqual([Infinity, 0, 1, 1, 1]);
    expect([Infinity, -Infinity, 0, -0, subnormal, -subnormal].map((x) => one('tanh', x))).toEqual([1, -1, 0, 0, subnormal, -subnormal]);
    expect([Infinity, -Infinity, 0, -0, subnormal].map((x) => one('sigmoid', x))).toEqual([1, 0, 0.5, 0.5, 0.5]);
  });

  test('exp overflows where f32 does and fades through the subnormals', () => {
    expect(one('exp', 88.72283)).toBeLessThan(Infinity);
    expect(one('exp', 88.73)).toBe(Infinity);
    expect(one('exp', -100)).toBe(Math.fround(Math.exp(-100)));
    expect(one('exp', -104)).toBe(0);
  });

  test('NaN stays NaN in every function that a network uses', () => {
    for (const kind of ['exp', 'tanh', 'sigmoid', 'sinTurns', 'cosTurns'] as const) expect(one(kind, Number.NaN)).toBeNaN();
  });

  test('log is exact at 1 and meets its limits at the ends of the normal range', () => {
    expect(one('log', 1)).toBe(0);
    expect(one('log', 2 ** -126)).toBe(Math.fround(-126 * Math.LN2));
    expect(one('log', 3.4028234663852886e38)).toBe(Math.fround(Math.log(3.4028234663852886e38)));
  });

  test('quarter turns are exact', () => {
    expect([0, 0.25, 0.5, 0.75, 1, 1000.25].map((x) => one('sinTurns', x) + 0)).toEqual([0, 1, 0, -1, 0, 1]);
    expect([0, 0.25, 0.5, 0.75, 1, 1000.5].map((x) => one('cosTurns', x) + 0)).toEqual([1, 0, -1, 0, 1, -1]);
  });
});
