// The module's table of contents (its ABI). Handles are addresses; the outside asks for sizes and addresses here and never repeats them.
// The families stand in families.ts.
import { act, beginActing, settleActing } from './acting';
import { allocateBatch, Batch, batchBytes, batchFits, firstBadAction, freeBatch } from './batch';
import { bodyTerms, stepBody } from './envs/planar-body';
import { undress, wear } from './envs/planar-table';
import { ask, OBSERVE, ORACLE_ACTIONS, RUN_TRIALS, SAMPLE_TASKS, SIZES, START, STEP } from './families';
import { asked, block } from './memory';
import { cos4, cosTurns4, exp4, log4, quarterTurns4, sigmoid4, sin4, sinTurns4, softplus4, tanh4 } from './math';
import { allocatePolicy, copyHidden, forward, freePolicy, hiddenSize, Policy, preparePolicy, resetHidden } from './nn/policy';
import { philox4, words } from './philox';
import { freeTrials, inputWidth, makeTrials, Trials } from './rollout';

export { bodyTerms, inputWidth };

export function abiVersion(): i32 {
  return 1;
}

/** After a trap: bytes of the block that could not be had; 0 if it was no lack of memory. */
export function memoryAsked(): f64 {
  return asked;
}

export function allocate(bytes: i32): usize {
  return block(bytes);
}

export function release(pointer: usize): void {
  heap.free(pointer);
}

// Batches of environments

export function batchCreate(family: i32, size: i32, horizon: i32, context: i32, parameters: usize): Batch {
  const b = changetype<Batch>(block(offsetof<Batch>()));
  b.family = family;
  b.size = size;
  b.horizon = horizon;
  b.context = context;
  b.parameters = parameters; // from now on the batch's own
  ask(b, SIZES);
  if (batchFits(b)) allocateBatch(b);
  return b;
}

/** Bytes that a batch would need which can't stand in the memory; 0 for one that stands. */
export function batchMissing(b: Batch): f64 {
  return b.padded ? 0 : <f64>batchBytes(b);
}

/** Gives back a batch that was not made. */
export function batchRefuse(b: Batch): void {
  heap.free(b.parameters);
  heap.free(changetype<usize>(b));
}

export function batchFree(b: Batch): void {
  freeBatch(b);
}

export function batchSeed(b: Batch, seed: u32, split: u32): void {
  b.seed = seed;
  b.split = split;
}

export function batchSampleTasks(b: Batch): void {
  ask(b, SAMPLE_TASKS);
}

export function batchStart(b: Batch): void {
  ask(b, START);
}

/** Steps all environments. −1, or the index of the first bad action; then nothing has changed. */
export function batchStep(b: Batch): i32 {
  const bad = firstBadAction(b);
  if (bad < 0) batchStepUnchecked(b, 1);
  return bad;
}

/** `count` steps with the actions that stand in the buffer: the bare kernel, for the benchmark. */
export function batchStepUnchecked(b: Batch, count: i32): void {
  ask(b, STEP, count);
}

/** Observes states and tasks that were set from outside. */
export function batchObserve(b: Batch): void {
  ask(b, OBSERVE);
}

/** Writes the oracle's actions in the present states. */
export function batchOracle(b: Batch): void {
  ask(b, ORACLE_ACTIONS);
}

export function batchObservationSize(b: Batch): i32 { return b.observationSize; }
export function batchActionSize(b: Batch): i32 { return b.actionSize; }
export function batchTaskSize(b: Batch): i32 { return b.taskSize; }
export function batchPadded(b: Batch): i32 { return b.padded; }
export function batchState(b: Batch): usize { return b.state; }
export function batchStateSize(b: Batch): i32 { return b.stateSize; }
export function batchTask(b: Batch): usize { return b.task; }
export function batchActions(b: Batch): usize { return b.actions; }
export function batchObservations(b: Batch): usize { return b.observations; }
export function batchFinalObservations(b: Batch): usize { return b.finalObservations; }
export function batchFinalState(b: Batch): usize { return b.finalState; }
export function batchRewards(b: Batch): usize { return b.rewards; }
export function batchTrainingRewards(b: Batch): usize { return b.trainingRewards; }
export function batchTerminated(b: Batch): usize { return b.terminated; }
export function batchTruncated(b: Batch): usize { return b.truncated; }
export function batchFaults(b: Batch): usize { return b.faults; }
export function batchTaskId(b: Batch): usize { return b.taskId; }
export function batchEpisode(b: Batch): usize { return b.episode; }
export function batchElapsed(b: Batch): usize { return b.elapsed; }

// Policies

export function policyCreate(kind: i32, rows: i32, inputSize: i32, headSize: i32, categorical: i32, valued: i32, separate: i32, activation: i32, layers: usize, numLayers: i32, numCells: i32): Policy {
  const p = changetype<Policy>(block(offsetof<Policy>()));
  p.kind = kind;
  p.rows = rows;
  p.inputSize = inputSize;
  p.headSize = headSize;
  p.categorical = categorical;
  p.valued = valued;
  p.separate = separate;
  p.activation = activation;
  p.layers = layers; // from now on the policy's own
  p.numLayers = numLayers;
  p.numCells = numCells;
  allocatePolicy(p);
  return p;
}

