/**
 * The .wasm files, read and compiled once on the calling thread. Compiled modules and bytes are then posted to the workers,
 * so that a worker fetches nothing.
 */
import { fail, onlyFields, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { builtin, detectRuntime } from './runtime.ts';

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

interface AssetOptions {
  /** Whether the files that only a learner needs are read as well. */
  learner: boolean;
  wasm?: WasmSources;
}

// Each a literal `new URL(…, import.meta.url)`: bundlers look for exactly this. Paths are relative to the bundled build/*.js.
const engineUrl = () => new URL('./wasm/wasmeta.wasm', import.meta.url);
const kernelsUrl = () => new URL('./wasm/kernels.wasm', import.meta.url);
const tfjsUrl = () => new URL('./wasm/tfjs.wasm', import.meta.url);

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
export async function loadAssets({ learner, wasm = {} }: AssetOptions): Promise<Assets> {
  const [engine, kernels, tfjs] = await Promise.all([
    loadModule('engine', wasm.engine, engineUrl),
    learner ? loadModule('kernels', wasm.kernels, kernelsUrl) : null,
    learner ? loadBytes('tfjs', wasm.tfjs, tfjsUrl) : null,
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

function loadModule(title: string, source: WasmSource | undefined, defaultUrl: () => URL): Promise<WebAssembly.Module> {
  const load = async () => compileModule(await readSource(source ?? defaultUrl(), title), title);
  return source === undefined ? once(title, load) : load();
}

function loadBytes(title: string, source: WasmSource | undefined, defaultUrl: () => URL): Promise<ArrayBuffer> {
  const load = async () => {
    const bytes = await readSource(source ?? defaultUrl(), title);
    checkWasmHeader(bytes, title);
    return new Uint8Array(bytes).buffer; // a Buffer's slice would be a view
  };
  return source === undefined ? once(title, load) : load();
}

async function readSource(source: WasmSource, title: string): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  return readAsset(urlOf(`wasm.${title}`, source));
}

/** The URL of a URL, path (Node) or address (browsers). Throws `E_ARGUMENT`. */
export function urlOf(title: string, address: URL | string): URL {
  if (address instanceof URL) return address;
  try {
    // A URL scheme has at least two letters before the colon: "C:\file" is a path.
    if (/^[a-z][a-z0-9+.-]+:/i.test(address)) return new URL(address);
    if (detectRuntime() === 'browser') return new URL(address, globalThis.location.href);
    return builtin('node:url').pathToFileURL(builtin('node:path').resolve(address));
  } catch (cause) {
    throw new WasmetaError('E_ARGUMENT', `"${title}" expected a URL or path, got "${address}"`, { title, got: address }, cause);
  }
}

/** The bytes behind a file:, http(s):, data: or blob: URL. */
export async function readAsset(url: URL): Promise<Uint8Array> {
  return url.protocol === 'file:' && detectRuntime() !== 'browser' ? readFromDisk(url) : fetchBytes(url);
}

async function readFromDisk(url: URL): Promise<Uint8Array> {
  try {
    return new Uint8Array(await builtin('node:fs/promises').readFile(url));
  } catch (cause) {
    if (cause instanceof WasmetaError) throw cause;
    throw missing(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function fetchBytes(url: URL): Promise<Uint8Array> {
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(url);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw missing(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!response.ok) throw missing(url, `HTTP status ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  // Development servers answer an unknown address with their start page and status 200.
  if (type.startsWith('text/html') || firstText(bytes).startsWith('<'))
    throw new WasmetaError(
      'E_WASM_INVALID',
      `${url.href} gave an HTML page, not WebAssembly: the server doesn't serve this file. ${WHAT_TO_DO}`,
      {
        url: url.href,
        contentType: type,
      },
    );
  return bytes;
}

const WHAT_TO_DO =
  'Let the bundler emit the .wasm files of the package (keep `new URL(…, import.meta.url)`), or copy its build/wasm folder beside the script, or pass their addresses as `wasm: { engine, kernels, tfjs }`';

function missing(url: URL, reason: string, cause?: unknown): WasmetaError {
  return new WasmetaError('E_WASM_MISSING', `${url.href} can't be read (${reason}). ${WHAT_TO_DO}`, { url: url.href, reason }, cause);
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
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
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
