// Draws actions from the distributions in a policy's outputs, four environments at a time, and their log-probabilities.
//   Gaussian: a = μ + σ z, log π = −½ Σ z² − Σ log σ − A/2 · log 2π, summed over the dimensions; z by Box and Muller (1958).
//   Categorical: inverse of the cumulated softmax; log π = l_a − max l − log Σ exp(l − max l).
// Coordinates of a draw: (task, episode, step, draw); one draw gives four words.
import { Batch, key, STREAM_POLICY } from '../batch';
import { cosTurns4, exp4, log4, sinTurns4 } from '../math';
import { philox4, philox8, uniform4, uniformAboveZero4, unit4, words } from '../philox';
import { outputStride, Policy } from './policy';

const HALF_LOG_TWO_PI: f32 = 0.91893853320467274178;

/** One output of four consecutive rows. */
// @ts-ignore: decorator
@inline
function gather(p: Policy, i: i32, column: i32): v128 {
  const stride = <usize>outputStride(p) << 2;
  const at = p.outputs + stride * i + (<usize>column << 2);
  let v = f32x4.splat(load<f32>(at));
  v = f32x4.replace_lane(v, 1, load<f32>(at + stride));
  v = f32x4.replace_lane(v, 2, load<f32>(at + 2 * stride));
  return f32x4.replace_lane(v, 3, load<f32>(at + 3 * stride));
}

// @ts-ignore: decorator
@inline
function draw(b: Batch, i: i32, index: i32): void {
  const at = <usize>i << 2;
  philox4(b.seed, key(b, STREAM_POLICY), v128.load(b.taskId + at), v128.load(b.episode + at), v128.load(b.elapsed + at), i32x4.splat(index));
}

/** Writes b.actions of environments i … i + 3 and returns their log-probabilities. With `greedy`: the mean, or the likeliest choice. */
export function sample4(b: Batch, p: Policy, i: i32, greedy: bool): v128 {
  return p.categorical ? sampleCategorical4(b, p, i, greedy) : sampleGaussian4(b, p, i, greedy);
}

function sampleGaussian4(b: Batch, p: Policy, i: i32, greedy: bool): v128 {
  const A = p.headSize;
  let squares = f32x4.splat(0);
  let constant: f32 = 0;
  let z0 = squares;
  let z1 = squares;
  for (let a = 0; a < A; a++) {
    if (!greedy && !(a & 1)) {
      if (!(a & 3)) draw(b, i, a >> 2);
      const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log4(uniformAboveZero4(a & 3))));
      const turns = uniform4((a & 3) + 1);
      z0 = f32x4.mul(radius, cosTurns4(turns));
      z1 = f32x4.mul(radius, sinTurns4(turns));
    }
    const z = a & 1 ? z1 : z0;
    squares = f32x4.add(squares, f32x4.mul(z, z));
    constant += load<f32>(p.logStd + (<usize>a << 2)) + HALF_LOG_TWO_PI;
    const action = f32x4.add(gather(p, i, a), f32x4.mul(f32x4.splat(load<f32>(p.spread + (<usize>a << 2))), z));
    const to = b.actions + (<usize>(i * A + a) << 2);
    const next = <usize>A << 2;
    store<f32>(to, f32x4.extract_lane(action, 0));
    store<f32>(to + next, f32x4.extract_lane(action, 1));
    store<f32>(to + 2 * next, f32x4.extract_lane(action, 2));
    store<f32>(to + 3 * next, f32x4.extract_lane(action, 3));
  }
  return f32x4.sub(f32x4.mul(f32x4.splat(-0.5), squares), f32x4.splat(constant));
}

function sampleCategorical4(b: Batch, p: Policy, i: i32, greedy: bool): v128 {
  const A = p.headSize;
  let top = gather(p, i, 0);
  for (let a = 1; a < A; a++) top = f32x4.max(top, gather(p, i, a));
  let total = f32x4.splat(0);
  for (let a = 0; a < A; a++) total = f32x4.add(total, exp4(f32x4.sub(gather(p, i, a), top)));
  draw(b, i, 0);
  const mark = f32x4.mul(uniform4(0), total);
  let sum = f32x4.splat(0);
  let open = i32x4.splat(-1); // lanes that have not chosen yet
  let choice = f32x4.splat(<f32>(A - 1));
  let logit = gather(p, i, A - 1);
  for (let a = 0; a < A; a++) {
    const l = gather(p, i, a);
    sum = f32x4.add(sum, exp4(f32x4.sub(l, top)));
    const here = v128.and(open, greedy ? f32x4.eq(l, top) : f32x4.lt(mark, sum));
    choice = v128.bitselect(f32x4.splat(<f32>a), choice, here);
    logit = v128.bitselect(l, logit, here);
    open = v128.andnot(open, here);
  }
  v128.store(b.actions + (<usize>i << 2), choice);
  return f32x4.sub(f32x4.sub(logit, top), log4(total));
}

