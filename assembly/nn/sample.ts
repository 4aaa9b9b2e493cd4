// Draws actions from the distributions in a policy's outputs, four environments at a time, and their log-probabilities.
//   Gaussian: a = μ + σ z, log π = −½ Σ z² − Σ log σ − A/2 · log 2π, summed over the dimensions; z by Box and Muller (1958).
//   Categorical: inverse of the cumulated softmax; log π = l_a − max l − log Σ exp(l − max l).
// Coordinates of a draw: (task, episode, step, draw); one draw gives four words.
import { Batch, key, STREAM_POLICY } from '../batch';
import { cosTurns4, exp4, log4, sinTurns4 } from '../math';
import { philox4, uniform4, uniformAboveZero4, words } from '../philox';
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
  for (let a = 0; a < A; a++) {
    const k = i32x4.add(i32x4.mul(v128.load(b.elapsed + at), i32x4.splat(A)), i32x4.splat(a));
    philox4(b.seed, key(b, STREAM_POLICY), v128.load(b.taskId + at), v128.load(b.episode + at), i32x4.shr_u(k, 2), zero);
    for (let l = 0; l < 4; l++) {
      const word = (load<i32>(b.elapsed + at + (<usize>l << 2)) * A + a) & 3;
      const u = <f32>(load<u32>(words + (<usize>word << 4) + (<usize>l << 2)) >>> 8) * <f32>5.9604644775390625e-8;
      store<f32>(b.actions + (<usize>((i + l) * A + a) << 2), b.choices ? floor(u * <f32>b.choices) : 2 * u - 1);
    }
  }
}

/** The same numbers as `sampleUniform4` for two continuous dimensions. `again`: the draw of the step before still stands in `words` (it serves two steps). */
// @ts-ignore: decorator
@inline
export function sampleUniformPair4(b: Batch, i: i32, again: bool): void {
  const at = <usize>i << 2;
  const elapsed = v128.load(b.elapsed + at);
  const odd = i32x4.shr_s(i32x4.shl(elapsed, 31), 31);
  if (!again || !i32x4.all_true(odd)) {
    philox4(b.seed, key(b, STREAM_POLICY), v128.load(b.taskId + at), v128.load(b.episode + at), i32x4.shr_u(elapsed, 1), i32x4.splat(0));
  }
  const two = f32x4.splat(2);
  const one = f32x4.splat(1);
  const x = f32x4.sub(f32x4.mul(two, v128.bitselect(uniform4(2), uniform4(0), odd)), one);
  const y = f32x4.sub(f32x4.mul(two, v128.bitselect(uniform4(3), uniform4(1), odd)), one);
  v128.store(b.actions + 2 * at, v128.shuffle<f32>(x, y, 0, 4, 1, 5));
  v128.store(b.actions + 2 * at, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
}

/** The same again, where other environments are drawn in between: the numbers of the second step stand at `ahead` [padded, 2]. */
// @ts-ignore: decorator
@inline
export function sampleUniformPairAhead4(b: Batch, i: i32, ahead: usize): void {
  const at = <usize>i << 2;
  const to = b.actions + 2 * at;
  const next = ahead + 2 * at;
  const elapsed = v128.load(b.elapsed + at);
  const odd = i32x4.shr_s(i32x4.shl(elapsed, 31), 31);
  if (i32x4.all_true(odd)) {
    v128.store(to, v128.load(next));
    v128.store(to, v128.load(next, 16), 16);
    return;
  }
  sampleUniformPair4(b, i, false);
  const two = f32x4.splat(2);
  const one = f32x4.splat(1);
  const x = f32x4.sub(f32x4.mul(two, uniform4(2)), one);
  const y = f32x4.sub(f32x4.mul(two, uniform4(3)), one);
  v128.store(next, v128.shuffle<f32>(x, y, 0, 4, 1, 5));
  v128.store(next, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
}
