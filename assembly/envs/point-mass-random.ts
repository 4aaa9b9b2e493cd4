// Random play of the point mass with nothing in memory but the returns: places, sums and random words of twelve environments stay in locals through all
// steps of their trials. The numbers are those of step by step play (point-mass.ts, nn/sample.ts), to the bit.
// Only where every episode lasts for the horizon: then all environments are in the same step of the same episode, and share much of their draws.
import { Batch, key, number, parameter, STREAM_POLICY } from '../batch';
import { keyRounds, restOfRounds12, stepRounds, taskRounds4 } from '../philox';
import {
  COUNTS, ENDS, REWARD, REWARD_DENSE, REWARD_SPARSE, STEP,
} from './numbers/point-mass';
import { reward4 } from './point-mass-reward';

const drawn: usize = memory.data(192, 16);
const tasks: usize = memory.data(144, 16);

/** Plays whole trials and writes the returns [N, episodes]; false, and nothing is done, where episodes may differ in length or number. */
export function playRandom(b: Batch, episodes: i32, returns: usize): bool {
  if (parameter(b, ENDS) != 0 || !sameEpisode(b)) return false;
  keyRounds(b.seed, key(b, STREAM_POLICY));
  const last = b.padded - 4;
  for (let i = 0; i < b.padded; i += 12) play12(b, i, min(i + 4, last), min(i + 8, last), episodes, returns); // the last four may be played again
  return true;
}

function sameEpisode(b: Batch): bool {
  const first = v128.load32_splat(b.episode);
  let differ = i32x4.splat(0);
  for (let n: usize = 0; n < <usize>b.padded; n += 4) differ = v128.or(differ, v128.xor(v128.load(b.episode + (n << 2)), first));
  return !v128.any_true(differ);
}

