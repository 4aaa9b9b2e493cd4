/**
 * The .wasm files, read and compiled once on the calling thread. Compiled modules and bytes are then posted to the workers,
 * so that a worker fetches nothing.
 */
import { fail, onlyFields, record, text } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { engineUrl, kernelsUrl, tfjsUrl } from './beside.ts';
import { patience } from './patience.ts';
import { builtin, detectRuntime } from './runtime.ts';

/** Compiled modules, which workers share. */
export interface Assets {
  /** Environments and policy rollouts. */
  engine: WebAssembly.Module;
  /** Kernels that run over tfjs's memory; null without a learner. */
  kernels: WebAssembly.Module | null;
  /** Bytes of tfjs's own module, which it compiles itself; null without a learner. */
  tfjs: ArrayBuffer | null;
}

/** Where a .wasm file is: a URL, a path (Node) or address (browsers), or its bytes. */
type WasmSource = URL | string | Uint8Array;

/** Replacements for the files shipped beside the package, each optional. */
export interface WasmSources {
  engine?: WasmSource;
  kernels?: WasmSource;
  tfjs?: WasmSource;
}

/** Assets as they are posted to a worker: where a compiled module cannot be sent, its bytes. */
export interface PostedAssets {
  engine: Assets['engine'] | Uint8Array;
  kernels: Assets['kernels'] | Uint8Array;
  tfjs: Assets['tfjs'];
}

/** The bytes of modules that were compiled here. */
const bytesOf = new WeakMap<WebAssembly.Module, Uint8Array>();

/** Assets without compiled modules: some browsers cannot clone these (DataCloneError). */
export function asBytes({ engine, kernels, tfjs }: Assets): PostedAssets {
  return { engine: bytesOf.get(engine) ?? engine, kernels: kernels && (bytesOf.get(kernels) ?? kernels), tfjs };
}

/** What a worker makes of the assets that were posted to it. */
export async function compiled({ engine, kernels, tfjs }: PostedAssets): Promise<Assets> {
  return {
    engine: engine instanceof Uint8Array ? await compileModule(engine, 'engine') : engine,
    kernels: kernels instanceof Uint8Array ? await compileModule(kernels, 'kernels') : kernels,
    tfjs,
  };
}

interface AssetOptions {
  /** Whether the files that only a learner needs are read as well. */
  learner: boolean;
  wasm?: WasmSources;
  /** Longest time in ms in which a server may send nothing; default: 2 minutes. */
  deadlineMs?: number;
  /** Ends the reading of files that the caller named. */
  signal?: AbortSignal;
}

/** How long a server is waited for. */
interface Wait {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

const usualWait: Wait = { deadlineMs: 120_000 };

/** SHA-256 of the files shipped beside the package; the build writes them in. Sources that were not built know none. */
declare const WASM_SHA256: string | undefined;
const shipped: Readonly<Record<string, string>> = typeof WASM_SHA256 === 'undefined' ? {} : JSON.parse(WASM_SHA256);

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME` for anything that is not a `WasmSources`. */
export function checkWasmSources(wasm: unknown): void {
  if (wasm === undefined) return;
  const sources = record('wasm', wasm);
  onlyFields('wasm', sources, ['engine', 'kernels', 'tfjs']);
  for (const [title, source] of Object.entries(sources)) {
    if (source !== undefined && typeof source !== 'string' && !(source instanceof URL) && !(source instanceof Uint8Array))
      fail(`wasm.${title}`, 'a URL, a path or the bytes of a module', source);
  }
}

/** Reads and compiles the files that workers need. The default files are read once per process; after a failure the next call tries again. */
export async function loadAssets({ learner, wasm = {}, deadlineMs = usualWait.deadlineMs, signal }: AssetOptions): Promise<Assets> {
  const wait = { deadlineMs, signal };
  const [engine, kernels, tfjs] = await Promise.all([
    loadModule({ title: 'engine', source: wasm.engine, own: engineUrl }, wait),
    learner ? loadModule({ title: 'kernels', source: wasm.kernels, own: kernelsUrl }, wait) : null,
    learner ? loadBytes({ title: 'tfjs', source: wasm.tfjs, own: tfjsUrl }, wait) : null,
  ]);
  return { engine, kernels, tfjs };
}

const remembered = new Map<string, Promise<unknown>>();

function once<T>(key: string, load: () => Promise<T>): Promise<T> {
  let loading = remembered.get(key) as Promise<T> | undefined;
  if (loading === undefined) {
    loading = load();
    remembered.set(key, loading);
    loading.catch(() => remembered.delete(key));
  }
  return loading;
}

/** A file that a worker needs: that of the caller, or the shipped one at its own address. */
interface WasmFile {
  readonly title: string;
  readonly source: WasmSource | undefined;
  readonly own: () => URL;
}

function loadModule(file: WasmFile, wait: Wait): Promise<WebAssembly.Module> {
  if (file.source === undefined) return once(file.title, async () => compileModule(await readShipped(file), file.title));
  return readSource(file.source, file.title, wait).then((bytes) => compileModule(bytes, file.title));
}

function loadBytes(file: WasmFile, wait: Wait): Promise<ArrayBuffer> {
  const own = (bytes: Uint8Array): ArrayBuffer => {
    checkWasmHeader(bytes, file.title);
    return new Uint8Array(bytes).buffer; // a Buffer's slice would be a view
  };
  if (file.source === undefined) return once(file.title, async () => own(await readShipped(file)));
  return readSource(file.source, file.title, wait).then(own);
}

/** One flipped bit may compile and compute something else. Many pools share this reading, so that none of them can end it. */
async function readShipped({ title, own }: WasmFile): Promise<Uint8Array> {
  const bytes = await readAsset(own());
  checkWasmHeader(bytes, title);
  const expected = shipped[title];
  const found = expected === undefined ? expected : sha256(bytes);
  if (found !== expected)
    throw new WasmetaError(
      'E_WASM_INVALID',
      `${own().href} expected SHA-256 ${expected}, got ${found}: it is damaged, or of another version of the package. A file of your own is passed as \`wasm: { ${title} }\``,
      { title, expected, found, length: bytes.length },
    );
  return bytes;
}

