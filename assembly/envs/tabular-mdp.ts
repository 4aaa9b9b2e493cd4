// TabularMdp-v0: a random Markov decision process with hidden tables.
// Spec and sources: src/envs/tabular-mdp.ts. Plain twin: test/reference/tabular-mdp.ts.
//   P(·|s, a) ~ Dirichlet(1, …, 1), R(s, a) ~ N(1, 1) per task;   r = R(s, a) + N(0, 1),   s' ~ P(·|s, a);   the observation is the one-hot of s'
// The task is P [S, A, S], then R [S, A].
import { Batch, key, parameter, STREAM_NOISE, STREAM_TASK } from '../batch';
import { log4 } from '../math';
import { clear } from '../memory';
import { normal4 } from '../normal';
import { philox4, uniform4, uniformAboveZero4, words } from '../philox';
import { ACTIONS, NOISE, STATES, TRAINING_NOISE } from './numbers/tabular-mdp';

@unmanaged
export class TabularMdp extends Batch {
  /** The state, and two rows of values for the oracle. */
  sizes(): void {
    const S = <i32>parameter(this, STATES);
    const A = <i32>parameter(this, ACTIONS);
    this.stateSize = 1 + 2 * S;
    this.taskSize = S * A * S + S * A;
    this.actionSize = 1;
    this.choices = A;
    this.observationSize = S + (this.context ? this.taskSize : 0);
  }

  /** Entry `row` of the task of environments i … i + 3. */
  // @ts-ignore: decorator
  @inline
  entry(row: i32, i: i32): usize {
    return this.task + (<usize>(row * this.padded + i) << 2);
  }

  sampleTask4(i: i32): void {
    const zero = i32x4.splat(0);
    const ids = v128.load(this.taskId + (<usize>i << 2));
    const S = <i32>parameter(this, STATES);
    const pairs = S * <i32>parameter(this, ACTIONS);
    for (let pair = 0; pair < pairs; pair++) {
      let sum = f32x4.splat(0);
      for (let next = 0; next < S; next++) {
        const e = pair * S + next;
        if (!(e & 3) || next == 0) philox4(this.seed, key(this, STREAM_TASK), ids, zero, zero, i32x4.splat(e >> 2));
        const exponential = f32x4.neg(log4(uniformAboveZero4(e & 3)));
        v128.store(this.entry(e, i), exponential);
        sum = f32x4.add(sum, exponential);
      }
      for (let next = 0; next < S; next++) {
        const at = this.entry(pair * S + next, i);
        v128.store(at, f32x4.div(v128.load(at), sum));
      }
    }
    for (let pair = 0; pair < pairs; pair++) {
      philox4(this.seed, key(this, STREAM_TASK), ids, zero, i32x4.splat(1), i32x4.splat(pair));
      v128.store(this.entry(pairs * S + pair, i), f32x4.add(f32x4.splat(1), normal4(0)));
    }
  }

  start(i: i32): void {
    store<f32>(this.state + (<usize>i << 2), 0);
  }

  /** Moves environments i … i + 3; no law ends an episode. s' is the first state whose cumulated probability exceeds u. */
  // @ts-ignore: decorator
  @inline
  advance4(i: i32): v128 {
    const at = <usize>i << 2;
    philox4(this.seed, key(this, STREAM_NOISE), v128.load(this.taskId + at), v128.load(this.episode + at), v128.load(this.elapsed + at), i32x4.splat(0));
    const noise = normal4(0);
    const u = uniform4(2);
    v128.store(words, noise);
    v128.store(words, u, 16);
    const S = <i32>parameter(this, STATES);
    const A = <i32>parameter(this, ACTIONS);
    for (let l = 0; l < 4; l++) {
      const lane = <usize>l << 2;
      const pair = <i32>load<f32>(this.state + at + lane) * A + <i32>load<f32>(this.actions + at + lane);
      const mean = load<f32>(this.entry(S * A * S + pair, i + l));
      const z = load<f32>(words + lane);
      store<f32>(this.rewards + at + lane, mean + parameter(this, NOISE) * z);
      store<f32>(this.trainingRewards + at + lane, mean + parameter(this, TRAINING_NOISE) * z);
      let next = 0;
      let cumulated = load<f32>(this.entry(pair * S, i + l));
      while (next < S - 1 && cumulated <= load<f32>(words + 16 + lane)) {
        next++;
        cumulated += load<f32>(this.entry(pair * S + next, i + l));
      }
      store<f32>(this.state + at + lane, <f32>next);
    }
    return i32x4.splat(0);
  }

  observe4(i: i32): void {
    const S = <i32>parameter(this, STATES);
    clear(this.observations + (<usize>(i * this.observationSize) << 2), <usize>this.observationSize << 4);
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + ((<usize>l * this.observationSize) << 2);
      store<f32>(to + (<usize>load<f32>(this.state + (<usize>l << 2)) << 2), 1);
      if (this.context) for (let e = 0; e < this.taskSize; e++) store<f32>(to + (<usize>(S + e) << 2), load<f32>(this.entry(e, l)));
    }
  }

  /** The oracle: backward induction over the rest of the episode: V_h(s) = max_a R(s, a) + Σ P(s'|s, a) V_{h−1}(s'). */
  oracle4(i: i32): void {
    const S = <i32>parameter(this, STATES);
    for (let l = i; l < i + 4; l++) {
      for (let s = 0; s < S; s++) store<f32>(this.value(0, s, l), 0);
      const left = this.horizon - load<i32>(this.elapsed + (<usize>l << 2));
      let side = 0;
      for (let h = 1; h < left; h++) {
        for (let s = 0; s < S; s++) store<f32>(this.value(1 - side, s, l), this.quality(s, this.bestAction(s, side, l), side, l));
        side = 1 - side;
      }
      const now = <i32>load<f32>(this.state + (<usize>l << 2));
      store<f32>(this.actions + (<usize>l << 2), <f32>this.bestAction(now, side, l));
    }
  }

  value(side: i32, s: i32, l: i32): usize {
    return this.state + (<usize>((1 + side * <i32>parameter(this, STATES) + s) * this.padded + l) << 2);
  }

  bestAction(s: i32, side: i32, l: i32): i32 {
    let best = 0;
    let highest = this.quality(s, 0, side, l);
    for (let a = 1; a < this.choices; a++) {
      const q = this.quality(s, a, side, l);
      if (q <= highest) continue;
      highest = q;
      best = a;
    }
    return best;
  }

  quality(s: i32, a: i32, side: i32, l: i32): f32 {
    const S = <i32>parameter(this, STATES);
    const pair = s * this.choices + a;
    let sum = load<f32>(this.entry(S * this.choices * S + pair, l));
    for (let next = 0; next < S; next++) sum += load<f32>(this.entry(pair * S + next, l)) * load<f32>(this.value(side, next, l));
    return sum;
  }
}
