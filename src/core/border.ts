/**
 * The public border: what others give to a function of the package is checked before it runs, and refused by name. Inside the package the function itself is called,
 * since what it is given was checked already.
 *   export const numParameters = guarded(plain.numParameters, { shape: policyShape });
 */
import { type Check, fail } from './checks.ts';

/** The function as others call it. `checks`: by the names of its arguments, in their order. */
export function guarded<A extends readonly unknown[], R>(
  work: (...args: A) => R,
  checks: Readonly<Record<string, Check<unknown>>>,
): (...args: A) => R {
  const all = Object.entries(checks);
  return (...args) => {
    const checked: unknown = all.map(([title, check], i) => check(title, args[i]));
    return work(...(checked as A));
  };
}

/** The same check where a value may be left out. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (title, value) =>
    value === undefined ? undefined : check(title, value);

/** Plain data, as JSON can hold it. */
export function jsonOf(title: string, value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // Told below.
  }
  return fail(title, 'plain data that JSON can hold', value);
}
