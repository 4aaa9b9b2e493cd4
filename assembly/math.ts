// SIMD elementary functions, four f32 at a time, made of +, −, ×, ÷ alone, so that every engine returns the same bits.
// Polynomials are our own weighted least-squares fits in f64. Largest errors are held by test/assembly/math.test.ts.

const LOG2E: f32 = 1.44269504088896340736;
const LN2_HIGH: f32 = 0.693145751953125; // 15 bits, so that k · LN2_HIGH is exact
const LN2_LOW: f32 = 1.42860682030941723212e-6;

// @ts-ignore: decorator
@inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** a b + c, rounded twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

// Adding 1.5 · 2²³ rounds to the nearest integer and leaves it in the low bits: cheaper than rounding and converting.
const MAGIC: f32 = 12582912;

const QUARTERS_PER_RADIAN: f32 = 0.63661977236758134308;

// Clamps by pseudo-minimum and -maximum: one instruction each, and a NaN in x stays, since every comparison with it is false.
// @ts-ignore: decorator
@inline
function clamp(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, splat(high)), splat(low));
}

// exp(x) = 2^k · exp(r), k = round(x / ln 2), |r| ≤ ln 2 / 2.
// @ts-ignore: decorator
@inline
function expMantissa(x: v128, k: v128): v128 {
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, splat(LN2_HIGH))), f32x4.mul(k, splat(LN2_LOW)));
  let q = madd(r, splat(0.0013813144505238429), splat(0.008369418835570686));
  q = madd(q, r, splat(0.04166845678740501));
  q = madd(q, r, splat(0.16666514791398376));
  q = madd(q, r, splat(0.4999999305072456));
  return f32x4.add(splat(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
}

/** exp(x). Subnormal results and overflow to infinity are right; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = clamp(x, -105, 90);
  const shifted = f32x4.add(f32x4.mul(x, splat(LOG2E)), splat(MAGIC));
  const p = expMantissa(x, f32x4.sub(shifted, splat(MAGIC)));
  const exponent = i32x4.sub(shifted, splat(MAGIC));
  const half = i32x4.shr_s(exponent, 1); // two factors: 2^k alone leaves the normal range
  const rest = i32x4.sub(exponent, half);
  const bias = i32x4.splat(127);
  const first = i32x4.shl(i32x4.add(half, bias), 23);
  const second = i32x4.shl(i32x4.add(rest, bias), 23);
  return f32x4.mul(f32x4.mul(p, first), second);
}

// exp(x) for −87 ≤ x ≤ 88: 2^k by adding to the exponent's bits. A NaN's bits would turn into a number, so it is put back.
// @ts-ignore: decorator
@inline
function expNormal(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, splat(LOG2E)), splat(MAGIC));
  const p = expMantissa(x, f32x4.sub(shifted, splat(MAGIC)));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23)); // the bits of MAGIC above the integer are shifted out
  return v128.or(scaled, f32x4.ne(x, x));
}

/** 1 / (1 + exp(−x)); 0 below −88, where the true value is under 1e-38. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const value = f32x4.div(splat(1), f32x4.add(splat(1), expNormal(clamp(f32x4.neg(x), -87, 88))));
  return v128.andnot(value, f32x4.lt(x, splat(-88)));
}

/** |x| < 0.625: x + x³ q(x²), which keeps the relative error where 1 − 2/(e^2x + 1) would cancel. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let q = madd(z, splat(-0.005717044968827876), splat(0.02065058723265));
  q = madd(q, z, splat(-0.053743498069044285));
  q = madd(q, z, splat(0.1333149128702001));
  q = madd(q, z, splat(-0.33333283925299206));
  const small = f32x4.add(x, f32x4.mul(f32x4.mul(x, z), q));
  const a = f32x4.abs(x);
  const e = expNormal(f32x4.pmin(f32x4.add(a, a), splat(20)));
  const large = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))));
  const signed = v128.or(large, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(small, signed, f32x4.lt(a, splat(0.625)));
}

/** Natural logarithm of normal positive numbers. x = 2^e · m, m in [√½, √2); ln m = 2 artanh((m − 1)/(m + 1)). */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = i32x4.shr_s(shifted, 23);
  const m = i32x4.sub(x, i32x4.shl(e, 23));
  const s = f32x4.div(f32x4.sub(m, splat(1)), f32x4.add(m, splat(1)));
  const z = f32x4.mul(s, s);
  let q = madd(z, splat(0.2358215139050342), splat(0.28537308537321493));
  q = madd(q, z, splat(0.4000033519096464));
  q = madd(q, z, splat(0.6666666564545575));
  const k = f32x4.convert_i32x4_s(e);
  const tail = f32x4.add(f32x4.mul(f32x4.mul(s, z), q), f32x4.mul(k, splat(LN2_LOW)));
  return f32x4.add(f32x4.mul(k, splat(LN2_HIGH)), f32x4.add(f32x4.add(s, s), tail));
}

