/**
 * Signs of life of long work. Whatever works in steps calls `alive` after each; a worker passes it on (workers/worker-host.ts), so that a deadline
 * measures how long a worker shows no life, not how long its job is. Anywhere else it does nothing.
 */
let listener: (() => void) | null = null;

export function alive(): void {
  if (listener !== null) listener();
}

/** Once, in a worker. */
export function onAlive(call: () => void): void {
  listener = call;
}
