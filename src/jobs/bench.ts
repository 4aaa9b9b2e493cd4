/** For the benchmark: the bare environment kernel, and a loop that no change of ours can make faster. */
import { split } from '../core/philox.ts';
import { Batch } from '../envs/batch.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { JobContext } from './context.ts';

/** Steps N environments of tasks 0 … N − 1 with zero actions, observations and autoreset included. */
export interface StepJob {
  readonly kind: 'step';
  readonly shard: number;
  readonly env: EnvConfig;
  readonly numEnvs: number;
  readonly steps: number;
}

export interface StepResult {
  readonly steps: number;
  /** The last step's rewards, [N]. */
  readonly rewards: Float32Array;
}

/** Runs the reference loop. */
export interface ReferenceJob {
  readonly kind: 'reference';
  readonly shard: number;
  readonly loops: number;
}

/**
 * Four chains of products and sums over 32 KiB: as fast as the machine is at that moment. Saved measurements are relative to it; a change of this loop makes
 * them worthless.
 */
export function referenceLoop(loops: number): number {
  const numbers = new Float64Array(4096).fill(0.5);
  let [a, b, c, d] = [1, 2, 3, 4];
  for (let i = 0; i < loops; i++) {
    const at = (i * 4) & 4095;
    a = a * numbers[at] + 1;
    b = b * numbers[at + 1] + 1;
    c = c * numbers[at + 2] + 1;
    d = d * numbers[at + 3] + 1;
    numbers[at] = 0.5;
  }
  return a + b + c + d;
}

export const benchHandlers = ({ engine }: JobContext) => ({
  reference({ loops }: ReferenceJob): number {
    return referenceLoop(loops);
  },

  step(job: StepJob): StepResult {
    const batch = new Batch(engine, job.env, job.numEnvs);
    try {
      batch.draw(0, split.train, 0);
      const rewards = engine.call((wasm) => {
        wasm.batchStart(batch.handle);
        wasm.batchStepUnchecked(batch.handle, job.steps);
        return engine.floats(wasm.batchRewards(batch.handle), job.numEnvs).slice();
      });
      return { steps: job.steps * job.numEnvs, rewards };
    } finally {
      batch.free();
    }
  },
});
