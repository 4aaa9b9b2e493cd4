/**
 * Payloads by reference. A long array travels once, under its SHA-256; jobs name it. The driver sends what a machine cannot have yet and deletes what no job has
 * named for a while; a machine keeps what it fetched last and checks each by its hash.
 */
import { WasmetaError } from '../core/errors.ts';
import { megabytes } from '../core/wording.ts';
import { builtin, now } from '../platform/runtime.ts';
import type { Keys } from './keys.ts';
import { bytesOf, pack, unpack } from './packing.ts';
import type { Store } from './redis.ts';

/** An array as a job carries it: a reference, or its bytes in base64 where they are few. */
type Part = { readonly hash: string; readonly length: number } | string;

/** Data whose long arrays are elsewhere. */
export interface Referring {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Arrays of at most so many bytes travel within their job. */
const inlineBytes = 2048;
/** A payload that none of so many calls has named is deleted. */
const keptCalls = 4;

interface Sent {
  /** When it was sent, ms, or is being sent. */
  at: number;
  sending: Promise<void>;
  /** The last call that named it. */
  call: number;
}

/** The driver's side. */
export class PayloadSender {
  readonly #store: Store;
  readonly #keys: Keys;
  readonly #ttlMs: number;
  readonly #mostBytes: number;
  readonly #sent = new Map<string, Sent>();
  /** Bytes of payloads sent so far. */
  bytes = 0;

  constructor(store: Store, keys: Keys, { ttlMs, mostBytes }: { ttlMs: number; mostBytes: number }) {
    this.#store = store;
    this.#keys = keys;
    this.#ttlMs = ttlMs;
    this.#mostBytes = mostBytes;
  }

  /** Sends what a machine needs for these data; `title` names them in errors. Throws `E_ARGUMENT` or `E_QUEUE`. `hashes` remembers arrays that several data share. */
  async refer(data: unknown, title: string, call: number, hashes: Map<ArrayBufferView, string>): Promise<Referring> {
    const { text, parts } = pack(data);
    const total = text.length + parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (total > this.#mostBytes)
      throw new WasmetaError(
        'E_ARGUMENT',
        `${title} expected at most ${megabytes(this.#mostBytes)} of data, got ${megabytes(total)}: raise payloadMb here and on every machine`,
        { bytes: total },
      );
    const sending: Promise<void>[] = [];
    const referring = parts.map((part): Part => {
      const bytes = bytesOf(part);
      if (bytes.length <= inlineBytes) return Buffer.from(bytes).toString('base64');
      const hash = hashes.get(part) ?? hashOf(bytes);
      hashes.set(part, hash);
      sending.push(this.#send(hash, bytes, call));
      return { hash, length: bytes.length };
    });
    await Promise.all(sending);
    return { text, parts: referring };
  }

  #send(hash: string, bytes: Uint8Array, call: number): Promise<void> {
    const known = this.#sent.get(hash);
    if (known !== undefined && now() - known.at < this.#ttlMs / 2) {
      known.call = call;
      return known.sending;
    }
    const sending = this.#store.send([['set', this.#keys.payload(hash), bytes, 'PX', this.#ttlMs]]).then(() => {});
    this.bytes += bytes.length;
    this.#sent.set(hash, { at: now(), sending, call });
    sending.catch(() => this.#sent.delete(hash));
    return sending;
  }

  /** Redis has lost these: they are sent again when a job names them. */
  forget(hashes: readonly string[]): void {
    for (const hash of hashes) this.#sent.delete(hash);
  }

  /** Deletes what no call since has named; without a call, everything. */
  async trim(call = Number.POSITIVE_INFINITY): Promise<void> {
    const old = [...this.#sent].filter(([, sent]) => sent.call < call - keptCalls).map(([hash]) => hash);
    this.forget(old);
    if (old.length > 0) await this.#store.send([['del', ...old.map(this.#keys.payload)]]);
  }
}

/** Redis no longer has these payloads. */
export class MissingPayloads extends Error {
  readonly hashes: readonly string[];
  constructor(hashes: readonly string[]) {
    super(`Redis has lost ${hashes.length} payloads`);
    this.hashes = hashes;
  }
}

/** The machine's side. */
export class PayloadCache {
  readonly #store: Store;
  readonly #keys: Keys;
  readonly #mostBytes: number;
  /** From the least recently used to the most. */
  readonly #kept = new Map<string, { readonly length: number; readonly bytes: Promise<Uint8Array> }>();
  #size = 0;

  constructor(store: Store, keys: Keys, mostBytes: number) {
    this.#store = store;
    this.#keys = keys;
    this.#mostBytes = mostBytes;
  }

  /** The data. Throws `E_QUEUE` for what is too large or not what its hash says, and `MissingPayloads`. */
  async resolve({ text, parts }: Referring): Promise<unknown> {
    const total = text.length + parts.reduce((sum, part) => sum + part.length, 0);
    if (total > this.#mostBytes)
      throw new WasmetaError('E_QUEUE', `a job expected at most ${megabytes(this.#mostBytes)} of data, got ${megabytes(total)}`, {
        bytes: total,
      });
    const found = await Promise.allSettled(
      parts.map((part) => (typeof part === 'string' ? Promise.resolve(new Uint8Array(Buffer.from(part, 'base64'))) : this.#get(part))),
    );
    const failed = found.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    const missing = failed.flatMap((error) => (error instanceof MissingPayloads ? error.hashes : []));
    if (missing.length > 0) throw new MissingPayloads(missing);
    if (failed.length > 0) throw failed[0];
    return unpack(
      text,
      found.map((one) => (one as PromiseFulfilledResult<Uint8Array>).value),
    );
  }

  #get({ hash, length }: Exclude<Part, string>): Promise<Uint8Array> {
    const kept = this.#kept.get(hash);
    const entry = kept ?? { length, bytes: this.#fetch(hash, length) };
    this.#kept.delete(hash);
    this.#kept.set(hash, entry);
    if (kept !== undefined) return kept.bytes;
    this.#size += length;
    entry.bytes.catch(() => this.#drop(hash, entry));
    for (const [oldest, old] of this.#kept) {
      if (this.#size <= this.#mostBytes) break;
      this.#drop(oldest, old);
    }
    return entry.bytes;
  }

  #drop(hash: string, entry: { readonly length: number }): void {
    if (this.#kept.get(hash) !== entry) return;
    this.#kept.delete(hash);
    this.#size -= entry.length;
  }

  async #fetch(hash: string, length: number): Promise<Uint8Array> {
    const key = this.#keys.payload(hash);
    const [stored] = await this.#store.send([['strlen', key]]);
    if (stored === 0) throw new MissingPayloads([hash]);
    if (stored !== length) throw damaged(hash, `${length} bytes`, `${stored}`);
    const [bytes] = (await this.#store.send([['getBuffer', key]])) as [Uint8Array | null];
    if (bytes === null) throw new MissingPayloads([hash]);
    const got = hashOf(bytes);
    if (got !== hash) throw damaged(hash, 'this SHA-256', got);
    return bytes;
  }
}

function damaged(hash: string, expected: string, got: string): WasmetaError {
  return new WasmetaError('E_QUEUE', `the payload ${hash} expected ${expected}, got ${got}`, { hash });
}

/** Node's own SHA-256: payloads are hashed with every update of a policy. */
const hashOf = (bytes: Uint8Array) => builtin('node:crypto').createHash('sha256').update(bytes).digest('hex');
