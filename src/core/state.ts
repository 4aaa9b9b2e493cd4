/** Training states: nested plain objects of numbers, Float32Array and Float64Array. */
import { WasmetaError } from './errors.ts';

/** Throws `E_CHECKPOINT_CORRUPT` unless `value` has the fields of `like`, of the same types and lengths, and no others; numbers are whole and not negative. */
export function checkState(title: string, value: unknown, like: object): void {
  const corrupt = (why: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} ${why}`, { title });
  };
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) corrupt('is no object');
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) if (!Object.hasOwn(like, name)) corrupt(`has a field "${name}" that does not belong there`);
  for (const [name, wanted] of Object.entries(like)) {
    const got = fields[name];
    if (typeof wanted === 'number') {
      if (!Number.isSafeInteger(got) || (got as number) < 0) corrupt(`has no whole number "${name}"`);
    } else if (wanted instanceof Float32Array || wanted instanceof Float64Array) {
      const same = got instanceof wanted.constructor && (got as Float32Array).length === wanted.length;
      if (!same) corrupt(`has no ${wanted.constructor.name} "${name}" of length ${wanted.length}`);
    } else checkState(`${title}.${name}`, got, wanted as object);
  }
}
