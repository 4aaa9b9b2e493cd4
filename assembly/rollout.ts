// A whole rollout without leaving WebAssembly: policy step, sampling, environment step, T times. The trial protocol is docs/contract.md.
// A trial is E episodes on one task; the hidden state lives through all of it. What the policy reads (RL², Duan et al. 2016):
//   (observation, previous action (one-hot if discrete), previous reward, previous done); at the start of a trial (o, 0, 0, 1).
// With `forget`, an ablation, every episode begins as a trial does: hidden state 0, inputs (o, 0, 0, 1).
import { Batch, firstBadAction } from './batch';
import { block, floats } from './memory';
import { forward, ORACLE, outputStride, Policy, RANDOM, resetHidden, resetHiddenRow } from './nn/policy';
import { sample4, sampleUniform4, sampleUniformStrip, sharesDraws } from './nn/sample';
import { moveRange, over4, restart4, startAll, stepAll } from './step';

/** A sign of life: the caller waits for a long rollout and learns that it goes on (src/core/alive.ts). */
@external("user", "alive") declare function alive(): void;

/** What is kept of N trials. Time-major arrays [T, N, ·] are 0 unless `recorded`. */
@unmanaged
export class Trials {
  size: i32; // N
  padded: i32;
  episodes: i32; // E
  steps: i32; // T = E · horizon
  protocol: i32; // 1: the policy reads previous action, reward and done
  inputSize: i32; // I
  taken: i32; // steps until every trial was over
  bad: i32; // flat index [t, n] of the first action that is not finite, or −1
  recorded: i32;
  forget: i32; // 1: nothing of an episode is remembered in the next
  returns: usize; // [N, E] reward summed over the episode
  lengths: usize; // i32 [N, E]
  over: usize; // i32 [padded], episodes finished
  previous: usize; // [padded, P + 2] previous action, reward, done
  draws: usize; // [padded + 4, 4] random words that serve the steps of random play
  inputs: usize; // [T, N, I], or [N, I]
  actions: usize; // [T, N, A]
  logProbabilities: usize; // [T, N]
  values: usize; // [T, N]
  rewards: usize; // [T, N]
  trainingRewards: usize; // [T, N]
  valid: usize; // [T, N] 1 while the trial runs
  done: usize; // [T, N] 1 where an episode ended
  finals: usize; // [N, E, O] the observation that the last step of each episode led to
  truncated: usize; // [N, E] 1 where the horizon ended the episode, 0 where the law did
}

// @ts-ignore: decorator
@inline
export function actionWidth(env: Batch): i32 {
  return env.choices ? env.choices : env.actionSize;
}

export function inputWidth(env: Batch, protocol: i32): i32 {
  return env.observationSize + (protocol ? actionWidth(env) + 2 : 0);
}

export function makeTrials(env: Batch, episodes: i32, protocol: i32, recorded: i32): Trials {
  const r = changetype<Trials>(block(offsetof<Trials>()));
  r.size = env.size;
  r.padded = env.padded;
  r.episodes = episodes;
  r.steps = episodes * env.horizon;
  r.protocol = protocol;
  r.inputSize = inputWidth(env, protocol);
  r.recorded = recorded;
  const N = env.size;
  const rows: i64 = recorded ? <i64>r.steps * N : 0;
  r.returns = floats(N, episodes);
  r.lengths = floats(N, episodes);
  r.over = floats(env.padded);
  r.previous = floats(env.padded, actionWidth(env) + 2);
  r.draws = floats(env.padded + 4, 4);
  r.inputs = floats(recorded ? rows : env.padded, r.inputSize);
  r.actions = floats(rows, env.actionSize);
  r.logProbabilities = floats(rows + 4);
  r.values = floats(rows);
  r.rewards = floats(rows);
  r.trainingRewards = floats(rows);
  r.valid = floats(rows);
  r.done = floats(rows);
  r.finals = floats(recorded ? <i64>N * episodes : 0, env.observationSize);
  r.truncated = floats(recorded ? N : 0, episodes);
  return r;
}

export function freeTrials(r: Trials): void {
  heap.free(r.returns);
  heap.free(r.lengths);
  heap.free(r.over);
  heap.free(r.previous);
  heap.free(r.draws);
  heap.free(r.inputs);
  heap.free(r.actions);
  heap.free(r.logProbabilities);
  heap.free(r.values);
  heap.free(r.rewards);
  heap.free(r.trainingRewards);
  heap.free(r.valid);
  heap.free(r.done);
  heap.free(r.finals);
  heap.free(r.truncated);
  heap.free(changetype<usize>(r));
}

