/** Runs N trials inside WebAssembly and returns their record as views. One collector serves many runs of the same shape, so memory does not grow. */
import { finite, floats } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { Batch } from '../envs/batch.ts';
import type { Engine } from '../envs/engine.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { numParameters, type PolicyShape, valuesObservations } from '../policies/policy.ts';
import { createPolicy } from './engine-policy.ts';

/** The random-number coordinates of N trials: tasks firstTask … firstTask + N − 1 of (seed, split). */
interface TrialCoordinates {
  readonly seed: number;
  readonly split: number;
  readonly firstTask: number;
  /** If given, all N trials are on task firstTask, and trial n plays its episode firstEpisode + n. */
  readonly firstEpisode?: number;
}

/** [N, E] each, row-major. */
export interface TrialReturns {
  readonly returns: Float32Array;
  readonly lengths: Int32Array;
}

/** Time-major arrays of T = E · H steps; views, valid until the collector's next run. After `taken` steps every trial is over. */
export interface TrialRecord {
  readonly numTrials: number;
  readonly steps: number;
  readonly taken: number;
  readonly inputSize: number;
  readonly actionSize: number;
  readonly observationSize: number;
  /** [T, N, I], the inputs of the policy. */
  readonly inputs: Float32Array;
  /** [T, N, A], as sampled, before the environment clips. */
  readonly actions: Float32Array;
  /** [T, N] each. */
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  readonly trainingRewards: Float32Array;
  /** 1 while the trial runs. */
  readonly valid: Float32Array;
  /** 1 where an episode ended, terminated or truncated. */
  readonly done: Float32Array;
  /** [N, E, O], the observation that the last step of each episode led to. Where another step follows in the episode, the inputs of that step hold it. */
  readonly finals: Float32Array;
  /** [N, E], 1 where the horizon ended the episode, 0 where the law did. */
  readonly truncated: Float32Array;
}

export class Collector {
  readonly batch: Batch;
  readonly shape: PolicyShape;
  readonly numTrials: number;
  readonly #policy: number;
  readonly #trials: number;
  readonly #recorded: boolean;

