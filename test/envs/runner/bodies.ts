/** Four bodies in the WebAssembly kernel, whose places, speeds and actions a test writes and reads. */
import type { PlanarBody } from '../../../src/envs/bodies/planar-body.ts';
import { bodyTable } from '../../../src/envs/bodies/table.ts';
import { Engine } from '../../../src/envs/engine.ts';
import { modules } from '../../assembly/modules.ts';
import { sizeOf } from '../../reference/planar-body.ts';
import { motorsOf } from './mujoco.ts';

export const lanes = [0, 1, 2, 3];
const mostEnds = 24;

export class Bodies {
  readonly size: number;
  readonly #engine: Engine;
  readonly #at: Readonly<Record<'table' | 'q' | 'v' | 'a' | 'actions' | 'mass' | 'smooth' | 'rows' | 'links', number>>;
  readonly #motors: number;

  constructor(body: PlanarBody, name: keyof typeof modules = 'release') {
    this.#engine = new Engine(modules[name]);
    this.size = sizeOf(body);
    this.#motors = motorsOf(body);
    const n = this.size;
    const rows = (count: number) => this.#engine.givenFloats(new Array<number>(4 * count).fill(0));
    this.#at = {
      table: this.#engine.givenFloats(bodyTable(body)),
      q: rows(n),
      v: rows(n),
      a: rows(n),
      actions: rows(Math.max(1, this.#motors)),
      mass: rows(n * n),
      smooth: rows(n),
      rows: rows(2 * mostEnds * n),
      links: rows(mostEnds),
    };
  }

  #lane(name: 'q' | 'v' | 'a' | 'smooth', l: number): number[] {
    const values = this.#engine.floats(this.#at[name], 4 * this.size);
    return Array.from({ length: this.size }, (_, i) => values[4 * i + l]);
  }

  #put(name: 'q' | 'v' | 'a' | 'actions', l: number, values: ArrayLike<number>): void {
    const to = this.#engine.floats(this.#at[name], 4 * values.length);
    for (let i = 0; i < values.length; i++) to[4 * i + l] = values[i];
  }

  /** Also forgets the last time step's acceleration. */
  set(l: number, q: ArrayLike<number>, v: ArrayLike<number>): void {
    this.#put('q', l, q);
    this.#put('v', l, v);
    this.#put('a', l, new Float32Array(this.size));
  }

  act(l: number, action: ArrayLike<number>): void {
    this.#put('actions', l, action);
  }

  place = (l: number) => this.#lane('q', l);
  speed = (l: number) => this.#lane('v', l);
  /** Of the last time step, or of the last stage of it. */
  acceleration = (l: number) => this.#lane('a', l);

  /** Lanes, as bits, whose acceleration was not found. `anyTree`: without the faster way for legs. */
  step(anyTree = false): number {
    const { table, q, v, a, actions } = this.#at;
    return this.#engine.call((wasm) => wasm.bodyStep(table, q, v, a, actions, anyTree ? 1 : 0));
  }

  /** Mass matrix, τ − c, and [normal, along] of the ends that touch in any lane with their links. */
  terms(l: number) {
    const { table, q, v, actions, mass, smooth, rows, links } = this.#at;
    const n = this.size;
    this.#engine.floats(rows, 8 * mostEnds * n).fill(0);
    const touches = this.#engine.call((wasm) => wasm.bodyTerms(table, q, v, actions, mass, smooth, rows, links));
    const M = this.#engine.floats(mass, 4 * n * n);
    const J = this.#engine.floats(rows, 8 * mostEnds * n);
    const row = (k: number) => Array.from({ length: n }, (_, i) => J[4 * (k * n + i) + l]);
    return {
      mass: Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => M[4 * (Math.max(i, j) * n + Math.min(i, j)) + l])),
      smooth: this.#lane('smooth', l),
      ends: Array.from({ length: touches }, (_, k) => ({
        link: this.#engine.integers(links, touches)[k],
        normal: row(2 * k),
        along: row(2 * k + 1),
      })),
    };
  }
}
