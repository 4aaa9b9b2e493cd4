// Bandit-v0: k arms, each of which pays 1 with its own hidden probability.
// Spec and sources: src/envs/bandit.ts. Plain twin: test/reference/bandit.ts.
//   p_i ~ U[0, 1) per task;   r = 1 if u < p_a, else 0, with u ~ U[0, 1) drawn afresh for every pull;   the observation is always 1
import { Batch, key, parameter, STREAM_NOISE, STREAM_TASK } from '../batch';
import { philox4, uniform4, words } from '../philox';
import { ARMS, REWARD, REWARD_EXPECTED, TRAINING_REWARD } from './numbers/bandit';

@unmanaged
export class Bandit extends Batch {
  sizes(): void {
    const arms = <i32>parameter(this, ARMS);
    this.stateSize = 0;
    this.taskSize = arms;
    this.actionSize = 1;
    this.choices = arms;
    this.observationSize = 1 + (this.context ? arms : 0);
  }

  /** Draw j >> 2 has the probabilities of four arms. */
  sampleTask4(i: i32): void {
    const at = <usize>i << 2;
    const zero = i32x4.splat(0);
    for (let arm = 0; arm < this.taskSize; arm++) {
      if (!(arm & 3)) philox4(this.seed, key(this, STREAM_TASK), v128.load(this.taskId + at), zero, zero, i32x4.splat(arm >> 2));
      v128.store(this.task + at + (<usize>(arm * this.padded) << 2), uniform4(arm & 3));
    }
  }

  start(i: i32): void {}

  /** Pulls in environments i … i + 3; no law ends an episode. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    philox4(this.seed, key(this, STREAM_NOISE), v128.load(this.taskId + at), v128.load(this.episode + at), v128.load(this.elapsed + at), i32x4.splat(0));
    v128.store(words, uniform4(0));
    for (let l: usize = 0; l < 16; l += 4) {
      const arm = <i32>load<f32>(this.actions + at + l);
      const p = load<f32>(this.task + at + l + (<usize>(arm * this.padded) << 2));
      const paid: f32 = load<f32>(words + l) < p ? 1 : 0;
      store<f32>(this.rewards + at + l, <i32>parameter(this, REWARD) == REWARD_EXPECTED ? p : paid);
      store<f32>(this.trainingRewards + at + l, <i32>parameter(this, TRAINING_REWARD) == REWARD_EXPECTED ? p : paid);
    }
    return i32x4.splat(0);
  }

  observe4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + ((<usize>l * this.observationSize) << 2);
      store<f32>(to, 1);
      if (!this.context) continue;
      for (let arm = 0; arm < this.taskSize; arm++)
        store<f32>(to + (<usize>(arm + 1) << 2), load<f32>(this.task + (<usize>(arm * this.padded + l) << 2)));
    }
  }

  /** The oracle: the first of the best arms. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      let best = 0;
      for (let arm = 1; arm < this.taskSize; arm++)
        if (load<f32>(this.task + (<usize>(arm * this.padded + l) << 2)) > load<f32>(this.task + (<usize>(best * this.padded + l) << 2))) best = arm;
      store<f32>(this.actions + (<usize>l << 2), <f32>best);
    }
  }
}
