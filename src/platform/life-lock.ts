/**
 * Notices the death of a web worker that nobody announces (it closed itself, or was terminated behind our back): the worker holds a
 * web lock for as long as it lives, and who waits for that lock gets it when the worker is gone. Does nothing where there are no locks
 * (Node, which announces every death, and pages outside a secure context); there the deadline remains.
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

/** In the worker: takes the lock, for life. Settles when it is held. */
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

/** Beside the worker, once it holds the lock: calls back when it is gone. The answer stops the watch. */
export function watchLifeLock(name: string, onDeath: () => void): () => void {
  const stop = new AbortController();
  locks()
    ?.request(name, { signal: stop.signal }, () => {
      if (!stop.signal.aborted) onDeath();
    })
    .catch(() => {}); // aborted
  return () => stop.abort();
}
