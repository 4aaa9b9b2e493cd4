/**
 * Notices the death of a web worker for which the browser sends no event (the worker closed itself, or other code terminated it). The worker
 * holds a web lock as long as it lives; its creator waits for that lock and gets it when the worker has died. Does nothing where web locks
 * do not exist: in Node, which reports every death, and on pages outside a secure context, where only the deadline remains.
 */
import { detectRuntime } from './runtime.ts';

function locks(): LockManager | null {
  return detectRuntime() === 'browser' ? (globalThis.navigator?.locks ?? null) : null;
}

let counter = 0;

/** A name that no other page or worker of this origin uses, or null without locks. */
export function newLifeLock(): string | null {
  if (locks() === null) return null;
  counter += 1;
  return `wasmeta-worker-${crypto.randomUUID()}-${counter}`;
}

/** In the worker: takes the lock for the rest of its life. Resolves when it holds the lock. */
export function holdLifeLock(name: string): Promise<void> {
  return new Promise((held) => {
    const manager = locks();
    if (manager === null) return held();
    manager
      .request(name, () => {
        held();
        return new Promise<never>(() => {});
      })
      .catch(() => held());
  });
}

/** In the creator, once the worker holds the lock: calls back when the worker has died. The function returned stops the watch. */
export function watchLifeLock(name: string, onDeath: () => void): () => void {
  const stop = new AbortController();
  locks()
    ?.request(name, { signal: stop.signal }, () => {
      if (!stop.signal.aborted) onDeath();
    })
    .catch(() => {}); // aborted
  return () => stop.abort();
}