async function readSource(source: WasmSource, title: string, wait: Wait): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  return readAsset(urlOf(`wasm.${title}`, source), wait);
}

/** The URL of a URL, path (Node) or address (browsers). Throws `E_ARGUMENT`. */
export function urlOf(title: string, address: URL | string): URL {
  if (address instanceof URL) return address;
  text(title, address);
  try {
    // A URL scheme has at least two letters before the colon: "C:\file" is a path.
    if (/^[a-z][a-z0-9+.-]+:/i.test(address)) return new URL(address);
    if (detectRuntime() === 'browser') return new URL(address, globalThis.location.href);
    return builtin('node:url').pathToFileURL(builtin('node:path').resolve(address));
  } catch (cause) {
    throw new WasmetaError('E_ARGUMENT', `"${title}" expected a URL or path, got "${address}"`, { title, got: address }, cause);
  }
}

/** The bytes behind a file:, http(s):, data: or blob: URL. Throws `E_DEADLINE` where a server sends nothing for too long. */
export async function readAsset(url: URL, wait: Wait = usualWait): Promise<Uint8Array> {
  return url.protocol === 'file:' && detectRuntime() !== 'browser' ? readFromDisk(url) : fetchBytes(url, wait);
}

async function readFromDisk(url: URL): Promise<Uint8Array> {
  try {
    return new Uint8Array(await builtin('node:fs/promises').readFile(url));
  } catch (cause) {
    if (cause instanceof WasmetaError) throw cause;
    throw missing(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function fetchBytes(url: URL, { deadlineMs, signal }: Wait): Promise<Uint8Array> {
  let response: Response;
  let bytes: Uint8Array;
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  const silence = patience(deadlineMs, () =>
    ending.abort(
      new WasmetaError('E_DEADLINE', `${url.href} can't be read: its server sent nothing for ${deadlineMs} ms`, {
        url: url.href,
        deadlineMs,
      }),
    ),
  );
  try {
    response = await fetch(url, { signal: ending.signal });
    bytes = await bodyOf(response, silence.alive);
  } catch (cause) {
    if (ending.signal.aborted) throw ending.signal.reason;
    throw missing(url, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    silence.stop();
    signal?.removeEventListener('abort', end);
  }
  if (!response.ok) throw missing(url, `HTTP status ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  // Development servers answer an unknown address with their start page and status 200.
  if (type.startsWith('text/html') || firstText(bytes).startsWith('<'))
    throw new WasmetaError(
      'E_WASM_INVALID',
      `${url.href} gave an HTML page, not WebAssembly: the server doesn't serve this file. ${whatToDo(url)}`,
      {
        url: url.href,
        contentType: type,
      },
    );
  return bytes;
}

/** The whole body; each piece of it is a sign of life. */
async function bodyOf(response: Response, alive: () => void): Promise<Uint8Array> {
  alive();
  if (response.body === null) return new Uint8Array();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    alive();
    pieces.push(piece.value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Vite before 8 bundles packages for development and leaves their other files behind. */
const VITE_DEPS = "In vite.config set `optimizeDeps: { exclude: ['wasmeta'] }`, so that Vite serves the package's own files";

const whatToDo = (url: URL) => (url.pathname.includes('/deps/wasm/') ? VITE_DEPS : WHAT_TO_DO);

const WHAT_TO_DO =
  'Let the bundler emit the .wasm files of the package (keep `new URL(…, import.meta.url)`), or copy its build/wasm folder beside the script, or pass their addresses as `wasm: { engine, kernels, tfjs }`';

function missing(url: URL, reason: string, cause?: unknown): WasmetaError {
  return new WasmetaError('E_WASM_MISSING', `${url.href} can't be read (${reason}). ${whatToDo(url)}`, { url: url.href, reason }, cause);
}

function firstText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 16)).trimStart();
}

/** Whether a file begins as WebAssembly does: a zero byte and "asm". */
export function isWasm(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

function checkWasmHeader(bytes: Uint8Array, title: string): void {
  if (bytes.length < 8 || !isWasm(bytes))
    throw new WasmetaError(
      'E_WASM_INVALID',
      `"${title}" expected a WebAssembly module, got ${bytes.length} bytes beginning "${firstText(bytes)}"`,
      {
        title,
        length: bytes.length,
      },
    );
}

/** Compiles a module under a title that errors can name. */
export async function compileModule(bytes: Uint8Array, title: string): Promise<WebAssembly.Module> {
  checkWasmHeader(bytes, title);
  try {
    const module = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    bytesOf.set(module, bytes);
    return module;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WasmetaError(
      'E_WASM_INVALID',
      `"${title}" doesn't compile: ${reason}. It needs WebAssembly SIMD, and under a Content-Security-Policy 'wasm-unsafe-eval'`,
      { title, length: bytes.length, reason },
      cause,
    );
  }
}
