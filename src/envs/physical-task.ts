/**
 * Tasks that are numbers of a machine: a mass, a length, gravity, and last a gear that multiplies what the motor does. A preset draws each number uniformly between two
 * bounds; where its wires may be crossed, the gear's sign is drawn too. Law in WebAssembly: assembly/envs/physical-task.ts.
 */
import type { Field } from '../core/spaces.ts';

/** A number of a task: its field, whose bounds are those of any task, and the bounds between which each preset draws it. */
interface Drawn {
  readonly field: Field;
  /** The bounds between which this preset draws it. */
  readonly low: number;
  readonly high: number;
}

/** How a preset draws its tasks. The last number is the gear. */
export interface PhysicalTasks {
  readonly drawn: readonly Drawn[];
  /** true: the gear's sign is −1 or 1, each as likely. */
  readonly crossed: boolean;
}

/** The one task of a preset as published. */
export function only(fields: readonly Field[], values: readonly number[]): PhysicalTasks {
  return { drawn: fields.map((field, k) => ({ field, low: values[k], high: values[k] })), crossed: false };
}

/** Tasks between bounds, wires crossed or not. */
export function between(fields: readonly Field[], bounds: readonly (readonly [low: number, high: number])[]): PhysicalTasks {
  return { drawn: fields.map((field, k) => ({ field, low: bounds[k][0], high: bounds[k][1] })), crossed: true };
}

/** What a preset's title says of its tasks. */
export function rangesOf({ drawn, crossed }: PhysicalTasks): string {
  return drawn
    .map(({ field: { name, unit }, low, high }, k) => {
      const sign = crossed && k === drawn.length - 1 ? '± ' : '';
      return `${name} ${sign}U[${low}, ${high}]${unit === '1' ? '' : ` ${unit}`}`;
    })
    .join(', ');
}

/** The numbers that the law reads. */
export function taskNumbers({ drawn, crossed }: PhysicalTasks) {
  return {
    taskLow: drawn.map(({ low }) => low),
    taskHigh: drawn.map(({ high }) => high),
    crossed: crossed ? 1 : 0, // 1: the sign of the last number is drawn
  };
}
