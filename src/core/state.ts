/** Training states: nested plain objects of numbers, Float32Array and Float64Array. */
import { WasmetaError } from './errors.ts';

type Numbers = Float32Array | Float64Array;

const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) && (value instanceof Float32Array || value instanceof Float64Array); // a Proxy of an array is no view

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
    } else if (isNumbers(wanted)) {
      const same = got instanceof wanted.constructor && (got as Numbers).length === wanted.length;
      if (!same) corrupt(`has no ${wanted.constructor.name} "${name}" of length ${wanted.length}`);
    } else checkState(`${title}.${name}`, got, wanted as object);
  }
}

/** A copy that shares no array with `state`. */
export function cloneState<S extends object>(state: S): S {
  const fields = Object.entries(state).map(([name, field]) => {
    const copy = isNumbers(field) ? field.slice() : typeof field === 'object' && field !== null ? cloneState(field) : field;
    return [name, copy];
  });
  return Object.fromEntries(fields) as S;
}

/** Sets every number and array of `state` to those of `from`, which has the same fields and lengths. */
export function restoreState<S extends object>(state: S, from: S): void {
  const [to, source] = [state as Record<string, unknown>, from as Record<string, unknown>];
  for (const [name, field] of Object.entries(source)) {
    if (isNumbers(field)) (to[name] as Float32Array).set(field);
    else if (typeof field === 'object' && field !== null) restoreState(to[name] as object, field);
    else to[name] = field;
  }
}
