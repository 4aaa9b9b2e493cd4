// A policy whose environment is elsewhere: what rollout.ts does between two moves, by the same functions, so that a policy that acts step by step takes the
// actions of a whole rollout. The environment's place is a batch that no law moves: it holds what was observed, paid and ended, and the coordinates of the
// random numbers. The record `r` is of one step.
import { Batch } from './batch';
import { forward, ORACLE, Policy } from './nn/policy';
import { sample4, sampleUniform4 } from './nn/sample';
import { actionWidth, beginTrials, carry, finiteActions, keepDecisions, rememberActions, Trials, writeInputs } from './rollout';

export function beginActing(seat: Batch, policy: Policy, r: Trials): void {
  memory.fill(seat.elapsed, 0, <usize>seat.padded << 2);
  beginTrials(seat, policy, r);
}

/** Takes rewards and flags of the step after the last actions. */
export function settleActing(seat: Batch, policy: Policy, r: Trials): void {
  const width = actionWidth(seat) + 2;
  for (let n = 0; n < r.size; n++) {
    const at = <usize>n << 2;
    const done = load<u8>(seat.terminated + n) | load<u8>(seat.truncated + n);
    carry(policy, r, n, width, load<f32>(seat.rewards + at), done ? 1 : 0);
    if (done) store<u32>(seat.episode + at, load<u32>(seat.episode + at) + 1);
    store<i32>(seat.elapsed + at, done ? 0 : load<i32>(seat.elapsed + at) + 1);
  }
}

/** Writes the actions for what the seat has observed. −1, or the index of the first environment whose action is not finite. */
export function act(seat: Batch, policy: Policy, r: Trials, greedy: bool): i32 {
  r.bad = -1;
  writeInputs(seat, r, r.inputs);
  if (policy.kind > ORACLE) forward(policy, r.inputs, r.size);
  for (let i = 0; i < seat.padded; i += 4) {
    if (policy.kind > ORACLE) {
      v128.store(seat.trainingRewards + (<usize>i << 2), sample4(seat, policy, i, greedy)); // log-probabilities, for which a seat has room here
    } else sampleUniform4(seat, i);
  }
  if (!finiteActions(seat, r, 0)) return r.bad;
  memory.copy(r.logProbabilities, seat.trainingRewards, <usize>r.size << 2);
  keepDecisions(seat, policy, r, 0);
  rememberActions(seat, r);
  return -1;
}