// sin and cos of a quarter turn times t, |t| ≤ ½.
// @ts-ignore: decorator
@inline
function sinQuarter(t: v128): v128 {
  const z = f32x4.mul(t, t);
  let q = madd(z, splat(0.00015819506172034427), splat(-0.004681260620633916));
  q = madd(q, z, splat(0.07969258184163044));
  q = madd(q, z, splat(-0.6459640961023347));
  q = madd(q, z, splat(1.5707963267877485));
  return f32x4.mul(t, q);
}

// @ts-ignore: decorator
@inline
function cosQuarter(t: v128): v128 {
  const z = f32x4.mul(t, t);
  let q = madd(z, splat(0.0009033629756943125), splat(-0.020859936027704088));
  q = madd(q, z, splat(0.2536691825959968));
  q = madd(q, z, splat(-1.2337005395647538));
  return madd(q, z, splat(1));
}

// sin of `turns` plus `ahead` quarter turns.
// @ts-ignore: decorator
@inline
function sine(turns: v128, ahead: i32): v128 {
  const quarters = f32x4.mul(turns, splat(4));
  const shifted = f32x4.add(quarters, splat(MAGIC));
  const t = f32x4.sub(quarters, f32x4.sub(shifted, splat(MAGIC)));
  const n = i32x4.add(shifted, i32x4.splat(ahead)); // MAGIC's own low bits are 0
  const odd = i32x4.shr_s(i32x4.shl(n, 31), 31);
  const value = v128.bitselect(cosQuarter(t), sinQuarter(t), odd);
  return v128.xor(value, i32x4.shl(i32x4.shr_u(n, 1), 31));
}

/** sin(2π · turns), |turns| < 2²⁰. */
// @ts-ignore: decorator
@inline
export function sinTurns4(turns: v128): v128 {
  return sine(turns, 0);
}

/** cos(2π · turns), |turns| < 2²⁰. */
// @ts-ignore: decorator
@inline
export function cosTurns4(turns: v128): v128 {
  return sine(turns, 1);
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|); the logarithm by ln(1 + t) = 2 artanh(t / (2 + t)), which keeps small t. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const t = exp4(f32x4.neg(f32x4.abs(x)));
  // The polynomial holds for t ≤ √2 − 1; above, 1 + t loses no more than its last bit, which log4 bears.
  const s = f32x4.div(t, f32x4.add(splat(2), t));
  const z = f32x4.mul(s, s);
  let q = madd(z, splat(0.2358215139050342), splat(0.28537308537321493));
  q = madd(q, z, splat(0.4000033519096464));
  q = madd(q, z, splat(0.6666666564545575));
  const small = f32x4.add(f32x4.add(s, s), f32x4.mul(f32x4.mul(s, z), q));
  const log = v128.bitselect(small, log4(f32x4.add(splat(1), t)), f32x4.lt(t, splat(0.4)));
  return f32x4.add(f32x4.max(x, splat(0)), log);
}

/** Clipped to ± bound, bound ≥ 0; NaN stays NaN. Pseudo-minimum and -maximum are one instruction each. */
// @ts-ignore: decorator
@inline
export function within(x: v128, bound: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.neg(bound)), bound);
}

/** The nearest whole number of quarter turns of an angle in radians, |angle| < 10⁵, in the low bits; for the functions below. */
// @ts-ignore: decorator
@inline
export function quarterTurns4(angle: v128): v128 {
  return f32x4.add(f32x4.mul(angle, splat(QUARTERS_PER_RADIAN)), splat(MAGIC));
}

/** The same number as an f32; `turns` is `quarterTurns4(angle)`. */
// @ts-ignore: decorator
@inline
export function wholeQuarters4(turns: v128): v128 {
  return f32x4.sub(turns, splat(MAGIC));
}

/** What is left of the angle beside them, in quarter turns. */
// @ts-ignore: decorator
@inline
function restOf(angle: v128, turns: v128): v128 {
  return f32x4.sub(f32x4.mul(angle, splat(QUARTERS_PER_RADIAN)), wholeQuarters4(turns));
}

// @ts-ignore: decorator
@inline
function ofQuadrant(even: v128, odd: v128, n: v128): v128 {
  const value = v128.bitselect(odd, even, i32x4.shr_s(i32x4.shl(n, 31), 31));
  return v128.xor(value, i32x4.shl(i32x4.shr_u(n, 1), 31));
}

/** sin of an angle in radians; `turns` is `quarterTurns4(angle)`. An engine computes once what sine and cosine share. */
// @ts-ignore: decorator
@inline
export function sin4(angle: v128, turns: v128): v128 {
  const t = restOf(angle, turns);
  return ofQuadrant(sinQuarter(t), cosQuarter(t), turns);
}

/** cos of an angle in radians; `turns` is `quarterTurns4(angle)`. */
// @ts-ignore: decorator
@inline
export function cos4(angle: v128, turns: v128): v128 {
  const t = restOf(angle, turns);
  return ofQuadrant(sinQuarter(t), cosQuarter(t), i32x4.add(turns, i32x4.splat(1)));
}

/** sin alone of an angle in radians. */
// @ts-ignore: decorator
@inline
export function sinOf4(angle: v128): v128 {
  return sin4(angle, quarterTurns4(angle));
}

/** cos alone. */
// @ts-ignore: decorator
@inline
export function cosOf4(angle: v128): v128 {
  return cos4(angle, quarterTurns4(angle));
}
