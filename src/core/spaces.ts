/** Gymnasium's two spaces. */

export interface Box {
  readonly kind: 'box';
  /** Lower and upper bound of each component; may be infinite. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly shape: readonly [number];
}

/** {0, …, n − 1}. */
export interface Discrete {
  readonly kind: 'discrete';
  readonly n: number;
}

export type Space = Box | Discrete;

/** One component of an observation, action or task. */
export interface Field {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
}

export function boxOf(fields: readonly Field[]): Box {
  return { kind: 'box', low: fields.map((f) => f.low), high: fields.map((f) => f.high), shape: [fields.length] };
}
