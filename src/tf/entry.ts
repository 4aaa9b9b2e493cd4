/**
 * Entry of build/tf.js, imported everywhere as `#tf`: TensorFlow.js with all gradients and its WebAssembly backend on one thread,
 * patched by scripts/tf-chunk.mjs, plus what our own kernels need to work in its memory.
 */
import {
  add,
  backend,
  type DataType,
  engine,
  env,
  getBackend,
  getKernelsForBackend,
  setBackend,
  Tensor,
  type TensorContainer,
  type TensorInfo,
  tidy as tidyTensors,
  zerosLike,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as backendModule from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import * as tapeModule from '@tensorflow/tfjs-core/dist/tape.js';
import { noMemory, WasmetaError } from '../core/errors.ts';
import { type HostAccess, type Recorder, type Recording, recorderOf, type WasmHeap } from './recorder.ts';

export * from '@tensorflow/tfjs-core';

/** tfjs's tidy, which looks for tensors in what `run` returns; it would look into every number of an array of numbers, this one does not. */
export function tidy<T extends TensorContainer>(run: () => T): T {
  let result: T | undefined;
  tidyTensors(() => {
    result = run();
    return tensorsIn(result);
  });
  return result as T;
}

function tensorsIn(value: unknown, seen = new Set<unknown>()): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return [];
  seen.add(value);
  return Object.values(value).flatMap((part) => tensorsIn(part, seen));
}

/** Added by scripts/tf-chunk.mjs. */
const { setWasmBytes } = backendModule as typeof backendModule & { setWasmBytes(bytes: ArrayBuffer | Uint8Array | null): void };

/** What scripts/tf-chunk.mjs and Emscripten add to tfjs's module. */
interface PatchedModule extends WasmHeap {
  wasmMemory: WebAssembly.Memory;
}

let bytesGiven = false;

/** Hands over the bytes of tfjs.wasm; must come before `startBackend`. They are compiled and not kept. */
export function setWasmBinary(bytes: ArrayBuffer | Uint8Array): void {
  setWasmBytes(bytes);
  bytesGiven = true;
}

let starting: Promise<void> | null = null;

/** Starts the backend, once; later calls wait for the same start. */
export function startBackend(): Promise<void> {
  starting ??= start().catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

async function start(): Promise<void> {
  if (!bytesGiven) throw new WasmetaError('E_WASM_MISSING', 'tfjs.wasm: setWasmBinary(bytes) comes before startBackend()');
  env().set('WASM_HAS_SIMD_SUPPORT', true);
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const started = await setBackend('wasm');
  setWasmBytes(null);
  bytesGiven = false;
  if (!started && !memoryCanBeHad()) throw noMemory('tfjs.wasm');
  if (!started || getBackend() !== 'wasm')
    throw new WasmetaError('E_WASM_INVALID', "tfjs.wasm can't be started: it is damaged, or WebAssembly SIMD is missing", {
      backend: getBackend() ?? null,
    });
  // The kernels ask for their functions again, now from the module that can record.
  watcher = recorderOf(wasmModule(), wasmBackend() as object as HostAccess);
  for (const { setupFunc } of getKernelsForBackend('wasm')) setupFunc?.(wasmBackend());
}

/** tfjs keeps to itself why it did not start. */
function memoryCanBeHad(): boolean {
  try {
    return new WebAssembly.Memory({ initial: 256, maximum: 65536 }).buffer.byteLength > 0;
  } catch {
    return false;
  }
}

let watcher: Recorder | null = null;

/** What records kernel calls. Only after `startBackend`. */
export function recorder(): Recorder {
  return watcher as Recorder;
}

/** Runs a tfjs program once and records its kernel calls; what it returns is kept. */
export function recordCalls<T>(program: () => T): { readonly result: T; readonly recording: Recording } {
  const own = engine().runKernel;
  let running = '';
  engine().runKernel = function named(this: unknown, name: string, ...rest: unknown[]) {
    const outer = running;
    running = name;
    try {
      return Reflect.apply(own, engine(), [name, ...rest]);
    } finally {
      running = outer;
    }
  } as typeof own;
  recorder().start(() => running);
  try {
    const result = program();
    return { result, recording: recorder().stop() };
  } catch (error) {
    recorder().stop().release();
    throw error;
  } finally {
    engine().runKernel = own;
  }
}

function wasmBackend(): BackendWasm {
  return backend() as BackendWasm;
}

function wasmModule(): PatchedModule {
  return wasmBackend().wasm as object as PatchedModule;
}

/** tfjs's own memory. Views of its buffer die whenever it grows: make them anew after every allocation. */
export function backendMemory(): WebAssembly.Memory {
  return wasmModule().wasmMemory;
}

/** Allocates in tfjs's memory; its address. */
export function backendMalloc(bytes: number): number {
  const pointer = wasmModule()._malloc(bytes) >>> 0;
  // Near 4 GiB malloc answers 0 and does not throw.
  if (pointer === 0) throw new WasmetaError('E_WASM_TRAP', `tfjs's memory is full: ${bytes} bytes more don't fit`, { bytes });
  return pointer;
}

export function backendFree(pointer: number): void {
  wasmModule()._free(pointer);
}

/** Byte offset of a tensor's data in `backendMemory()`, until the tensor is disposed. */
export function dataOffset(tensor: TensorInfo): number {
  const { memoryOffset } = wasmBackend().dataIdMap.get(tensor.dataId);
  if (memoryOffset === 0) throw new WasmetaError('E_WASM_TRAP', "tfjs's memory is full", { shape: tensor.shape });
  return memoryOffset;
}

/** A tensor with room but no values (the memory is not cleared), for a kernel to write into. */
export function makeOutput(shape: readonly number[], dtype: DataType): Tensor {
  return engine().makeTensorFromTensorInfo(wasmBackend().makeOutput([...shape], dtype));
}

export interface Linearised {
  readonly value: Tensor;
  /** vᵀ ∂y/∂x for v of y's shape; zeros where y does not depend on x. */
  pullBack(v: Tensor): Tensor;
  /** Gives back y and what the tape holds. */
  dispose(): void;
}

/** Runs y = f(x) once and keeps its tape, so that products with its Jacobian can be asked for again and again; f may take gradients itself. Not inside tf.grad. */
export function linearise(f: (x: Tensor) => Tensor, x: Tensor): Linearised {
  const { state } = engine();
  // tfjs declares both private; only its own gradients, which throw the tape away, use them.
  const recorder = engine() as unknown as { startTape(): void; endTape(): void };
  engine().startScope('linearise');
  recorder.startTape();
  let value: Tensor | undefined;
  let tape: tapeModule.TapeNode[] = [];
  try {
    value = engine().keep(f(x));
  } finally {
    recorder.endTape();
    tape = state.activeTape ?? [];
    state.activeTape = [];
    engine().endScope();
    if (value === undefined) disposeSaved(tape);
  }
  const path = tapeModule.getFilteredNodesXToY(tape, [x], value);
  return {
    value,
    pullBack: (v) =>
      tidy(() => {
        const gradients: Record<number, Tensor> = { [(value as Tensor).id]: v };
        tapeModule.backpropagateGradients(gradients, path, (f) => tidy(f as () => Tensor), add);
        return gradients[x.id] ?? zerosLike(x);
      }),
    dispose() {
      disposeSaved(tape);
      (value as Tensor).dispose();
    },
  };
}

function disposeSaved(tape: readonly tapeModule.TapeNode[]): void {
  for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
}
