/** Tables whose states a test writes and reads: the WebAssembly kernel, stepped as it stands, with any of its constants replaced. */

import { Engine } from '../../../src/envs/engine.ts';
import { type FaultName, faultNames } from '../../../src/envs/faults.ts';
import { puck } from '../../../src/envs/puck.ts';
import { laws, resolveEnv } from '../../../src/envs/registry.ts';
import { release } from '../../assembly/modules.ts';

/** Rows of the state, as in assembly/envs/puck-state.ts. */
export const row = { px: 0, py: 1, vx: 2, vy: 3, qx: 4, qy: 5, ux: 6, uy: 7, struck: 8 } as const;
/** Numbers of the family that a test may change. */
type Changes = Partial<Record<'step' | 'friction' | 'malletRestitution' | 'cushionRestitution', number>>;

const value: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(puck.constants).map(([name, { value }]) => [name, value]),
);
const derived = {
  reach: value.puckRadius + value.malletRadius,
  acceleration: value.force / value.malletMass,
  slowing: value.friction * value.gravity,
  puckX: value.length / 2 - value.puckRadius,
  puckY: value.width / 2 - value.puckRadius,
  malletX: [-value.length / 2 + value.malletRadius, -value.malletRadius] as const,
  malletY: value.width / 2 - value.malletRadius,
};
/** The family's constants and what follows from them, in SI units. */
export const law = { ...value, ...derived } as Readonly<Record<Exclude<string, keyof typeof derived>, number>> & typeof derived;

export class Tables {
  readonly size: number;
  readonly #engine = new Engine(release);
  readonly #batch: number;
  readonly #state: number;
  readonly #actions: number;
  readonly #padded: number;
  readonly #terminated: number;
  readonly #faults: number;
  readonly #rewards: number;

  constructor(size: number, changes: Changes = {}) {
    this.size = size;
    const config = resolveEnv({ id: 'Puck-v0', horizon: 100_000, episodes: 1 });
    const given = this.#engine.givenFloats(Object.values({ ...puck.parameters(config), ...changes }).flat());
    this.#batch = this.#engine.call((wasm) => wasm.batchCreate(laws.indexOf(puck.law), size, config.horizon, 0, given));
    const address = (name: 'batchState' | 'batchActions' | 'batchPadded' | 'batchTerminated' | 'batchFaults' | 'batchRewards') =>
      this.#engine.call((wasm) => wasm[name](this.#batch));
    this.#state = address('batchState');
    this.#actions = address('batchActions');
    this.#padded = address('batchPadded');
    this.#terminated = address('batchTerminated');
    this.#faults = address('batchFaults');
    this.#rewards = address('batchRewards');
    this.#engine.call((wasm) => wasm.batchStart(this.#batch));
  }

  /** One number of all tables. */
  row(k: number): Float32Array {
    return this.#engine.floats(this.#state + 4 * k * this.#padded, this.size);
  }

  /** Numbers by name of one table; those not given are 0, the mallet in a corner out of the way. */
  set(n: number, state: Partial<Record<keyof typeof row, number>>): void {
    const whole = { qx: law.malletX[0], qy: -law.malletY, ...state } as Partial<Record<string, number>>;
    for (const [name, k] of Object.entries(row)) this.row(k)[n] = whole[name] ?? 0;
  }

  get(n: number): Record<keyof typeof row, number> {
    return Object.fromEntries(Object.entries(row).map(([name, k]) => [name, this.row(k)[n]])) as Record<keyof typeof row, number>;
  }

  /** [N, 2], in shares of the full force. */
  actions(): Float32Array {
    return this.#engine.floats(this.#actions, 2 * this.size);
  }

  step(count = 1): void {
    this.#engine.call((wasm) => wasm.batchStepUnchecked(this.#batch, count));
  }

  fault(n: number): FaultName {
    return faultNames[this.#engine.bytes(this.#faults, this.size)[n]];
  }

  reward(n: number): number {
    return this.#engine.floats(this.#rewards, this.size)[n];
  }

  /** Tables whose last step ended their episode, which only a fault does. */
  failed(): number {
    return this.#engine.bytes(this.#terminated, this.size).reduce((sum, flag) => sum + flag, 0);
  }
}
