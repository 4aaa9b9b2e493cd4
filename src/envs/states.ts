/** Checks states that somebody sets, against the fields of the spec. */
import { fail, finite } from '../core/checks.ts';
import type { Field } from '../core/spaces.ts';

/** Bounds may be missed by what single precision rounds away. */
const slack = 1e-6;

/** [N, S] within the bounds of the fields. Throws `E_ARGUMENT` or `E_NOT_FINITE`. */
export function checkedStates(states: ArrayLike<number>, fields: readonly Field[], N: number): Float64Array {
  const S = fields.length;
  if (states === null || typeof states !== 'object' || states.length !== N * S)
    fail('states', `${N * S} numbers (${N} environments × ${S})`, states);
  const values = Float64Array.from(states);
  finite('states', values);
  return values.map((value, i) => {
    const { name, unit, low, high, whole } = fields[i % S];
    const room = slack * Math.max(1, Math.abs(value));
    if (value < low - room || value > high + room || (whole === true && !Number.isInteger(value)))
      fail(
        `states[${i}]`,
        `${name}, a ${whole === true ? 'whole ' : ''}number from ${low} to ${high}${unit === '1' ? '' : ` ${unit}`}`,
        value,
      );
    return Math.min(high, Math.max(low, value));
  });
}
