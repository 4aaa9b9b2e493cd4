/** The inside of a worker: how it receives messages from the thread that made it, and answers them. */
import { WasmetaError } from '../core/errors.ts';
import { builtin, detectRuntime } from './runtime.ts';

interface WorkerScope {
  post(message: unknown, transfer: readonly Transferable[]): void;
  onMessage(listener: (data: unknown) => void): () => void;
  /** Is called for a message that could not be read. The worker must then end, since the sender would wait for ever. */
  onMessageError(listener: () => void): void;
}

interface WebScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: MessageEvent) => void): void;
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void;
}

export function workerScope(): WorkerScope {
  if (detectRuntime() === 'node') {
    const port = builtin('node:worker_threads').parentPort;
    if (port === null) throw notInWorker();
    return {
      post: (message, transfer) => port.postMessage(message, transfer as never),
      onMessage(listener) {
        port.on('message', listener);
        return () => port.off('message', listener);
      },
      onMessageError: (listener) => void port.on('messageerror', listener),
    };
  }
  // The types know the page's global scope, whose postMessage takes other arguments.
  const scope = globalThis as unknown as WebScope;
  if (!isWebWorker()) throw notInWorker();
  return {
    post: (message, transfer) => scope.postMessage(message, [...transfer]),
    onMessage(listener) {
      const onEvent = (event: MessageEvent) => listener(event.data);
      scope.addEventListener('message', onEvent);
      return () => scope.removeEventListener('message', onEvent);
    },
    onMessageError: (listener) => scope.addEventListener('messageerror', listener),
  };
}

function isWebWorker(): boolean {
  const globals: { WorkerGlobalScope?: new () => object; Bun?: { isMainThread?: boolean } } = globalThis;
  if (globals.Bun !== undefined) return globals.Bun.isMainThread === false;
  return globals.WorkerGlobalScope !== undefined && globalThis instanceof globals.WorkerGlobalScope;
}

function notInWorker(): WasmetaError {
  return new WasmetaError(
    'E_UNSUPPORTED',
    "this script is a worker's: pass its address to createPool({ workerUrl }) instead of importing it",
  );
}
