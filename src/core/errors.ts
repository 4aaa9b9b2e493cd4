/** Typed errors: what went wrong (`code`), and what is needed to act (`details`). Every error that the package throws on purpose is one of these. */

/** When each is thrown, and after the arrow what to do; docs/errors.md is written from these comments. */
export type ErrorCode =
  /** A value has the wrong type, length or range. → The message says what was expected and what came. Nothing has changed; call again. */
  | 'E_ARGUMENT'
  /** A NaN or an infinity, caught where it arose. → In training: a smaller learning rate, or `onNotFinite: 'skip'`; in your own environment: the law. */
  | 'E_NOT_FINITE'
  /** A name that is not registered. → `details.known` lists what is, `details.nearest` what was probably meant. */
  | 'E_UNKNOWN_NAME'
  /** A configuration that contradicts itself, or has several mistakes. → `details.mistakes` lists them all, each with path, message and code. */
  | 'E_CONFIG'
  /** A .wasm file can't be read. → Serve or copy the package's `build/wasm` with the scripts, or pass `wasm` to `createPool`. */
  | 'E_WASM_MISSING'
  /** A .wasm file is damaged, is not ours, or the browser can't compile it. → Install again; the message says whether SIMD or the page's policy is in the way. */
  | 'E_WASM_INVALID'
  /** WebAssembly trapped, or could not get the memory that it needs; the instance is dead. → Smaller batches or fewer workers; the message says the size. */
  | 'E_WASM_TRAP'
  /** A user's environment threw, or broke the contract. → `npx wasmeta check FILE` shows the smallest input that does it. */
  | 'E_ENV'
  /** The environment, agent or pool was closed before. → Make a new one. */
  | 'E_CLOSED'
  /** A worker died and its job could not be done elsewhere either. → Usually memory: fewer workers, or a higher limit. */
  | 'E_WORKER_LOST'
  /** A worker or a server showed no life in time. → An endless loop in an environment of yours, or a server that stalls; `deadlineMs` of `createPool`. */
  | 'E_DEADLINE'
  /** A checkpoint is damaged. → A run takes the one before it by itself; a file that was sent: have it sent again. */
  | 'E_CHECKPOINT_CORRUPT'
  /** A checkpoint belongs to another config, another learner or another version. → Resume with the settings of its run, or begin anew in another folder. */
  | 'E_CHECKPOINT_MISMATCH'
  /** A file could not be read or written, or another process writes the run. → The message names file and reason. */
  | 'E_IO'
  /** Redis is out of reach, refuses, or lost what it was given; or machines computed different bytes. → The message says what Redis said; docs/how-to/many-machines.md. */
  | 'E_QUEUE'
  /** A known request that this family, policy or platform cannot fulfil. → The message says what can. */
  | 'E_UNSUPPORTED';

/** Every error that the package throws on purpose (docs/errors.md). */
export class WasmetaError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'WasmetaError';
    this.code = code;
    this.details = details;
  }
}

/** For a module of WebAssembly that gets no memory to begin with. */
export function noMemory(module: string, cause?: unknown): WasmetaError {
  return new WasmetaError(
    'E_WASM_TRAP',
    `out of memory: ${module} can't be instantiated. Each one reserves about 10 GiB of addresses: raise the limit (ulimit -v unlimited), use fewer workers, or run node --disable-wasm-trap-handler, which reserves only what is used`,
    { module },
    cause,
  );
}

/** An error as plain data: comlink and structured clone drop `code`, `details` and `cause`. */
export interface ErrorRecord {
  code: ErrorCode | null;
  name: string;
  message: string;
  details: Record<string, unknown>;
  stack: string;
}

export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof WasmetaError)
    return { code: error.code, name: error.name, message: error.message, details: { ...error.details }, stack: error.stack ?? '' };
  if (error instanceof Error) return { code: null, name: error.name, message: error.message, details: {}, stack: error.stack ?? '' };
  return { code: null, name: 'Error', message: String(error), details: {}, stack: '' };
}

export function fromErrorRecord(record: ErrorRecord): Error {
  const error =
    record.code === null
      ? Object.assign(new Error(record.message), { name: record.name })
      : new WasmetaError(record.code, record.message, record.details);
  error.stack = record.stack;
  return error;
}
