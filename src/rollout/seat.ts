/** The engine's side of an acting agent: a policy, and in the environment's place a batch that no law moves (assembly/acting.ts). Everything is checked before it comes here. */
import type { Engine } from '../envs/engine.ts';
import { numParameters, type PolicyPorts, type PolicyShape } from '../policies/policy.ts';
import { createPolicy } from './engine-policy.ts';

/** Of an environment outside of the module. Twin: assembly/families.ts. */
const outside = -1;

export class Seat {
  readonly #engine: Engine;
  readonly #rows: number;
  readonly #shape: PolicyShape;
  readonly #batch: number;
  readonly #policy: number;
  readonly #record: number;
  /** [N, hidden size] */
  readonly #hidden: number;
  readonly hiddenSize: number;
  readonly actionSize: number;
  readonly observationSize: number;

  constructor(engine: Engine, shape: PolicyShape, { observationSize, actionWidth, head }: PolicyPorts, rows: number) {
    const discrete = head === 'categorical';
    this.actionSize = discrete ? 1 : actionWidth;
    this.observationSize = observationSize;
    const sizes = engine.givenFloats([0, 0, this.actionSize, discrete ? actionWidth : 0, observationSize]); // assembly/envs/user.ts
    this.#engine = engine;
    this.#rows = rows;
    this.#shape = shape;
    this.#batch = engine.call((wasm) => wasm.batchCreate(outside, rows, 1, 0, sizes));
    this.#policy = createPolicy(engine, shape, rows);
    this.#record = engine.call((wasm) => wasm.trialsCreate(this.#batch, 1, shape.inputs === 'trial' ? 1 : 0, 1));
    this.hiddenSize = engine.call((wasm) => wasm.policyHiddenSize(this.#policy));
    this.#hidden = engine.givenFloats(new Array<number>(rows * this.hiddenSize + 1).fill(0));
  }

  setParameters(parameters: Float32Array): void {
    this.#engine.call((wasm) => {
      this.#engine.floats(wasm.policyParameters(this.#policy), numParameters(this.#shape)).set(parameters);
      wasm.policyPrepare(this.#policy);
    });
  }

  setForget(forget: boolean): void {
    this.#engine.call((wasm) => wasm.trialsForget(this.#record, forget ? 1 : 0));
  }

  /** Starts the trials of these coordinates. */
  begin(seed: number, split: number, tasks: (n: number) => number, episodes: (n: number) => number): void {
    this.#engine.call((wasm) => {
      wasm.batchSeed(this.#batch, seed, split);
      const padded = wasm.batchPadded(this.#batch);
      const taskIds = this.#engine.integers(wasm.batchTaskId(this.#batch), padded);
      const episodeIds = this.#engine.integers(wasm.batchEpisode(this.#batch), padded);
      for (let n = 0; n < padded; n++) {
        taskIds[n] = tasks(Math.min(n, this.#rows - 1));
        episodeIds[n] = episodes(Math.min(n, this.#rows - 1));
      }
      wasm.actingBegin(this.#batch, this.#policy, this.#record);
    });
  }

  /** What the last actions led to, [N] each. */
  settle(rewards: ArrayLike<number>, terminated: ArrayLike<number>, truncated: ArrayLike<number>): void {
    this.#engine.call((wasm) => {
      this.#engine.floats(wasm.batchRewards(this.#batch), this.#rows).set(rewards);
      this.#engine.bytes(wasm.batchTerminated(this.#batch), this.#rows).set(terminated);
      this.#engine.bytes(wasm.batchTruncated(this.#batch), this.#rows).set(truncated);
      wasm.actingSettle(this.#batch, this.#policy, this.#record);
    });
  }

  /** Acts on observations [N, O]. −1, or the first environment whose action is not finite. */
  act(observations: Float32Array, greedy: boolean): number {
    return this.#engine.call((wasm) => {
      this.#engine.floats(wasm.batchObservations(this.#batch), observations.length).set(observations);
      return wasm.actingAct(this.#batch, this.#policy, this.#record, greedy ? 1 : 0);
    });
  }

  /** Copies, [N, A]. */
  actions(): Float32Array {
    return this.#engine.call((wasm) => this.#engine.floats(wasm.batchActions(this.#batch), this.#rows * this.actionSize).slice());
  }

  /** [N] */
  logProbabilities(): Float32Array {
    return this.#engine.call((wasm) => this.#engine.floats(wasm.trialsLogProbabilities(this.#record), this.#rows).slice());
  }

  /** [N, I], what the policy read last. */
  inputs(): Float32Array {
    return this.#engine.call((wasm) => this.#engine.floats(wasm.trialsInputs(this.#record), this.#rows * this.#shape.inputSize).slice());
  }

  /** [N, head size + 1]: means or logits, then the value. */
  outputs(): Float32Array {
    return this.#engine.call((wasm) =>
      this.#engine.floats(wasm.policyOutputs(this.#policy), this.#rows * (this.#shape.headSize + 1)).slice(),
    );
  }

  hidden(): Float32Array {
    return this.#engine.call((wasm) => {
      wasm.policyCopyHidden(this.#policy, this.#hidden, 0);
      return this.#engine.floats(this.#hidden, this.#rows * this.hiddenSize).slice();
    });
  }

  setHidden(hidden: ArrayLike<number>): void {
    this.#engine.call((wasm) => {
      this.#engine.floats(this.#hidden, this.#rows * this.hiddenSize).set(hidden);
      wasm.policyCopyHidden(this.#policy, this.#hidden, 1);
    });
  }

  free(): void {
    this.#engine.call((wasm) => {
      wasm.release(this.#hidden);
      wasm.trialsFree(this.#record);
      wasm.policyFree(this.#policy);
      wasm.batchFree(this.#batch);
    });
  }
}
