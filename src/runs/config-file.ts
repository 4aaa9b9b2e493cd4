/** Config files: JSON of at most 1 MB and a few levels, without duplicate keys. The fields are checked where they are used. */
import { record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { pathOf } from '../core/schema.ts';
import { builtin } from '../platform/runtime.ts';

const mostBytes = 1_000_000;
const deepest = 16;

/** The object in a config file, or the config in a run's config.json. Throws `E_IO` if it can't be read, `E_ARGUMENT` if it is no such file. */
export function readConfigFile(path: string): Record<string, unknown> {
  const file = parseConfig(path, readBytes(path));
  const ofRun = Object.hasOwn(file, 'config') && Object.hasOwn(file, 'modules');
  return ofRun ? { algo: file.algo, ...record(`${path}: config`, file.config) } : file;
}

/** `title` names the text in errors. */
export function parseConfig(title: string, bytes: Uint8Array): Record<string, unknown> {
  const refuse = (why: string): never => {
    throw new WasmetaError('E_ARGUMENT', `${JSON.stringify(title)} ${why}`, { title });
  };
  if (bytes.length > mostBytes) refuse(`expected a config of at most ${mostBytes} bytes`);
  if ((bytes[0] === 0xef && bytes[1] === 0xbb) || bytes[0] === 0xff || bytes[0] === 0xfe)
    refuse('expected UTF-8 without a byte order mark: save it again as plain UTF-8');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('expected UTF-8, got bytes that are not');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`expected JSON: ${oneLine((error as Error).message)}`);
  }
  lookThrough(text, refuse);
  return record(title, value);
}

/** Refuses JSON that is too deep, or that has a key twice in one object: JSON.parse would silently take the last. */
function lookThrough(json: string, refuse: (why: string) => never): void {
  const open: { keys: Set<string>; path: string }[] = [];
  let last = '';
  for (const [token, key] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      open.push({ keys: new Set(), path: last });
      if (open.length > deepest) refuse(`expected at most ${deepest} levels of brackets`);
    } else if (token === '}' || token === ']') open.pop();
    else if (key !== undefined) {
      const { keys, path } = open[open.length - 1];
      const name = JSON.parse(key) as string;
      last = pathOf(path, name);
      if (keys.has(name)) refuse(`has ${oneLine(JSON.stringify(last))} twice`);
      keys.add(name);
    }
  }
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').slice(0, 300);
}

/** At most one byte more than a config may have. Only plain files, which end: a pipe or a device may never. */
export function readBytes(path: string): Uint8Array {
  const { closeSync, fstatSync, openSync, readSync, statSync } = builtin('node:fs');
  try {
    if (!statSync(path).isFile()) throw new WasmetaError('E_IO', `${JSON.stringify(path)} expected a file`, { path });
    const file = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(Math.min(fstatSync(file).size, mostBytes) + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = readSync(file, bytes, length, bytes.length - length, null);
      return bytes.subarray(0, length);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof WasmetaError) throw error;
    throw new WasmetaError('E_IO', `${JSON.stringify(path)} can't be read: ${oneLine((error as Error).message)}`, { path }, error);
  }
}