/** Uniform actions in [−1, 1)^A, or uniform choices. Number k of an episode is word k mod 4 of draw ⌊k/4⌋, so that two steps on a plane share a draw. */
export function sampleUniform4(b: Batch, i: i32): void {
  const A = b.actionSize;
  const at = <usize>i << 2;
  const zero = i32x4.splat(0);
  const first = i32x4.mul(v128.load(b.elapsed + at), i32x4.splat(A));
  let drawn = i32x4.splat(-1);
  for (let a = 0; a < A; a++) {
    const k = i32x4.add(first, i32x4.splat(a));
    const number = i32x4.shr_u(k, 2);
    if (v128.any_true(v128.xor(number, drawn))) {
      philox4(b.seed, key(b, STREAM_POLICY), v128.load(b.taskId + at), v128.load(b.episode + at), number, zero);
      drawn = number;
    }
    const u = unit4(word4(words, k));
    const action = b.choices ? f32x4.floor(f32x4.mul(u, f32x4.splat(<f32>b.choices))) : f32x4.sub(f32x4.add(u, u), f32x4.splat(1));
    const to = b.actions + (<usize>(i * A + a) << 2);
    const next = <usize>A << 2;
    v128.store32_lane(to, action, 0);
    v128.store32_lane(to + next, action, 1);
    v128.store32_lane(to + 2 * next, action, 2);
    v128.store32_lane(to + 3 * next, action, 3);
  }
}

/** Whether a draw of random actions serves several steps. */
// @ts-ignore: decorator
@inline
export function sharesDraws(b: Batch): bool {
  return b.choices ? b.actionSize == 1 : b.actionSize == 2;
}

/** The same numbers as `sampleUniform4` for environments `from` … `to` − 1, where `sharesDraws`: a draw serves two steps on a plane, or four of one choice. `draws` [padded + 4, 4] keeps them; `again`: those of the step before still stand. */
export function sampleUniformStrip(b: Batch, draws: usize, from: i32, to: i32, again: bool): void {
  const plane = b.actionSize == 2;
  const phases = i32x4.splat(plane ? 1 : 3);
  const shift = plane ? 1 : 2;
  const choices = f32x4.splat(<f32>b.choices);
  const seed = b.seed;
  const purpose = key(b, STREAM_POLICY);
  const one = f32x4.splat(1);
  for (let i = from; i < to; i += 8) {
    const at = <usize>i << 2;
    const at2 = <usize>min(i + 4, to - 4) << 2; // four that have no neighbours are drawn twice
    const place = draws + (<usize>i << 4);
    const elapsed = v128.load(b.elapsed + at);
    const elapsed2 = v128.load(b.elapsed + at2);
    const phase = v128.and(elapsed, phases);
    const phase2 = v128.and(elapsed2, phases);
    if (!again || !i32x4.all_true(phase) || !i32x4.all_true(phase2))
      philox8(
        seed, purpose, place, v128.load(b.taskId + at), v128.load(b.taskId + at2), v128.load(b.episode + at), v128.load(b.episode + at2),
        i32x4.shr_u(elapsed, shift), i32x4.shr_u(elapsed2, shift),
      );
    if (plane) {
      planeActions4(b.actions + 2 * at, place, i32x4.neg(phase), one);
      planeActions4(b.actions + 2 * at2, place + 64, i32x4.neg(phase2), one);
    } else {
      v128.store(b.actions + at, choices4(place, phase, choices));
      v128.store(b.actions + at2, choices4(place + 64, phase2, choices));
    }
  }
}

/** Actions of four environments on a plane from the first two words, or from the last two in the lanes of `odd`. */
// @ts-ignore: decorator
@inline
function planeActions4(to: usize, place: usize, odd: v128, one: v128): void {
  const u = unit4(v128.bitselect(v128.load(place, 32), v128.load(place), odd));
  const v = unit4(v128.bitselect(v128.load(place, 48), v128.load(place, 16), odd));
  const x = f32x4.sub(f32x4.add(u, u), one);
  const y = f32x4.sub(f32x4.add(v, v), one);
  v128.store(to, v128.shuffle<f32>(x, y, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
}

// @ts-ignore: decorator
@inline
function choices4(place: usize, phase: v128, choices: v128): v128 {
  return f32x4.floor(f32x4.mul(unit4(word4(place, phase)), choices));
}

/** Word number `phase` (0 … 3) in each lane. */
// @ts-ignore: decorator
@inline
function word4(place: usize, phase: v128): v128 {
  const odd = i32x4.shr_s(i32x4.shl(phase, 31), 31);
  const upper = i32x4.shr_s(i32x4.shl(phase, 30), 31);
  const even = v128.bitselect(v128.load(place, 32), v128.load(place), upper);
  return v128.bitselect(v128.bitselect(v128.load(place, 48), v128.load(place, 16), upper), even, odd);
}
