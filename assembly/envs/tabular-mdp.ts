// TabularMdp-v0: a random Markov decision process whose tables are not told.
// Spec and sources: src/envs/tabular-mdp.ts. Plain twin: test/reference/tabular-mdp.ts.
//   P(·|s, a) ~ Dirichlet(1, …, 1), R(s, a) ~ N(1, 1) per task;   r = R(s, a) + N(0, 1),   s' ~ P(·|s, a);   the observation is the one-hot of s'
// The task is P [S, A, S], then R [S, A]. With h steps left, this one included, the best play is worth
//   V_h(s) = max_a Q_h(s, a),   Q_h(s, a) = R(s, a) + Σ P(s'|s, a) V_{h−1}(s'),   V_0 = 0;   the regret of an action is V_h(s) − Q_h(s, a)
import { Batch, key, parameter, STREAM_NOISE, STREAM_TASK } from '../batch';
import { cosTurns4, log4 } from '../math';
import { philox4, uniform4, uniformAboveZero4, words } from '../philox';

// Places of the family's numbers; src/envs/tabular-mdp.ts writes them in this order.
const STATES = 0;
const ACTIONS = 1;
const NOISE = 2; // deviation of the reward, or −1 if it is −regret
const TRAINING_NOISE = 3;

/** A standard normal from words w and w + 1 (Box and Muller 1958). */
// @ts-ignore: decorator
@inline
function normal4(w: usize): v128 {
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log4(uniformAboveZero4(w))));
  return f32x4.mul(radius, cosTurns4(uniform4(w + 1)));
}

// @ts-ignore: decorator
@inline
function keepsValues(b: Batch): bool {
  return parameter(b, NOISE) < 0 || parameter(b, TRAINING_NOISE) < 0;
}

@unmanaged
export class TabularMdp extends Batch {
  /** The state, then rows of values: V_0 … V_{H−1} where a reward asks for them at every step, else two in turn for the oracle. */
  static sizes(b: Batch): void {
    const S = <i32>parameter(b, STATES);
    const A = <i32>parameter(b, ACTIONS);
    b.stateSize = 1 + S * (keepsValues(b) ? b.horizon : 2);
    b.taskSize = S * A * S + S * A;
    b.actionSize = 1;
    b.choices = A;
    b.observationSize = S + (b.context ? b.taskSize : 0);
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
    if (keepsValues(this)) this.induce(this.horizon, i);
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
      const minusRegret: f32 = keepsValues(this) ? this.minusRegret(pair, i + l) : 0;
      const noise0 = parameter(this, NOISE);
      const noise1 = parameter(this, TRAINING_NOISE);
      store<f32>(this.rewards + at + lane, noise0 < 0 ? minusRegret : mean + noise0 * z);
      store<f32>(this.trainingRewards + at + lane, noise1 < 0 ? minusRegret : mean + noise1 * z);
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
    for (let l = i; l < i + 4; l++) {
      const to = this.observations + ((<usize>l * this.observationSize) << 2);
      memory.fill(to, 0, <usize>S << 2);
      store<f32>(to + (<usize>load<f32>(this.state + (<usize>l << 2)) << 2), 1);
      if (this.context) for (let e = 0; e < this.taskSize; e++) store<f32>(to + (<usize>(S + e) << 2), load<f32>(this.entry(e, l)));
    }
  }

  /** The best first action of what is left of the episode. */
  oracle4(i: i32): void {
    for (let l = i; l < i + 4; l++) {
      const left = this.horizon - load<i32>(this.elapsed + (<usize>l << 2));
      if (!keepsValues(this)) this.induce(left, l);
      const now = <i32>load<f32>(this.state + (<usize>l << 2));
      store<f32>(this.actions + (<usize>l << 2), <f32>this.bestAction(now, left - 1, l));
    }
  }

  /** Backward induction: V_0 … V_{left−1}. */
  induce(left: i32, l: i32): void {
    const S = <i32>parameter(this, STATES);
    for (let s = 0; s < S; s++) store<f32>(this.value(0, s, l), 0);
    for (let h = 1; h < left; h++)
      for (let s = 0; s < S; s++) store<f32>(this.value(h, s, l), this.quality(s, this.bestAction(s, h - 1, l), h - 1, l));
  }

  minusRegret(pair: i32, l: i32): f32 {
    const s = <i32>load<f32>(this.state + (<usize>l << 2));
    const after = this.horizon - load<i32>(this.elapsed + (<usize>l << 2)) - 1;
    return this.quality(s, pair - s * this.choices, after, l) - this.quality(s, this.bestAction(s, after, l), after, l);
  }

  /** Where V_h(s) stands. */
  value(h: i32, s: i32, l: i32): usize {
    const row = keepsValues(this) ? h : h & 1;
    return this.state + (<usize>((1 + row * <i32>parameter(this, STATES) + s) * this.padded + l) << 2);
  }

  /** argmax_a of Q_{h+1}(s, a). */
  bestAction(s: i32, h: i32, l: i32): i32 {
    let best = 0;
    let highest = this.quality(s, 0, h, l);
    for (let a = 1; a < this.choices; a++) {
      const q = this.quality(s, a, h, l);
      if (q <= highest) continue;
      highest = q;
      best = a;
    }
    return best;
  }

  /** Q_{h+1}(s, a). */
  quality(s: i32, a: i32, h: i32, l: i32): f32 {
    const S = <i32>parameter(this, STATES);
    const pair = s * this.choices + a;
    let sum = load<f32>(this.entry(S * this.choices * S + pair, l));
    for (let next = 0; next < S; next++) sum += load<f32>(this.entry(pair * S + next, l)) * load<f32>(this.value(h, next, l));
    return sum;
  }
}
