/** The bare environment kernel, for the benchmark. */
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

export const benchHandlers = ({ engine }: JobContext) => ({
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
