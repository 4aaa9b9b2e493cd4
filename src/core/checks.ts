/** Titled checks: `"title" expected X, got Y`. Each returns its value, so that a guard reads as an assignment. */
import { WasmetaError } from './errors.ts';

/** Largest number of characters of a value that a message repeats. */
const longestShown = 200;

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of length ${(value as Uint8Array).length}`;
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

export function fail(title: string, expected: string, got: unknown): never {
  throw new WasmetaError('E_ARGUMENT', `"${title}" expected ${expected}, got ${show(got)}`, { title, expected });
}

/** A whole number in [low, high]. */
export function integer(title: string, value: unknown, low: number, high = 2 ** 31 - 1): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high)
    fail(title, `a whole number from ${low} to ${high}`, value);
  return value;
}

/** A finite number in [low, high]. */
export function number(title: string, value: unknown, low = -Infinity, high = Infinity): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high)
    fail(title, low === -Infinity && high === Infinity ? 'a finite number' : `a number from ${low} to ${high}`, value);
  return value;
}

export function boolean(title: string, value: unknown): boolean {
  if (typeof value !== 'boolean') fail(title, 'true or false', value);
  return value;
}

/** A seed of Philox: 32 bits, unsigned. The time in milliseconds has more; its lower bits are as good. */
export function seed(title: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 2 ** 32)
    fail(title, `a whole number from 0 to ${2 ** 32 - 1}, such as ${value} % 2 ** 32 = ${(value as number) % 2 ** 32}`, value);
  return integer(title, value, 0, 2 ** 32 - 1);
}

export function record(title: string, value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) fail(title, 'an object', value);
  return value as Record<string, unknown>;
}

/** A Float32Array of an exact length; `meaning` says where the length comes from. */
export function floats(title: string, value: unknown, length: number, meaning: string): Float32Array {
  // A Proxy of an array is an instance, but its numbers can't be read.
  const own = ArrayBuffer.isView(value) && value instanceof Float32Array;
  if (!own || value.length !== length) {
    const got = own ? String(value.length) : show(value);
    throw new WasmetaError('E_ARGUMENT', `"${title}" expected Float32Array of length ${length} (${meaning}), got ${got}`, {
      title,
      length,
    });
  }
  return value;
}

export function finite(title: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new WasmetaError('E_NOT_FINITE', `"${title}" expected finite numbers, got ${values[i]} at index ${i}`, { title, index: i });
  }
}

/** A check of what one value must be, which answers the value that is used. */
export type Check<T> = (title: string, value: unknown) => T;

const mostNumbers = 2 ** 29;

/** Numbers in an array of any kind, and how many if that is known. */
export function numbers(title: string, value: unknown, length?: number, meaning = 'numbers'): ArrayLike<number> {
  const own = ArrayBuffer.isView(value) && !(value instanceof DataView) && !value.constructor.name.startsWith('Big');
  if ((!own && !Array.isArray(value)) || (value as ArrayLike<unknown>).length > mostNumbers) fail(title, `an array of ${meaning}`, value);
  const list = value as ArrayLike<unknown>;
  if (length !== undefined && list.length !== length) fail(title, `${length} numbers (${meaning})`, value);
  for (let i = 0; !own && i < list.length; i++) if (typeof list[i] !== 'number') fail(`${title}[${i}]`, 'a number', list[i]);
  return list as ArrayLike<number>;
}

/** A list whose parts are checked by `check`. */
export function list<T>(title: string, value: unknown, check: Check<T>, least = 0, most = 100_000): T[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) fail(title, `a list of ${least} to ${most}`, value);
  return Array.from(value, (one, i) => check(`${title}[${i}]`, one));
}

/** A text that names something: not empty, without the character 0. */
export function text(title: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) fail(title, 'a text', value);
  return value;
}

export function callable(title: string, value: unknown): void {
  if (typeof value !== 'function') fail(title, 'a function', value);
}

/** What helps with a name that is not known. */
interface Hints {
  /** Other names by which people know one: name → others. */
  readonly alsoKnownAs?: AlsoKnownAs;
  /** Said where no name is near. */
  readonly otherwise?: string;
}

type AlsoKnownAs = Readonly<Record<string, readonly string[]>>;

/** One of a list of names; the error lists them and says which is meant, if one is near. */
export function oneOf<T extends string>(title: string, value: unknown, known: readonly T[], hints: Hints = {}): T {
  if (typeof value === 'string' && (known as readonly string[]).includes(value)) return value as T;
  const { alsoKnownAs = {}, otherwise } = hints;
  const nearest = typeof value === 'string' ? nearestNames(value.slice(0, 100), known, alsoKnownAs) : [];
  const [best] = nearest;
  const other = best === undefined ? undefined : otherNameOf(String(value), best, alsoKnownAs);
  const meant = best === undefined ? otherwise : `did you mean ${best}${other === undefined ? '' : `, also known as ${other}`}?`;
  throw new WasmetaError(
    'E_UNKNOWN_NAME',
    `"${title}" expected one of ${known.join(', ')}, got ${show(value)}${meant === undefined ? '' : `; ${meant}`}`,
    {
      title,
      known: [...known],
      nearest,
    },
  );
}

/** Refuses fields that are not known, so that a misspelt option is not silently ignored. */
export function onlyFields(title: string, value: Record<string, unknown>, known: readonly string[]): void {
  for (const name of Object.keys(value)) if (!known.includes(name)) oneOf(`${title} field`, name, known);
}

/** The error for an unknown field; it suggests the nearest known one. */
export function unknownField(path: string, name: string, known: readonly string[]): WasmetaError {
  const nearest = nearestNames(name.slice(0, 100), known);
  return new WasmetaError(
    'E_UNKNOWN_NAME',
    `${show(path)} is not known; ${nearest[0] === undefined ? `expected one of ${known.join(', ')}` : `did you mean "${nearest[0]}"?`}`,
    { title: path, known: [...known], nearest },
  );
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

/** A name without case, version, signs and accents, so that half-cheetah, HalfCheetah-v5 and Half Cheetah are one. */
const plainName = (name: string) => {
  const text = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/-v\d+$/, '');
  return text.replace(/[^\p{L}\p{N}]/gu, '') || text;
};

/** How far a plain name is from a known one; infinite if they have little in common. */
function apart(a: string, candidate: string): number {
  const b = plainName(candidate);
  const d = distance(a, b);
  if (d <= Math.max(2, b.length / 3) && d < Math.max(a.length, b.length)) return d;
  return a.length > 2 && b.includes(a) ? d : Number.POSITIVE_INFINITY;
}

/** The other name of `best` that was asked for, unless its own is as near. */
function otherNameOf(wanted: string, best: string, alsoKnownAs: AlsoKnownAs): string | undefined {
  const a = plainName(wanted);
  const others = (alsoKnownAs[best] ?? []).filter((other) => apart(a, other) < apart(a, best));
  return others.sort((one, other) => apart(a, one) - apart(a, other))[0];
}

/** Known names ordered by edit distance (Levenshtein), their other names counted: those within a third of their length, and those that contain the name. */
export function nearestNames(wanted: string, known: readonly string[], alsoKnownAs: AlsoKnownAs = {}): string[] {
  const a = plainName(wanted);
  return known
    .map((candidate) => ({ candidate, d: Math.min(apart(a, candidate), ...(alsoKnownAs[candidate] ?? []).map((name) => apart(a, name))) }))
    .filter(({ d }) => Number.isFinite(d))
    .sort((one, other) => one.d - other.d)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