  /** Throws `E_ARGUMENT` if the record does not fit into WebAssembly's memory. */
  constructor(engine: Engine, config: EnvConfig, shape: PolicyShape, numTrials: number, recorded: boolean) {
    mustFit(config, shape, numTrials, recorded);
    this.batch = new Batch(engine, config, numTrials);
    this.shape = shape;
    this.numTrials = numTrials;
    this.#recorded = recorded;
    this.#policy = createPolicy(engine, shape, numTrials);
    this.#trials = engine.call((wasm) =>
      wasm.trialsCreate(this.batch.handle, config.episodes, shape.inputs === 'trial' ? 1 : 0, recorded ? 1 : 0),
    );
  }

  /** Runs the trials; with `forget` every episode begins with an empty memory. Throws `E_ARGUMENT` or `E_NOT_FINITE` for bad parameters before it starts, `E_NOT_FINITE` where an action stops being finite. */
  run(parameters: Float32Array, at: TrialCoordinates, greedy: boolean, forget = false): TrialReturns {
    const { engine, handle } = this.batch;
    floats('parameters', parameters, numParameters(this.shape), 'what the policy needs');
    finite('parameters', parameters);
    if (at.firstEpisode === undefined) this.batch.draw(at.seed, at.split, at.firstTask);
    else this.batch.drawEpisodes(at.seed, at.split, at.firstTask, at.firstEpisode);
    return engine.call((wasm) => {
      engine.floats(wasm.policyParameters(this.#policy), parameters.length).set(parameters);
      wasm.policyPrepare(this.#policy);
      wasm.trialsForget(this.#trials, forget ? 1 : 0);
      wasm.trialsRun(handle, this.#policy, this.#trials, greedy ? 1 : 0);
      this.#mustBeFinite(wasm.trialsBad(this.#trials), at);
      const cells = this.numTrials * this.batch.config.episodes;
      return {
        returns: engine.floats(wasm.trialsReturns(this.#trials), cells),
        lengths: engine.integers(wasm.trialsLengths(this.#trials), cells),
      };
    });
  }

  /** The steps of the last run. Only for a collector made with `recorded`. */
  record(): TrialRecord {
    if (!this.#recorded) throw new WasmetaError('E_UNSUPPORTED', 'this collector keeps returns only', {});
    const { engine, actionSize, observationSize, config } = this.batch;
    return engine.call((wasm) => {
      const steps = wasm.trialsSteps(this.#trials);
      const inputSize = wasm.trialsInputSize(this.#trials);
      const rows = steps * this.numTrials;
      return {
        numTrials: this.numTrials,
        steps,
        taken: wasm.trialsTaken(this.#trials),
        inputSize,
        actionSize,
        observationSize,
        inputs: engine.floats(wasm.trialsInputs(this.#trials), rows * inputSize),
        actions: engine.floats(wasm.trialsActions(this.#trials), rows * actionSize),
        logProbabilities: engine.floats(wasm.trialsLogProbabilities(this.#trials), rows),
        values: engine.floats(wasm.trialsValues(this.#trials), rows),
        rewards: engine.floats(wasm.trialsRewards(this.#trials), rows),
        trainingRewards: engine.floats(wasm.trialsTrainingRewards(this.#trials), rows),
        valid: engine.floats(wasm.trialsValid(this.#trials), rows),
        done: engine.floats(wasm.trialsDone(this.#trials), rows),
        finals: engine.floats(wasm.trialsFinals(this.#trials), this.numTrials * config.episodes * observationSize),
        truncated: engine.floats(wasm.trialsTruncated(this.#trials), this.numTrials * config.episodes),
      };
    });
  }

  /**
   * V after the last step of each trial [N]: the policy's value of the final observation where the horizon ended the episode, 0 where the law did. Only for
   * recorded trials of one episode under a policy that can value an observation alone (`valuesObservations`).
   */
  valuesAfter(): Float32Array {
    const { engine, config } = this.batch;
    if (config.episodes !== 1 || !valuesObservations(this.shape))
      throw new WasmetaError(
        'E_UNSUPPORTED',
        'a value after the horizon needs an MLP that reads observations, in trials of one episode',
        {},
      );
    const { finals, truncated } = this.record();
    const N = this.numTrials;
    return engine.call((wasm) => {
      wasm.policyForward(this.#policy, finals.byteOffset, N);
      const stride = this.shape.headSize + 1;
      const outputs = engine.floats(wasm.policyOutputs(this.#policy), N * stride);
      return truncated.map((cut, n) => (cut === 1 ? outputs[n * stride + stride - 1] : 0));
    });
  }

  free(): void {
    this.batch.engine.call((wasm) => {
      wasm.trialsFree(this.#trials);
      wasm.policyFree(this.#policy);
    });
    this.batch.free();
  }

  #mustBeFinite(bad: number, at: TrialCoordinates): void {
    if (bad < 0) return;
    const details = { step: Math.floor(bad / this.numTrials), task: at.firstTask + (bad % this.numTrials) };
    throw new WasmetaError('E_NOT_FINITE', `an action is not finite at step ${details.step} of the trial on task ${details.task}`, details);
  }
}

/** Largest number of floats in one array of a collector; a few such arrays fit into 4 GiB. */
const largestArray = 2 ** 27;

function mustFit(config: EnvConfig, shape: PolicyShape, numTrials: number, recorded: boolean): void {
  const width = Math.max(shape.inputSize, 4 * shape.layers.reduce((a, b) => Math.max(a, b), 1));
  const rows = numTrials * (recorded ? config.episodes * config.horizon : 1);
  const largest = Math.max(numTrials * config.episodes, rows * shape.inputSize, numTrials * width);
  if (largest <= largestArray) return;
  throw new WasmetaError(
    'E_ARGUMENT',
    `"trials" expected to keep at most ${largestArray} numbers in one array, got ${largest}: play them in smaller batches`,
    {
      numTrials,
      largest,
      largestArray,
    },
  );
}
