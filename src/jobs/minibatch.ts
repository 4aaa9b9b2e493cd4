/** Picks whole trials (columns) out of time-major arrays [T, N, ·] and packs them to [T', M, ·], T' being the number of steps that the longest trial took. */
import type { ElboMinibatch } from '../losses/elbo.ts';
import type { PpoMinibatch } from '../losses/ppo.ts';
import type { PolicyShape } from '../policies/policy.ts';
import type { Advantages } from '../rollout/advantages.ts';
import type { Collector, TrialRecord } from '../rollout/collector.ts';
import { nextObservations } from '../rollout/next-observations.ts';

/** The picked trials, written field by field where the loss wants them. */
export function gatherTrials(record: TrialRecord, { advantages, targets }: Advantages, columns: Uint32Array): PpoMinibatch {
  const { inputSize, actionSize, numTrials, taken } = record;
  const widths = { inputs: inputSize, actions: actionSize, logProbabilities: 1, valid: 1, advantages: 1, targets: 1 };
  const fields = { ...record, advantages, targets };
  return {
    steps: taken,
    numTrials: columns.length,
    actionSize,
    write: (field, to) => gather(fields[field], to, widths[field], numTrials, taken, columns),
  };
}

export function gatherSteps(collector: Collector, columns: Uint32Array): Omit<ElboMinibatch, 'terms' | 'uniforms'> {
  const { batch, shape } = collector;
  const record = collector.record();
  const pick = (from: Float32Array, width: number, steps = record.taken) => {
    const to = new Float32Array(steps * columns.length * width);
    gather(from, to, width, record.numTrials, steps, columns);
    return to;
  };
  return {
    steps: record.taken,
    numTrials: columns.length,
    inputs: pick(record.inputs, record.inputSize),
    actions: asRead(pick(record.actions, record.actionSize), shape),
    rewards: pick(record.rewards, 1),
    next: nextObservations(record, columns),
    valid: pick(record.valid, 1),
    tasks: pick(batch.tasks(), batch.taskSize, 1),
  };
}

/** Discrete actions as one-hot rows. */
function asRead(actions: Float32Array, { head, headSize }: PolicyShape): Float32Array {
  if (head !== 'categorical') return actions;
  const rows = new Float32Array(actions.length * headSize);
  actions.forEach((action, i) => {
    rows[i * headSize + action] = 1;
  });
  return rows;
}

function gather(from: Float32Array, to: Float32Array, width: number, numTrials: number, steps: number, columns: Uint32Array): void {
  const M = columns.length;
  let at = 0;
  for (let t = 0; t < steps; t++) {
    for (let m = 0; m < M; m++) {
      const start = (t * numTrials + columns[m]) * width;
      for (let i = 0; i < width; i++) to[at++] = from[start + i];
    }
  }
}
