/** Worlds of boxes and a gripper whose states a test writes and reads: the WebAssembly kernel, stepped as it stands, with any of its numbers replaced. */
import { Engine } from '../../../src/envs/engine.ts';
import { laws, resolveEnv } from '../../../src/envs/registry.ts';
import { stack } from '../../../src/envs/stack.ts';
import { release } from '../../assembly/modules.ts';

export const law: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(stack.constants).map(([name, { value }]) => [name, value]),
);
export const half = law.boxSide / 2;
/** s, of an action. */
export const action = law.substep * law.substeps;

const presets = { 1: 'place', 2: 'stack-2', 3: 'stack-3' } as const;

export interface BoxState {
  readonly x: number;
  readonly z: number;
  readonly angle: number;
  readonly vx: number;
  readonly vz: number;
  readonly rate: number;
}

const boxNames = ['x', 'z', 'angle', 'vx', 'vz', 'rate'] as const;
const gripperNames = ['x', 'z', 'opening', 'vx', 'vz', 'rate'] as const;
export type GripperState = Record<(typeof gripperNames)[number], number>;
/** Far from all boxes. */
const away: GripperState = { x: 0.5, z: 0.25, opening: 0.045, vx: 0, vz: 0, rate: 0 };

/** `size` worlds of 1, 2 or 3 boxes. */
export class Worlds {
  readonly size: number;
  readonly boxes: number;
  readonly #engine = new Engine(release);
  readonly #batch: number;
  readonly #padded: number;
  readonly #stateSize: number;

  constructor(size: number, boxes: 1 | 2 | 3, changes: Readonly<Record<string, number>> = {}) {
    this.size = size;
    this.boxes = boxes;
    const config = resolveEnv({ id: 'Stack-v0', preset: presets[boxes], horizon: 100_000, episodes: 1 });
    const given = this.#engine.givenFloats(Object.values({ ...stack.parameters(config), ...changes }).flat());
    this.#batch = this.#engine.call((wasm) => wasm.batchCreate(laws.indexOf(stack.law), size, config.horizon, 0, given));
    this.#padded = this.#engine.call((wasm) => wasm.batchPadded(this.#batch));
    this.#stateSize = this.#engine.call((wasm) => wasm.batchStateSize(this.#batch));
    this.#engine.call((wasm) => wasm.batchStart(this.#batch));
    for (let n = 0; n < size; n++) this.gripper(n, {});
  }

  /** One number of all worlds. */
  row(k: number): Float32Array {
    return this.#engine.floats(this.#engine.call((wasm) => wasm.batchState(this.#batch)) + 4 * k * this.#padded, this.size);
  }

  /** Puts box k of world n somewhere; what is not given is 0. */
  box(n: number, k: number, state: Partial<BoxState>): void {
    boxNames.forEach((name, i) => {
      this.row(6 + 6 * k + i)[n] = state[name] ?? 0;
    });
  }

  boxOf(n: number, k: number): BoxState {
    return Object.fromEntries(boxNames.map((name, i) => [name, this.row(6 + 6 * k + i)[n]])) as unknown as BoxState;
  }

  /** Puts the gripper of world n somewhere; by default far away and at rest. */
  gripper(n: number, state: Partial<GripperState>): void {
    gripperNames.forEach((name, i) => {
      this.row(i)[n] = state[name] ?? away[name];
    });
  }

  gripperOf(n: number): GripperState {
    return Object.fromEntries(gripperNames.map((name, i) => [name, this.row(i)[n]])) as GripperState;
  }

  /** The whole state of world n. */
  stateOf(n: number): number[] {
    return Array.from({ length: this.#stateSize }, (_, k) => this.row(k)[n]);
  }

  /** [N, 3], in shares of the full forces. */
  actions(): Float32Array {
    return this.#engine.floats(
      this.#engine.call((wasm) => wasm.batchActions(this.#batch)),
      3 * this.size,
    );
  }

  step(count = 1): void {
    this.#engine.call((wasm) => wasm.batchStepUnchecked(this.#batch, count));
  }

  /** The reasons why worlds could not go on. */
  faults(): Uint8Array {
    return this.#engine.bytes(
      this.#engine.call((wasm) => wasm.batchFaults(this.#batch)),
      this.size,
    );
  }
}
