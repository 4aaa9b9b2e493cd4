/** Picks whole trials (columns) out of time-major arrays [T, N, ·] and packs them to [T', M, ·], T' being the steps that any trial took. */
import type { ElboMinibatch } from '../losses/elbo.ts';
import type { PpoMinibatch } from '../losses/ppo.ts';
import type { Advantages } from '../rollout/advantages.ts';
import type { TrialRecord } from '../rollout/collector.ts';

export function gatherTrials(record: TrialRecord, advantages: Advantages, columns: Uint32Array): PpoMinibatch {
  const pick = (from: Float32Array, width: number) => gather(from, width, record.numTrials, record.taken, columns);
  return {
    steps: record.taken,
    numTrials: columns.length,
    inputs: pick(record.inputs, record.inputSize),
    actions: pick(record.actions, record.actionSize),
    logProbabilities: pick(record.logProbabilities, 1),
    valid: pick(record.valid, 1),
    advantages: pick(advantages.advantages, 1),
    targets: pick(advantages.targets, 1),
  };
}

export function gatherRewards(record: TrialRecord, columns: Uint32Array): Omit<ElboMinibatch, 'terms' | 'uniforms'> {
  const pick = (from: Float32Array, width: number) => gather(from, width, record.numTrials, record.taken, columns);
  return {
    steps: record.taken,
    numTrials: columns.length,
    inputs: pick(record.inputs, record.inputSize),
    rewards: pick(record.rewards, 1),
    valid: pick(record.valid, 1),
    done: pick(record.done, 1),
  };
}

function gather(from: Float32Array, width: number, numTrials: number, steps: number, columns: Uint32Array): Float32Array {
  const to = new Float32Array(steps * columns.length * width);
  let at = 0;
  for (let t = 0; t < steps; t++) {
    for (const n of columns) {
      const start = (t * numTrials + n) * width;
      for (let i = 0; i < width; i++) to[at++] = from[start + i];
    }
  }
  return to;
}
