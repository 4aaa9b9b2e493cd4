/**
 * What an environment must not use: whatever differs between two runs (random numbers, clocks) or between engines (elementary functions of the host). Watched while
 * code runs, and found in its text.
 */
import { builtin, detectRuntime } from './runtime.ts';

const changing = ['Math.random', 'Date', 'performance.now', 'crypto.getRandomValues', 'crypto.randomUUID'] as const;
const elementary = ['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh']
  .concat(['exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'pow', 'cbrt', 'hypot'])
  .map((name) => `Math.${name}`);
const watched = [...changing.filter((name) => name !== 'Date'), 'Date.now', ...elementary];

type Table = Record<string, (...given: unknown[]) => unknown>;

/** The names among these that `work` calls. Throws what `work` throws. */
export function hostCalls(work: () => void): string[] {
  const seen = new Set<string>();
  const restore: (() => void)[] = [];
  for (const name of watched) {
    const [owner, member] = name.split('.');
    const table = (globalThis as unknown as Record<string, Table | undefined>)[owner]; // globals by name, which no type lists
    const own = table?.[member];
    if (table === undefined || own === undefined) continue;
    const described = Object.getOwnPropertyDescriptor(table, member);
    Object.defineProperty(table, member, {
      configurable: true,
      writable: true,
      value(...given: unknown[]) {
        seen.add(name);
        return own.apply(table, given);
      },
    });
    restore.push(() => {
      if (described === undefined) delete table[member];
      else Object.defineProperty(table, member, described);
    });
  }
  try {
    work();
  } finally {
    for (const back of restore) back();
  }
  return [...seen].sort();
}

/** The same names in the text of a module, with their lines; comments and strings do not count. */
export function hostNames(text: string): { readonly name: string; readonly line: number }[] {
  const bare = text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (part) => part.replace(/[^\n]/g, ' '));
  const called = /\b(?:Math\.(\w+)|(Date)\b|(performance\.now)\b|(crypto\.\w+))/g;
  const names: { name: string; line: number }[] = [];
  for (const match of bare.matchAll(called)) {
    const name = match[1] !== undefined ? `Math.${match[1]}` : match[0];
    if (!elementary.includes(name) && !(changing as readonly string[]).includes(name)) continue;
    names.push({ name, line: bare.slice(0, match.index).split('\n').length });
  }
  return names;
}

/** Bytes of the heap that are in use, after a collection; null where the runtime does not tell. */
export function heapInUse(): number | null {
  if (detectRuntime() !== 'node') return null;
  const v8 = builtin('node:v8');
  v8.setFlagsFromString('--expose-gc');
  const collect = builtin('node:vm').runInNewContext('gc') as () => void;
  collect();
  return v8.getHeapStatistics().used_heap_size;
}
