/** Gymnasium's spaces, of one environment and of N. */

import { fail, number as numberIn } from './checks.ts';

/** Numbers with bounds, as Gymnasium’s Box. */
export interface Box {
  readonly kind: 'box';
  /** Lower and upper bound of each component; may be infinite. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly shape: readonly [number];
}

/** N rows of a box. */
export interface BatchedBox {
  readonly kind: 'box';
  /** Lower and upper bound of each component of a row; the same in every row. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly shape: readonly [rows: number, components: number];
}

/** {0, …, n − 1}. */
export interface Discrete {
  readonly kind: 'discrete';
  readonly n: number;
}

/** N choices, each of {0, …, n − 1}; `n` is the same for all. */
export interface MultiDiscrete {
  readonly kind: 'multi-discrete';
  readonly n: number;
  readonly shape: readonly [rows: number];
}

/** What an observation or an action of one environment may be. */
export type Space = Box | Discrete;
/** The space of all N environments at once, [N, ·]. */
export type BatchedSpace = BatchedBox | MultiDiscrete;

/** The space of N environments that have this one each. */
export function batched(space: Space, N: number): BatchedSpace {
  if (space.kind === 'discrete') return { kind: 'multi-discrete', n: space.n, shape: [N] };
  return { ...space, shape: [N, space.shape[0]] };
}

/** One component of an observation, action or task. */
export interface Field {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
  /** Whether it is a whole number always. */
  readonly whole?: boolean;
}

export function boxOf(fields: readonly Field[]): Box {
  return { kind: 'box', low: fields.map((f) => f.low), high: fields.map((f) => f.high), shape: [fields.length] };
}

/** A space that can be drawn from, as Gymnasium's can. */
export interface Sampled {
  /**
   * Numbers of the space, row by row; `random` gives numbers in [0, 1). Bounded components and choices are uniform. One without a bound is (u − ½)/(u (1 − u)), and one
   * with a single bound lies u/(1 − u) beyond it.
   */
  sample(random: () => number): Float32Array;
}

/** The same space with `sample`, which is left out where it is copied or written as JSON. */
export function sampled<S extends Space | BatchedSpace>(space: S): S & Sampled {
  const sample = (random: () => number): Float32Array => {
    if (typeof random !== 'function') fail('random', 'a function that gives numbers in [0, 1)', random);
    if (space.kind !== 'box')
      return Float32Array.from({ length: 'shape' in space ? space.shape[0] : 1 }, () => Math.floor(drawn(random) * space.n));
    const { low, high, shape } = space;
    const width = low.length;
    return Float32Array.from({ length: shape.length === 2 ? shape[0] * width : width }, (_, i) =>
      between(low[i % width], high[i % width], drawn(random)),
    );
  };
  return Object.defineProperty({ ...space }, 'sample', { value: sample }) as S & Sampled;
}

const drawn = (random: () => number) => numberIn('random()', random(), 0, 1 - 2 ** -53);

function between(low: number, high: number, u: number): number {
  const inside = Math.max(u, 2 ** -53);
  if (Number.isFinite(low)) return Number.isFinite(high) ? low + u * (high - low) : low + u / (1 - u);
  return Number.isFinite(high) ? high - u / (1 - u) : (inside - 0.5) / (inside * (1 - inside));
}
