/**
 * Configs as valibot schemas: a field is declared once, with its type, range and default, and all mistakes of a config are reported at once.
 * The message of a schema says what it expects; this file composes `"path" expected …, got …`, the same words as in checks.ts.
 *
 *   const settings = { tasks: wholeNumber(1, 65_536, 64), clip: numberIn(1e-3, 10, 0.1) };
 *   settle('config', (mistakes) => mistakes.fields('', options, settings));
 */
import {
  array,
  boolean,
  finite,
  type GenericSchema,
  getDefault,
  type InferOutput,
  integer,
  literal,
  maxValue,
  minLength,
  minValue,
  number,
  object,
  optional,
  picklist,
  pipe,
  safeParse,
  union,
} from 'valibot';
import { fail, oneOf, record, unknownField } from './checks.ts';
import { WasmetaError } from './errors.ts';

/** A field that may be left out. */
export type Field<T> = GenericSchema<T | undefined, T>;
export type Fields = Readonly<Record<string, GenericSchema>>;
/** The type of a checked config with these fields; it keeps the docstrings of the fields. */
export type FieldsOf<F extends Fields> = { readonly [K in keyof F]: InferOutput<F[K]> };

/** A whole number in [low, high]. */
export function wholeNumber(low: number, high: number, fallback: number): Field<number> {
  const expected = `a whole number from ${low} to ${high}`;
  return optional(pipe(number(expected), integer(expected), minValue(low, expected), maxValue(high, expected)), fallback);
}

/** A finite number in [low, high]. */
export function numberIn(low: number, high: number, fallback: number): Field<number> {
  const expected = `a number from ${low} to ${high}`;
  return optional(pipe(number(expected), finite(expected), minValue(low, expected), maxValue(high, expected)), fallback);
}

/** A field that is true or false. */
export function flag(fallback: boolean): Field<boolean> {
  return optional(boolean('true or false'), fallback);
}

/** One of a list of names; the message suggests the nearest. */
export function oneName<const T extends string>(known: readonly T[], fallback: T): Field<T> {
  return optional(picklist(known), fallback);
}

/** Some of a list of names, at least one; or the word that leaves the choice to something else. */
export function someNames<const T extends string, const W extends string>(known: readonly T[], word: W): Field<W | T[]> {
  const expected = `${word}, or a list of ${known.join(', ')}`;
  return optional(union([literal(word), pipe(array(picklist(known)), minLength(1))], expected), word) as Field<W | T[]>;
}

/** A seed of Philox: 32 bits, unsigned. */
export function seedNumber(fallback: number): Field<number> {
  return wholeNumber(0, 2 ** 32 - 1, fallback);
}

/** Fields with a check of their own, which returns undefined for a wrong value. */
type Parts<R> = { readonly [K in keyof R]: (value: unknown, path: string) => R[K] | undefined };

/** The default of each field. */
export function defaultsOf<F extends Fields>(fields: F): FieldsOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, getDefault(schema)])) as FieldsOf<F>;
}

export function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Largest number of mistakes that are kept; further ones are only counted, since an object may have a million unknown fields. */
const mostKept = 100;

/** The mistakes found so far in one config. */
export class Mistakes {
  readonly kept: WasmetaError[] = [];
  count = 0;

  /** undefined stands for a mistake that is only counted. */
  add(error: WasmetaError | undefined): void {
    this.count++;
    if (error !== undefined && this.kept.length < mostKept) this.kept.push(error);
  }

  /** The result of `work`; undefined if it threw a typed error, which is then added to the mistakes. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof WasmetaError)) throw error;
      this.add(error);
      return undefined;
    }
  }

  /**
   * Own fields of `value` with their defaults filled in, as a new object in the order of `parts`, then `fields`; undefined if any is wrong or not known.
   * `parts` are fields that have a check of their own: it is given the value and its path, and adds its mistakes itself.
   */
  fields<F extends Fields, R = Record<never, never>>(
    path: string,
    value: unknown,
    fields: F,
    parts?: Parts<R>,
  ): (R & FieldsOf<F>) | undefined {
    const before = this.count;
    const own = this.attempt(() => ownFields(path, value));
    if (own === undefined) return undefined;
    const known = [...Object.keys(parts ?? {}), ...Object.keys(fields)];
    const meant = new Set<unknown>(); // a missing field that is there under a misspelt name is one mistake, not two
    for (const name of Object.keys(own)) {
      if (known.includes(name)) continue;
      const error = this.count < mostKept ? unknownField(pathOf(path, name), name, known) : undefined;
      this.add(error);
      if (error !== undefined) meant.add((error.details.nearest as string[])[0]);
    }
    const { output, issues = [] } = safeParse(object(fields), only(fields, own), { abortPipeEarly: true });
    for (const { path: at = [], message, input, type } of issues) {
      const names = at.map(({ key }) => key);
      if (input === undefined && meant.has(names[0])) continue;
      const title = names.reduce<string>((whole, key) => (typeof key === 'number' ? `${whole}[${key}]` : pathOf(whole, `${key}`)), path);
      this.attempt(() => (type === 'picklist' ? oneOf(title, input, namesOf(fields[`${names[0]}`])) : fail(title, message, input)));
    }
    const result: Record<string, unknown> = {};
    for (const name in parts) result[name] = parts[name](own[name], pathOf(path, name));
    return this.count === before ? (Object.assign(result, output) as R & FieldsOf<F>) : undefined;
  }
}

/** A copy of an object's own fields, without a prototype, so that the values used are the values that were checked. */
export function ownFields(path: string, value: unknown): Record<string, unknown> {
  try {
    return Object.assign(Object.create(null), record(path === '' ? 'config' : path, value));
  } catch (error) {
    if (error instanceof WasmetaError) throw error;
    throw new WasmetaError('E_ARGUMENT', `"${path}" expected an object that can be read`, { title: path }, error);
  }
}

/** The values of the fields, undefined for missing ones; valibot would report a missing field in its own words. */
function only(fields: Fields, own: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in fields) values[name] = own[name];
  return values;
}

function namesOf(schema: GenericSchema): readonly string[] {
  const { wrapped = schema } = schema as { wrapped?: GenericSchema };
  return (wrapped as { options?: readonly string[] }).options ?? [];
}

/**
 * Checks a config with `work` and returns the result. A single mistake is thrown as it is. Several are thrown as one `E_CONFIG`, with the first 100 in
 * `details.mistakes`: [{path, message, code}].
 */
export function settle<T>(what: string, work: (mistakes: Mistakes) => T | undefined): T {
  const mistakes = new Mistakes();
  const result = work(mistakes);
  const { kept, count } = mistakes;
  if (count === 0) return result as T;
  if (count === 1) throw kept[0];
  const more = count > kept.length ? `\n  and ${count - kept.length} more` : '';
  throw new WasmetaError('E_CONFIG', `the ${what} has ${count} mistakes:${kept.map(({ message }) => `\n  ${message}`).join('')}${more}`, {
    mistakes: kept.map(({ details, message, code }) => ({ path: details.title, message, code })),
  });
}
