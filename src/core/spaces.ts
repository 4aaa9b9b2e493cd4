/** Gymnasium's spaces, of one environment and of N. */

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

export type Space = Box | Discrete;
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
