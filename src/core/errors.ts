/** Typed errors: what went wrong (`code`), and what is needed to act (`details`). Every error that the package throws on purpose is one of these. */

/**
 * When each is thrown:
 * - `E_ARGUMENT`: a value has the wrong type, length or range.
 * - `E_NOT_FINITE`: a NaN or an infinity, caught where it arose.
 * - `E_UNKNOWN_NAME`: a name that is not registered; `details.known` and `details.nearest` list what is.
 * - `E_CONFIG`: a configuration that contradicts itself, or has several mistakes; `details.mistakes` lists them with path, message and code.
 * - `E_WASM_MISSING`, `E_WASM_INVALID`: a .wasm file can't be read, or is not ours.
 * - `E_WASM_TRAP`: WebAssembly trapped, or could not get the memory that it needs; the instance is dead.
 * - `E_ENV`: a user's environment threw, or broke the contract.
 * - `E_CLOSED`: the environment or pool was closed before.
 * - `E_WORKER_LOST`: a worker died and its job could not be done elsewhere either.
 * - `E_DEADLINE`: a worker did not answer in time.
 * - `E_CHECKPOINT_CORRUPT`, `E_CHECKPOINT_MISMATCH`: a checkpoint is damaged, or belongs to another run.
 * - `E_IO`: a file could not be read or written.
 * - `E_UNSUPPORTED`: a known request that this family, policy or platform cannot fulfil.
 */
export type ErrorCode =
  | 'E_ARGUMENT'
  | 'E_NOT_FINITE'
  | 'E_UNKNOWN_NAME'
  | 'E_CONFIG'
  | 'E_WASM_MISSING'
  | 'E_WASM_INVALID'
  | 'E_WASM_TRAP'
  | 'E_ENV'
  | 'E_CLOSED'
  | 'E_WORKER_LOST'
  | 'E_DEADLINE'
  | 'E_CHECKPOINT_CORRUPT'
  | 'E_CHECKPOINT_MISMATCH'
  | 'E_IO'
  | 'E_UNSUPPORTED';

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
