/** The environment module, typed and guarded: every call goes through `call`, which turns a trap into a typed error and marks the instance dead. */
import { alive } from '../core/alive.ts';
import { noMemory, WasmetaError } from '../core/errors.ts';
import { megabytes } from '../core/wording.ts';
import { UserHost } from './user/host.ts';

/** 32 bits, which WebAssembly hands out with a sign: above 2 GiB it is negative. */
type Address = number;

/** What assembly/index.ts exports; it is the table of contents of these names. */
type EngineExports = {
  readonly memory: WebAssembly.Memory;
  abiVersion(): number;
  memoryAsked(): number;
  allocate(bytes: number): Address;
  release(pointer: Address): void;
  inputWidth(batch: Address, protocol: number): number;
  batchCreate(family: number, size: number, horizon: number, context: number, parameters: Address): Address;
  batchMissing(batch: Address): number;
  batchRefuse(batch: Address): void;
  batchFree(batch: Address): void;
  batchSeed(batch: Address, seed: number, split: number): void;
  batchSampleTasks(batch: Address): void;
  batchStart(batch: Address): void;
  batchStep(batch: Address): number;
  batchStepUnchecked(batch: Address, count: number): void;
  batchObserve(batch: Address): void;
  batchOracle(batch: Address): void;
  batchObservationSize(batch: Address): number;
  batchActionSize(batch: Address): number;
  batchTaskSize(batch: Address): number;
  batchPadded(batch: Address): number;
  batchState(batch: Address): Address;
  batchStateSize(batch: Address): number;
  batchTask(batch: Address): Address;
  batchActions(batch: Address): Address;
  batchObservations(batch: Address): Address;
  batchFinalObservations(batch: Address): Address;
  batchFinalState(batch: Address): Address;
  batchRewards(batch: Address): Address;
  batchTrainingRewards(batch: Address): Address;
  batchTerminated(batch: Address): Address;
  batchTruncated(batch: Address): Address;
  batchFaults(batch: Address): Address;
  batchTaskId(batch: Address): Address;
  batchEpisode(batch: Address): Address;
  batchElapsed(batch: Address): Address;
  policyCreate(
    kind: number,
    rows: number,
    inputSize: number,
    headSize: number,
    categorical: number,
    valued: number,
    separate: number,
    activation: number,
    layers: Address,
    numLayers: number,
    numCells: number,
  ): Address;
  policyFree(policy: Address): void;
  policyNumParameters(policy: Address): number;
  policyParameters(policy: Address): Address;
  policyPrepare(policy: Address): void;
  policyReset(policy: Address): void;
  policyForward(policy: Address, inputs: Address, rows: number): void;
  policyOutputs(policy: Address): Address;
  policyHiddenSize(policy: Address): number;
  policyCopyHidden(policy: Address, rows: Address, fromRows: number): void;
  trialsCreate(batch: Address, episodes: number, protocol: number, recorded: number): Address;
  trialsFree(trials: Address): void;
  trialsForget(trials: Address, forget: number): void;
  trialsRun(batch: Address, policy: Address, trials: Address, greedy: number): void;
  trialsSteps(trials: Address): number;
  trialsTaken(trials: Address): number;
  trialsBad(trials: Address): number;
  trialsInputSize(trials: Address): number;
  trialsReturns(trials: Address): Address;
  trialsLengths(trials: Address): Address;
  trialsInputs(trials: Address): Address;
  trialsActions(trials: Address): Address;
  trialsLogProbabilities(trials: Address): Address;
  trialsValues(trials: Address): Address;
  trialsRewards(trials: Address): Address;
  trialsTrainingRewards(trials: Address): Address;
  trialsValid(trials: Address): Address;
  trialsDone(trials: Address): Address;
  trialsFinals(trials: Address): Address;
  trialsTruncated(trials: Address): Address;
  actingBegin(seat: Address, policy: Address, trials: Address): void;
  actingSettle(seat: Address, policy: Address, trials: Address): void;
  actingAct(seat: Address, policy: Address, trials: Address, greedy: number): number;
  bodyStep(table: Address, q: Address, v: Address, a: Address, actions: Address, anyTree: number): number;
  bodyTerms(
    table: Address,
    q: Address,
    v: Address,
    actions: Address,
    mass: Address,
    smooth: Address,
    rows: Address,
    links: Address,
  ): number;
  philox(seed: number, purpose: number, counter: Address): void;
  elementary(kind: number, at: Address, count: number): void;
};

const abiVersion = 1;

export class Engine {
  /** Moves users' environments. */
  readonly userHost = new UserHost();
  readonly #wasm: EngineExports;
  #trap: unknown = null;

  /** Throws `E_WASM_INVALID` if the module is not ours or of another version. */
  constructor(module: WebAssembly.Module) {
    let exports: EngineExports;
    try {
      exports = new WebAssembly.Instance(module, { user: this.userHost.imports }).exports as EngineExports;
    } catch (cause) {
      if (cause instanceof RangeError) throw noMemory('the environment module', cause);
      throw new WasmetaError('E_WASM_INVALID', `the environment module can't be instantiated: ${(cause as Error).message}`, {}, cause);
    }
    const found = typeof exports.abiVersion === 'function' ? exports.abiVersion() : null;
    if (found !== abiVersion)
      throw new WasmetaError('E_WASM_INVALID', `the environment module expected ABI version ${abiVersion}, got ${found ?? 'none'}`, {
        expected: abiVersion,
        found,
      });
    this.#wasm = exports;
    this.userHost.useMemory(exports.memory);
  }

  /** Runs `work` on the exports. After a trap the instance may hold half-written state, so it refuses every later call. */
  call<R>(work: (wasm: EngineExports) => R): R {
    if (this.#trap !== null) throw new WasmetaError('E_WASM_TRAP', 'this WebAssembly instance trapped before and is dead', {}, this.#trap);
    try {
      const result = work(this.#wasm);
      alive();
      return result;
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
      this.#trap = cause;
      const bytes = this.#wasm.memoryAsked();
      if (bytes > 0)
        throw new WasmetaError(
          'E_WASM_TRAP',
          `out of memory: ${megabytes(bytes)} more could not be had beside ${megabytes(65536 * this.pages)}; play smaller batches, or allow the process more memory`,
          { bytes, pages: this.pages },
          cause,
        );
      throw new WasmetaError('E_WASM_TRAP', `WebAssembly trapped: ${cause.message}`, {}, cause);
    }
  }

  get pages(): number {
    return this.#wasm.memory.buffer.byteLength / 65536;
  }

  floats(at: Address, length: number): Float32Array {
    return new Float32Array(this.#wasm.memory.buffer, at >>> 0, length);
  }

  integers(at: Address, length: number): Int32Array {
    return new Int32Array(this.#wasm.memory.buffer, at >>> 0, length);
  }

  bytes(at: Address, length: number): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer, at >>> 0, length);
  }

  /** Copies numbers into a block that the module then owns. */
  givenFloats(values: readonly number[]): Address {
    const at = this.call((wasm) => wasm.allocate(4 * values.length));
    this.floats(at, values.length).set(values);
    return at;
  }

  givenIntegers(values: readonly number[]): Address {
    const at = this.call((wasm) => wasm.allocate(4 * values.length));
    this.integers(at, values.length).set(values);
    return at;
  }
}
