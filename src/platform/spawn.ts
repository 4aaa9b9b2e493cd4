/**
 * Starts workers: Node's worker_threads or web Workers, behind one small handle.
 *
 * The handle notices every death that its platform announces. Browsers don't announce a worker that closed itself: see life-lock.ts.
 */
import { WasmetaError } from '../core/errors.ts';
import { learnerUrl, rolloutUrl } from './beside.ts';
import { builtin, detectRuntime } from './runtime.ts';
import { namedRefusal, trusted } from './trusted-types.ts';

export interface WorkerHandle {
  /** Sends a structured clone. Does nothing if the worker is dead. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Adds a listener; the function returned removes it. */
  onMessage(listener: (data: unknown) => void): () => void;
  /** Calls back once, when the worker has died or is unusable; immediately if it already is. The function returned removes the listener. */
  onDeath(listener: (reason: string) => void): () => void;
  /** Marks the worker as dead; for a death that the platform did not report. */
  declareDead(reason: string): void;
  /** Whether the worker keeps Node's process alive; one that waits for work need not. Pages know no such thing. */
  keepProcess(keep: boolean): void;
  /** Ends the worker and removes all listeners; resolves when its thread has ended. */
  terminate(): Promise<void>;
}

/** The methods that a worker made by the caller must have; a web Worker and Node's Worker both have them. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

export interface SpawnOptions {
  /** Whether to start the worker with the learner or the small one that only collects rollouts. */
  learner: boolean;
  /** Shown by debuggers. */
  name: string;
  /** A script to use in place of the package's own. */
  url?: URL | string;
  /** Node: the largest heap of the worker in MiB; it dies where it needs more. */
  heapMb?: number;
  /** A function that makes the worker. */
  create?: () => WorkerLike;
}

export function spawnWorker({ learner, name, url, create, heapMb }: SpawnOptions): WorkerHandle {
  if (create !== undefined) return handleOf(create());
  if (detectRuntime() === 'node') return handleOf(spawnThread(url ?? workerUrl(learner), name, heapMb));
  try {
    return handleOf(new Worker(url ?? trusted(workerUrl(learner)), { type: 'module', name }));
  } catch (error) {
    throw namedRefusal(error, String(url ?? workerUrl(learner)));
  }
}

/**
 * A worker that imports its script instead of being it: a browser refuses a worker script from another origin, but not the import.
 * Null where this can't help.
 */
export function spawnImportingWorker({ learner, name, url, create }: SpawnOptions): WorkerHandle | null {
  if (create !== undefined || detectRuntime() !== 'browser') return null;
  const script = new URL(url ?? workerUrl(learner), globalThis.location.href);
  const blob = new Blob([`import ${JSON.stringify(script.href)};`], { type: 'text/javascript' });
  const address = URL.createObjectURL(blob);
  try {
    // Only our own script is vouched for.
    const blobUrl = new URL(address);
    const handle = handleOf(new Worker(url === undefined ? trusted(blobUrl) : blobUrl, { type: 'module', name }));
    // A worker that has sent a message or died has read the blob.
    const forget = () => URL.revokeObjectURL(address);
    const unlisten = handle.onMessage(() => {
      forget();
      unlisten();
    });
    handle.onDeath(forget);
    return handle;
  } catch {
    URL.revokeObjectURL(address);
    return null;
  }
}

/** Address of the package's own worker. */
export function workerUrl(learner: boolean): URL {
  return learner ? learnerUrl() : rolloutUrl();
}

type Thread = import('node:worker_threads').Worker;

/**
 * Node 20 aborts the whole process where a worker ends while V8 compiles one of its functions in the background ("Assertion failed: (data.first) != nullptr" in
 * NodePlatform::ForIsolate). So functions are compiled on the threads that run them. It costs no time that could be measured (docs/decisions.md, 2026-11-28).
 */
function compileOnOwnThreads(): void {
  builtin('node:v8').setFlagsFromString('--no-concurrent-recompilation');
}

function spawnThread(url: URL | string, name: string, heapMb: number | undefined): Thread {
  const { Worker: ThreadWorker } = builtin('node:worker_threads');
  compileOnOwnThreads();
  // No inherited flags: `--input-type` and its like are refused for a file, and the worker is self-contained.
  return new ThreadWorker(toFileUrl(url), {
    name,
    execArgv: [],
    ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
  });
}