export function policyFree(p: Policy): void { freePolicy(p); }
export function policyNumParameters(p: Policy): i32 { return p.numParameters; }
export function policyParameters(p: Policy): usize { return p.parameters; }
export function policyPrepare(p: Policy): void { preparePolicy(p); }
export function policyReset(p: Policy): void { resetHidden(p); }
export function policyForward(p: Policy, inputs: usize, rows: i32): void { forward(p, inputs, rows); }
export function policyOutputs(p: Policy): usize { return p.outputs; }
export function policyHiddenSize(p: Policy): i32 { return hiddenSize(p); }
/** Copies the memory of all rows to `rows` [N, hidden size], or with `fromRows` from there. */
export function policyCopyHidden(p: Policy, rows: usize, fromRows: i32): void { copyHidden(p, rows, fromRows != 0); }

// Trials

export function trialsCreate(b: Batch, episodes: i32, protocol: i32, recorded: i32): Trials {
  return makeTrials(b, episodes, protocol, recorded);
}

export function trialsFree(r: Trials): void {
  freeTrials(r);
}

/** 1: from now on every episode begins with an empty memory, as a trial does. */
export function trialsForget(r: Trials, forget: i32): void {
  r.forget = forget;
}

export function trialsRun(b: Batch, p: Policy, r: Trials, greedy: i32): void {
  ask(b, RUN_TRIALS, greedy, changetype<usize>(p), changetype<usize>(r));
}

export function trialsSteps(r: Trials): i32 { return r.steps; }
export function trialsTaken(r: Trials): i32 { return r.taken; }
export function trialsBad(r: Trials): i32 { return r.bad; }
export function trialsInputSize(r: Trials): i32 { return r.inputSize; }
export function trialsReturns(r: Trials): usize { return r.returns; }
export function trialsLengths(r: Trials): usize { return r.lengths; }
export function trialsInputs(r: Trials): usize { return r.inputs; }
export function trialsActions(r: Trials): usize { return r.actions; }
export function trialsLogProbabilities(r: Trials): usize { return r.logProbabilities; }
export function trialsValues(r: Trials): usize { return r.values; }
export function trialsRewards(r: Trials): usize { return r.rewards; }
export function trialsTrainingRewards(r: Trials): usize { return r.trainingRewards; }
export function trialsValid(r: Trials): usize { return r.valid; }
export function trialsDone(r: Trials): usize { return r.done; }
export function trialsFinals(r: Trials): usize { return r.finals; }
export function trialsTruncated(r: Trials): usize { return r.truncated; }

// Acting step by step (acting.ts): the batch is a seat that no law moves

export function actingBegin(seat: Batch, p: Policy, r: Trials): void { beginActing(seat, p, r); }
export function actingSettle(seat: Batch, p: Policy, r: Trials): void { settleActing(seat, p, r); }
export function actingAct(seat: Batch, p: Policy, r: Trials, greedy: i32): i32 { return act(seat, p, r, greedy != 0); }

// For tests: random words, elementary functions, one time step of four planar bodies

/** q, v, a: [degrees, 4], actions: [motors, 4]. `anyTree` 1: without the faster way for legs. Returns the lanes, as bits, whose acceleration was not found. */
export function bodyStep(table: usize, q: usize, v: usize, a: usize, actions: usize, anyTree: i32): i32 {
  undress();
  return i32x4.bitmask(stepBody(wear(table), q, v, a, actions, 1, anyTree != 0));
}

/** counter: 4 u32; writes the four words over it. */
export function philox(seed: u32, purpose: u32, counter: usize): void {
  philox4(seed, purpose, v128.load32_splat(counter), v128.load32_splat(counter, 4), v128.load32_splat(counter, 8), v128.load32_splat(counter, 12));
  for (let w: usize = 0; w < 4; w++) store<u32>(counter + (w << 2), load<u32>(words + (w << 4)));
}

/** Applies function 0 exp, 1 tanh, 2 sigmoid, 3 log, 4 sin 2πx, 5 cos 2πx, 6 softplus, 7 sin x, 8 cos x to `count` floats in place. */
export function elementary(kind: i32, at: usize, count: i32): void {
  for (const end = at + (<usize>count << 2); at < end; at += 16) {
    const x = v128.load(at);
    let y = x;
    if (kind == 0) y = exp4(x);
    else if (kind == 1) y = tanh4(x);
    else if (kind == 2) y = sigmoid4(x);
    else if (kind == 3) y = log4(x);
    else if (kind == 4) y = sinTurns4(x);
    else if (kind == 5) y = cosTurns4(x);
    else if (kind == 6) y = softplus4(x);
    else if (kind == 7) y = sin4(x, quarterTurns4(x));
    else y = cos4(x, quarterTurns4(x));
    v128.store(at, y);
  }
}
