/** What the commands have in common: flags that are checked, `--set key=value`, and errors as one line with an exit code. */
import type { ArgsDef } from 'citty';
import { integer, oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { cpuCount } from '../platform/runtime.ts';

/** Flags and values in the order given; citty keeps only the last of a flag that is repeated, and ignores flags it doesn't know. */
export function checkFlags(rawArgs: readonly string[], args: ArgsDef): void {
  const known = Object.keys(args).flatMap((name) => (args[name].type === 'boolean' ? [`--${name}`, `--no-${name}`] : [`--${name}`]));
  for (const arg of rawArgs) {
    if (arg === '--') return;
    if (arg.startsWith('--') && arg !== '--help') oneOf('flag', arg.split('=')[0], known);
    else if (/^-[a-zA-Z]/.test(arg) && arg !== '-h') oneOf('flag', arg, known);
  }
}

/** All `--set path=value`, as nested plain data. Values are JSON where they parse as JSON, else text. */
export function settings(rawArgs: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  rawArgs.forEach((arg, i) => {
    if (arg !== '--set' && !arg.startsWith('--set=')) return;
    const text = arg === '--set' ? (rawArgs[i + 1] ?? '') : arg.slice('--set='.length);
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
  });
  return result;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A flag's whole number. */
export function wholeNumber(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,15}$/.test(text))
    throw new WasmetaError('E_ARGUMENT', `"--${flag}" expected a whole number, got ${JSON.stringify(text)}`, { flag });
  return Number(text);
}

/** --workers, or one a processor. */
export function workerCount(text: string | undefined): number {
  return integer('workers', wholeNumber('workers', text, cpuCount()), 1, 256);
}

const badInput = new Set([
  'E_ARGUMENT',
  'E_NOT_FINITE',
  'E_UNKNOWN_NAME',
  'E_CONFIG',
  'E_UNSUPPORTED',
  'E_CHECKPOINT_CORRUPT',
  'E_CHECKPOINT_MISMATCH',
  'E_IO',
]);

/** 2 for bad input, 1 for anything else. */
export function exitCodeOf(error: unknown): number {
  return error instanceof WasmetaError && badInput.has(error.code) ? 2 : 1;
}