/** Runs N trials from the episode that the counters name. */
export function runTrials<E extends Batch>(env: E, policy: Policy, r: Trials, greedy: bool): void {
  memory.fill(r.returns, 0, <usize>(r.size * r.episodes) << 2);
  memory.fill(r.lengths, 0, <usize>(r.size * r.episodes) << 2);
  memory.fill(r.over, 0, <usize>r.padded << 2);
  r.bad = -1;
  if (isDefined(env.playRandom)) {
    if (policy.kind == RANDOM && !r.recorded && env.playRandom(r.episodes, r.returns)) {
      for (let k = 0; k < r.size * r.episodes; k++) store<i32>(r.lengths + (<usize>k << 2), env.horizon);
      r.taken = r.steps;
      return;
    }
  }
  startAll(env);
  if (policy.kind <= ORACLE && !r.recorded) {
    // All of a strip play until the last of them is over, so it is only wide where that makes them faster.
    const width = isDefined(env.moveAll) ? env.padded : sharesDraws(env) ? 64 : 4;
    for (let i = 0; i < env.padded; i += width) {
      runStrip(env, policy.kind, r, i, min(i + width, env.padded));
      if (!(i & 63)) alive();
    }
    r.taken = r.steps;
    return;
  }
  beginTrials(env, policy, r);
  let t = 0;
  for (; t < r.steps; t++) {
    if (r.bad >= 0 || allOver(r)) break;
    trialStep(env, policy, r, t, greedy);
    alive();
  }
  r.taken = t;
  const rest = r.size * (r.steps - t);
  if (r.recorded && rest) memory.fill(r.valid + (<usize>(t * r.size) << 2), 0, <usize>rest << 2);
}

/** Empty memories, and the inputs (o, 0, 0, 1). */
export function beginTrials(env: Batch, policy: Policy, r: Trials): void {
  const width = actionWidth(env) + 2;
  memory.fill(r.previous, 0, <usize>(r.padded * width) << 2);
  for (let n = 0; n < r.padded; n++) store<f32>(r.previous + (<usize>(n * width + width - 1) << 2), 1);
  resetHidden(policy);
}

/** Random and oracle play of environments `from` … `to` − 1, all their steps at once: nothing is observed, so nothing needs the other environments. `r.previous` is not needed for inputs: it holds the returns of the running episodes. */
function runStrip<E extends Batch>(env: E, kind: i32, r: Trials, from: i32, to: i32): void {
  const shared = sharesDraws(env);
  const end = <usize>to << 2;
  memory.fill(r.previous + (<usize>from << 2), 0, <usize>(to - from) << 2);
  for (let t = 0; t < r.steps; t++) {
    if (kind == RANDOM && shared) sampleUniformStrip(env, r.draws, from, to, t > 0);
    else if (kind == RANDOM) for (let i = from; i < to; i += 4) sampleUniform4(env, i);
    else for (let i = from; i < to; i += 4) env.oracle4(i);
    if (isDefined(env.moveAll)) env.moveAll();
    const ended = moveRange(env, from, to, false);
    const sums = r.previous;
    const rewards = env.rewards;
    for (let at = <usize>from << 2; at < end; at += 16) v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(rewards + at)));
    if (!ended) continue;
    if (closeEpisodes(env, r, from, to)) break;
    if (isDefined(env.restartEnded)) env.restartEnded();
  }
}

/** Writes the returns of the episodes that ended and starts the next ones; true when all trials of the strip are over. */
function closeEpisodes<E extends Batch>(env: E, r: Trials, from: i32, to: i32): bool {
  let open = 0;
  for (let i = from; i < to; i += 4) {
    const over = over4(env, i);
    const lanes = i32x4.bitmask(over);
    for (let l = i; l < min(i + 4, r.size); l++) {
      const at = <usize>l << 2;
      const episode = load<i32>(r.over + at);
      if (lanes & (1 << (l - i)) && episode < r.episodes) {
        const cell = <usize>(l * r.episodes + episode) << 2;
        store<f32>(r.returns + cell, load<f32>(r.previous + at));
        store<i32>(r.lengths + cell, load<i32>(env.elapsed + at));
        store<i32>(r.over + at, episode + 1);
      }
      if (load<i32>(r.over + at) < r.episodes) open++;
    }
    if (!lanes) continue;
    const at = r.previous + (<usize>i << 2);
    v128.store(at, v128.andnot(v128.load(at), over));
    restart4(env, i, over, false);
  }
  return open == 0;
}

function allOver(r: Trials): bool {
  for (let n = 0; n < r.size; n++) if (load<i32>(r.over + (<usize>n << 2)) < r.episodes) return false;
  return true;
}

function trialStep<E extends Batch>(env: E, policy: Policy, r: Trials, t: i32, greedy: bool): void {
  const N = r.size;
  const row: usize = r.recorded ? <usize>(t * N) : 0;
  const inputs = r.inputs + ((row * r.inputSize) << 2);
  writeInputs(env, r, inputs);
  if (policy.kind > ORACLE) forward(policy, inputs, N);
  for (let i = 0; i < env.padded; i += 4) {
    let logProbability = f32x4.splat(0);
    if (policy.kind > ORACLE) logProbability = sample4(env, policy, i, greedy);
    else if (policy.kind == RANDOM) sampleUniform4(env, i);
    else env.oracle4(i);
    if (r.recorded) for (let l = 0; l < min(4, N - i); l++) store<f32>(r.logProbabilities + ((row + i + l) << 2), f32Lane(logProbability, l));
  }
  if (!finiteActions(env, r, t)) return;
  if (r.recorded) keepDecisions(env, policy, r, row);
  rememberActions(env, r);
  stepAll(env);
  settle(env, policy, r, row);
}