/** Trials of environments i … i + 3 and four each from i2 and i3. */
function play12(b: Batch, i: i32, i2: i32, i3: i32, episodes: i32, returns: usize): void {
  const at = b.task + (<usize>i << 2);
  const at2 = b.task + (<usize>i2 << 2);
  const at3 = b.task + (<usize>i3 << 2);
  const next = <usize>b.padded << 2;
  const horizon = b.horizon;
  const first = load<u32>(b.episode);
  const parameters = b.parameters;
  const kind = <i32>parameter(b, REWARD);
  const mx = number(parameters, COUNTS);
  const my = number(parameters, COUNTS + 1);
  const wx = f32x4.mul(mx, v128.load(at));
  const wy = f32x4.mul(my, v128.load(at + next));
  const wx2 = f32x4.mul(mx, v128.load(at2));
  const wy2 = f32x4.mul(my, v128.load(at2 + next));
  const wx3 = f32x4.mul(mx, v128.load(at3));
  const wy3 = f32x4.mul(my, v128.load(at3 + next));
  // Actions are drawn as whole numbers, −2²³ … 2²³ − 1. A power of two does not change how a product is rounded.
  const step = f32x4.mul(number(parameters, STEP), number(UNIT, 0));
  taskRounds4(tasks, v128.load(b.taskId + (<usize>i << 2)));
  taskRounds4(tasks + 48, v128.load(b.taskId + (<usize>i2 << 2)));
  taskRounds4(tasks + 96, v128.load(b.taskId + (<usize>i3 << 2)));
  for (let e = 0; e < episodes; e++) {
    let x = f32x4.splat(0);
    let y = x;
    let sum = x;
    let x2 = x;
    let y2 = x;
    let sum2 = x;
    let x3 = x;
    let y3 = x;
    let sum3 = x;
    for (let t = 0; t < horizon; t += 2) {
      stepRounds(first + e, t >> 1);
      restOfRounds12(tasks, drawn);
      const end = drawn + (t + 1 < horizon ? 64 : 32);
      for (let word = drawn; word < end; word += 32) {
        const ux = whole4(v128.load(word));
        const uy = whole4(v128.load(word, 16));
        const ux2 = whole4(v128.load(word, 64));
        const uy2 = whole4(v128.load(word, 80));
        const ux3 = whole4(v128.load(word, 128));
        const uy3 = whole4(v128.load(word, 144));
        x = f32x4.add(x, f32x4.mul(step, ux));
        y = f32x4.add(y, f32x4.mul(step, uy));
        x2 = f32x4.add(x2, f32x4.mul(step, ux2));
        y2 = f32x4.add(y2, f32x4.mul(step, uy2));
        x3 = f32x4.add(x3, f32x4.mul(step, ux3));
        y3 = f32x4.add(y3, f32x4.mul(step, uy3));
        const dx = f32x4.sub(f32x4.mul(mx, x), wx);
        const dy = f32x4.sub(f32x4.mul(my, y), wy);
        const dx2 = f32x4.sub(f32x4.mul(mx, x2), wx2);
        const dy2 = f32x4.sub(f32x4.mul(my, y2), wy2);
        const dx3 = f32x4.sub(f32x4.mul(mx, x3), wx3);
        const dy3 = f32x4.sub(f32x4.mul(my, y3), wy3);
        if (kind == REWARD_SPARSE) {
          sum = f32x4.add(sum, reward4(REWARD_SPARSE, parameters, wx, wy, dx, dy, ux, uy));
          sum2 = f32x4.add(sum2, reward4(REWARD_SPARSE, parameters, wx2, wy2, dx2, dy2, ux2, uy2));
          sum3 = f32x4.add(sum3, reward4(REWARD_SPARSE, parameters, wx3, wy3, dx3, dy3, ux3, uy3));
        } else if (kind == REWARD_DENSE) {
          sum = f32x4.add(sum, reward4(REWARD_DENSE, parameters, wx, wy, dx, dy, ux, uy));
          sum2 = f32x4.add(sum2, reward4(REWARD_DENSE, parameters, wx2, wy2, dx2, dy2, ux2, uy2));
          sum3 = f32x4.add(sum3, reward4(REWARD_DENSE, parameters, wx3, wy3, dx3, dy3, ux3, uy3));
        } else {
          const scale = number(UNIT, 0);
          sum = f32x4.add(sum, reward4(kind, parameters, wx, wy, dx, dy, f32x4.mul(scale, ux), f32x4.mul(scale, uy)));
          sum2 = f32x4.add(sum2, reward4(kind, parameters, wx2, wy2, dx2, dy2, f32x4.mul(scale, ux2), f32x4.mul(scale, uy2)));
          sum3 = f32x4.add(sum3, reward4(kind, parameters, wx3, wy3, dx3, dy3, f32x4.mul(scale, ux3), f32x4.mul(scale, uy3)));
        }
      }
    }
    keep4(b, returns, episodes, i, e, sum);
    keep4(b, returns, episodes, i2, e, sum2);
    keep4(b, returns, episodes, i3, e, sum3);
  }
}

const UNIT: usize = memory.data<f32>([1.1920928955078125e-7], 16); // 2⁻²³

/** The upper 24 bits of a word, less 2²³: 2²³ times the action. */
// @ts-ignore: decorator
@inline
function whole4(word: v128): v128 {
  return f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), f32x4.splat(8388608));
}

function keep4(b: Batch, returns: usize, episodes: i32, i: i32, e: i32, sum: v128): void {
  const to = returns + (<usize>(i * episodes + e) << 2);
  const next = <usize>episodes << 2;
  const n = b.size - i; // those behind the last environment have no place
  store<f32>(to, f32x4.extract_lane(sum, 0));
  if (n > 1) store<f32>(to + next, f32x4.extract_lane(sum, 1));
  if (n > 2) store<f32>(to + 2 * next, f32x4.extract_lane(sum, 2));
  if (n > 3) store<f32>(to + 3 * next, f32x4.extract_lane(sum, 3));
}