function toFileUrl(url: URL | string): URL {
  if (url instanceof URL) return url;
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) return new URL(url);
  return builtin('node:url').pathToFileURL(builtin('node:path').resolve(url));
}

function handleOf(worker: WorkerLike): WorkerHandle {
  if (worker === null || typeof worker !== 'object' || typeof worker.postMessage !== 'function' || typeof worker.terminate !== 'function')
    throw new WasmetaError('E_ARGUMENT', '"worker" expected a function that returns a Worker', { got: typeof worker });
  return 'on' in worker && typeof worker.on === 'function' ? handleOfThread(worker as Thread) : handleOfWeb(worker as Worker);
}

function handleOfThread(worker: Thread): WorkerHandle {
  const state = createListeners();
  const events = {
    message: (data: unknown) => state.deliver(data),
    messageerror: (error: Error) => state.die(`a message of the worker can't be read: ${error.message}`),
    error: (error: unknown) => state.die(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    exit: (code: number) => {
      state.die(`the worker exited with code ${code}`);
      // Not sooner: an 'error' without a listener ends the whole process.
      for (const [event, listener] of Object.entries(events)) worker.off(event, listener);
    },
  };
  for (const [event, listener] of Object.entries(events)) worker.on(event, listener);
  // A thread that exited before we listened sends no event; its id is then -1.
  if (worker.threadId === -1) events.exit(-1);
  return state.handle({
    post: (message, transfer) => worker.postMessage(message, transfer as never),
    keepProcess(keep) {
      if (worker.threadId === -1) return;
      if (keep) worker.ref();
      else worker.unref();
    },
    terminate: async () => {
      worker.ref();
      await worker.terminate();
      events.exit(1);
    },
  });
}

function handleOfWeb(worker: Worker): WorkerHandle {
  const state = createListeners();
  const events: Record<string, (event: Event) => void> = {
    message: (event) => state.deliver((event as MessageEvent).data),
    messageerror: () => state.die("a message of the worker can't be read"),
    error: (event) => {
      // Deno ends the whole process otherwise.
      event.preventDefault();
      const { message } = event as ErrorEvent;
      state.die(message || 'its script could not be loaded (missing, wrong type, another origin or Content-Security-Policy)');
    },
    // Bun only.
    close: () => state.die('the worker closed itself'),
  };
  for (const [event, listener] of Object.entries(events)) worker.addEventListener(event, listener);
  return state.handle({
    post: (message, transfer) => worker.postMessage(message, transfer as Transferable[]),
    keepProcess() {},
    terminate: async () => {
      for (const [event, listener] of Object.entries(events)) worker.removeEventListener(event, listener);
      worker.terminate();
    },
  });
}

interface Raw {
  post(message: unknown, transfer: readonly object[]): void;
  keepProcess(keep: boolean): void;
  terminate(): Promise<void>;
}

/** The part of a handle that is the same on all platforms: its listeners, and whether the worker is dead. */
function createListeners() {
  const messageListeners = new Set<(data: unknown) => void>();
  const deathListeners = new Set<(reason: string) => void>();
  let death: string | null = null;
  let ended: Promise<void> | null = null;

  const deliver = (data: unknown): void => {
    if (death === null) for (const listener of [...messageListeners]) listener(data);
  };
  const die = (reason: string): void => {
    if (death !== null) return;
    death = reason;
    const listeners = [...deathListeners];
    deathListeners.clear();
    messageListeners.clear();
    for (const listener of listeners) listener(reason);
  };
  const handle = (raw: Raw): WorkerHandle => ({
    post(message, transfer = []) {
      if (death === null) raw.post(message, transfer);
    },
    onMessage(listener) {
      if (death === null) messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onDeath(listener) {
      if (death === null) deathListeners.add(listener);
      else listener(death);
      return () => deathListeners.delete(listener);
    },
    declareDead: die,
    keepProcess(keep) {
      if (death === null) raw.keepProcess(keep);
    },
    terminate() {
      die('the worker was terminated');
      ended ??= raw.terminate();
      return ended;
    },
  });
  return { deliver, die, handle };
}
