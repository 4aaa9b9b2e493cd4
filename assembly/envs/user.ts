// A user's environment. Its law is outside of this module: the host moves all N environments at once through the imports below and writes what they
// observe into the batch's buffers (src/envs/user/host.ts). What the contract asks for (counting, ends, final observations, faults) is done here.
import { Batch, NOT_FINITE, parameter, storeFaults } from '../batch';

@external("user", "sampleTasks") declare function hostSampleTasks(b: usize): void;
/** all = 1: every environment; 0: those whose episode is over. */
@external("user", "start") declare function hostStart(b: usize, all: i32): void;
@external("user", "step") declare function hostStep(b: usize): void;
@external("user", "observe") declare function hostObserve(b: usize): void;
@external("user", "oracle") declare function hostOracle(b: usize): void;

/** Where the sizes stand in the row of numbers. Twin: `sizesOf` in src/envs/user/family.ts. */
const STATE = 0;
const TASK = 1;
const ACTION = 2;
const CHOICES = 3;
const OBSERVATION = 4;

@unmanaged
export class UserEnv extends Batch {
  sizes(): void {
    this.stateSize = <i32>parameter(this, STATE);
    this.taskSize = <i32>parameter(this, TASK);
    this.actionSize = <i32>parameter(this, ACTION);
    this.choices = <i32>parameter(this, CHOICES);
    this.observationSize = <i32>parameter(this, OBSERVATION) + (this.context ? this.taskSize : 0);
  }

  sampleAll(): void { hostSampleTasks(changetype<usize>(this)); }
  startAll(): void { hostStart(changetype<usize>(this), 1); }
  moveAll(): void { hostStep(changetype<usize>(this)); }
  observeNow(): void { hostObserve(changetype<usize>(this)); }
  restartEnded(): void { hostStart(changetype<usize>(this), 0); }

  sampleTask4(i: i32): void {}
  start(i: i32): void {}
  observe4(i: i32): void {}

  /** The host has moved and observed. What is not finite ends that environment's episode with a fault: reward 0, observation 0. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    if (!finite4(this, i)) for (let n = i; n < min(i + 4, this.size); n++) quarantine(this, n);
    const flags = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(this.terminated + i)));
    return i32x4.ne(flags, i32x4.splat(0));
  }

  oracle4(i: i32): void {
    if (i == 0) hostOracle(changetype<usize>(this));
  }
}

/** Clears the faults of four environments; false if any number that they wrote is not finite. */
function finite4(b: UserEnv, i: i32): bool {
  storeFaults(b, i, i32x4.splat(0));
  const rewards = v128.load(b.rewards + (<usize>i << 2));
  const training = v128.load(b.trainingRewards + (<usize>i << 2));
  // x − x is 0 for finite x, else NaN.
  let odd = v128.or(f32x4.sub(rewards, rewards), f32x4.sub(training, training));
  const from = b.observations + (<usize>(i * b.observationSize) << 2);
  const end = from + (<usize>(4 * b.observationSize) << 2);
  for (let at = from; at < end; at += 16) {
    const x = v128.load(at);
    odd = v128.or(odd, f32x4.sub(x, x));
  }
  return !v128.any_true(odd);
}

function quarantine(b: UserEnv, n: i32): void {
  const at = <usize>n << 2;
  const from = b.observations + (<usize>(n * b.observationSize) << 2);
  let odd = load<f32>(b.rewards + at) - load<f32>(b.rewards + at) + (load<f32>(b.trainingRewards + at) - load<f32>(b.trainingRewards + at));
  for (let o = 0; o < b.observationSize; o++) {
    const x = load<f32>(from + (<usize>o << 2));
    odd += x - x;
  }
  if (odd == 0) return;
  memory.fill(from, 0, <usize>(b.observationSize - (b.context ? b.taskSize : 0)) << 2); // a task that is observed stays
  store<f32>(b.rewards + at, 0);
  store<f32>(b.trainingRewards + at, 0);
  store<u8>(b.terminated + n, 1);
  store<u8>(b.faults + n, <u8>NOT_FINITE);
}
