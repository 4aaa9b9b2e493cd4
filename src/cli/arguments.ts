/** Arguments that the commands have in common: checked flags, `--set key=value`, whole numbers, and exit codes of errors. */
import type { ArgsDef } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { cpuCount } from '../platform/runtime.ts';

/** Arguments of a command. A repeatable flag may be given several times; a repeatable positional argument takes all words that are left. */
type Arguments = Readonly<Record<string, ArgsDef[string] & { readonly repeatable?: boolean }>>;

/**
 * Refuses what citty lets pass: flags that it doesn't know, flags without their value, flags given twice (citty keeps the last), and words too many.
 * `settingLike` knows settings that were asked for as flags. Throws `E_UNKNOWN_NAME` or `E_ARGUMENT`.
 */
export function checkFlags(rawArgs: readonly string[], args: Arguments, settingLike?: (flag: string) => string | undefined): void {
  const flags = Object.entries(args).filter(([, { type }]) => type !== 'positional');
  const places = Object.entries(args).filter(([, { type }]) => type === 'positional');
  const known = flags.flatMap(([name, { type }]) => (type === 'boolean' ? [`--${name}`, `--no-${name}`] : [`--${name}`]));
  const seen = new Set<string>();
  const words: string[] = [];
  for (let i = 0; i < rawArgs.length; i++) {
    const arg = rawArgs[i];
    if (arg === '--') {
      words.push(...rawArgs.slice(i + 1));
      break;
    }
    if (!arg.startsWith('--') && !/^-[a-zA-Z]/.test(arg)) {
      words.push(arg);
      continue;
    }
    const [asked] = arg.split('=');
    const setting = known.includes(asked) ? undefined : settingLike?.(asked.replace(/^-+/, ''));
    if (setting !== undefined)
      throw new WasmetaError('E_UNKNOWN_NAME', `"${asked}" is a setting and no flag: ask for it by --set ${setting}=VALUE`, { setting });
    const flag = oneOf('flag', asked, known);
    const name = Object.hasOwn(args, flag.slice(2)) ? flag.slice(2) : flag.slice('--no-'.length);
    const { type, repeatable = false } = args[name];
    if (seen.has(name) && !repeatable) throw new WasmetaError('E_ARGUMENT', `"--${name}" expected once, got twice`, { flag: name });
    seen.add(name);
    if (type === 'boolean' || arg.includes('=')) continue;
    const value = rawArgs[++i];
    if (value === undefined || value.startsWith('--'))
      throw new WasmetaError('E_ARGUMENT', `"--${name}" expected a value, got ${value ?? 'none'}`, { flag: name });
  }
  if (words.length > places.length && !places.some(([, { repeatable }]) => repeatable)) {
    const wanted = places.length === 0 ? 'flags only' : `only ${places.map(([name]) => name).join(', ')}`;
    throw new WasmetaError('E_ARGUMENT', `the command expected ${wanted}, got ${JSON.stringify(words[places.length])} as well`, { words });
  }
}

/** The values of a flag that may be given several times. */
export function valuesOf(rawArgs: readonly string[], flag: string): string[] {
  return rawArgs.flatMap((arg, i) => {
    if (arg === `--${flag}`) return [rawArgs[i + 1] ?? ''];
    return arg.startsWith(`--${flag}=`) ? [arg.slice(flag.length + 3)] : [];
  });
}

/** All `--set path=value`, as nested plain data. A value that parses as JSON is that JSON, numbers with commas between are a list; any other value is text. */
export function settings(rawArgs: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const text of valuesOf(rawArgs, 'set')) {
    const at = text.indexOf('=');
    const path = text.slice(0, Math.max(0, at));
    const names = path.split('.');
    if (!names.every((name) => /^[a-zA-Z]\w*$/.test(name)) || names.some((name) => name in Object.prototype))
      throw new WasmetaError('E_ARGUMENT', `"--set" expected key=value, got ${JSON.stringify(text)}`, { text });
    let place = result;
    for (const name of names.slice(0, -1)) {
      if (typeof place[name] !== 'object') place[name] = {};
      place = place[name] as Record<string, unknown>;
    }
    place[names[names.length - 1]] = parseValue(text.slice(at + 1));
  }
  return result;
}

function parseValue(text: string): unknown {
  for (const candidate of [text, `[${text}]`]) {
    try {
      return JSON.parse(candidate);
    } catch {
      if (!/^[\d.,eE+-]+$/.test(text)) return text;
    }
  }
  return text;
}

/** The whole number that a flag was given; `fallback` if it was not given. */
export function wholeNumber(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,15}$/.test(text))
    throw new WasmetaError('E_ARGUMENT', `"--${flag}" expected a whole number, got ${JSON.stringify(text)}`, { flag });
  return Number(text);
}

/** The default seed of test tasks. No setting was chosen on its tasks (docs/evaluation.md). */
export const testSeed = 1009;

/** The number of workers that --workers asks for; by default one for each processor. */
export function workerCount(text: string | undefined): number {
  return integer('workers', wholeNumber('workers', text, cpuCount()), 1, 256);
}

const badInput = new Set([
  'E_ARGUMENT',
  'E_UNKNOWN_NAME',
  'E_CONFIG',
  'E_UNSUPPORTED',
  'E_CHECKPOINT_CORRUPT',
  'E_CHECKPOINT_MISMATCH',
  'E_IO',
  'E_ENV',
]);

/** Error codes of a disk or a machine that can do no more: no other input would help. */
const exhausted = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** 2 for bad input, 1 for what went wrong on the way: a training that is no longer finite, lost workers, a full disk, a fault of our own. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  if (error.name === 'CLIError') return 2; // of citty: a positional argument is missing
  const reason = (error.cause as { code?: string } | undefined)?.code ?? '';
  return error instanceof WasmetaError && badInput.has(error.code) && !exhausted.has(reason) ? 2 : 1;
}
