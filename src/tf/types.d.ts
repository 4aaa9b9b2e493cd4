/** Types of `#tf`; each function is described in entry.ts. */
import type { DataType, GradConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

export * from '@tensorflow/tfjs-core';

export function setWasmBinary(bytes: ArrayBuffer | Uint8Array): void;
export function startBackend(): Promise<void>;
export function backendMemory(): WebAssembly.Memory;
export function backendMalloc(bytes: number): number;
export function backendFree(pointer: number): void;
export function dataOffset(tensor: TensorInfo): number;
export function recorder(): import('./recorder.ts').Recorder;
export function recordCalls<T>(program: () => T): { readonly result: T; readonly recording: import('./recorder.ts').Recording };
export function makeOutput(shape: readonly number[], dtype: DataType): Tensor;

/** With `takesNull`, `gradFunc` gets null for an output without a cotangent, instead of a tensor of zeros. */
export interface NullableGradConfig extends GradConfig {
  takesNull?: boolean;
}

export interface Linearised {
  readonly value: Tensor;
  pullBack(v: Tensor): Tensor;
  dispose(): void;
}
export function linearise(f: (x: Tensor) => Tensor, x: Tensor): Linearised;
