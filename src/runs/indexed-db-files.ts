/** A run in the browser's IndexedDB: one record a file, under "run/name". A transaction replaces a record whole or not at all. */
import { createStore, del, get, keys, set, type UseStore, update } from 'idb-keyval';
import { WasmetaError } from '../core/errors.ts';
import { bytesSource, type RunFiles, toBytes } from './run-files.ts';

let store: UseStore | undefined;

export function indexedDbFiles(run: string): RunFiles {
  store ??= createStore('wasmeta', 'runs');
  const db = store;
  const prefix = `${run}/`;
  const read = (name: string) => attempt(run, 'read', async () => (await get<Uint8Array>(prefix + name, db)) ?? null);
  return {
    title: run,
    list: () =>
      attempt(run, 'listed', async () =>
        (await keys<string>(db)).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
      ),
    read,
    async open(name, use) {
      const bytes = await read(name);
      return bytes === null ? null : use(bytesSource(bytes));
    },
    replace: (name, content) => attempt(run, 'written', () => set(prefix + name, toBytes(content).slice(), db)),
    append: (name, content) =>
      attempt(run, 'written', () => update<Uint8Array>(prefix + name, (old) => joined(old ?? new Uint8Array(), toBytes(content)), db)),
    remove: (name) => attempt(run, 'removed', () => del(prefix + name, db)),
  };
}

async function attempt<T>(run: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new WasmetaError('E_IO', `${run} can't be ${what}: ${(cause as Error).message}`, { run }, cause);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
