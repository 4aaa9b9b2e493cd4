/**
 * A run in the browser's IndexedDB. A file is one record under "run/name", and what was appended since is a record each under ["run/name", n], so that a
 * line costs the same however long the log is. A transaction replaces a file whole or not at all.
 */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import { WasmetaError } from '../core/errors.ts';
import { bytesSource, joined, type RunFiles, toBytes } from './run-files.ts';

let store: UseStore | undefined;

/** A connection that the browser closed is opened again, once. */
async function inStore<T>(mode: IDBTransactionMode, work: (records: IDBObjectStore) => Promise<T>): Promise<T> {
  store ??= createStore('wasmeta', 'runs');
  try {
    return await store(mode, work);
  } catch (error) {
    if ((error as DOMException).name !== 'InvalidStateError') throw error;
    store = createStore('wasmeta', 'runs');
    return store(mode, work);
  }
}

const parts = (key: string) => IDBKeyRange.bound([key], [key, []]);

function readParts(records: IDBObjectStore, key: string): Promise<Uint8Array | null> {
  const [base, appended] = [
    promisifyRequest<Uint8Array | undefined>(records.get(key)),
    promisifyRequest<Uint8Array[]>(records.getAll(parts(key))),
  ];
  return Promise.all([base, appended]).then(([first, rest]) =>
    first === undefined && rest.length === 0 ? null : joined(first === undefined ? rest : [first, ...rest]),
  );
}

async function addPart(records: IDBObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  const last = await promisifyRequest(records.openKeyCursor(parts(key), 'prev'));
  const n = last === null ? 0 : (last.key as [string, number])[1] + 1;
  records.put(bytes, [key, n]);
  await promisifyRequest(records.transaction);
}

async function replaceAll(records: IDBObjectStore, key: string, bytes: Uint8Array | null): Promise<void> {
  records.delete(parts(key));
  if (bytes === null) records.delete(key);
  else records.put(bytes, key);
  await promisifyRequest(records.transaction);
}

/** "run/name" of all files of all runs. */
async function paths(): Promise<string[]> {
  const keys = await inStore('readonly', (records) => promisifyRequest(records.getAllKeys()));
  return [...new Set(keys.map((key) => String(Array.isArray(key) ? key[0] : key)))];
}

/** The names of all runs. Throws `E_IO`. */
export async function indexedDbRuns(): Promise<string[]> {
  const all = await attempt('the storage of runs', 'listed', paths);
  return [...new Set(all.map((path) => path.split('/')[0]))];
}

export function indexedDbFiles(run: string): RunFiles {
  const prefix = `${run}/`;
  const read = (name: string) => attempt(run, 'read', () => inStore('readonly', (records) => readParts(records, prefix + name)));
  return {
    title: run,
    list: () =>
      attempt(run, 'listed', async () => {
        const names = (await paths()).filter((path) => path.startsWith(prefix));
        return names.map((path) => path.slice(prefix.length));
      }),
    read,
    async open(name, use) {
      const bytes = await read(name);
      return bytes === null ? null : use(bytesSource(bytes));
    },
    replace: (name, content) =>
      attempt(run, 'written', () => inStore('readwrite', (records) => replaceAll(records, prefix + name, toBytes(content).slice()))),
    append: (name, content) =>
      attempt(run, 'written', () => inStore('readwrite', (records) => addPart(records, prefix + name, toBytes(content).slice()))),
    remove: (name) => attempt(run, 'removed', () => inStore('readwrite', (records) => replaceAll(records, prefix + name, null))),
    hold: () => held(run),
  };
}

/** By the browser's own locks, which end with the page. Browsers without them let two pages write. */
async function held(run: string): Promise<() => Promise<void>> {
  if (navigator.locks === undefined) return async () => {};
  return new Promise((resolve, reject) => {
    const name = `wasmeta/run/${run}`;
    const request = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) throw new WasmetaError('E_IO', `${run} is being written by another page or tab; close it or wait for it`, { run });
      return new Promise<void>((release) =>
        resolve(async () => {
          release();
          await request;
        }),
      );
    });
    request.catch(reject);
  });
}

async function attempt<T>(run: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new WasmetaError('E_IO', `${run} can't be ${what}: ${(cause as Error).message}`, { run }, cause);
  }
}
