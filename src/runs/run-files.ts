/** The storage of a run: named files, each replaced as a whole or not at all. A folder in Node (folder-files.ts), IndexedDB in browsers (indexed-db-files.ts). */

/** Bytes that can be read in parts, so that they need not all be in memory at once. */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `at`; both lie within the source. */
  read(at: number, length: number): Uint8Array;
}

/** Names are relative and fixed by src/runs/run.ts; none comes from a file's content. Every method throws `E_IO`. */
export interface RunFiles {
  /** For messages: the folder's path, or the run's name. */
  readonly title: string;
  list(): Promise<string[]>;
  /** null if there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  /** Reads parts of a file while `use` runs; null if there is no such file. */
  open<T>(name: string, use: (source: ByteSource) => T): Promise<T | null>;
  replace(name: string, content: Uint8Array | string): Promise<void>;
  append(name: string, text: string | Uint8Array): Promise<void>;
  /** No error if it isn't there. */
  remove(name: string): Promise<void>;
  /**
   * Keeps other processes from writing until the returned function is called. Throws `E_IO` if another process writes here.
   * A holder that died is noticed; if another process took over meanwhile, every write throws `E_IO`.
   */
  hold(): Promise<() => Promise<void>>;
}

/** A source over a plain Uint8Array. It copies a Node Buffer first, because `slice` on a Buffer returns a view of the same memory. */
export function bytesSource(given: Uint8Array): ByteSource {
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

export function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

export function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const all = parts.map(toBytes);
  const whole = new Uint8Array(all.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
