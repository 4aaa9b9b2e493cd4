/** Single steps from given states towards given goals, by the environment's own kernel: what a transition pays, and where it leads, had the goal been another. */

import { Batch } from './batch.ts';
import type { Engine } from './engine.ts';
import { familyOf } from './registry.ts';
import type { EnvConfig, FamilySpec } from './spec.ts';

interface StepsTaken {
  /** [N, O + W], the goal included. */
  readonly next: Float32Array;
  /** [N] */
  readonly rewards: Float32Array;
  /** [N], 1 where the step ended the episode by a law; then `next` is the next episode's start. */
  readonly terminated: Float32Array;
}

export class Transitions {
  readonly #batch: Batch;
  readonly #goal: NonNullable<FamilySpec['goal']>;

  /** For families with goals. The horizon is so long that no step ends an episode by it. */
  constructor(engine: Engine, env: EnvConfig, size: number) {
    this.#batch = new Batch(engine, { ...env, context: true, horizon: 1_000_000 }, size);
    this.#goal = familyOf(env.id).goal as NonNullable<FamilySpec['goal']>;
  }

  /** observations [N, O] without goals, actions [N, A], goals [N, W]. */
  take(observations: Float32Array, actions: Float32Array, goals: Float32Array): StepsTaken {
    const { engine, handle, size, config } = this.#batch;
    const O = observations.length / size;
    return engine.call((wasm) => {
      wasm.batchStart(handle);
      const write = this.#batch.stateWriter();
      for (let n = 0; n < size; n++) write(n, this.#goal.state(observations.subarray(n * O, (n + 1) * O), config));
      this.#batch.setTasks(goals);
      engine.floats(wasm.batchActions(handle), actions.length).set(actions);
      wasm.batchStepUnchecked(handle, 1);
      return {
        next: engine.floats(wasm.batchObservations(handle), size * this.#batch.observationSize).slice(),
        rewards: engine.floats(wasm.batchRewards(handle), size).slice(),
        terminated: Float32Array.from(engine.bytes(wasm.batchTerminated(handle), size)),
      };
    });
  }

  free(): void {
    this.#batch.free();
  }
}
