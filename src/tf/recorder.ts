/**
 * Records what runs inside WebAssembly while a tfjs program runs once: every kernel call with its numbers, so that the same calls can be made again without
 * tfjs (capture.ts). Memory that is taken meanwhile stays at its place for the recording's life; what the program disposes of is used again within it.
 * Works on the Emscripten module of tfjs-wasm: its kernels name tensors by id, and shapes by bytes on the stack, which are kept here for good.
 */
import { alive } from '../core/alive.ts';

/** The part of the Emscripten module that is needed. */
export interface WasmHeap {
  cwrap(name: string, returns: string | null, types: readonly string[]): (...values: (number | boolean | Uint8Array)[]) => unknown;
  _malloc(bytes: number): number;
  _free(address: number): void;
  readonly HEAPU8: Uint8Array;
  readonly tfjs: { registerTensor(id: number, size: number, address: number): void; disposeData(id: number): void };
}

/** The part of tfjs's backend that looks into tensors from JavaScript. */
export interface HostAccess {
  move(dataId: object, values: unknown, shape: number[], dtype: string, refCount: number): void;
  readSync(dataId: object, start?: number, end?: number): unknown;
  typedArrayFromHeap(tensor: unknown): unknown;
}

type Raw = (...numbers: number[]) => unknown;

export interface Recording {
  readonly calls: readonly { readonly kernel: Raw; readonly numbers: readonly number[] }[];
  /** Bytes held. */
  readonly bytes: number;
  /** What could not be recorded, by name; null: everything was. */
  readonly refused: string | null;
  /** Gives the memory back. */
  release(): void;
}

class Tape implements Recording {
  readonly calls: { kernel: Raw; numbers: number[] }[] = [];
  bytes = 0;
  refused: string | null = null;
  readonly ids: number[] = [];
  readonly #heap: RawHeap;
  readonly #sizes = new Map<number, number>();
  readonly #free = new Map<number, number[]>();
  readonly #constants = new Set<number>();
  /** Whether what is taken now is for data from the host. */
  constant = false;
  #released = false;

  constructor(heap: RawHeap) {
    this.#heap = heap;
  }

  /** `constant`: data from the host, which no call writes anew. Its block is never another's, neither before nor after. */
  take(bytes: number, constant = this.constant): number {
    const known = constant ? undefined : this.#free.get(bytes)?.pop();
    if (known !== undefined) return known;
    const address = this.#heap.malloc(bytes) >>> 0;
    if (address === 0) return 0;
    this.bytes += bytes;
    this.#sizes.set(address, bytes);
    this.#heap.owners.set(address, this);
    if (constant) this.#constants.add(address);
    return address;
  }

  /** While recording, a block that is given back may be used again by later calls. */
  give(address: number): void {
    if (this.#heap.active !== this || this.#constants.has(address)) return;
    const bytes = this.#sizes.get(address) as number;
    const free = this.#free.get(bytes);
    if (free === undefined) this.#free.set(bytes, [address]);
    else free.push(address);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const id of this.ids) {
      this.#heap.ids.delete(id);
      this.#heap.disposeData(id);
    }
    for (const address of this.#sizes.keys()) {
      this.#heap.owners.delete(address);
      this.#heap.free(address);
    }
    this.#sizes.clear();
    this.calls.length = 0;
  }
}

interface RawHeap {
  malloc(bytes: number): number;
  free(address: number): void;
  disposeData(id: number): void;
  /** Blocks and tensor ids that belong to a recording. */
  readonly owners: Map<number, Tape>;
  readonly ids: Set<number>;
  active: Tape | null;
}

export interface Recorder {
  /** Everything until `stop` is recorded; `kernelName` says what runs, for refusals. */
  start(kernelName: () => string): void;
  stop(): Recording;
  /** Whether a recording is under way. */
  readonly recording: boolean;
  /** Functions of a module of ours that shares tfjs's memory, recorded when they are called. */
  watch<Exports extends object>(exports: Exports): Exports;
}

/** Must come before tfjs sets up its kernels: they ask `cwrap` for their functions only then. */
export function recorderOf(wasm: WasmHeap, backend: HostAccess): Recorder {
  // Emscripten's exports put themselves in their own place when they are first called.
  wasm._free(wasm._malloc(4));
  const raw: RawHeap = {
    malloc: wasm._malloc.bind(wasm),
    free: wasm._free.bind(wasm),
    disposeData: wasm.tfjs.disposeData,
    owners: new Map(),
    ids: new Set(),
    active: null,
  };
  let nameOf = () => '';
  const refuse = () => {
    if (raw.active !== null) raw.active.refused ??= nameOf();
  };

  wasm._malloc = (bytes) => (raw.active === null ? raw.malloc(bytes) : raw.active.take(bytes));
  wasm._free = (address) => {
    const owner = raw.owners.get(address >>> 0);
    if (owner === undefined) raw.free(address);
    else owner.give(address >>> 0);
  };
  const { registerTensor } = wasm.tfjs;
  wasm.tfjs.registerTensor = (id, size, address) => {
    registerTensor(id, size, address);
    if (raw.active === null) return;
    raw.active.ids.push(id);
    raw.ids.add(id);
  };
  wasm.tfjs.disposeData = (id) => {
    if (!raw.ids.has(id)) raw.disposeData(id);
  };

  const { cwrap } = wasm;
  wasm.cwrap = (name, returns, types) => {
    const plain = cwrap(name, returns, types);
    const own = () => (wasm as object as Record<string, Raw>)[`_${name}`];
    return (...values) => {
      const tape = raw.active;
      alive();
      if (tape === null) return plain(...values);
      if (returns !== null) refuse();
      const numbers = values.map((value) => (typeof value === 'object' ? keep(tape, value) : Number(value)));
      const result = own()(...numbers);
      tape.calls.push({ kernel: own(), numbers });
      return result;
    };
  };
  /** Bytes that Emscripten would put on its stack for each call. */
  const keep = (tape: Tape, bytes: Uint8Array) => {
    const address = tape.take(Math.max(4, bytes.length), true);
    wasm.HEAPU8.set(bytes, address);
    return address;
  };

  const { move, readSync, typedArrayFromHeap } = backend;
  backend.move = (dataId, values, ...rest) => {
    if (raw.active !== null) raw.active.constant = values !== null && values !== undefined;
    move.call(backend, dataId, values, ...rest);
    if (raw.active !== null) raw.active.constant = false;
  };
  backend.readSync = (...args) => {
    refuse();
    return readSync.apply(backend, args);
  };
  backend.typedArrayFromHeap = (tensor) => {
    refuse();
    return typedArrayFromHeap.call(backend, tensor);
  };

  return {
    get recording() {
      return raw.active !== null;
    },
    start(kernelName) {
      nameOf = kernelName;
      raw.active = new Tape(raw);
    },
    stop() {
      const tape = raw.active as Tape;
      raw.active = null;
      return tape;
    },
    watch<Exports extends object>(exports: Exports): Exports {
      const watched = Object.entries(exports).map(([name, value]) => {
        // Not recorded: what only answers a question, and what moves parameters between programs.
        if (typeof value !== 'function' || /WorkBytes$|^kernelsVersion$|^adam$|^blend$|^firstNotFinite$/.test(name)) return [name, value];
        const kernel = value as Raw;
        return [
          name,
          (...numbers: number[]) => {
            alive();
            raw.active?.calls.push({ kernel, numbers });
            return kernel(...numbers);
          },
        ];
      });
      return Object.fromEntries(watched) as Exports;
    },
  };
}