export function writeInputs(env: Batch, r: Trials, to: usize): void {
  const seen = <usize>env.observationSize << 2;
  if (!r.protocol) {
    memory.copy(to, env.observations, seen * r.size);
    return;
  }
  const carried = <usize>(actionWidth(env) + 2) << 2;
  for (let n: usize = 0; n < <usize>r.size; n++) {
    memory.copy(to, env.observations + n * seen, seen);
    memory.copy(to + seen, r.previous + n * carried, carried);
    to += seen + carried;
  }
}

export function finiteActions(env: Batch, r: Trials, t: i32): bool {
  const bad = firstBadAction(env);
  if (bad >= 0) r.bad = t * r.size + bad / env.actionSize;
  return bad < 0;
}

export function keepDecisions(env: Batch, policy: Policy, r: Trials, row: usize): void {
  const A = <usize>env.actionSize;
  memory.copy(r.actions + ((row * A) << 2), env.actions, (<usize>r.size * A) << 2);
  if (policy.kind <= ORACLE || !policy.valued) return;
  const stride = <usize>outputStride(policy);
  for (let n: usize = 0; n < <usize>r.size; n++) store<f32>(r.values + ((row + n) << 2), load<f32>(policy.outputs + ((n * stride + policy.headSize) << 2)));
}

export function rememberActions(env: Batch, r: Trials): void {
  const width = actionWidth(env);
  for (let n = 0; n < r.padded; n++) {
    const to = r.previous + (<usize>(n * (width + 2)) << 2);
    const from = env.actions + (<usize>(n * env.actionSize) << 2);
    if (env.choices) {
      memory.fill(to, 0, <usize>width << 2);
      store<f32>(to + (<usize>load<f32>(from) << 2), 1);
    } else memory.copy(to, from, <usize>width << 2);
  }
}

/** After the move: reward and done into the record, the return, and the next input. Done is 1 at the end of any episode, terminated or truncated. */
function settle(env: Batch, policy: Policy, r: Trials, row: usize): void {
  const width = actionWidth(env) + 2;
  for (let n = 0; n < r.size; n++) {
    const at = <usize>n << 2;
    const reward = load<f32>(env.rewards + at);
    const done: f32 = load<u8>(env.terminated + n) | load<u8>(env.truncated + n) ? 1 : 0;
    const runs = score(r, n, reward, done != 0);
    carry(policy, r, n, width, reward, done);
    if (!r.recorded) continue;
    const cell = (row + n) << 2;
    store<f32>(r.rewards + cell, reward);
    store<f32>(r.trainingRewards + cell, load<f32>(env.trainingRewards + at));
    store<f32>(r.valid + cell, runs ? 1 : 0);
    store<f32>(r.done + cell, done);
    if (runs && done) keepFinal(env, r, n);
  }
}

/** Trial n's next inputs hold the reward and whether the episode ended; `width` floats are carried from step to step. */
// @ts-ignore: decorator
@inline
export function carry(policy: Policy, r: Trials, n: i32, width: i32, reward: f32, done: f32): void {
  const carried = r.previous + (<usize>(n * width + width - 2) << 2);
  store<f32>(carried, reward);
  store<f32>(carried + 4, done);
  if (r.forget && done) forgetEpisode(policy, r, n, width);
}

/** Called when trial n's episode has just been counted. */
function keepFinal(env: Batch, r: Trials, n: i32): void {
  const bytes = <usize>env.observationSize << 2;
  const cell = n * r.episodes + load<i32>(r.over + (<usize>n << 2)) - 1;
  memory.copy(r.finals + bytes * cell, env.finalObservations + bytes * n, bytes);
  store<f32>(r.truncated + (<usize>cell << 2), load<u8>(env.truncated + n) ? 1 : 0);
}

/** Trial n goes on as at its start. Its previous action and reward, `width` − 1 floats, become 0; done stays 1. */
function forgetEpisode(policy: Policy, r: Trials, n: i32, width: i32): void {
  memory.fill(r.previous + (<usize>(n * width) << 2), 0, <usize>(width - 1) << 2);
  resetHiddenRow(policy, n);
}

/** Adds one step to trial n's episode; false once the trial is over. */
function score(r: Trials, n: i32, reward: f32, done: bool): bool {
  const at = <usize>n << 2;
  const episode = load<i32>(r.over + at);
  if (episode >= r.episodes) return false;
  const cell = <usize>(n * r.episodes + episode) << 2;
  store<f32>(r.returns + cell, load<f32>(r.returns + cell) + reward);
  store<i32>(r.lengths + cell, load<i32>(r.lengths + cell) + 1);
  if (done) store<i32>(r.over + at, episode + 1);
  return true;
}

function f32Lane(v: v128, l: i32): f32 {
  if (l == 0) return f32x4.extract_lane(v, 0);
  if (l == 1) return f32x4.extract_lane(v, 1);
  if (l == 2) return f32x4.extract_lane(v, 2);
  return f32x4.extract_lane(v, 3);
}
